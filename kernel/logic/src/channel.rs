//! Channels: queuing, sampling, signal; and interrupts, which are acknowledged.

use septum_abi::call::{NEVER, Status};
use septum_abi::state::Activity;

use crate::tables::{Order, Partition, PartitionTable, Port, Queue, Sample};
use crate::wait::{self, block};
use crate::{Answer, Hardware, Physical, SWITCH};

/// The end of a queue, with its port buffer.
#[derive(Clone, Copy)]
pub(crate) struct Buffered {
    pub(crate) queue: &'static Queue,
    pub(crate) buffer: Physical,
}

/// Whether somebody who is more important than the running partition can run now.
type Preempts = bool;

/// Messages in a queue.
#[inline(always)]
fn count(queue: &Queue) -> u64 {
    queue.state.write.get().wrapping_sub(queue.state.read.get())
}

/// Where the message with this number lies.
#[inline(always)]
fn slot(queue: &Queue, number: u64) -> Physical {
    let offset = (number & queue.slot_mask).wrapping_mul(queue.slot_bytes);
    queue.slots.offset(offset)
}

/// `send(port, length)` into a queue. `None`: it is another case, for [`send_otherwise`].
#[inline(always)]
pub fn send<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    length: u64,
) -> Option<Answer> {
    let Port::QueuingOut(queue, buffer) = table.port(port)? else {
        return None;
    };
    if awaiting(table, queue).is_some() || length > queue.message_bytes {
        return None;
    }
    if count(queue) >= queue.depth {
        return Some(Answer::new(Status::Full, 0));
    }
    let (cells, bit) = (queue.state, queue.receiver_bit);
    let written = cells.write.get();
    let place = slot(queue, written);
    machine.store(place, length);
    machine.copy_inline(*buffer, place.offset(8), length);
    cells.write.set(written.wrapping_add(1));
    if bit != 0 {
        cells.awaited.set(0);
    }
    let preempts = notify(table, queue.receiver, queue.receiver_port, bit);
    Some(go_on(state, Answer::new(Status::Ok, 0), preempts))
}

/// `send(port, length)` to a receiver that waits for it, to a sampling channel, and to nowhere.
pub fn send_otherwise<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    length: u64,
) -> Answer {
    match table.port(port) {
        Some(Port::QueuingOut(queue, buffer)) => {
            if length > queue.message_bytes {
                return Answer::new(Status::BadLength, 0);
            }
            machine.copy(*buffer, queue.receiver_buffer, length);
            hand_over(queue, length);
            let preempts = table.hart_state.order.get().before & queue.receiver_bit != 0;
            go_on(state, Answer::new(Status::Ok, 0), preempts)
        }
        Some(Port::SamplingOut(sample, buffer)) => write(machine, table, sample, *buffer, length),
        _ => Answer::new(Status::BadPort, 0),
    }
}

/// The answer at once, or later if somebody more important can run now.
#[inline(always)]
fn go_on(state: &Partition, answer: Answer, preempts: Preempts) -> Answer {
    if preempts {
        answer.keep(state);
        return SWITCH;
    }
    answer
}

/// The running partition's place in the window, if the receiver is in the window too and just
/// waits for a message of this queue. Only of a partition of the same window may it matter,
/// and take time, what it is doing.
#[inline(always)]
fn awaiting(table: &PartitionTable, queue: &Queue) -> Option<&'static Order> {
    if queue.receiver_bit == 0 {
        return None;
    }
    let place = table.hart_state.order.get();
    let together = place.members & queue.receiver_bit != 0;
    (together && queue.state.awaited.get() != 0).then_some(place)
}

/// A message is in the buffer of the receiver, which waits for it.
#[inline(always)]
fn hand_over(queue: &Queue, length: u64) {
    queue.state.awaited.set(0);
    Answer::new(Status::Ok, length).keep(queue.receiver);
    wait::release(queue.receiver);
}

/// Sets a receiver's bit. Whether it waits matters only if it could preempt in this window: in
/// another one it must not change the sender's times.
#[inline(always)]
fn notify(table: &PartitionTable, receiver: &Partition, port: u64, bit: u64) -> Preempts {
    receiver.pending.set(receiver.pending.get() | port);
    bit != 0 && table.hart_state.order.get().before & bit != 0 && receiver.mask.get() & port != 0
}

/// A new value of a sampling channel.
#[inline(always)]
fn write<H: Hardware>(
    machine: &H,
    table: &PartitionTable,
    sample: &Sample,
    buffer: Physical,
    length: u64,
) -> Answer {
    if length > sample.message_bytes {
        return Answer::new(Status::BadLength, 0);
    }
    machine.copy(buffer, sample.value, length);
    sample.state.length.set(length);
    sample.state.time.set(machine.now(table.hart));
    sample.state.written.set(1);
    Answer::new(Status::Ok, 0)
}

/// The last value of a sampling channel, with whether it is still valid.
#[inline(always)]
fn read<H: Hardware>(
    machine: &H,
    table: &PartitionTable,
    sample: &Sample,
    buffer: Physical,
) -> Answer {
    if sample.state.written.get() == 0 {
        return Answer::new(Status::Empty, 0);
    }
    let length = sample.state.length.get();
    machine.copy(sample.value, buffer, length);
    let age = machine
        .now(table.hart)
        .wrapping_sub(sample.state.time.get());
    let status = if age > sample.validity_ticks {
        Status::Stale
    } else {
        Status::Ok
    };
    Answer::new(status, length)
}

/// `receive(port, deadline)`.
#[inline(always)]
pub fn receive<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    deadline: u64,
) -> Answer {
    match table.port(port) {
        Some(port @ Port::QueuingIn(queue, buffer)) => {
            let buffer = *buffer;
            if count(queue) != 0 {
                let answer = take(machine, state, Buffered { queue, buffer });
                return wait::renew(state, answer);
            }
            match block(machine, state, table, deadline) {
                Ok(()) => await_message(state, queue, port),
                Err(status) => Answer::new(status, 0),
            }
        }
        Some(Port::SamplingIn(sample, buffer)) => read(machine, table, sample, *buffer),
        _ => Answer::new(Status::BadPort, 0),
    }
}

/// The partition is in `receive` for an empty queue.
#[inline(always)]
fn await_message(state: &Partition, queue: &Queue, port: &'static Port) -> Answer {
    queue.state.awaited.set(1);
    state.mask.set(queue.receiver_port);
    state.port.set(Some(port));
    state.activity.set(Activity::Receiving.number());
    SWITCH
}

/// The oldest message of a queue, if there is one.
#[inline(always)]
pub(crate) fn take<H: Hardware>(
    machine: &H,
    state: &Partition,
    Buffered { queue, buffer }: Buffered,
) -> Answer {
    if count(queue) == 0 {
        return Answer::new(Status::Empty, 0);
    }
    let read = queue.state.read.get();
    let place = slot(queue, read);
    let length = machine.load(place);
    machine.copy(place.offset(8), buffer, length);
    queue.state.read.set(read.wrapping_add(1));
    let emptied = u64::from(count(queue) == 0).wrapping_neg();
    let bit = queue.receiver_port & emptied;
    state.pending.set(state.pending.get() & !bit);
    Answer::new(Status::Ok, length)
}

/// `exchange(out, length, in, deadline)` between two partitions of this window of which each
/// waits for the other: the message goes from buffer to buffer, and the caller waits for ever.
/// `None`: it is another case, for [`exchange_in_parts`].
#[inline(always)]
pub fn exchange<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    [out, length]: [u64; 2],
    [port, deadline]: [u64; 2],
) -> Option<Answer> {
    let (sender, receiver) = (table.port(out)?, table.port(port)?);
    let (Port::QueuingOut(to, from), Port::QueuingIn(queue, _)) = (sender, receiver) else {
        return None;
    };
    awaiting(table, to)?;
    if length > to.message_bytes || count(queue) != 0 || deadline != NEVER {
        return None;
    }
    machine.copy_inline(*from, to.receiver_buffer, length);
    hand_over(to, length);
    state.ready_at.set(NEVER);
    Some(await_message(state, queue, receiver))
}

/// `exchange` as its two parts do it. What would refuse the second is asked before the first.
#[inline(always)]
pub fn exchange_in_parts(
    state: &Partition,
    table: &'static PartitionTable,
    [port, deadline]: [u64; 2],
    send: impl FnOnce() -> Answer,
    receive: impl FnOnce() -> Answer,
) -> Answer {
    if !matches!(table.port(port), Some(Port::QueuingIn(..))) {
        return Answer::new(Status::BadPort, 0);
    }
    if !wait::may_wait(table, deadline) {
        return Answer::new(Status::Denied, 0);
    }
    let sent = send();
    if sent != SWITCH && sent.status != Status::Ok.number() {
        return sent;
    }
    let received = receive();
    go_on(state, received, sent == SWITCH && received != SWITCH)
}

/// `signal(port)`.
#[inline(always)]
pub fn signal(state: &'static Partition, table: &'static PartitionTable, port: u64) -> Answer {
    match table.port(port) {
        Some(Port::SignalOut(receiver, port, bit)) => {
            let preempts = notify(table, receiver, *port, *bit);
            go_on(state, Answer::new(Status::Ok, 0), preempts)
        }
        _ => Answer::new(Status::BadPort, 0),
    }
}

/// `acknowledge(port)`: the partition runs, so this window has it, and so its sources are
/// enabled: the PLIC takes the completion.
#[inline(always)]
pub fn acknowledge<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
) -> Answer {
    let Some(Port::Interrupt(source)) = table.port(port) else {
        return Answer::new(Status::BadPort, 0);
    };
    let bit = 1 << (port & 63);
    if state.claimed.get() & bit == 0 {
        return Answer::new(Status::NotPending, 0);
    }
    state.claimed.set(state.claimed.get() & !bit);
    machine.complete(table.hart, *source);
    Answer::new(Status::Ok, 0)
}
