//! The entries that the assembly calls: one for each system call, in sections of their own, so
//! that an image can leave out those that nobody may call; and faults and the schedule.
//!
//! They get what the partition left in `a0` to `a3` and `a7`, and in `a4` and `a5` its state
//! and its table, and give back what the call comes to.
#![allow(unsafe_code, reason = "symbols for the assembly and for the designer")]

use septum_kernel_logic::tables::{Partition, PartitionTable};
use septum_kernel_logic::{Answer, Resume, calls, parts};

use crate::csr;
use crate::hardware::Machine;

type State = &'static Partition;
type Table = &'static PartitionTable;

macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident in $section:literal
        = |$a0:tt, $a1:tt, $a2:tt, $a3:tt, $state:tt, $table:tt, $number:tt| $call:expr;)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        #[unsafe(link_section = $section)]
        extern "C" fn $name(
            $a0: u64, $a1: u64, $a2: u64, $a3: u64,
            $state: State, $table: Table, _: u64, $number: u64,
        ) -> Answer {
            $call
        }
    )*};
}

/// The ways to switch to a partition that are more than setting `satp`.
macro_rules! spaces {
    ($($(#[$doc:meta])* $name:ident in $section:literal = |$table:ident| $switch:block;)*) => {$(
        $(#[$doc])*
        #[unsafe(no_mangle)]
        #[unsafe(link_section = $section)]
        extern "C" fn $name($table: Table) $switch
    )*};
}

entries! {
    /// `wait(mask, deadline)`.
    call_wait in ".text.call.wait" = |mask, deadline, _, _, state, table, _|
        calls::wait(&Machine, state, table, mask, deadline);
    /// `send(port, length)`.
    call_send in ".text.call.send" = |port, length, a2, a3, state, table, number|
        match calls::send(&Machine, state, table, port, length) {
            Some(answer) => answer,
            None => part_send_otherwise(port, length, a2, a3, state, table, 0, number),
        };
    /// `receive(port, deadline)`.
    call_receive in ".text.call.receive" = |port, deadline, _, _, state, table, _|
        calls::receive(&Machine, state, table, port, deadline);
    /// `exchange(out, length, in, deadline)`.
    call_exchange in ".text.call.exchange" = |out, length, port, deadline, state, table, number|
        match calls::exchange(&Machine, state, table, [out, length], [port, deadline]) {
            Some(answer) => answer,
            None => part_exchange(out, length, port, deadline, state, table, 0, number),
        };
    /// `signal(port)`.
    call_signal in ".text.call.signal" = |port, _, _, _, state, table, _|
        calls::signal(state, table, port);
    /// `acknowledge(port)`.
    call_acknowledge in ".text.call.acknowledge" = |port, _, _, _, state, table, _|
        calls::acknowledge(&Machine, state, table, port);
    /// `now()`.
    call_now in ".text.call.now" = |_, _, _, _, _, table, _|
        calls::now(&Machine, table);
    /// `now()` of a partition without the clock.
    call_now_without_clock in ".text.call.now_without_clock" = |_, _, _, _, _, _, _|
        calls::now_without_clock();
    /// `log(length)`.
    call_log in ".text.call.log" = |length, _, _, _, _, table, _|
        calls::log(&Machine, table, length);
    /// `raise(code)`.
    call_raise in ".text.call.raise" = |code, _, _, _, state, _, _|
        calls::raise(&Machine, state, code);
    /// `exit()`.
    call_exit in ".text.call.exit" = |_, _, _, _, state, _, _|
        calls::exit(state);
    /// `restart(partition)`.
    call_restart in ".text.call.restart" = |partition, _, _, _, state, table, _|
        calls::restart(&Machine, state, table, partition);
    /// `stop(partition)`.
    call_stop in ".text.call.stop" = |partition, _, _, _, state, table, _|
        calls::stop(state, table, partition);
    /// `safe_mode()`.
    call_safe_mode in ".text.call.safe_mode" = |_, _, _, _, _, table, _|
        calls::safe_mode(table);
    /// Any call that the partition may not make, and any number that is none.
    call_denied in ".text.denied" = |_, _, _, _, state, _, number|
        calls::denied(&Machine, state, number);
}

/// What is rare of `send`, apart so that the rest needs no stack.
#[inline(never)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".text.part.send_otherwise")]
extern "C" fn part_send_otherwise(
    port: u64,
    length: u64,
    _: u64,
    _: u64,
    state: State,
    table: Table,
    _: u64,
    _: u64,
) -> Answer {
    calls::send_otherwise(&Machine, state, table, port, length)
}

/// What is rare of `exchange`, apart so that the rest needs no stack.
#[inline(never)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".text.part.exchange")]
extern "C" fn part_exchange(
    out: u64,
    length: u64,
    port: u64,
    deadline: u64,
    state: State,
    table: Table,
    _: u64,
    number: u64,
) -> Answer {
    calls::exchange_in_parts(
        state,
        table,
        [port, deadline],
        || call_send(out, length, 0, 0, state, table, 0, number),
        || call_receive(port, deadline, 0, 0, state, table, 0, number),
    )
}

/// Drains a log ring, where the UART is the kernel's.
#[inline(never)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".text.part.drain")]
pub(crate) extern "C" fn part_drain(table: Table) -> bool {
    parts::drain(&Machine, table)
}

/// Restores a chunk of a partition's memory, where somebody may be restarted.
#[inline(never)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".text.part.restore")]
pub(crate) extern "C" fn part_restore(state: State) {
    parts::restore(&Machine, state);
}

/// An exception from U-mode that is no call; [`schedule`] comes next.
#[unsafe(no_mangle)]
extern "C" fn on_fault(state: State, cause: u64, value: u64) {
    septum_kernel_logic::on_fault(&Machine, state, cause, value);
}

/// Who is next.
#[unsafe(no_mangle)]
extern "C" fn schedule(table: Table) -> Resume {
    septum_kernel_logic::resume(&Machine, table.hart)
}

/// What `prepare` comes to.
#[repr(C)]
struct Prepared {
    /// The state to load; `None`: [`settle`] comes next.
    state: Option<State>,
    timer_after_pad: u64,
}

/// Who is next has something to be done first.
#[unsafe(no_mangle)]
extern "C" fn prepare(state: State, timer_after_pad: u64) -> Prepared {
    let resume = Resume {
        state,
        timer_after_pad,
    };
    match septum_kernel_logic::prepare(&Machine, resume) {
        Some(timer_after_pad) => Prepared {
            state: Some(state),
            timer_after_pad,
        },
        None => Prepared {
            state: None,
            timer_after_pad: 0,
        },
    }
}

/// Who was next can't run; waits in here.
#[unsafe(no_mangle)]
extern "C" fn settle(table: Table) {
    septum_kernel_logic::settle(&Machine, table.hart);
}

spaces! {
    /// Sv39 without address space identifiers: what the hart knows of page tables is forgotten.
    space_without_asid in ".text.space.without_asid" = |table| {
        csr::write_satp(table.satp);
        csr::fence_translations();
    };
    /// PMP alone, 8 entries: addresses first, configuration last. The other entries, if there
    /// are any, stay as they are.
    space_pmp8 in ".text.space.pmp8" = |table| {
        if let Some(pmp) = table.pmp {
            csr::write_pmp_low(&pmp.address);
            csr::write_pmpcfg0(pmp.config);
        }
    };
    /// PMP alone, 16 entries.
    space_pmp16 in ".text.space.pmp16" = |table| {
        if let Some(pmp) = table.pmp {
            csr::write_pmp_low(&pmp.address);
            csr::write_pmp_high(&pmp.address);
            csr::write_pmpcfg2(pmp.config_high);
            csr::write_pmpcfg0(pmp.config);
        }
    };
}
