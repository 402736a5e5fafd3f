//! Instructions that U-mode must not execute, on a machine that we did not write.

use septum_abi::call::Call;
use septum_core::image::build;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::RawPartition;
use septum_guest::asm::{MRET, SFENCE, SRET, WFI, csrrs, csrrw};
use septum_guest::program::{call, run};
use septum_simulator::cpu::Cause;

use crate::agreement::{MS, simulated};
use crate::isolation::with_witness;
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{partition, planned_with};

/// Partitions with an instruction each.
const CROWD: usize = 60;

/// CSRs of each mode and purpose, those that may read otherwise than zero above all.
const CSRS: [u32; 26] = [
    0x001, 0x003, 0x100, 0x105, 0x106, 0x140, 0x142, 0x180, 0x300, 0x301, 0x304, 0x305, 0x306,
    0x340, 0x341, 0x342, 0x344, 0x3a0, 0x3b0, 0xb00, 0xc00, 0xc01, 0xc02, 0xc03, 0xf11, 0xf14,
];

/// Privileged instructions, and reads and writes of CSRs.
fn words() -> Vec<u32> {
    let privileged = [
        MRET,
        SRET,
        WFI,
        SFENCE,
        SFENCE | 1 << 15,
        0x7b20_0073,
        0,
        u32::MAX,
    ];
    let reads = CSRS.map(|csr| csrrs(5, csr, 0));
    let writes = CSRS.map(|csr| csrrw(0, csr, 1));
    let words = privileged.into_iter().chain(reads).chain(writes);
    words.collect()
}

/// A partition that executes this and ends.
fn executor(number: usize, word: u32, programs: &mut Programs) -> RawPartition {
    let mut partition = partition(&format!("p{number}"), Vec::new());
    let mut code = vec![word];
    code.extend(call(Call::Exit.number(), [0, 0]));
    run(&mut partition, programs, &code, &[]);
    partition
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn no_instruction_of_another_mode_is_executed() {
    let words = words();
    assert_eq!(words.len(), CROWD);
    let mut programs = Programs::new();
    let crowd = words.iter().enumerate();
    let crowd = crowd.map(|(number, word)| executor(number, *word, &mut programs));
    let raw = with_witness(crowd.collect());
    let files = programs.iter().map(|(path, bytes)| {
        let bytes = bytes.as_ref().expect("it was just made");
        (path.as_str(), bytes.as_slice())
    });
    let plan = planned_with(&raw, &files.collect::<Vec<_>>());
    let mut simulation = simulated(&plan, &build(&plan), &Scenario::default(), 30 * MS);
    let mut qemu = Qemu::boot(&plan);
    qemu.until(|said| said.texts(0).len() > 30);
    qemu.freeze();
    for halts in [simulation.halts(&plan), qemu.halts(&plan)] {
        for (halt, word) in halts.into_iter().skip(1).zip(&words) {
            let fault = halt.unwrap_or_else(|| panic!("{word:#x} is executed"));
            let expected = (Cause::IllegalInstruction.code(), u64::from(*word));
            assert_eq!((fault.cause, fault.value), expected, "{word:#x}");
        }
    }
}
