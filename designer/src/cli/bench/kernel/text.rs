//! How much code of the kernel is in an image.

use septum_core::dhall::load_text;
use septum_core::image::{contents, kernel_code};
use septum_core::places::Places;
use septum_core::plan::{Plan, RegionKind, plan};
use septum_core::programs::Programs;
use septum_core::{check::check, templates};

use super::super::table::Row;
use super::row;

/// Shortest run of zeros that is no code: two instructions that do not exist.
const BLANK: usize = 8;

/// Everything that there is, and what the starter system `ping-pong` needs.
pub(super) fn rows() -> [Row; 2] {
    let used = ping_pong().map(|plan| {
        let regions = plan.regions.iter();
        let code = regions.filter(|region| region.kind == RegionKind::KernelCode);
        code.map(|region| not_blank(&contents(&plan, region))).sum()
    });
    let all = Some(not_blank(kernel_code()));
    let peers = |what: &str| format!("{what}; S3K 8500, seL4 31000, Microkit 100000 more");
    [
        row("text_all", all, "bytes", 8192, peers("all code")),
        row(
            "text_ping_pong",
            used,
            "bytes",
            4096,
            peers("not blank in ping-pong"),
        ),
    ]
}

/// The plan of the starter system.
fn ping_pong() -> Option<Plan> {
    let files = templates::find("ping-pong")?.files.iter();
    let design = files.clone().find(|file| file.path == "system.dhall")?;
    let raw = load_text(std::str::from_utf8(design.bytes).ok()?).raw?;
    let system = check(&raw, &Programs::default(), &Places::default()).system?;
    plan(&system).ok()
}

fn not_blank(code: &[u8]) -> u64 {
    let is_zero = |pair: &&[u8]| pair.iter().all(|byte| *byte == 0);
    let runs = code.chunks(2).collect::<Vec<_>>();
    let runs = runs.chunk_by(|a, b| is_zero(a) == is_zero(b));
    let lengths = runs.filter_map(|run| {
        let length = 2 * run.len();
        let is_blank = is_zero(&run[0]) && length >= BLANK;
        u64::try_from(length).ok().filter(|_| !is_blank)
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_among_code_are_code() {
        let mut code = vec![1; 6];
        code.extend([0; 6]);
        code.extend([1; 4]);
        code.extend([0; 8]);
        code.extend([1, 0]);
        assert_eq!(not_blank(&code), 18);
        assert_eq!(not_blank(&[0; 64]), 0);
    }
}
