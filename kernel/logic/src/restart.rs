//! Restart: memory as at the first start, in bounded chunks and only in the partition's own
//! windows. Of its channels it drains what it consumes; what it sent stays.

use septum_abi::limits::RESTORE_CHUNK_BYTES;
use septum_abi::state::{Activity, SAVED_ALL};

use crate::tables::{Partition, Port, Restore};
use crate::wait::{give_up, release};
use crate::{Hardware, Physical};

/// It runs no more until all is restored, which begins at the time `at`.
pub(crate) fn begin(state: &Partition, at: u64) {
    give_up(state);
    state.activity.set(Activity::Restarting.number());
    state.ready_at.set(at);
    state.restore.set(state.table.restore);
    state.restored.set(0);
}

/// It is its turn: one chunk, or, after the last, the first state.
#[inline(never)]
pub(crate) fn restore<H: Hardware>(machine: &H, state: &Partition) {
    match state.restore.get() {
        Some(part) => restore_part(machine, state, part),
        None => finish(machine, state),
    }
}

fn restore_part<H: Hardware>(machine: &H, state: &Partition, part: &Restore) {
    let done = state.restored.get();
    let bytes = part.bytes.saturating_sub(done).min(RESTORE_CHUNK_BYTES);
    let to = part.to.offset(done);
    match part.from {
        Some(from) => machine.copy(Physical::from_table(from.get()).offset(done), to, bytes),
        None => machine.clear(to, bytes),
    }
    let done = done.saturating_add(bytes);
    if done >= part.bytes {
        state.restore.set(part.next);
        state.restored.set(0);
    } else {
        state.restored.set(done);
    }
}

/// Empties what it consumes, gives back interrupts, and sets the first registers.
fn finish<H: Hardware>(machine: &H, state: &Partition) {
    let table = state.table;
    for (number, port) in (0u32..).zip(&table.ports) {
        match port {
            Port::QueuingIn(queue, _) => queue.state.read.set(queue.state.write.get()),
            Port::Interrupt(source) if state.claimed.get() & (1 << (number & 63)) != 0 => {
                // It is its window: the source is enabled, the PLIC takes the completion.
                machine.complete(table.hart, *source);
            }
            _ => {}
        }
    }
    state.claimed.set(0);
    state.pending.set(0);
    for register in &state.registers {
        register.set(0);
    }
    state.pc.set(table.entry);
    // x2, at position 1 because x0 has none.
    state.registers[1].set(table.stack_top);
    state.saved.set(SAVED_ALL);
    machine.fence_instructions();
    release(state);
}
