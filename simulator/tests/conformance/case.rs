//! A case: a few instructions, the state before them, and the state that the specification says
//! they leave.

use septum_guest::asm::{MRET, csrrw};
use septum_isa::{Row, TABLE};

/// Doublewords of memory that a case has for itself.
pub(crate) const MEMORY_WORDS: usize = 5;

/// Fields of `mstatus` (privileged ISA 3.1.6).
pub(crate) const MPIE: u64 = 1 << 7;
pub(crate) const MPP: u64 = 3 << 11;
pub(crate) const MPRV: u64 = 1 << 17;
/// `UXL` and `SXL` say 64 bits. They are stored wherever `mstatus` is: some machines keep what
/// they are given.
pub(crate) const WIDTHS: u64 = 0xa << 32;

/// Modes as `MPP` writes them.
pub(crate) const USER: u64 = 0;
pub(crate) const SUPERVISOR: u64 = 1;
pub(crate) const MACHINE: u64 = 3;

/// The cause of an illegal instruction (3.1.15).
pub(crate) const ILLEGAL: u64 = 2;
/// What ends a case: `c.ebreak`, which fills the space around its instructions.
pub(crate) const BREAKPOINT: u64 = 3;

/// A number, or a place that the layout decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Number(u64),
    /// So many bytes behind the case's first instruction.
    Code(i64),
    /// So many bytes behind the begin of its memory.
    Data(i64),
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// How a case ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trap {
    pub(crate) cause: u64,
    pub(crate) value: Value,
    /// Where.
    pub(crate) at: Value,
}

/// One case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The row of the instruction table, or the register, that it is about.
    pub(crate) subject: &'static str,
    /// What is special about it.
    pub(crate) detail: String,
    /// Instructions in halfwords.
    pub(crate) code: Vec<u16>,
    /// How many bytes of breakpoints stand before and behind the instructions.
    pub(crate) room: (usize, usize),
    /// `mstatus` before the `mret` that begins it.
    pub(crate) status: u64,
    /// Registers before, those that do not have a value of their own.
    pub(crate) registers: Vec<(usize, Value)>,
    pub(crate) memory: [u64; MEMORY_WORDS],
    /// Registers after, those that change.
    pub(crate) changed: Vec<(usize, Value)>,
    /// Registers after, of which the specification says nothing.
    pub(crate) unknown: Vec<usize>,
    pub(crate) stored: Vec<(usize, u64)>,
    pub(crate) trap: Trap,
    /// `mstatus` at the end, where it is not what the trap makes of [`Case::status`].
    pub(crate) status_after: Option<u64>,
}

/// What register `number` holds before a case, unless it says something else.
pub(crate) fn usual(number: usize) -> u64 {
    let number = u64::try_from(number).expect("64 bits");
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The row of an instruction.
pub(crate) fn row(name: &str) -> &'static Row {
    let row = TABLE.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("no row {name}"))
}

/// Instructions of 32 bits as halfwords.
pub(crate) fn halves(words: &[u32]) -> Vec<u16> {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    let bytes: Vec<u8> = bytes.collect();
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

impl Case {
    /// These instructions in M-mode, which change nothing and end behind themselves.
    pub(crate) fn new(subject: &'static str, detail: impl Into<String>, code: Vec<u16>) -> Self {
        let end = i64::try_from(2 * code.len()).expect("short");
        Self {
            subject,
            detail: detail.into(),
            code,
            room: (32, 32),
            status: MACHINE << 11,
            registers: Vec::new(),
            memory: [usual(101), usual(102), usual(103), usual(104), usual(105)],
            changed: Vec::new(),
            unknown: Vec::new(),
            stored: Vec::new(),
            trap: Trap {
                cause: BREAKPOINT,
                value: Value::Code(end),
                at: Value::Code(end),
            },
            status_after: None,
        }
    }

    /// One instruction of 32 bits.
    pub(crate) fn word(subject: &'static str, detail: impl Into<String>, word: u32) -> Self {
        Self::new(subject, detail, halves(&[word]))
    }

    /// M-mode sets these registers from `x20` up, then `mstatus`, and goes on with the words
    /// in the mode that `mstatus` says. They begin [`Case::entry`] bytes behind the first.
    pub(crate) fn entered(
        subject: &'static str,
        detail: impl Into<String>,
        registers: &[(u32, Value)],
        status: u64,
        words: &[u32],
    ) -> Self {
        let entry = Value::Code(Self::entry(registers.len()));
        let all = [
            registers,
            &[(0x341, entry), (0x300, (status | WIDTHS).into())],
        ]
        .concat();
        let mut code: Vec<u32> = (20..)
            .zip(&all)
            .map(|(x, (csr, _))| csrrw(0, *csr, x))
            .collect();
        code.push(MRET);
        code.extend(words);
        let case = Self::new(subject, detail, halves(&code));
        let values = (20..).zip(all).map(|(x, (_, value))| (x, value));
        Self {
            registers: values.collect(),
            ..case
        }
    }

    /// Where the words of [`Case::entered`] begin after so many registers.
    pub(crate) fn entry(registers: usize) -> i64 {
        4 * i64::try_from(registers + 3).expect("short")
    }

    /// In another mode.
    pub(crate) fn mode(mut self, mode: u64) -> Self {
        self.status = self.status & !MPP | mode << 11;
        self
    }

    /// With more bits of `mstatus`.
    pub(crate) fn status(mut self, bits: u64) -> Self {
        self.status |= bits;
        self
    }

    /// With this in a register.
    pub(crate) fn with(mut self, register: usize, value: impl Into<Value>) -> Self {
        self.registers.push((register, value.into()));
        self
    }

    /// With this in its memory.
    pub(crate) fn memory(mut self, word: usize, value: u64) -> Self {
        self.memory[word] = value;
        self
    }

    /// Leaves this in a register; nothing in `x0`.
    pub(crate) fn leaves(mut self, register: usize, value: impl Into<Value>) -> Self {
        if register != 0 {
            self.changed.push((register, value.into()));
        }
        self
    }

    /// Leaves anything in a register.
    pub(crate) fn leaves_anything(mut self, register: usize) -> Self {
        self.unknown.push(register);
        self
    }

    /// Leaves this in its memory.
    pub(crate) fn stores(mut self, word: usize, value: u64) -> Self {
        self.stored.push((word, value));
        self
    }

    /// Ends so far behind its first instruction.
    pub(crate) fn ends_at(self, at: i64) -> Self {
        self.traps_at(Value::Code(at), BREAKPOINT, Value::Code(at))
    }

    /// Ends with this exception of its first instruction.
    pub(crate) fn traps(self, cause: u64, value: impl Into<Value>) -> Self {
        self.traps_at(Value::Code(0), cause, value)
    }

    /// Ends with this exception of the instruction at a place.
    pub(crate) fn traps_at(mut self, at: Value, cause: u64, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.trap = Trap { cause, value, at };
        self
    }

    /// Leaves this in `mstatus`, beside the widths of registers.
    pub(crate) fn leaves_status(mut self, status: u64) -> Self {
        self.status_after = Some(status);
        self
    }

    /// `mstatus` at the end. The `mret` at the begin sets MIE to MPIE, and MPRV to 0 unless it
    /// stays in M-mode; the trap at the end undoes the rest (3.1.6.1, 3.1.6.3).
    pub(crate) fn expected_status(&self) -> u64 {
        let kept = match self.status & MPP {
            MPP => self.status,
            _ => self.status & !MPRV,
        };
        self.status_after.unwrap_or(kept) | WIDTHS
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        format!("{} ({})", self.subject, self.detail)
    }
}
