//! Numbers of steps: bounds in order, periods that pass, bytes that are bytes.

use septum_abi::health::PANIC;

use crate::check::findings::Findings;
use crate::codes::S0166;
use crate::diagnostic::SpecPath;
use crate::duration::exact;
use crate::spec::RawStep;

pub(super) fn check(step: &RawStep, number: usize, path: &SpecPath, findings: &mut Findings) {
    let impossible = match *step {
        RawStep::ComputeBetween { least_ns, most_ns } if least_ns > most_ns => (
            "most_ns",
            format!(
                "step {number} computes for at least {}, but for at most {}",
                exact(least_ns),
                exact(most_ns)
            ),
            format!("use at least {}, or exchange them", exact(least_ns)),
        ),
        RawStep::SleepUntil { period_ns: 0, .. } => (
            "period_ns",
            format!("step {number} sleeps until a multiple of no time"),
            "use the time from one awakening to the next".to_owned(),
        ),
        RawStep::SleepUntil {
            period_ns,
            offset_ns,
        } if offset_ns >= period_ns => (
            "offset_ns",
            format!(
                "the offset of step {number}, {}, is not less than its period, {}",
                exact(offset_ns),
                exact(period_ns)
            ),
            format!("use {}, which is the same", offset_ns % period_ns),
        ),
        RawStep::Raise { code } if code & PANIC != 0 => (
            "code",
            format!("step {number} raises {code:#x}, which stands for a panic in Rust"),
            format!("use a code below {PANIC:#x}"),
        ),
        RawStep::IfByte { equals, .. } if equals > u64::from(u8::MAX) => (
            "equals",
            format!("step {number} compares a byte with {equals}"),
            format!("use 0 to {}", u8::MAX),
        ),
        _ => return,
    };
    let (field, message, help) = impossible;
    findings.report(&S0166, path.field(field), message, &help);
}
