//! `septum run --gdb`: the run under GDB, in both directions of time.
//!
//! What GDB may look at is what the hart sees; it may change nothing, for then the past would be
//! another one.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use anyhow::{Context, anyhow};
use gdbstub::common::Signal;
use gdbstub::conn::{Connection, ConnectionExt};
use gdbstub::stub::run_blocking::{BlockingEventLoop, Event, WaitForStopReasonError};
use gdbstub::stub::{DisconnectReason, GdbStub, SingleThreadStopReason};
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::reverse_exec::{
    ReplayLogPosition, ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps,
};
use gdbstub::target::ext::base::singlethread::{
    SingleThreadBase, SingleThreadResume, SingleThreadResumeOps, SingleThreadSingleStep,
    SingleThreadSingleStepOps,
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

type Reason = SingleThreadStopReason<u64>;

/// Where GDB has sent the run.
#[derive(Debug, Clone, Copy)]
enum Way {
    On,
    Step,
    Back,
    StepBack,
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
            Way::On => Ok(self.debugger.run(SLICE)?.map(reason)),
            Way::Step => Ok(Some(self.debugger.step()?.map_or(Reason::DoneStep, reason))),
            Way::Back => Ok(Some(reason(self.debugger.run_back()?))),
            Way::StepBack => {
                let stop = self.debugger.step_back()?;
                Ok(Some(stop.map_or(Reason::DoneStep, reason)))
            }
        }
    }
}

fn reason(stop: Stop) -> Reason {
    let end = |pos| Reason::ReplayLog { tid: None, pos };
    match stop {
        Stop::Breakpoint => Reason::SwBreak(()),
        Stop::Watchpoint(addr) => Reason::Watch {
            tid: (),
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
        BaseOps::SingleThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadBase for Debugged {
    fn read_registers(
        &mut self,
        registers: &mut gdbstub_arch::riscv::reg::RiscvCoreRegs<u64>,
    ) -> TargetResult<(), Self> {
        let now = self.debugger.registers();
        (registers.x, registers.pc) = (now.x, now.pc);
        Ok(())
    }

    fn write_registers(
        &mut self,
        _: &gdbstub_arch::riscv::reg::RiscvCoreRegs<u64>,
    ) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn read_addrs(&mut self, address: u64, data: &mut [u8]) -> TargetResult<usize, Self> {
        match self.debugger.read(address, data) {
            0 if !data.is_empty() => Err(TargetError::NonFatal),
            length => Ok(length),
        }
    }

    fn write_addrs(&mut self, _: u64, _: &[u8]) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn support_resume(&mut self) -> Option<SingleThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadResume for Debugged {
    fn resume(&mut self, _: Option<Signal>) -> Result<(), MachineError> {
        self.way = Way::On;
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<SingleThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, (), Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, (), Self>> {
        Some(self)
    }
}

impl SingleThreadSingleStep for Debugged {
    fn step(&mut self, _: Option<Signal>) -> Result<(), MachineError> {
        self.way = Way::Step;
        Ok(())
    }
}

impl ReverseStep<()> for Debugged {
    fn reverse_step(&mut self, (): ()) -> Result<(), MachineError> {
        self.way = Way::StepBack;
        Ok(())
    }
}

impl ReverseCont<()> for Debugged {
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
