//! Bare-metal programs: how they end, what they print, and files that are no programs.

use crate::common::asm::{ECALL, MRET, NOP, WFI, addi, csrrs, csrrw, j, li, load, slli, store};
use crate::common::random::Random;
use crate::common::{FINISHER, UART, virt};
use object::elf;
use septum_core::spec::RawRange;
use septum_guest::bare::{BareProgram, BareSegment, RAM};
use septum_simulator::bare::{BareError, BareRun, End, MAX_RAM_BYTES, Through};
use septum_simulator::cpu::Cause;
use septum_simulator::executable::ExecutableError;

/// Where the programs here have `tohost` and `fromhost`.
const TO_HOST: u64 = RAM + 0x1000;
const FROM_HOST: u64 = RAM + 0x1040;
/// More instructions than any of them takes.
const ENOUGH: u64 = 1_000_000;

/// Stores a word of so many bytes, then turns in a circle.
fn storing(address: u64, value: u64, funct3: u32) -> Vec<u32> {
    [
        li(1, address),
        li(2, value),
        vec![store(funct3, 2, 1, 0), j(0)],
    ]
    .concat()
}

fn with_host(code: &[u32]) -> BareProgram {
    BareProgram::new(code).with_symbol("tohost", TO_HOST)
}

fn run(program: &BareProgram) -> (Option<End>, BareRun) {
    let mut run = BareRun::new(&virt(), &program.file()).expect("a program");
    let end = run.run(ENOUGH).expect("a program");
    (end, run)
}

fn refused(program: &BareProgram) -> String {
    let error = BareRun::new(&virt(), &program.file()).err();
    error.expect("it is refused").to_string()
}

fn exit(code: u64, through: Through) -> Option<End> {
    Some(End::Exit { code, through })
}

#[test]
fn a_word_in_tohost_ends_the_run() {
    for (value, code) in [
        (1, 0),
        (3, 1),
        (2 * 4711 + 1, 4711),
        (u64::MAX, u64::MAX >> 1),
    ] {
        let (end, mut run) = run(&with_host(&storing(TO_HOST, value, 3)));
        assert_eq!(end, exit(code, Through::ToHost));
        // 23 instructions, and then the next look.
        assert!(
            (23..1100).contains(&run.instructions()),
            "{}",
            run.instructions()
        );
        assert_eq!(run.drain_output(), b"");
    }
}

#[test]
fn without_the_symbol_the_word_means_nothing() {
    let (end, run) = run(&BareProgram::new(&storing(TO_HOST, 1, 3)));
    assert_eq!((end, run.instructions()), (None, ENOUGH));
}

#[test]
fn the_finisher_ends_the_run() {
    for (value, code) in [(0x5555, 0), (0x0007_3333, 7), (0xffff_3333, 0xffff)] {
        let (end, run) = run(&BareProgram::new(&storing(FINISHER, value, 2)));
        assert_eq!(end, exit(code, Through::Finisher));
        assert_eq!(run.instructions(), 23);
    }
    let (end, _) = run(&BareProgram::new(&storing(FINISHER, 0x7777, 2)));
    assert_eq!(end, Some(End::Reset));
}

#[test]
fn a_word_that_is_taken_back_at_once_holds_nothing_up() {
    // Three instructions and sixteen: the second look finds it taken back.
    let code = [
        li(1, TO_HOST),
        li(2, 1),
        vec![store(3, 2, 1, 0), store(3, 0, 1, 0), j(-8)],
    ];
    let (end, run) = run(&with_host(&code.concat()));
    assert_eq!((end, run.instructions()), (None, ENOUGH));
}

/// Prints through `tohost` and waits each time until it is done.
fn printing(text: &[u8], halves: [i32; 2]) -> Vec<u32> {
    let mut code = [li(1, TO_HOST), li(3, 0x0101_0000)].concat();
    for byte in text {
        code.push(addi(2, 0, i32::from(*byte)));
        for half in halves {
            code.push(store(2, if half == 0 { 2 } else { 3 }, 1, half));
        }
        code.extend([load(3, 4, 1, 0), crate::common::asm::bne(4, 0, -4)]);
    }
    code.extend([addi(2, 0, 1), store(3, 2, 1, 0), j(0)]);
    code
}

#[test]
fn bytes_are_printed_through_tohost_whatever_half_comes_first() {
    for halves in [[0, 4], [4, 0]] {
        let program = with_host(&printing(b"AaBb\n", halves)).with_symbol("fromhost", FROM_HOST);
        let (end, mut run) = run(&program);
        assert_eq!(end, exit(0, Through::ToHost));
        assert_eq!(run.drain_output(), b"AaBb\n");
    }
}

#[test]
fn a_look_between_two_halves_is_too_early() {
    // The first look is after 1000 instructions, wherever the halves are.
    for before in 985..=1000 {
        for halves in [[0, 4], [4, 0]] {
            let mut code = vec![NOP; before - 23];
            code.extend(printing(b"A", halves));
            let (end, mut run) = run(&with_host(&code));
            assert_eq!(
                (end, run.drain_output()),
                (exit(0, Through::ToHost), b"A".to_vec())
            );
        }
    }
}

#[test]
fn what_was_printed_is_acknowledged_in_fromhost() {
    let wait = vec![load(3, 4, 1, 0x40), crate::common::asm::beq(4, 0, -4)];
    let report = vec![
        addi(5, 0, 0x7ff),
        slli(5, 5, 1),
        addi(5, 5, 1),
        store(3, 5, 1, 0),
        j(0),
    ];
    let ask = [
        li(1, TO_HOST),
        li(2, 0x0101_0000_0000_0041),
        vec![store(3, 2, 1, 0)],
    ]
    .concat();
    let code = [ask, wait, report].concat();
    let (end, mut run) = run(&with_host(&code).with_symbol("fromhost", FROM_HOST));
    assert_eq!(end, exit(0x7ff, Through::ToHost));
    assert_eq!(run.drain_output(), b"A");
}

#[test]
fn a_system_call_of_the_host_is_refused_aloud() {
    let (end, _) = run(&with_host(&storing(TO_HOST, RAM + 0x2000, 3)));
    assert_eq!(end, Some(End::Unknown(RAM + 0x2000)));
}

#[test]
fn what_the_uart_sends_is_printed() {
    let code = [
        li(1, UART),
        vec![
            addi(2, 0, 0x68),
            store(0, 2, 1, 0),
            addi(2, 0, 0x69),
            store(0, 2, 1, 0),
        ],
        storing(FINISHER, 0x5555, 2),
    ]
    .concat();
    let (end, mut run) = run(&BareProgram::new(&code));
    assert_eq!(end, exit(0, Through::Finisher));
    assert_eq!(run.drain_output(), b"hi");
    assert_eq!(run.drain_output(), b"");
}

#[test]
fn it_begins_in_machine_mode_at_its_entry_with_nothing_in_registers() {
    // mscratch can be written in M-mode alone; the sum of all registers is in x31.
    let sum = (1..31).map(|register| crate::common::asm::add(31, 31, register));
    let code: Vec<u32> = [vec![j(0), csrrw(0, 0x340, 0)], sum.collect()].concat();
    let tail = [
        vec![slli(31, 31, 1), addi(31, 31, 1)],
        li(1, TO_HOST),
        vec![store(3, 31, 1, 0), j(0)],
    ];
    let mut program = with_host(&[code, tail.concat()].concat());
    program.entry = RAM + 4;
    let (end, _) = run(&program);
    assert_eq!(end, exit(0, Through::ToHost));
}

#[test]
fn instructions_run_out_exactly() {
    let mut run = BareRun::new(&virt(), &with_host(&[j(0)]).file()).unwrap();
    for count in [0, 1, 999, 1000, 12_345] {
        let before = run.instructions();
        assert_eq!(run.run(count).unwrap(), None);
        assert_eq!(run.instructions() - before, count);
    }
}

#[test]
fn a_hart_that_sleeps_for_ever_has_ended_and_one_that_wakes_goes_on() {
    let (end, run) = run(&with_host(&[WFI, j(-4)]));
    assert_eq!((end, run.instructions()), (Some(End::Asleep), 1));
}

#[test]
fn a_sleep_until_the_timer_takes_no_instructions() {
    const MTIMECMP: u64 = crate::common::CLINT + 0x4000;
    for ticks in [10_u64, 1 << 40, u64::MAX / 200] {
        let code = [
            li(1, MTIMECMP),
            li(2, ticks),
            vec![store(3, 2, 1, 0), addi(3, 0, 0x80), csrrs(0, 0x304, 3), WFI],
            storing(TO_HOST, 1, 3),
        ]
        .concat();
        let (end, run) = run(&with_host(&code));
        assert_eq!(end, exit(0, Through::ToHost));
        assert!(run.instructions() < 2000, "{}", run.instructions());
        assert!(run.time_ns() >= ticks * 100);
    }
}

#[test]
fn virtual_time_that_is_over_ends_the_run() {
    const MTIMECMP: u64 = crate::common::CLINT + 0x4000;
    let code = [
        li(1, MTIMECMP),
        li(2, u64::MAX / 100),
        vec![
            store(3, 2, 1, 0),
            addi(3, 0, 0x80),
            csrrs(0, 0x304, 3),
            WFI,
            j(0),
        ],
    ]
    .concat();
    let (end, run) = run(&with_host(&code));
    assert_eq!(end, Some(End::Asleep));
    assert_eq!(run.time_ns(), u64::MAX);
}

#[test]
fn a_hart_without_a_handler_is_lost() {
    let (end, run) = run(&with_host(&[NOP, 0]));
    let Some(End::Lost { handler: 0, first }) = end else {
        panic!("{end:?}");
    };
    assert_eq!(first.exception.cause, Cause::IllegalInstruction);
    assert_eq!((first.pc, run.instructions()), (RAM + 4, 3));
}

#[test]
fn a_hart_that_jumps_to_nothing_is_lost() {
    let (end, _) = run(&with_host(&[crate::common::asm::jalr(0, 0, 0)]));
    let Some(End::Lost { handler: 0, first }) = end else {
        panic!("{end:?}");
    };
    assert_eq!(
        (first.exception.cause, first.pc),
        (Cause::InstructionAccess, 0)
    );
}

#[test]
fn a_word_before_the_hart_was_lost_counts() {
    let mut code = storing(TO_HOST, 5, 3);
    code.pop();
    code.push(ECALL);
    assert_eq!(run(&with_host(&code)).0, exit(2, Through::ToHost));
}

#[test]
fn a_user_that_faults_is_not_lost() {
    // mtvec is the last instruction; the user's first fetch is refused by PMP.
    let user = RAM + 0x100;
    let code = [
        li(1, user),
        vec![csrrw(0, 0x341, 1)],
        li(1, RAM + 4 * (11 + 1 + 11 + 1 + 1)),
        vec![csrrw(0, 0x305, 1), MRET],
        storing(TO_HOST, 1, 3),
    ]
    .concat();
    assert_eq!(run(&with_host(&code)).0, exit(0, Through::ToHost));
}

#[test]
fn two_runs_are_the_same() {
    let program = with_host(&printing(b"again", [0, 4]));
    let [first, second] = [(), ()].map(|()| {
        let (end, mut run) = run(&program);
        (end, run.instructions(), run.time_ns(), run.drain_output())
    });
    assert_eq!(first, second);
}

#[test]
fn the_run_does_not_depend_on_how_it_is_cut() {
    let program = BareProgram::new(&storing(FINISHER, 0x5555, 2));
    let mut run = BareRun::new(&virt(), &program.file()).unwrap();
    let mut ends = (0..ENOUGH).find_map(|_| run.run(1).unwrap());
    assert_eq!(ends.take(), exit(0, Through::Finisher));
    assert_eq!(run.instructions(), 23);
}

#[test]
fn segments_are_loaded_where_they_are_in_memory() {
    const LINKED: u64 = 0xffff_ffff_c000_0000;
    let mut high = BareSegment::new(RAM + 0x3000, &[1, 2, 3, 4]);
    high.virtual_address = LINKED;
    high.size_bytes = 16;
    let program = BareProgram::new(&[j(0)])
        .with_segment(high)
        .with_symbol("begin_signature", LINKED)
        .with_symbol("end_signature", LINKED + 16);
    let run = BareRun::new(&virt(), &program.file()).unwrap();
    let expected = [[1, 2, 3, 4], [0; 4], [0; 4], [0; 4]].concat();
    assert_eq!(run.signature(), Ok(expected));
}

#[test]
fn a_signature_that_is_none_is_told() {
    let told = |symbols: &[(&'static str, u64)]| {
        let program = BareProgram {
            symbols: symbols.to_vec(),
            ..BareProgram::new(&[j(0)])
        };
        let run = BareRun::new(&virt(), &program.file()).unwrap();
        run.signature().map_err(|error| error.to_string())
    };
    let (begin, end) = ("begin_signature", "end_signature");
    assert_eq!(told(&[(begin, RAM), (end, RAM)]), Ok(Vec::new()));
    let missing = |name| {
        format!(
            "has no symbol `{name}`, so it has no signature: define it, and do not strip the file"
        )
    };
    assert_eq!(told(&[]), Err(missing(begin)));
    assert_eq!(told(&[(begin, RAM)]), Err(missing(end)));
    let swapped =
        "has `end_signature` at 0x80000000, before `begin_signature` at 0x80000004: swap them";
    assert_eq!(
        told(&[(begin, RAM + 4), (end, RAM)]),
        Err(swapped.to_owned())
    );
    for (from, to) in [(0, 8), (RAM, u64::MAX), (0, u64::MAX)] {
        let expected = format!(
            "has `begin_signature` at {from:#x}, and not all of its {} bytes are in RAM: \
             correct the linker script",
            to - from
        );
        assert_eq!(told(&[(begin, from), (end, to)]), Err(expected));
    }
}

#[test]
fn a_word_outside_of_memory_is_told() {
    for (name, address) in [("tohost", 0x1000), ("fromhost", u64::MAX - 2)] {
        let expected = format!(
            "has `{name}` at {address:#x}, and not all of its 8 bytes are in RAM: correct the \
             linker script"
        );
        let program = BareProgram::new(&[j(0)]).with_symbol(name, address);
        assert_eq!(refused(&program), expected);
    }
}

#[test]
fn a_segment_that_is_not_in_memory_is_told() {
    for (address, size_bytes, place) in [
        (0x1000, 4, "which is not all RAM"),
        (0x1000_0000, 4, "over the device `uart`"),
        (0x01ff_0000, 0x2_0000, "over the device `clint`"),
        (RAM + 0x10_0000, 4, "which is not all RAM"),
        (RAM + 0x8000, 0x10_0000, "which is not all RAM"),
        (RAM + 0x8000, 1 << 62, "which is not all RAM"),
        (
            RAM + 0x8000,
            u64::MAX - RAM - 0x8000,
            "which is not all RAM",
        ),
    ] {
        let mut segment = BareSegment::new(address, &[0; 4]);
        segment.size_bytes = size_bytes;
        let told = refused(&BareProgram::new(&[j(0)]).with_segment(segment));
        assert_eq!(
            told,
            format!(
                "has a segment of {size_bytes} bytes at {address:#x}, {place}: link it to RAM, \
                 0x80000000 to 0x80100000"
            )
        );
    }
}

#[test]
fn segments_that_cannot_be_are_told() {
    let two = |second: BareSegment| refused(&BareProgram::new(&[j(0), j(0)]).with_segment(second));
    assert_eq!(
        two(BareSegment::new(RAM + 4, &[0])),
        "has a segment at 0x80000004 over the one at 0x80000000: correct the linker script"
    );
    let mut wraps = BareSegment::new(u64::MAX - 1, &[]);
    wraps.size_bytes = 4;
    assert_eq!(
        two(wraps),
        "has a segment of 4 bytes at 0xfffffffffffffffe, past the last address: correct the \
         linker script"
    );
    let mut longer = BareSegment::new(RAM + 0x1000, &[0; 8]);
    longer.size_bytes = 7;
    assert_eq!(
        two(longer),
        "has a segment at 0x80001000 that is longer in the file than in memory; build it again"
    );
}

#[test]
fn a_program_that_is_nowhere_or_begins_nowhere_is_told() {
    let nothing = BareProgram {
        segments: Vec::new(),
        ..BareProgram::new(&[])
    };
    let told = "has no segment to load: link it with code in a section that is allocated";
    assert_eq!(refused(&nothing), told);
    assert_eq!(refused(&BareProgram::new(&[])), told);
    for entry in [0, RAM + 1, RAM + 4, u64::MAX] {
        let program = BareProgram {
            entry,
            ..BareProgram::new(&[j(0)])
        };
        let told = format!(
            "begins at {entry:#x}, where it has no code at that physical address: set the entry \
             (-e, ENTRY)"
        );
        assert_eq!(refused(&program), told);
    }
}

#[test]
fn what_somebody_would_have_to_link_is_told() {
    let dynamic = |tag: u64, value: u64| {
        let bytes: Vec<u8> = [tag, value, 0, 0]
            .iter()
            .flat_map(|it| it.to_le_bytes())
            .collect();
        let mut segment = BareSegment::new(RAM + 0x1000, &bytes);
        segment.kind = elf::PT_DYNAMIC;
        let program = BareProgram {
            kind: elf::ET_DYN,
            ..BareProgram::new(&[j(0)])
        };
        BareRun::new(&virt(), &program.with_segment(segment).file()).err()
    };
    for tag in [elf::DT_RELASZ, elf::DT_RELSZ, elf::DT_PLTRELSZ, 35] {
        let expected = Some(BareError::Executable(ExecutableError::Relocations));
        assert_eq!(dynamic(tag.into(), 24), expected);
        assert_eq!(dynamic(tag.into(), 0), None);
    }
    let expected = Some(BareError::Executable(ExecutableError::Dynamic));
    assert_eq!(dynamic(elf::DT_NEEDED.into(), 1), expected);
    let mut interpreter = BareSegment::new(RAM + 0x1000, b"/lib/ld.so\0");
    interpreter.kind = elf::PT_INTERP;
    assert_eq!(
        refused(&BareProgram::new(&[j(0)]).with_segment(interpreter)),
        "is linked dynamically, and nobody is there to finish it: link it with -static"
    );
}

#[test]
fn files_for_other_machines_are_told() {
    let told = |at: usize, byte: u8| {
        let mut file = BareProgram::new(&[j(0)]).file();
        file[at] = byte;
        BareRun::new(&virt(), &file)
            .err()
            .map(|error| error.to_string())
    };
    for (at, byte, expected) in [
        (
            0,
            0,
            "is not an ELF file: give it as the linker wrote it, not as raw binary or hex",
        ),
        (
            4,
            1,
            "is a 32-bit ELF file, the machine is RV64: compile it with -march=rv64imac",
        ),
        (
            5,
            2,
            "is a big-endian ELF file, the machine is little-endian: compile it for that",
        ),
        (
            18,
            62,
            "is for architecture 62 (e_machine), the machine is RISC-V (243): compile it for that",
        ),
        (
            16,
            1,
            "is not an executable (e_type 1): link it with -static",
        ),
        (
            16,
            4,
            "is not an executable (e_type 4): link it with -static",
        ),
    ] {
        assert_eq!(told(at, byte).as_deref(), Some(expected));
    }
}

#[test]
fn a_machine_of_too_much_memory_is_told() {
    let program = BareProgram::new(&[j(0)]).file();
    for sizes in [vec![4 << 30], vec![1 << 30; 3], vec![1 << 55; 600]] {
        let mut machine = virt();
        let sum: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
        let ranges = (0_u64..).zip(sizes);
        machine.ram = ranges
            .map(|(i, size_bytes)| RawRange {
                base: RAM + (i << 32),
                size_bytes,
            })
            .collect();
        let error = BareRun::new(&machine, &program).err().unwrap().to_string();
        assert_eq!(
            error,
            format!(
                "cannot be run: the machine has {sum} bytes of RAM, and {MAX_RAM_BYTES} is the \
                 most: make its ranges smaller"
            )
        );
    }
}

/// A file with something of everything that is looked at.
fn rich() -> Vec<u8> {
    let mut dynamic = BareSegment::new(RAM + 0x2000, &[0; 32]);
    dynamic.kind = elf::PT_DYNAMIC;
    with_host(&printing(b"!", [0, 4]))
        .with_symbol("fromhost", FROM_HOST)
        .with_symbol("begin_signature", RAM)
        .with_symbol("end_signature", RAM + 64)
        .with_segment(BareSegment::new(RAM + 0x1000, &[0; 128]))
        .with_segment(dynamic)
        .file()
}

/// Runs whatever this is, for a while.
fn try_out(file: &[u8]) {
    if let Ok(mut run) = BareRun::new(&virt(), file) {
        run.run(3000).expect("the engine holds");
        run.drain_output();
        let _ = run.signature();
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error() {
    let file = rich();
    for length in 0..file.len() {
        assert!(BareRun::new(&virt(), &file[..length]).is_err(), "{length}");
    }
    assert!(BareRun::new(&virt(), &file).is_ok());
}

#[test]
fn no_change_of_a_file_makes_it_panic() {
    let file = rich();
    let mut random = Random::new(0);
    for _ in 0..20_000 {
        let mut mutated = file.clone();
        for _ in 0..=random.below(4) {
            let length = u64::try_from(mutated.len()).unwrap();
            let at = usize::try_from(random.below(length)).unwrap();
            mutated[at] = random.bits().to_le_bytes()[0];
        }
        try_out(&mutated);
    }
}

#[test]
fn no_extreme_field_of_a_header_makes_it_panic() {
    let file = rich();
    let headers = 64 + 3 * 56;
    let sections = file.len() - 4 * 64;
    for at in (0..headers).chain(sections..file.len()) {
        for width in [1, 2, 4, 8] {
            for value in [0, u64::MAX, 1 << 31, i64::MAX.unsigned_abs()] {
                let bytes = value.to_le_bytes();
                let mut mutated = file.clone();
                let end = file.len().min(at + width);
                mutated[at..end].copy_from_slice(&bytes[..end - at]);
                try_out(&mutated);
            }
        }
    }
}
