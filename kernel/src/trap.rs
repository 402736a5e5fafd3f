//! The entries that the assembly calls: one for each system call, in sections of their own, so
//! that an image can leave out those that nobody may call; and faults and the schedule.
//!
//! Entries get what the partition left in `a0` to `a3` and `a7`, and in `a4` and `a5` its state
//! and its table, and give back what the call comes to.
#![allow(unsafe_code, reason = "symbols for the assembly and for the designer")]

use septum_kernel_logic::tables::{Partition, PartitionTable, Port};
use septum_kernel_logic::{Answer, Resume, calls};

use crate::csr;
use crate::hardware::Machine;

type State = &'static Partition;
type Table = &'static PartitionTable;

macro_rules! entries {
    ($($section:literal $name:ident
        |$a0:tt, $a1:tt, $a2:tt, $a3:tt, $state:tt, $table:tt, $number:tt| $call:expr;)*) => {$(
        #[inline(never)]
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

entries! {
    ".text.call.wait" call_wait |mask, deadline, _, _, state, table, _|
        calls::wait(&Machine, state, table, mask, deadline);
    ".text.call.send" call_send |port, length, _, _, state, table, _|
        match calls::send(&Machine, state, table, port, length) {
            Ok(answer) => answer,
            Err(port) => part_send_otherwise(port, length, state, table),
        };
    ".text.call.receive" call_receive |port, deadline, _, _, state, table, _|
        match calls::receive(&Machine, state, table, port, deadline) {
            Some(answer) => answer,
            None => part_receive_otherwise(port, deadline, 0, 0, state, table, 0, 0),
        };
    ".text.call.exchange" call_exchange |out, length, port, deadline, state, table, number|
        match calls::exchange(&Machine, state, table, [out, length], [port, deadline]) {
            Some(answer) => answer,
            None => part_exchange(out, length, port, deadline, state, table, 0, number),
        };
    ".text.call.signal" call_signal |port, _, _, _, state, table, _|
        calls::signal(&Machine, state, table, port);
    ".text.call.acknowledge" call_acknowledge |port, _, _, _, state, table, _|
        calls::acknowledge(&Machine, state, table, port);
    ".text.call.now" call_now |_, _, _, _, _, table, _| calls::now(&Machine, table);
    ".text.call.now_without_clock" call_now_without_clock |_, _, _, _, _, _, _|
        calls::now_without_clock();
    ".text.call.log" call_log |length, _, _, _, _, table, _| calls::log(&Machine, table, length);
    ".text.call.raise" call_raise |code, _, _, _, state, _, _| calls::raise(&Machine, state, code);
    ".text.call.exit" call_exit |_, _, _, _, state, _, _| calls::exit(state);
    ".text.call.restart" call_restart |partition, _, _, _, state, table, _|
        calls::restart(&Machine, state, table, partition);
    ".text.call.stop" call_stop |partition, _, _, _, state, table, _|
        calls::stop(state, table, partition);
    ".text.call.safe_mode" call_safe_mode |_, _, _, _, _, table, _| calls::safe_mode(table);
    ".text.denied" call_denied |_, _, _, _, state, _, number|
        calls::denied(&Machine, state, number);

    // What is rare of some, apart so that the rest needs no stack.
    ".text.part.receive_otherwise" part_receive_otherwise |port, _, _, _, _, table, _|
        calls::receive_otherwise(&Machine, table, port);
    ".text.part.exchange" part_exchange |out, length, port, deadline, state, table, number|
        calls::exchange_in_parts(
            state,
            table,
            [port, deadline],
            || call_send(out, length, 0, 0, state, table, 0, number),
            || call_receive(port, deadline, 0, 0, state, table, 0, number),
        );
}

macro_rules! functions {
    ($($(#[$doc:meta])* $section:literal
        $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$doc])*
        #[inline(never)]
        #[unsafe(no_mangle)]
        #[unsafe(link_section = $section)]
        pub(crate) extern "C" fn $name($($argument: $type),*) $(-> $result)? $body
    )*};
}

functions! {
    /// What is rare of `send`.
    ".text.part.send_otherwise" part_send_otherwise(
        port: &'static Port, length: u64, state: State, table: Table
    ) -> Answer {
        calls::send_otherwise(&Machine, state, table, port, length)
    }
    /// Sv39 without address space identifiers: what the hart knows of page tables is forgotten.
    ".text.space.without_asid" space_without_asid(table: Table, timer: u64) -> Entered {
        csr::write_satp(table.satp);
        csr::fence_translations();
        Entered { table, timer }
    }
    /// PMP alone, 8 entries: addresses first, configuration last. Others stay as they are.
    ".text.space.pmp8" space_pmp8(table: Table, timer: u64) -> Entered {
        csr::write_pmp_low(&table.pmp.address);
        csr::write_pmpcfg0(table.pmp.config);
        Entered { table, timer }
    }
    /// PMP alone, 16 entries.
    ".text.space.pmp16" space_pmp16(table: Table, timer: u64) -> Entered {
        csr::write_pmp_high(&table.pmp.address);
        csr::write_pmp_low(&table.pmp.address);
        csr::write_pmpcfg2(table.pmp.config_high);
        csr::write_pmpcfg0(table.pmp.config);
        Entered { table, timer }
    }

    /// An exception from U-mode that is no call; [`schedule`] comes next.
    ".text.fault" on_fault(state: State, cause: u64, value: u64) {
        septum_kernel_logic::on_fault(&Machine, state, cause, value);
    }
    /// Who is next.
    ".text.schedule" schedule(table: Table) -> Resume {
        septum_kernel_logic::resume(&Machine, table.hart)
    }
    /// Who is next has something to be done first. No state: [`settle`] comes next.
    ".text.prepare" prepare(state: State, timer_after_pad: u64) -> Prepared {
        match septum_kernel_logic::end_wait(state) {
            true => Prepared { state: Some(state), timer_after_pad },
            false => prepare_otherwise(state, timer_after_pad),
        }
    }
    /// The same for all that is rare, apart so that the rest needs no stack.
    ".text.prepare" prepare_otherwise(state: State, timer_after_pad: u64) -> Prepared {
        let resume = Resume { state, timer_after_pad };
        let timer = septum_kernel_logic::prepare(&Machine, resume);
        Prepared { state: timer.map(|_| state), timer_after_pad: timer.unwrap_or(0) }
    }
    /// Who was next can't run; waits in here.
    ".text.settle" settle(table: Table) { septum_kernel_logic::settle(&Machine, table.hart) }
}

/// What a function that switches the address space has got, in the same registers.
#[repr(C)]
pub(crate) struct Entered {
    table: Table,
    timer: u64,
}

/// What [`prepare`] comes to.
#[repr(C)]
pub(crate) struct Prepared {
    state: Option<State>,
    timer_after_pad: u64,
}
