//! Encodings of instructions (unprivileged ISA 24).

/// `ecall`.
pub const ECALL: u32 = 0x0000_0073;
/// `ebreak`.
pub const EBREAK: u32 = 0x0010_0073;
/// `mret`.
pub const MRET: u32 = 0x3020_0073;
/// `sret`.
pub const SRET: u32 = 0x1020_0073;
/// `wfi`.
pub const WFI: u32 = 0x1050_0073;
/// `sfence.vma x0, x0`.
pub const SFENCE: u32 = 0x1200_0073;
/// `fence rw, rw`.
pub const FENCE: u32 = 0x0330_000f;
/// `fence.i`.
pub const FENCE_I: u32 = 0x0000_100f;
/// `nop`.
pub const NOP: u32 = 0x0000_0013;

fn i(opcode: u32, funct3: u32, rd: u32, rs1: u32, immediate: i32) -> u32 {
    (immediate.cast_unsigned() & 0xfff) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
}

/// `addi rd, rs1, immediate`.
#[must_use]
pub fn addi(rd: u32, rs1: u32, immediate: i32) -> u32 {
    i(0x13, 0, rd, rs1, immediate)
}

/// `andi rd, rs1, immediate`.
#[must_use]
pub fn andi(rd: u32, rs1: u32, immediate: i32) -> u32 {
    i(0x13, 7, rd, rs1, immediate)
}

/// `srli rd, rs1, amount`.
#[must_use]
pub fn srli(rd: u32, rs1: u32, amount: u32) -> u32 {
    amount << 20 | rs1 << 15 | 5 << 12 | rd << 7 | 0x13
}

/// `add rd, rs1, rs2`.
#[must_use]
pub fn add(rd: u32, rs1: u32, rs2: u32) -> u32 {
    rs2 << 20 | rs1 << 15 | rd << 7 | 0x33
}

/// `sub rd, rs1, rs2`.
#[must_use]
pub fn sub(rd: u32, rs1: u32, rs2: u32) -> u32 {
    1 << 30 | add(rd, rs1, rs2)
}

/// `xor rd, rs1, rs2`.
#[must_use]
pub fn xor(rd: u32, rs1: u32, rs2: u32) -> u32 {
    4 << 12 | add(rd, rs1, rs2)
}

/// `and rd, rs1, rs2`.
#[must_use]
pub fn and(rd: u32, rs1: u32, rs2: u32) -> u32 {
    7 << 12 | add(rd, rs1, rs2)
}

/// `mul rd, rs1, rs2`.
#[must_use]
pub fn mul(rd: u32, rs1: u32, rs2: u32) -> u32 {
    1 << 25 | add(rd, rs1, rs2)
}

/// Any constant, always in eleven instructions.
///
/// # Panics
/// Never: each part has eleven bits.
#[must_use]
pub fn li(rd: u32, value: u64) -> Vec<u32> {
    let chunk = |shift: u32| i32::try_from(value >> shift & 0x7ff).expect("11 bits");
    let mut words = vec![addi(rd, 0, chunk(55))];
    for shift in [44, 33, 22, 11, 0] {
        words.extend([slli(rd, rd, 11), addi(rd, rd, chunk(shift))]);
    }
    words
}

/// `lui rd, upper`.
#[must_use]
pub fn lui(rd: u32, upper: u32) -> u32 {
    upper << 12 | rd << 7 | 0x37
}

/// Loads: funct3 0..=6 is `lb lh lw ld lbu lhu lwu`.
#[must_use]
pub fn load(funct3: u32, rd: u32, rs1: u32, offset: i32) -> u32 {
    i(0x03, funct3, rd, rs1, offset)
}

/// Stores: funct3 0..=3 is `sb sh sw sd`.
#[must_use]
pub fn store(funct3: u32, rs2: u32, rs1: u32, offset: i32) -> u32 {
    let offset = offset.cast_unsigned();
    (offset >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (offset & 0x1f) << 7 | 0x23
}

/// `csrrw rd, csr, rs1`.
#[must_use]
pub fn csrrw(rd: u32, csr: u32, rs1: u32) -> u32 {
    csr << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x73
}

/// `csrrs rd, csr, rs1`.
#[must_use]
pub fn csrrs(rd: u32, csr: u32, rs1: u32) -> u32 {
    csr << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 0x73
}

/// `slli rd, rs1, amount`.
#[must_use]
pub fn slli(rd: u32, rs1: u32, amount: u32) -> u32 {
    amount << 20 | rs1 << 15 | 1 << 12 | rd << 7 | 0x13
}

/// `jalr rd, offset(rs1)`.
#[must_use]
pub fn jalr(rd: u32, rs1: u32, offset: i32) -> u32 {
    i(0x67, 0, rd, rs1, offset)
}

/// `j` to itself plus `offset` bytes.
#[must_use]
pub fn j(offset: i32) -> u32 {
    let o = offset.cast_unsigned();
    (o >> 20 & 1) << 31
        | (o >> 1 & 0x3ff) << 21
        | (o >> 11 & 1) << 20
        | (o >> 12 & 0xff) << 12
        | 0x6f
}

/// `beq rs1, rs2` to itself plus `offset` bytes.
#[must_use]
pub fn beq(rs1: u32, rs2: u32, offset: i32) -> u32 {
    branch(0, rs1, rs2, offset)
}

/// `bne rs1, rs2` to itself plus `offset` bytes.
#[must_use]
pub fn bne(rs1: u32, rs2: u32, offset: i32) -> u32 {
    branch(1, rs1, rs2, offset)
}

/// A branch: funct3 0, 1, 4..=7 is `beq bne blt bge bltu bgeu`.
#[must_use]
pub fn branch(funct3: u32, rs1: u32, rs2: u32, offset: i32) -> u32 {
    let o = offset.cast_unsigned();
    (o >> 12 & 1) << 31
        | (o >> 5 & 0x3f) << 25
        | rs2 << 20
        | rs1 << 15
        | funct3 << 12
        | (o >> 1 & 0xf) << 8
        | (o >> 11 & 1) << 7
        | 0x63
}

/// `lr.w`, `lr.d` by width.
#[must_use]
pub fn lr(width: u32, rd: u32, rs1: u32) -> u32 {
    atomic(2, width, rd, rs1, 0)
}

/// `sc.w`, `sc.d` by width.
#[must_use]
pub fn sc(width: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
    atomic(3, width, rd, rs1, rs2)
}

/// `amoswap.w`, `amoswap.d` by width.
#[must_use]
pub fn amoswap(width: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
    atomic(1, width, rd, rs1, rs2)
}

/// `amoadd.w`, `amoadd.d` by width.
#[must_use]
pub fn amoadd(width: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
    atomic(0, width, rd, rs1, rs2)
}

fn atomic(funct5: u32, width: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
    funct5 << 27 | rs2 << 20 | rs1 << 15 | width.ilog2() << 12 | rd << 7 | 0x2f
}
