//! What the design can say and this version does not build: refused, never ignored.

use super::findings::Findings;
use crate::codes::{S0100, S0190};
use crate::diagnostic::SpecPath;
use crate::spec::{FORMAT, RawSystem};
use crate::system::MAX_HARTS;

/// Where it is said, what is not built, and what to do instead.
type Refusal = (SpecPath, String, &'static str);

/// What this version does not build, one row for each feature of the spec.
const UNBUILT: [fn(&RawSystem) -> Vec<Refusal>; 2] = [harts, rules];

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let root = SpecPath::default();
    if raw.format != FORMAT {
        let message = format!(
            "the design is in format {}, this program reads format {FORMAT}",
            raw.format
        );
        findings.report(
            &S0100,
            root.field("format"),
            message,
            "use the version of septum that wrote it",
        );
    }
    for (path, what, help) in UNBUILT.iter().flat_map(|refusals| refusals(raw)) {
        let message = format!("this version does not build {what}");
        findings.report(&S0190, path, message, help);
    }
}

fn machine() -> SpecPath {
    SpecPath::default().field("machine")
}

fn harts(raw: &RawSystem) -> Vec<Refusal> {
    let what = || format!("systems of {} harts", raw.machine.harts);
    let help = "use one hart: the kernel runs on one, and `septum emulate` on several";
    let refusal = || (machine().field("harts"), what(), help);
    // More than a machine may have are another finding.
    let several = usize::try_from(raw.machine.harts).is_ok_and(|it| (2..=MAX_HARTS).contains(&it));
    several.then(refusal).into_iter().collect()
}

fn rules(raw: &RawSystem) -> Vec<Refusal> {
    let path = || SpecPath::default().field("rules");
    let what = || "the verification of rules".to_owned();
    let refusal = || (path(), what(), "remove them for now");
    let has_any = !raw.rules.is_empty();
    has_any.then(refusal).into_iter().collect()
}
