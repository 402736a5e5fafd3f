//! `septum run --gdb`: the run under GDB, in both directions of time.
//!
//! Each hart is a thread. What GDB may look at is what the hart sees; it may change nothing, for
//! then the past would be another one.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use anyhow::{Context, anyhow};
use gdbstub::common::{Signal, Tid};
use gdbstub::conn::{Connection, ConnectionExt};
use gdbstub::stub::run_blocking::{BlockingEventLoop, Event, WaitForStopReasonError};
use gdbstub::stub::{DisconnectReason, GdbStub, MultiThreadStopReason};
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::multithread::{
    MultiThreadBase, MultiThreadResume, MultiThreadResumeOps, MultiThreadSchedulerLocking,
    MultiThreadSchedulerLockingOps, MultiThreadSingleStep, MultiThreadSingleStepOps,
};
use gdbstub::target::ext::base::reverse_exec::{
    ReplayLogPosition, ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps,
};
use gdbstub::target::ext::breakpoints::{
    Breakpoints, BreakpointsOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint, SwBreakpointOps,
    WatchKind,
};
use gdbstub::target::{Target, TargetError, TargetResult};
use gdbstub_arch::riscv::Riscv64;
use septum_simulator::cpu::MachineError;
use septum_simulator::debug::{Debugger, Stop};
use septum_simulator::simulation::{Outcome, Simulation};
use septum_simulator::travel::Travel;

use crate::trace::describe::milliseconds;

use super::output::Output;
use super::{FINDINGS, GOOD};

/// Instructions between two looks at what GDB says.
const SLICE: u64 = 20_000;

type Reason = MultiThreadStopReason<u64>;

/// Where GDB has sent the run.
#[derive(Debug, Clone, Copy)]
enum Way {
    On,
    /// By one instruction of this hart.
    Step(usize),
    Back,
    /// Back by one instruction of this hart.
    StepBack(usize),
}

/// The run as GDB sees it.
struct Debugged {
    debugger: Debugger,
    way: Way,
}

/// Waits for GDB, and serves it until it goes away; the exit code.
pub(super) fn serve(
    simulation: Simulation,
    port: u16,
    out: &mut Output<impl Write>,
) -> anyhow::Result<u8> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = listener.with_context(|| format!("port {port} cannot be listened on"))?;
    let address = listener.local_addr()?;
    writeln!(out, "waiting for GDB: target remote {address}")?;
    out.flush()?;
    let (stream, _) = listener.accept()?;
    let mut debugged = Debugged {
        debugger: Debugger::new(Travel::new(simulation)),
        way: Way::On,
    };
    let served = GdbStub::new(stream).run_blocking::<Loop>(&mut debugged);
    let reason = served.map_err(|error| anyhow!("GDB cannot be served: {error}"))?;
    let time = milliseconds(debugged.debugger.travel().time_ns());
    let (said, code) = match reason {
        DisconnectReason::TargetExited(code) => (format!("exit code {code}"), code),
        DisconnectReason::TargetTerminated(signal) => (format!("{signal}"), 1),
        DisconnectReason::Disconnect => ("GDB went away".to_owned(), 0),
        DisconnectReason::Kill => ("GDB ended it".to_owned(), 0),
    };
    writeln!(out, "ended at {time}: {said}")?;
    Ok(if code == 0 { GOOD } else { FINDINGS })
}

impl Debugged {
    /// Goes on in the way that GDB has said, for a while; why it stands still, if it does.
    fn go(&mut self) -> Result<Option<Reason>, MachineError> {
        match self.way {
            Way::On => {
                let stop = self.debugger.run(SLICE)?;
                Ok(stop.map(|stop| self.reason(stop)))
            }
            Way::Step(hart) => {
                let stop = self.debugger.step(hart)?;
                Ok(Some(self.stepped(stop)))
            }
            Way::Back => {
                let stop = self.debugger.run_back()?;
                Ok(Some(self.reason(stop)))
            }
            Way::StepBack(hart) => {
                let stop = self.debugger.step_back(hart)?;
                Ok(Some(self.stepped(stop)))
            }
        }
    }

    fn stepped(&self, stop: Option<Stop>) -> Reason {
        let done = || Reason::SignalWithThread {
            tid: thread(self.debugger.hart()),
            signal: Signal::SIGTRAP,
        };
        stop.map_or_else(done, |stop| self.reason(stop))
    }

    fn reason(&self, stop: Stop) -> Reason {
        let tid = thread(self.debugger.hart());
        let end = |pos| Reason::ReplayLog {
            tid: Some(tid),
            pos,
        };
        match stop {
            Stop::Breakpoint => Reason::SwBreak(tid),
            Stop::Watchpoint(addr) => Reason::Watch {
                tid,
                kind: WatchKind::Write,
                addr,
            },
            Stop::Begin => end(ReplayLogPosition::Begin),
            // Who has come to the end may still go back.
            Stop::End(Outcome::Reached | Outcome::Idle | Outcome::Stopped { .. }) => {
                end(ReplayLogPosition::End)
            }
        }
    }
}

/// GDB counts threads from 1.
fn thread(hart: usize) -> Tid {
    Tid::MIN.saturating_add(hart)
}

fn hart(thread: Tid) -> usize {
    thread.get() - 1
}

/// Serves GDB and runs in between.
struct Loop;

impl BlockingEventLoop for Loop {
    type Target = Debugged;
    type Connection = TcpStream;
    type StopReason = Reason;

    fn wait_for_stop_reason(
        target: &mut Debugged,
        connection: &mut TcpStream,
    ) -> Result<Event<Reason>, WaitForStopReasonError<MachineError, <TcpStream as Connection>::Error>>
    {
        loop {
            let waiting = connection
                .peek()
                .map_err(WaitForStopReasonError::Connection)?;
            if waiting.is_some() {
                let byte = ConnectionExt::read(connection);
                let byte = byte.map_err(WaitForStopReasonError::Connection)?;
                return Ok(Event::IncomingData(byte));
            }
            if let Some(reason) = target.go().map_err(WaitForStopReasonError::Target)? {
                return Ok(Event::TargetStopped(reason));
            }
        }
    }

    fn on_interrupt(_: &mut Debugged) -> Result<Option<Reason>, MachineError> {
        Ok(Some(Reason::Signal(Signal::SIGINT)))
    }
}

impl Target for Debugged {
    type Arch = Riscv64;
    type Error = MachineError;

    fn base_ops(&mut self) -> BaseOps<'_, Riscv64, MachineError> {
        BaseOps::MultiThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadBase for Debugged {
    fn read_registers(
        &mut self,
        registers: &mut gdbstub_arch::riscv::reg::RiscvCoreRegs<u64>,
        thread: Tid,
    ) -> TargetResult<(), Self> {
        let now = self.debugger.registers(hart(thread));
        let now = now.ok_or(TargetError::NonFatal)?;
        (registers.x, registers.pc) = (now.x, now.pc);
        Ok(())
    }

    fn write_registers(
        &mut self,
        _: &gdbstub_arch::riscv::reg::RiscvCoreRegs<u64>,
        _: Tid,
    ) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn read_addrs(
        &mut self,
        address: u64,
        data: &mut [u8],
        thread: Tid,
    ) -> TargetResult<usize, Self> {
        match self.debugger.read(hart(thread), address, data) {
            0 if !data.is_empty() => Err(TargetError::NonFatal),
            length => Ok(length),
        }
    }

    fn write_addrs(&mut self, _: u64, _: &[u8], _: Tid) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn list_active_threads(&mut self, is_active: &mut dyn FnMut(Tid)) -> Result<(), MachineError> {
        (0..self.debugger.harts()).map(thread).for_each(is_active);
        Ok(())
    }

    fn support_resume(&mut self) -> Option<MultiThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadResume for Debugged {
    fn resume(&mut self) -> Result<(), MachineError> {
        Ok(())
    }

    fn clear_resume_actions(&mut self) -> Result<(), MachineError> {
        self.way = Way::On;
        Ok(())
    }

    fn set_resume_action_continue(
        &mut self,
        _: Tid,
        _: Option<Signal>,
    ) -> Result<(), MachineError> {
        Ok(())
    }

    fn support_scheduler_locking(&mut self) -> Option<MultiThreadSchedulerLockingOps<'_, Self>> {
        Some(self)
    }

    fn support_single_step(&mut self) -> Option<MultiThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, Tid, Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, Tid, Self>> {
        Some(self)
    }
}

impl MultiThreadSchedulerLocking for Debugged {
    /// Asked for where GDB steps one thread over a breakpoint. The other harts go on all the same:
    /// with one that stands still, the past would be another one.
    fn set_resume_action_scheduler_lock(&mut self) -> Result<(), MachineError> {
        Ok(())
    }
}

impl MultiThreadSingleStep for Debugged {
    fn set_resume_action_step(
        &mut self,
        thread: Tid,
        _: Option<Signal>,
    ) -> Result<(), MachineError> {
        self.way = Way::Step(hart(thread));
        Ok(())
    }
}

impl ReverseStep<Tid> for Debugged {
    fn reverse_step(&mut self, thread: Tid) -> Result<(), MachineError> {
        self.way = Way::StepBack(hart(thread));
        Ok(())
    }
}

impl ReverseCont<Tid> for Debugged {
    fn reverse_cont(&mut self) -> Result<(), MachineError> {
        self.way = Way::Back;
        Ok(())
    }
}

impl Breakpoints for Debugged {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Debugged {
    fn add_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        self.debugger.add_breakpoint(address);
        Ok(true)
    }

    fn remove_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        Ok(self.debugger.remove_breakpoint(address))
    }
}

impl HwWatchpoint for Debugged {
    fn add_hw_watchpoint(
        &mut self,
        address: u64,
        length: u64,
        kind: WatchKind,
    ) -> TargetResult<bool, Self> {
        // Only what changes memory is seen.
        Ok(kind == WatchKind::Write && self.debugger.add_watchpoint(address, length))
    }

    fn remove_hw_watchpoint(
        &mut self,
        address: u64,
        _: u64,
        _: WatchKind,
    ) -> TargetResult<bool, Self> {
        Ok(self.debugger.remove_watchpoint(address))
    }
}
