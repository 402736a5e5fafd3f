//! The program that runs cases: a loop over records in its signature.
//!
//! A record is the state of a case. The loop loads it, runs the case, which ends with a trap, and
//! the handler stores what it finds in its place. At the end all records are printed on the UART,
//! so that any machine can be asked, and the test finisher is told.

use septum_guest::asm::{MRET, SFENCE, addi, andi, beq, bne, csrrs, csrrw, j, li, load, store};
use septum_guest::bare::{BareProgram, BareSegment, RAM};

use super::case::{Case, MEMORY_WORDS, Value, WIDTHS, usual};

pub(crate) const UART: u64 = 0x1000_0000;
/// `mtimecmp` of the first hart.
const TIMER: u64 = 0x0200_4000;
pub(crate) const FINISHER: u64 = 0x0010_0000;

const CODE: u64 = RAM + 0x1000;
/// `c.ebreak`.
const FILLER: [u8; 2] = 0x9002_u16.to_le_bytes();

/// A record in doublewords: pc, `mstatus`, cause, value, `x1` to `x31`, memory.
const RECORD_WORDS: usize = 4 + 31 + MEMORY_WORDS;
const RECORD_BYTES: i32 = 8 * 40;
const VALUE: usize = 3;
const MEMORY: usize = 4 + 31;

/// Doublewords of a record.
type Record = [u64; RECORD_WORDS];

/// Names of the doublewords of a record.
fn field(word: usize) -> String {
    match word {
        0 => "pc".to_owned(),
        1 => "mstatus".to_owned(),
        2 => "mcause".to_owned(),
        3 => "mtval".to_owned(),
        4..MEMORY => format!("x{}", word - 3),
        _ => format!("memory[{}]", word - MEMORY),
    }
}

/// The program of some cases.
pub(crate) struct Program {
    cases: Vec<Case>,
    /// Where the first instruction of each case is.
    places: Vec<u64>,
    code: Vec<u8>,
    signature: u64,
}

impl Program {
    pub(crate) fn new(cases: Vec<Case>) -> Self {
        let (mut places, mut code) = (Vec::new(), Vec::new());
        for case in &cases {
            let aligned = (code.len() + case.room.0).next_multiple_of(4);
            let before = aligned - code.len();
            fill(&mut code, before);
            places.push(CODE + wide(code.len()));
            code.extend(case.code.iter().flat_map(|half| half.to_le_bytes()));
            fill(&mut code, case.room.1);
        }
        code.resize(code.len().next_multiple_of(4096), 0);
        Self {
            cases,
            places,
            signature: CODE + wide(code.len()),
            code,
        }
    }

    /// Length of the signature in bytes.
    pub(crate) fn signature_bytes(&self) -> usize {
        8 * RECORD_WORDS * self.cases.len()
    }

    /// The ELF file.
    pub(crate) fn file(&self) -> Vec<u8> {
        let end = self.signature + wide(self.signature_bytes());
        let before = self.cases.iter().enumerate();
        let before = before.flat_map(|(index, case)| self.before(index, case));
        let records: Vec<u8> = before.flat_map(u64::to_le_bytes).collect();
        BareProgram::new(&runner(self.signature, end))
            .with_segment(BareSegment::new(CODE, &self.code))
            .with_segment(BareSegment::new(self.signature, &records))
            .with_symbol("begin_signature", self.signature)
            .with_symbol("end_signature", end)
            .file()
    }

    /// Cases that left something else than what the specification says, with what. For these
    /// causes a machine may leave 0 in `mtval` instead of something that helps (privileged ISA
    /// 3.1.16).
    pub(crate) fn differences(&self, signature: &[u8], silent: &[u64]) -> Vec<(&Case, String)> {
        assert_eq!(signature.len(), self.signature_bytes());
        let records = signature.chunks_exact(8 * RECORD_WORDS);
        let mut differences = Vec::new();
        for (index, (case, bytes)) in self.cases.iter().zip(records).enumerate() {
            let words = bytes.chunks_exact(8);
            let found: Vec<u64> = words
                .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")))
                .collect();
            let mut expected = self.after(index, case);
            if found[VALUE] == 0 && silent.contains(&case.trap.cause) {
                expected[VALUE] = 0;
            }
            let what = difference(case, &expected, &found);
            if !what.is_empty() {
                differences.push((case, what.join(", ")));
            }
        }
        differences
    }

    fn value(&self, index: usize, value: Value) -> u64 {
        match value {
            Value::Number(number) => number,
            Value::Code(offset) => self.places[index].wrapping_add_signed(offset),
            Value::Data(offset) => {
                let memory = self.signature + wide(8 * (RECORD_WORDS * index + MEMORY));
                memory.wrapping_add_signed(offset)
            }
        }
    }

    /// The record that a case begins with.
    fn before(&self, index: usize, case: &Case) -> Record {
        let mut record = [0; RECORD_WORDS];
        record[0] = self.places[index];
        record[1] = case.status | WIDTHS;
        for register in 1..32 {
            record[3 + register] = usual(register);
        }
        for (register, value) in &case.registers {
            record[3 + register] = self.value(index, *value);
        }
        record[MEMORY..].copy_from_slice(&case.memory);
        record
    }

    /// The record that it should leave.
    fn after(&self, index: usize, case: &Case) -> Record {
        let mut record = self.before(index, case);
        record[0] = self.value(index, case.trap.at);
        record[1] = case.expected_status();
        record[2] = case.trap.cause;
        record[VALUE] = self.value(index, case.trap.value);
        for (register, value) in &case.changed {
            record[3 + register] = self.value(index, *value);
        }
        for (word, value) in &case.stored {
            record[MEMORY + word] = *value;
        }
        record
    }
}

/// What differs in a record, but for what the specification leaves open.
fn difference(case: &Case, expected: &Record, found: &[u64]) -> Vec<String> {
    let words = expected.iter().zip(found).enumerate();
    let known = words.filter(|(word, _)| !case.unknown.iter().any(|it| it + 3 == *word));
    let wrong = known.filter(|(_, (expected, found))| expected != found);
    let say = |(word, (expected, found)): (usize, (&u64, &u64))| {
        format!("{} is {found:#x}, not {expected:#x}", field(word))
    };
    wrong.map(say).collect()
}

/// The code of the loop, over the records from `begin` to `end`.
fn runner(begin: u64, end: u64) -> Vec<u32> {
    let cases = each_case();
    let handler = handler(end, i32::try_from(4 * cases.len()).expect("short"));
    let start = |handler: u64| [open_pmp(), no_timer(), vector(handler), li(31, begin)].concat();
    let length = start(0).len() + cases.len();
    let handler_at = RAM + 4 * wide(length);
    [start(handler_at), cases, handler, print(begin)].concat()
}

/// Lets U-mode and S-mode reach everything (3.7.1). A machine without PMP traps to behind it.
fn open_pmp() -> Vec<u32> {
    let open = [
        li(1, u64::MAX),
        vec![csrrw(0, 0x3b0, 1), addi(1, 0, 0x1f), csrrw(0, 0x3a0, 1)],
    ];
    let open = open.concat();
    let behind = |end: usize| [vector(RAM + 4 * wide(end)), open.clone()].concat();
    behind(behind(0).len())
}

/// The timer's interrupt is never pending, whatever the machine begins with.
fn no_timer() -> Vec<u32> {
    [li(1, TIMER), li(2, u64::MAX), vec![store(3, 2, 1, 0)]].concat()
}

fn vector(handler: u64) -> Vec<u32> {
    [li(1, handler), vec![csrrw(0, 0x305, 1)]].concat()
}

/// Loads the record at `x31` and runs its case.
fn each_case() -> Vec<u32> {
    // What a case may have left in medeleg, mideleg, mie, mcounteren, scounteren and satp.
    let forgotten = [0x302, 0x303, 0x304, 0x306, 0x106, 0x180].map(|csr| csrrw(0, csr, 0));
    let state = [
        load(3, 1, 31, 0),
        csrrw(0, 0x341, 1),
        load(3, 1, 31, 8),
        csrrw(0, 0x300, 1),
    ];
    let registers = (1..32).map(|register| load(3, register, 31, place(register)));
    let mut code = vec![csrrw(0, 0x340, 31)];
    code.extend(forgotten);
    code.push(SFENCE);
    code.extend(state);
    code.extend(registers);
    code.push(MRET);
    code
}

/// Stores the record, and goes on with the next case, whose loader begins so far before it.
fn handler(end: u64, back: i32) -> Vec<u32> {
    let mut code = vec![csrrw(31, 0x340, 31)];
    code.extend((1..31).map(|register| store(3, register, 31, place(register))));
    for (csr, offset) in [
        (0x340, place(31)),
        (0x341, 0),
        (0x300, 8),
        (0x342, 16),
        (0x343, 24),
    ] {
        code.extend([csrrs(1, csr, 0), store(3, 1, 31, offset)]);
    }
    code.push(addi(31, 31, RECORD_BYTES));
    code.extend(li(1, end));
    let here = i32::try_from(4 * code.len()).expect("short");
    code.push(bne(31, 1, -back - here));
    code
}

/// Prints from `begin` to `x31`, and powers off.
fn print(begin: u64) -> Vec<u32> {
    let byte = [
        load(4, 3, 1, 0),
        load(4, 4, 2, 5),
        andi(4, 4, 0x20),
        beq(4, 0, -8),
    ];
    let next = [store(0, 3, 2, 0), addi(1, 1, 1), bne(1, 31, -24)];
    let bytes = [li(1, begin), li(2, UART), byte.to_vec(), next.to_vec()].concat();
    let off = [
        li(1, FINISHER),
        li(2, 0x5555),
        vec![store(2, 2, 1, 0), j(0)],
    ]
    .concat();
    [bytes, off].concat()
}

/// Offset of `x1` to `x31` in a record.
fn place(register: u32) -> i32 {
    8 * (3 + register.cast_signed())
}

fn fill(code: &mut Vec<u8>, bytes: usize) {
    code.extend(FILLER.iter().cycle().take(bytes));
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).expect("64 bits")
}
