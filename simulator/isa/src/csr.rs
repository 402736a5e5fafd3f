//! Names of control and status registers (privileged ISA 2.2).

/// Registers by number, sorted; those in numbered rows are made by [`csr_name`].
const NAMES: &[(u16, &str)] = &[
    (0x100, "sstatus"),
    (0x104, "sie"),
    (0x105, "stvec"),
    (0x106, "scounteren"),
    (0x10a, "senvcfg"),
    (0x140, "sscratch"),
    (0x141, "sepc"),
    (0x142, "scause"),
    (0x143, "stval"),
    (0x144, "sip"),
    (0x14d, "stimecmp"),
    (0x180, "satp"),
    (0x300, "mstatus"),
    (0x301, "misa"),
    (0x302, "medeleg"),
    (0x303, "mideleg"),
    (0x304, "mie"),
    (0x305, "mtvec"),
    (0x306, "mcounteren"),
    (0x30a, "menvcfg"),
    (0x320, "mcountinhibit"),
    (0x340, "mscratch"),
    (0x341, "mepc"),
    (0x342, "mcause"),
    (0x343, "mtval"),
    (0x344, "mip"),
    (0xb00, "mcycle"),
    (0xb02, "minstret"),
    (0xc00, "cycle"),
    (0xc01, "time"),
    (0xc02, "instret"),
    (0xf11, "mvendorid"),
    (0xf12, "marchid"),
    (0xf13, "mimpid"),
    (0xf14, "mhartid"),
    (0xf15, "mconfigptr"),
];

/// Rows of registers: the first and last number, the name before the number, the first number
/// in the name.
const ROWS: &[(u16, u16, &str, u16)] = &[
    (0x323, 0x33f, "mhpmevent", 3),
    (0x3a0, 0x3af, "pmpcfg", 0),
    (0x3b0, 0x3ef, "pmpaddr", 0),
    (0xb03, 0xb1f, "mhpmcounter", 3),
    (0xc03, 0xc1f, "hpmcounter", 3),
];

/// The name of a register that RV64 with S-mode, PMP and counters knows.
#[must_use]
pub fn csr_name(number: u16) -> Option<String> {
    if let Ok(found) = NAMES.binary_search_by_key(&number, |name| name.0) {
        return Some(NAMES[found].1.to_owned());
    }
    let row = ROWS.iter().find(|row| (row.0..=row.1).contains(&number))?;
    Some(format!("{}{}", row.2, number - row.0 + row.3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        assert!(NAMES.is_sorted_by_key(|name| name.0));
        let name = |number| csr_name(number).unwrap_or_default();
        assert_eq!(name(0x300), "mstatus");
        assert_eq!(name(0x3b0 + 63), "pmpaddr63");
        assert_eq!(name(0xc1f), "hpmcounter31");
        assert_eq!(csr_name(0x7c0), None);
    }
}
