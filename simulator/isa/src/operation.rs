//! What instructions do.

/// An operation; its name is the mnemonic of the base instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the table says what each is, with its section")]
pub enum Operation {
    Lui,
    Auipc,
    Jal,
    Jalr,
    Beq,
    Bne,
    Blt,
    Bge,
    Bltu,
    Bgeu,
    Lb,
    Lh,
    Lw,
    Ld,
    Lbu,
    Lhu,
    Lwu,
    Sb,
    Sh,
    Sw,
    Sd,
    Addi,
    Slti,
    Sltiu,
    Xori,
    Ori,
    Andi,
    Slli,
    Srli,
    Srai,
    Add,
    Sub,
    Sll,
    Slt,
    Sltu,
    Xor,
    Srl,
    Sra,
    Or,
    And,
    Addiw,
    Slliw,
    Srliw,
    Sraiw,
    Addw,
    Subw,
    Sllw,
    Srlw,
    Sraw,
    Fence,
    FenceI,
    Ecall,
    Ebreak,
    Csrrw,
    Csrrs,
    Csrrc,
    Csrrwi,
    Csrrsi,
    Csrrci,
    Mul,
    Mulh,
    Mulhsu,
    Mulhu,
    Div,
    Divu,
    Rem,
    Remu,
    Mulw,
    Divw,
    Divuw,
    Remw,
    Remuw,
    LrW,
    ScW,
    AmoswapW,
    AmoaddW,
    AmoxorW,
    AmoandW,
    AmoorW,
    AmominW,
    AmomaxW,
    AmominuW,
    AmomaxuW,
    LrD,
    ScD,
    AmoswapD,
    AmoaddD,
    AmoxorD,
    AmoandD,
    AmoorD,
    AmominD,
    AmomaxD,
    AmominuD,
    AmomaxuD,
    Sret,
    Mret,
    Wfi,
    SfenceVma,
}

impl Operation {
    /// How many bytes of memory it stores, may store (`sc`) or reserves (`lr`); 0 where it does
    /// neither.
    #[must_use]
    pub const fn stored_bytes(self) -> u8 {
        match self {
            Self::Sb => 1,
            Self::Sh => 2,
            Self::Sw
            | Self::LrW
            | Self::ScW
            | Self::AmoswapW
            | Self::AmoaddW
            | Self::AmoxorW
            | Self::AmoandW
            | Self::AmoorW
            | Self::AmominW
            | Self::AmomaxW
            | Self::AmominuW
            | Self::AmomaxuW => 4,
            Self::Sd
            | Self::LrD
            | Self::ScD
            | Self::AmoswapD
            | Self::AmoaddD
            | Self::AmoxorD
            | Self::AmoandD
            | Self::AmoorD
            | Self::AmominD
            | Self::AmomaxD
            | Self::AmominuD
            | Self::AmomaxuD => 8,
            _ => 0,
        }
    }
}
