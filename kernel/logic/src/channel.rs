//! Channels: queuing, sampling, signal; and interrupts, which are acknowledged.

use septum_abi::call::{NEVER, Status};
use septum_abi::state::Activity;

use crate::call::refused;
use crate::tables::{Partition, PartitionTable, Port, Queue, Sample};
use crate::wait::{self, block};
use crate::{Answer, Hardware, Physical, SWITCH};

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

/// `send(port, length)` into a queue. An error is no failure: the port is for
/// [`send_otherwise`].
#[inline(always)]
pub fn send<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    length: u64,
) -> Result<Answer, &'static Port> {
    let Some(port) = table.port(port) else {
        return Ok(refused(Status::BadPort));
    };
    let Port::QueuingOut(queue, buffer) = port else {
        return match port {
            Port::SamplingOut(..) => Err(port),
            _ => Ok(refused(Status::BadPort)),
        };
    };
    if length > queue.message_bytes {
        return Ok(refused(Status::BadLength));
    }
    if is_awaited(table, queue) {
        return Err(port);
    }
    if count(queue) >= queue.depth {
        return Ok(refused(Status::Full));
    }
    let written = queue.state.write.get();
    let slot = slot(queue, written);
    machine.store(slot, length);
    machine.copy_inline(*buffer, slot.offset(8), length);
    queue.state.write.set(written.wrapping_add(1));
    let asleep = wait::wake(machine, queue.receiver, queue.receiver_port);
    if queue.receiver_bit == 0 {
        return Ok(Answer::new(Status::Ok, 0));
    }
    queue.state.awaited.set(0);
    let preempts = outranks(table, queue.receiver_bit) & !asleep != 0;
    Ok(go_on(state, Answer::new(Status::Ok, 0), preempts))
}

/// `send(port, length)` to a sampling channel, or to a receiver that waits for a message of
/// this length, which [`send`] has compared.
pub fn send_otherwise<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: &'static Port,
    length: u64,
) -> Answer {
    match port {
        Port::QueuingOut(queue, buffer) => {
            machine.copy(*buffer, queue.receiver_buffer, length);
            hand_over(queue, length);
            let preempts = outranks(table, queue.receiver_bit) != 0;
            go_on(state, Answer::new(Status::Ok, 0), preempts)
        }
        Port::SamplingOut(sample, buffer) => write(machine, table, sample, *buffer, length),
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

/// Whether the receiver is in the window too and just waits for a message of this queue. Only
/// of a partition of the same window may it matter, and take time, what it is doing.
#[inline(always)]
fn is_awaited(table: &PartitionTable, queue: &Queue) -> bool {
    let bit = queue.receiver_bit;
    bit != 0 && table.hart_state.order.get().members & bit != 0 && queue.state.awaited.get() != 0
}

/// A receiver's bit if it is more important than the running partition in this window, else 0.
#[inline(always)]
fn outranks(table: &PartitionTable, bit: u64) -> u64 {
    table.hart_state.order.get().before & bit
}

/// A message is in the buffer of the receiver, which waits for it.
#[inline(always)]
fn hand_over(queue: &Queue, length: u64) {
    queue.state.awaited.set(0);
    Answer::new(Status::Ok, length).keep(queue.receiver);
    wait::release(queue.receiver);
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

/// `receive(port, deadline)` from a queue. `None`: it is for [`receive_otherwise`].
#[inline(always)]
pub fn receive<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    deadline: u64,
) -> Option<Answer> {
    Some(match table.port(port) {
        Some(Port::QueuingIn(queue, _)) => {
            if count(queue) != 0 {
                return Some(wait::renew(state, take(machine, state, queue)));
            }
            match block(machine, state, table, deadline) {
                Ok(()) => await_message(state, queue),
                Err(status) => Answer::new(status, 0),
            }
        }
        Some(Port::SamplingIn(..)) => return None,
        _ => Answer::new(Status::BadPort, 0),
    })
}

/// `receive(port, deadline)` from a sampling channel.
pub fn receive_otherwise<H: Hardware>(
    machine: &H,
    table: &'static PartitionTable,
    port: u64,
) -> Answer {
    match table.port(port) {
        Some(Port::SamplingIn(sample, buffer)) => read(machine, table, sample, *buffer),
        _ => Answer::new(Status::BadPort, 0),
    }
}

/// The partition is in `receive` for an empty queue.
#[inline(always)]
fn await_message(state: &Partition, queue: &'static Queue) -> Answer {
    queue.state.awaited.set(1);
    state.mask.set(queue.receiver_port);
    state.queue.set(Some(queue));
    state.activity.set(Activity::Receiving.number());
    SWITCH
}

/// The oldest message of a queue, if there is one.
#[inline(never)]
pub(crate) fn take<H: Hardware>(machine: &H, state: &Partition, queue: &Queue) -> Answer {
    if count(queue) == 0 {
        return Answer::new(Status::Empty, 0);
    }
    let read = queue.state.read.get();
    let place = slot(queue, read);
    let length = machine.load(place);
    machine.copy(place.offset(8), queue.receiver_buffer, length);
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
    let ports = (table.port(out)?, table.port(port)?);
    let (Port::QueuingOut(to, from), Port::QueuingIn(queue, _)) = ports else {
        return None;
    };
    if !is_awaited(table, to) || length > to.message_bytes || count(queue) != 0 || deadline != NEVER
    {
        return None;
    }
    machine.copy_inline(*from, to.receiver_buffer, length);
    hand_over(to, length);
    state.ready_at.set(NEVER);
    Some(await_message(state, queue))
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
pub fn signal<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
) -> Answer {
    match table.port(port) {
        Some(Port::SignalOut(receiver, port, bit)) => {
            let asleep = wait::wake(machine, receiver, *port);
            let preempts = *bit != 0 && outranks(table, *bit) & !asleep != 0;
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
