//! Blocks of a model: loops and conditions that close, each with one other side at most.

use crate::check::findings::Findings;
use crate::codes::S0160;
use crate::diagnostic::SpecPath;
use crate::spec::RawStep;

const LOOP: &str = "loop";
const CONDITION: &str = "condition";

/// A block that is open.
struct Open {
    step: usize,
    what: &'static str,
    /// Whether an `Else` may come.
    has_other_side: bool,
}

impl Open {
    fn new(step: usize, what: &'static str) -> Self {
        let has_other_side = what == CONDITION;
        Self {
            step,
            what,
            has_other_side,
        }
    }
}

pub(super) fn check(steps: &[RawStep], path: &SpecPath, findings: &mut Findings) {
    let mut open: Vec<Open> = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        match step {
            RawStep::Loop { .. } => open.push(Open::new(i, LOOP)),
            RawStep::IfByte { .. } => open.push(Open::new(i, CONDITION)),
            RawStep::Else => other_side(open.last_mut(), i, path, findings),
            RawStep::End if open.pop().is_none() => {
                let message = format!("step {i} ends a loop or a condition that was not begun");
                let help = "remove it, or begin one before it";
                findings.report(&S0160, path.index(i), message, help);
            }
            _ => {}
        }
    }
    for Open { step, what, .. } in open {
        let message = format!("the {what} that step {step} begins has no end");
        findings.report(&S0160, path.index(step), message, "add an End");
    }
}

fn other_side(open: Option<&mut Open>, i: usize, path: &SpecPath, findings: &mut Findings) {
    let (message, help) = match open {
        Some(open) if open.has_other_side => {
            open.has_other_side = false;
            return;
        }
        Some(open) if open.what == CONDITION => (
            format!(
                "step {i} is a second Else of the condition that step {} begins",
                open.step
            ),
            "remove it, or nest another condition",
        ),
        Some(open) => (
            format!(
                "step {i} is an Else inside of the loop that step {} begins",
                open.step
            ),
            "end the loop before it, or begin a condition inside of the loop",
        ),
        None => (
            format!("step {i} is an Else without a condition"),
            "remove it, or begin a condition before it",
        ),
    };
    findings.report(&S0160, path.index(i), message, help);
}
