//! `septum run --lockstep`: the same run with a second opinion on every instruction.

use std::io::{self, Write};

use septum_core::plan::Plan;
use septum_simulator::lockstep::{Difference, Lockstep};
use septum_simulator::simulation::Simulation;
use serde_json::{Value, json};

use crate::trace::describe::milliseconds;
use crate::trace::duration::VirtualTime;

use super::output::Output;
use super::{FINDINGS, Format, GOOD};

/// Runs both and prints whether they agree; the exit code.
pub(super) fn run(
    plan: &Plan,
    simulation: Simulation,
    duration: VirtualTime,
    format: Format,
    out: &mut Output<impl Write>,
) -> anyhow::Result<u8> {
    let mut lockstep = Lockstep::new(plan, simulation);
    let ran = lockstep.run_until(duration.ns)?;
    let difference = ran.err();
    match format {
        Format::Text => text(&lockstep, difference.as_deref(), out)?,
        Format::Json => writeln!(out, "{}", object(&lockstep, difference.as_deref()))?,
    }
    Ok(if difference.is_some() { FINDINGS } else { GOOD })
}

fn text(
    lockstep: &Lockstep,
    difference: Option<&Difference>,
    out: &mut impl Write,
) -> io::Result<()> {
    let (instructions, interrupts) = lockstep.compared();
    let count = format!("{instructions} instructions and {interrupts} interrupts");
    match difference {
        None => writeln!(out, "lockstep: rv64emu agrees on {count}")?,
        Some(difference) => {
            let time = milliseconds(difference.time_ns);
            let (pc, instruction) = (difference.pc, &difference.instruction);
            writeln!(out, "lockstep: rv64emu differs after {count}, at {time}")?;
            writeln!(out, "  pc {pc:#x}: {instruction}")?;
            for what in &difference.differences {
                writeln!(out, "  {what}")?;
            }
            writeln!(out, "     ours                witness")?;
            write!(out, "{}", difference.registers)?;
        }
    }
    for (reason, times) in lockstep.told() {
        writeln!(out, "  not asked {times} times: {reason}")?;
    }
    Ok(())
}

fn object(lockstep: &Lockstep, difference: Option<&Difference>) -> Value {
    let (instructions, interrupts) = lockstep.compared();
    let difference = difference.map(|it| {
        json!({
            "time_ns": it.time_ns,
            "pc": it.pc,
            "instruction": it.instruction,
            "differences": it.differences,
        })
    });
    json!({
        "lockstep": {
            "instructions": instructions,
            "interrupts": interrupts,
            "not_asked": lockstep.told(),
            "difference": difference,
        }
    })
}

#[cfg(test)]
mod tests {
    use septum_core::check::check;
    use septum_core::dhall::load_text;
    use septum_core::image;
    use septum_core::programs::Programs;
    use septum_core::scenario::Scenario;
    use septum_core::templates;

    use super::*;

    fn ran(format: Format) -> (u8, String) {
        let template = templates::find("ping-pong").unwrap();
        let loaded = load_text(std::str::from_utf8(template.files[0].bytes).unwrap());
        let checked = check(&loaded.raw.unwrap(), &Programs::new(), &loaded.places);
        let plan = checked.plan.unwrap();
        let booted = Simulation::boot(&plan, &image::build(&plan), &Scenario::default());
        let mut out = Output::new(Vec::new());
        let duration = "1ms".parse().unwrap();
        let code = run(&plan, booted.unwrap(), duration, format, &mut out).unwrap();
        (code, String::from_utf8(out.into_inner()).unwrap())
    }

    #[test]
    fn it_says_that_they_agree_and_what_was_not_asked() {
        let (code, text) = ran(Format::Text);
        assert_eq!(code, GOOD, "{text}");
        assert!(text.starts_with("lockstep: rv64emu agrees on "), "{text}");
        assert!(text.contains(" times: it has no PMP\n"), "{text}");
        let (_, json) = ran(Format::Json);
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["lockstep"]["difference"], Value::Null);
        assert!(value["lockstep"]["instructions"].as_u64().unwrap() > 10_000);
    }
}
