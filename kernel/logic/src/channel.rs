//! Channels: queuing, sampling, signal; and interrupts, which are acknowledged.

use septum_abi::call::Status;
use septum_abi::state::Activity;

use crate::tables::{Partition, PartitionTable, Port, Queue, Sample};
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

impl Queue {
    /// Messages in it.
    #[inline(always)]
    fn count(&self) -> u64 {
        self.state.write.get().wrapping_sub(self.state.read.get())
    }

    /// Where the message with this number lies.
    #[inline(always)]
    fn slot(&self, number: u64) -> Physical {
        self.slots
            .offset((number & self.slot_mask).wrapping_mul(self.slot_bytes))
    }

    /// Whether it is empty and its receiver is in `receive` for it.
    #[inline(always)]
    fn is_awaited(&self) -> bool {
        self.receiver.mask.get() == self.receiver_port
            && self.receiver.activity.get() == Activity::Receiving.number()
            && self.count() == 0
    }
}

/// `send(port, length)`.
#[inline(always)]
pub fn send<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    port: u64,
    length: u64,
) -> Answer {
    match offer(machine, table, port, length) {
        Ok(preempts) => go_on(state, Answer::new(Status::Ok, 0), preempts),
        Err(status) => Answer::new(status, 0),
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

#[inline(always)]
fn offer<H: Hardware>(
    machine: &H,
    table: &'static PartitionTable,
    port: u64,
    length: u64,
) -> Result<Preempts, Status> {
    match table.port(port) {
        Port::QueuingOut(queue, buffer) => {
            let buffer = *buffer;
            put(machine, table, Buffered { queue, buffer }, length)
        }
        Port::SamplingOut(sample, buffer) => write(machine, table, sample, *buffer, length),
        _ => Err(Status::BadPort),
    }
}

/// A message from the port buffer to the receiver: into its own buffer where it is just
/// waiting for it in this window, else into the queue.
#[inline(always)]
fn put<H: Hardware>(
    machine: &H,
    table: &PartitionTable,
    Buffered { queue, buffer }: Buffered,
    length: u64,
) -> Result<Preempts, Status> {
    if length > queue.message_bytes {
        return Err(Status::BadLength);
    }
    let (hart, receiver) = (table.hart.state, queue.receiver);
    // Only of a partition of the same window may it matter, and take time, what it is doing.
    let together = hart.window.get().members & queue.receiver_bit != 0;
    if together && queue.is_awaited() {
        machine.copy(buffer, queue.receiver_buffer, length);
        Answer::new(Status::Ok, length).keep(receiver);
        if let Some(its) = receiver.table {
            wait::release(receiver, its, || machine.now(table.hart));
        }
        return Ok(hart.preemptors.get() & queue.receiver_bit != 0);
    }
    if queue.count() >= queue.depth {
        return Err(Status::Full);
    }
    let written = queue.state.write.get();
    let slot = queue.slot(written);
    machine.store(slot, length);
    machine.copy(buffer, slot.offset(8), length);
    queue.state.write.set(written.wrapping_add(1));
    Ok(notify(
        table,
        receiver,
        queue.receiver_port,
        queue.receiver_bit,
    ))
}

/// Sets a receiver's bit. Whether it waits matters only if it could preempt in this window: in
/// another one it must not change the sender's times.
#[inline(always)]
fn notify(table: &PartitionTable, receiver: &Partition, port: u64, bit: u64) -> Preempts {
    receiver.pending.set(receiver.pending.get() | port);
    table.hart.state.preemptors.get() & bit != 0 && receiver.mask.get() & port != 0
}

/// A new value of a sampling channel.
#[inline(always)]
fn write<H: Hardware>(
    machine: &H,
    table: &PartitionTable,
    sample: &Sample,
    buffer: Physical,
    length: u64,
) -> Result<Preempts, Status> {
    if length > sample.message_bytes {
        return Err(Status::BadLength);
    }
    machine.copy(buffer, sample.value, length);
    sample.state.length.set(length);
    sample.state.time.set(machine.now(table.hart));
    sample.state.written.set(1);
    Ok(false)
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
    let end = table.port(port);
    match end {
        Port::QueuingIn(queue, buffer) if queue.count() != 0 => {
            let buffer = *buffer;
            take(machine, state, Buffered { queue, buffer })
        }
        Port::QueuingIn(queue, _) => match block(machine, state, table, deadline) {
            Ok(()) => {
                state.mask.set(queue.receiver_port);
                state.port.set(Some(end));
                state.activity.set(Activity::Receiving.number());
                SWITCH
            }
            Err(status) => Answer::new(status, 0),
        },
        Port::SamplingIn(sample, buffer) => read(machine, table, sample, *buffer),
        _ => Answer::new(Status::BadPort, 0),
    }
}

/// The oldest message of a queue, if there is one.
#[inline(always)]
pub(crate) fn take<H: Hardware>(
    machine: &H,
    state: &Partition,
    Buffered { queue, buffer }: Buffered,
) -> Answer {
    if queue.count() == 0 {
        return Answer::new(Status::Empty, 0);
    }
    let read = queue.state.read.get();
    let slot = queue.slot(read);
    let length = machine.load(slot);
    machine.copy(slot.offset(8), buffer, length);
    queue.state.read.set(read.wrapping_add(1));
    let emptied = u64::from(queue.count() == 0).wrapping_neg();
    let bit = queue.receiver_port & emptied;
    state.pending.set(state.pending.get() & !bit);
    Answer::new(Status::Ok, length)
}

/// `exchange(out, length, in, deadline)`.
#[inline(always)]
pub fn exchange<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    [out, length]: [u64; 2],
    [port, deadline]: [u64; 2],
) -> Answer {
    match offer(machine, table, out, length) {
        Ok(preempts) => {
            let answer = receive(machine, state, table, port, deadline);
            if answer == SWITCH {
                return SWITCH;
            }
            go_on(state, answer, preempts)
        }
        Err(status) => Answer::new(status, 0),
    }
}

/// `signal(port)`.
#[inline(always)]
pub fn signal(state: &'static Partition, table: &'static PartitionTable, port: u64) -> Answer {
    match table.port(port) {
        Port::SignalOut(receiver, port, bit) => {
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
    let Port::Interrupt(source) = table.port(port) else {
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
