//! Program files, good ones and hostile ones.

use object::{Object, ObjectSection};
use proptest::prelude::*;

use septum_abi::places::Places;

use crate::check::check;
use crate::codes::S0172;
use crate::dhall::load_text;
use crate::spec::RawChannelKind;
use crate::templates;

use super::{
    BindingProblem, DesignPort, Pin, PinDirection, PinKind, Placed, ProgramError, Relocation,
    compare, parse, pins, places,
};

/// A program of this repository: two ports, text and constants.
const DRIVER: &[u8] = include_bytes!("../../../../assets/uart-driver.elf");

const TYPE: usize = 16;
const MACHINE: usize = 18;
const ENTRY: usize = 24;
const FLAGS: usize = 48;
/// Where the program's text lies: a page of data comes first.
const TEXT: u64 = septum_abi::address::PROGRAM_BASE + 0x1000;
/// First and second program header.
const HEADERS: [usize; 2] = [64 + 56, 64 + 2 * 56];
/// The program header of the dynamic section.
const DYNAMIC: usize = 64 + 3 * 56;
const KIND: usize = 0;
const RIGHTS: usize = 4;
const ADDRESS: usize = 16;
const FILE_BYTES: usize = 32;
const MEMORY_BYTES: usize = 40;

/// The driver, linked for fixed addresses, with other bytes at an offset.
fn with(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = DRIVER.to_vec();
    file[TYPE] = 2;
    file[DYNAMIC + KIND] = 0;
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
    file
}

/// Offset of the declared ports in the file.
fn ports_at() -> usize {
    let file = object::File::parse(DRIVER).unwrap();
    let section = file.section_by_name(".septum.ports").unwrap();
    usize::try_from(section.file_range().unwrap().0).unwrap()
}

#[test]
fn the_driver_declares_its_ports() {
    let declared = pins(DRIVER).unwrap();
    let names: Vec<_> = declared
        .iter()
        .map(|pin| (pin.name.as_str(), pin.kind, pin.direction))
        .collect();
    assert_eq!(names.len(), 2);
    assert!(
        names
            .iter()
            .any(|(_, kind, way)| (*kind, *way) == (PinKind::Interrupt, PinDirection::In))
    );
    assert!(
        names
            .iter()
            .any(|(_, kind, way)| (*kind, *way) == (PinKind::Queuing, PinDirection::Out))
    );
    let program = parse(DRIVER).unwrap();
    let [data, text, rodata] = &program.segments[..] else {
        panic!("three segments")
    };
    assert!(data.writable && !data.executable);
    assert!(text.executable && !text.writable);
    assert!(!rodata.executable && !rodata.writable);
    assert_eq!(program.entry, TEXT);
}

fn refused(cases: &[(Vec<u8>, ProgramError)]) {
    for (number, (file, expected)) in cases.iter().enumerate() {
        assert_eq!(parse(file).as_ref(), Err(expected), "case {number}");
    }
}

#[test]
fn files_for_something_else() {
    let word = |n: u32| n.to_le_bytes();
    refused(&[
        (with(4, &[1]), ProgramError::NotRiscV),
        (with(5, &[2]), ProgramError::NotRiscV),
        (with(MACHINE, &[62, 0]), ProgramError::NotRiscV),
        (with(TYPE, &[1, 0]), ProgramError::NotStatic),
        (
            with(FLAGS, &word(5)),
            ProgramError::WrongAbi("floating-point ABI"),
        ),
        (with(FLAGS, &word(9)), ProgramError::WrongAbi("RV64E ABI")),
        (with(HEADERS[1] + KIND, &word(3)), ProgramError::NotStatic),
        (with(HEADERS[1] + KIND, &word(2)), ProgramError::NotStatic),
        (with(HEADERS[1] + KIND, &word(7)), ProgramError::ThreadLocal),
    ]);
}

#[test]
fn segments_that_cannot_be_placed() {
    let word = |n: u32| n.to_le_bytes();
    let long = |n: u64| n.to_le_bytes();
    let base = TEXT;
    let address = |n: u64| with(HEADERS[1] + ADDRESS, &long(n));
    let size = |n: u64| with(HEADERS[1] + MEMORY_BYTES, &long(n));
    let bytes = u64::from_le_bytes(DRIVER[HEADERS[1] + MEMORY_BYTES..][..8].try_into().unwrap());
    let outside = |address, size| ProgramError::OutOfRange { address, size };
    refused(&[
        (
            with(HEADERS[0] + RIGHTS, &word(7)),
            ProgramError::WritableCode(base),
        ),
        (
            with(HEADERS[1] + RIGHTS, &word(2)),
            ProgramError::Unreadable(base + 0x1000),
        ),
        (
            with(HEADERS[0] + RIGHTS, &word(4)),
            ProgramError::BadEntry(base),
        ),
        (
            with(ENTRY, &long(base + 1)),
            ProgramError::BadEntry(base + 1),
        ),
        (
            with(ENTRY, &long(base - 4096)),
            ProgramError::BadEntry(base - 4096),
        ),
        (address(base + 0x800), ProgramError::SharedPage(base)),
        (address(base), ProgramError::SharedPage(base)),
        (size(64 << 20), ProgramError::TooLarge),
        (address(0), outside(0, bytes)),
        (address((1 << 38) - 1), outside((1 << 38) - 1, bytes)),
        (size(u64::MAX), outside(base + 0x1000, u64::MAX)),
    ]);
    for (offset, bytes) in [(FILE_BYTES, 1 << 40), (MEMORY_BYTES, 1)] {
        let file = with(HEADERS[0] + offset, &long(bytes));
        assert!(matches!(parse(&file), Err(ProgramError::Damaged(_))));
    }
}

#[test]
fn no_segment_to_load() {
    let mut file = DRIVER.to_vec();
    // `p_type` of each of `e_phnum` program headers.
    let headers = (64..).step_by(HEADERS[1] - HEADERS[0]);
    for header in headers.take(usize::from(DRIVER[56])) {
        file[header] = 6;
    }
    assert_eq!(parse(&file), Err(ProgramError::Empty));
}

#[test]
fn ports_that_cannot_be_read() {
    let at = ports_at();
    let cases: &[(usize, &[u8], &str)] = &[
        (0, &[0], "a port's name is not printable ASCII"),
        (0, b"a\n", "a port's name is not printable ASCII"),
        (31, b"x", "a port's name is not printable ASCII"),
        (32, &[9], "has the unknown kind 9"),
        (33, &[0], "has the unknown direction 0"),
        (
            34,
            &[1, 0],
            "was compiled for version 1 of the interface, this is version 2",
        ),
    ];
    for (offset, bytes, reason) in cases {
        let error = pins(&with(at + offset, bytes)).unwrap_err();
        let sentence = error.to_string();
        assert!(matches!(error, ProgramError::BadPorts(_)), "{sentence}");
        assert!(sentence.ends_with(reason), "{sentence}");
    }
    let twice = with(at + 56, &DRIVER[at..at + 32]);
    assert!(pins(&twice).unwrap_err().to_string().ends_with("twice"));
}

/// Offset of a section in the driver's file, and its address.
fn section(name: &str) -> (usize, u64) {
    let file = object::File::parse(DRIVER).unwrap();
    let section = file.section_by_name(name).unwrap();
    let offset = usize::try_from(section.file_range().unwrap().0).unwrap();
    (offset, section.address())
}

/// The driver, position-independent, with these relocations in the place of its constants:
/// address, kind, addend; and another row of its dynamic section.
fn relocated(rows: &[(u64, u64, u64)], (tag, value): (u64, u64)) -> Vec<u8> {
    let mut file = DRIVER.to_vec();
    let mut put = |at: usize, word: u64| file[at..at + 8].copy_from_slice(&word.to_le_bytes());
    let (table, address) = section(".rodata");
    let bytes = u64::try_from(rows.len() * 24).unwrap();
    let (dynamic, _) = section(".dynamic");
    for (number, (tag, value)) in [(7, address), (8, bytes), (tag, value)].iter().enumerate() {
        put(dynamic + 16 * number, *tag);
        put(dynamic + 16 * number + 8, *value);
    }
    for (number, (at, kind, addend)) in rows.iter().enumerate() {
        let row = table + 24 * number;
        put(row, *at);
        put(row + 8, *kind);
        put(row + 16, *addend);
    }
    file
}

/// A row of a dynamic section that says nothing.
const NOTHING: (u64, u64) = (0x15, 0);

#[test]
fn what_moves_is_moved_as_a_whole() {
    let home = septum_abi::address::PROGRAM_BASE;
    let (_, text) = section(".text");
    let (_, record) = section(".septum.places");
    let rows = [(text + 8, 3, text + 0x123), (text + 32, 3, record)];
    let file = relocated(&rows, NOTHING);
    let read = Placed::read(&file).unwrap();
    assert!(read.file.movable);
    let expected = rows.map(|(address, _, value)| Relocation { address, value });
    assert_eq!(read.file.relocations, expected);
    let by = 0x8020_0000_u64.wrapping_sub(home);
    let moved = read.clone().moved(0x8020_0000);
    assert_eq!(moved.file.entry, 0x8020_1000);
    assert_eq!(moved.file.span().0, 0x8020_0000);
    assert_eq!(
        moved.pins[0].entry_address,
        read.pins[0].entry_address.wrapping_add(by)
    );
    let places = Places {
        log_buffer: 0x1234,
        ..Places::UNBOUND
    };
    let bytes = moved.bytes(|pin| (pin.name == "irq").then_some((7, 0x5678)), &places);
    let word = |segment: usize, address: u64| {
        let base = moved.file.segments[segment].address;
        let at = usize::try_from(address.wrapping_add(by) - base).unwrap();
        u64::from_le_bytes(bytes[segment][at..at + 8].try_into().unwrap())
    };
    assert_eq!(word(1, text + 8), 0x8020_1123);
    assert_eq!(word(1, text + 32), record.wrapping_add(by));
    assert_eq!(word(2, record + 8), 0x1234);
    let irq = read.pins.iter().find(|pin| pin.name == "irq").unwrap();
    let other = read.pins.iter().find(|pin| pin.name != "irq").unwrap();
    assert_eq!(
        (
            word(2, irq.entry_address + 40),
            word(2, irq.entry_address + 48)
        ),
        (7, 0x5678)
    );
    assert_eq!(
        word(2, other.entry_address + 48),
        0,
        "nobody has such a port"
    );
}

#[test]
fn relocations_that_are_not_done() {
    let (_, text) = section(".text");
    let program = parse(DRIVER).unwrap();
    let end = program.segments[1].end();
    let kind = |kind| ProgramError::Relocation {
        kind,
        address: text,
    };
    let cases = [
        (relocated(&[(text, 2, 0)], NOTHING), kind(2)),
        (relocated(&[(text, 5 << 32 | 58, 0)], NOTHING), kind(58)),
        (
            relocated(&[], (1, 0)),
            ProgramError::RunTimeLinking("a shared library"),
        ),
        (
            relocated(&[], (36, 0)),
            ProgramError::RunTimeLinking("packed relocations"),
        ),
    ];
    for (file, expected) in cases {
        assert_eq!(parse(&file), Err(expected));
    }
    let outside = [end - 7, end, 0, u64::MAX].map(|at| relocated(&[(at, 3, 0)], NOTHING));
    let mut lost = relocated(&[(text, 3, 0)], NOTHING);
    lost[section(".dynamic").0 + 8] ^= 1 << 3;
    lost[section(".dynamic").0 + 14] = 1;
    for file in outside.into_iter().chain([lost]) {
        assert!(matches!(parse(&file), Err(ProgramError::Damaged(_))));
    }
}

/// The driver, linked for fixed addresses, with a table of kept relocations about its code in
/// the place of its constants: address, kind, and the number of a symbol.
fn keeping(rows: &[(u64, u64, u64)]) -> Vec<u8> {
    let mut file = with(0, &[0x7f]);
    let mut put = |at: usize, word: u64| file[at..at + 8].copy_from_slice(&word.to_le_bytes());
    let (table, _) = section(".rodata");
    for (number, (at, kind, symbol)) in rows.iter().enumerate() {
        put(table + 24 * number, *at);
        put(table + 24 * number + 8, symbol << 32 | kind);
        put(table + 24 * number + 16, 0);
    }
    let elf = object::File::parse(DRIVER).unwrap();
    let number = |name| elf.section_by_name(name).unwrap().index().0;
    let sections = usize::try_from(u64::from_le_bytes(DRIVER[40..48].try_into().unwrap())).unwrap();
    let header = sections + 64 * number(".rodata");
    let wide = |number: usize| u64::try_from(number).unwrap();
    // `sh_type` is 4; `sh_size`, `sh_link` and `sh_info`, `sh_entsize`.
    file[header + 4] = 4;
    let mut put = |at: usize, word: u64| file[at..at + 8].copy_from_slice(&word.to_le_bytes());
    put(header + 32, wide(24 * rows.len()));
    put(
        header + 40,
        wide(number(".text")) << 32 | wide(number(".symtab")),
    );
    put(header + 56, 24);
    file
}

/// The program with a symbol that is a number (`st_shndx` is `SHN_ABS`).
fn numbered(mut file: Vec<u8>, symbol: u64) -> Vec<u8> {
    let elf = object::File::parse(DRIVER).unwrap();
    let table = elf.section_by_name(".symtab").unwrap();
    let (offset, _) = table.file_range().unwrap();
    let at = usize::try_from(offset + symbol * 24 + 6).unwrap();
    file[at..at + 2].copy_from_slice(&[0xf1, 0xff]);
    file
}

#[test]
fn what_its_linker_kept_moves_an_executable() {
    let elf = object::File::parse(DRIVER).unwrap();
    let wide = |number: usize| u64::try_from(number).unwrap();
    let symbol = |name: &str| {
        let found = object::ObjectSymbol::index;
        let mut symbols = elf.symbols();
        wide(
            found(
                &symbols
                    .find(|it| object::ObjectSymbol::name(it) == Ok(name))
                    .unwrap(),
            )
            .0,
        )
    };
    let (start, gp) = (symbol("_start"), symbol("__global_pointer$"));
    let (_, text) = section(".text");
    let (offset, _) = section(".text");
    let held = u64::from_le_bytes(DRIVER[offset + 8..offset + 16].try_into().unwrap());
    let file = keeping(&[(text + 8, 2, start), (text, 23, gp), (text + 40, 51, 0)]);
    let moved = parse(&file).unwrap();
    let word = Relocation {
        address: text + 8,
        value: held,
    };
    assert!(moved.movable);
    assert_eq!(moved.relocations, [word]);
    // What is a number to the linker stays, but for the pointer into the data.
    let absolute = |row, symbol| parse(&numbered(keeping(&[row]), symbol)).map(|it| it.movable);
    assert_eq!(absolute((text, 23, gp), gp), Ok(true));
    assert_eq!(absolute((text, 23, start), start), Ok(false));
    let file = numbered(keeping(&[(text + 8, 2, start)]), start);
    assert_eq!(parse(&file).unwrap().relocations, []);
    // A number that is no address stays; an absolute address in an instruction keeps all.
    assert_eq!(
        parse(&keeping(&[(text + 8, 2, 0)])).unwrap().relocations,
        []
    );
    for row in [
        (text, 26, start),
        (text, 1, start),
        (text, 23, 0),
        (text, 99, start),
        (0, 2, start),
    ] {
        let file = keeping(&[row]);
        let fixed = parse(&file).unwrap();
        assert!(!fixed.movable && fixed.relocations.is_empty(), "{row:?}");
    }
    assert!(
        !parse(&with(0, &[0x7f])).unwrap().movable,
        "nothing was kept"
    );
}

#[test]
fn a_record_of_places_that_cannot_be_read() {
    let (at, address) = section(".septum.places");
    assert_eq!(places(DRIVER), Ok(Some(address)));
    let other = places(&with(at, &[9])).unwrap_err();
    assert!(matches!(other, ProgramError::BadPlaces(_)));
    assert!(other.to_string().contains("version 9"), "{other}");
    let sections = usize::try_from(u64::from_le_bytes(DRIVER[40..48].try_into().unwrap())).unwrap();
    let file = object::File::parse(DRIVER).unwrap();
    let number = file.section_by_name(".septum.places").unwrap().index().0;
    // `sh_size`.
    let size = sections + number * 64 + 32;
    assert_eq!(places(&with(size, &[0])), Ok(None));
    for bytes in [47, 0x31, 0xff] {
        let wrong = places(&with(size, &[bytes])).unwrap_err();
        assert!(matches!(wrong, ProgramError::BadPlaces(_)), "{wrong}");
    }
}

/// A program without ports, from a linker that keeps the empty section at the segment's end.
#[test]
fn an_empty_section_is_no_ports_wherever_it_stands() {
    let sections = usize::try_from(u64::from_le_bytes(DRIVER[40..48].try_into().unwrap())).unwrap();
    let file = object::File::parse(DRIVER).unwrap();
    let section = file.section_by_name(".septum.ports").unwrap();
    let header = sections + section.index().0 * 64;
    let segment = parse(DRIVER).unwrap().segments[2].end();
    let mut file = DRIVER.to_vec();
    // `sh_addr` and `sh_size`.
    file[header + 16..][..8].copy_from_slice(&segment.to_le_bytes());
    assert!(pins(&file).is_err());
    file[header + 32..][..8].fill(0);
    assert_eq!(pins(&file), Ok(Vec::new()));
}

#[test]
fn every_truncation_is_a_sentence() {
    let whole = pins(DRIVER);
    for length in 0..DRIVER.len() {
        let cut = pins(&DRIVER[..length]);
        if let Err(error) = &cut {
            assert!(!error.to_string().is_empty());
        } else {
            assert_eq!(cut, whole, "cut off at {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damage_gives_an_answer(damage in proptest::collection::vec((0usize..400, any::<u8>()), 1..8)) {
        let mut file = DRIVER.to_vec();
        let end = file.len() - 300;
        for (offset, byte) in damage {
            // The file header and program headers, then the section headers.
            let offset = if offset < 200 { offset } else { end + offset - 200 };
            file[offset] = byte;
        }
        if let Ok(program) = parse(&file) {
            for segment in &program.segments {
                prop_assert!(segment.end() <= 1 << 38 && !(segment.writable && segment.executable));
            }
        }
        let _ = pins(&file);
        if let Ok(placed) = Placed::read(&file) {
            let segments = placed.file.segments.len();
            let filled = placed.moved(0x8000_0000).bytes(|_| Some((1, 2)), &Places::UNBOUND);
            prop_assert_eq!(filled.len(), segments);
        }
    }

    #[test]
    fn random_bytes_are_not_a_program(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse(&bytes).is_err());
    }
}

fn pin(name: &str, kind: PinKind, direction: PinDirection, message_bytes: u32) -> Pin {
    Pin {
        name: name.to_owned(),
        kind,
        direction,
        message_bytes,
        entry_address: 0,
    }
}

fn port(name: &str, kind: PinKind, direction: PinDirection, message_bytes: u32) -> DesignPort {
    DesignPort {
        name: name.to_owned(),
        kind,
        direction,
        message_bytes,
    }
}

#[test]
fn comparing_names_both_sides() {
    use PinDirection::{In, Out};
    use PinKind::{Queuing, Sampling, Signal};
    let declared = [
        pin("same", Queuing, Out, 8),
        pin("smaller", Queuing, Out, 8),
        pin("larger", Queuing, Out, 9),
        pin("tight", Queuing, In, 7),
        pin("roomy", Queuing, In, 9),
        pin("turned", Signal, In, 0),
        pin("extra", Signal, In, 0),
        pin("sampled", Sampling, In, 8),
        pin("short", Sampling, In, 7),
        pin("queued", Queuing, Out, 8),
    ];
    let design = [
        port("missing", Queuing, In, 8),
        port("same", Queuing, Out, 8),
        port("smaller", Queuing, Out, 9),
        port("larger", Queuing, Out, 8),
        port("tight", Queuing, In, 8),
        port("roomy", Queuing, In, 8),
        port("turned", Signal, Out, 0),
        port("sampled", Sampling, In, 8),
        port("short", Sampling, In, 8),
        port("queued", Sampling, Out, 8),
    ];
    let found: Vec<String> = compare(&declared, &design)
        .iter()
        .map(BindingProblem::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "sends messages of up to 9 bytes at the outgoing port `larger`, the design's channel takes up to 8 bytes",
            "takes messages of up to 7 bytes at the incoming port `tight`, the design's channel brings up to 8 bytes",
            "declares `turned` as incoming signal port, the design connects it as outgoing signal port",
            "declares the incoming signal port `extra`, which the design does not connect",
            "takes messages of up to 7 bytes at the incoming port `short`, the design's channel brings up to 8 bytes",
            "declares `queued` as outgoing queuing port, the design connects it as outgoing sampling port",
            "does not declare the incoming queuing port `missing`, which the design connects",
        ]
    );
}

#[test]
fn a_queuing_port_at_a_sampling_channel_is_a_finding() {
    let starter = templates::find("sensor-pipeline").unwrap();
    let loaded = load_text(std::str::from_utf8(starter.files[0].bytes).unwrap());
    let mut raw = loaded.raw.unwrap();
    raw.channels[0].kind = RawChannelKind::Sampling {
        message_bytes: 16,
        validity_ns: 1_000_000,
    };
    let programs = [("programs/uart-driver.elf".to_owned(), Ok(DRIVER.to_vec()))];
    let checked = check(&raw, &programs.into(), &loaded.places);
    let mut findings = checked.diagnostics.iter();
    let found = findings.find(|finding| finding.code == S0172.name).unwrap();
    assert_eq!(
        found.message,
        "the program `programs/uart-driver.elf` declares `bytes` as outgoing queuing port, \
         the design connects it as outgoing sampling port"
    );
}
