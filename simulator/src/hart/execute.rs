//! What each instruction does (unprivileged ISA 2, 5, 7, 8, 9).

use septum_isa::Operation;

use super::arithmetic::{
    amount, amount_word, div, divu, divuw, divw, mulh, mulhsu, mulhu, rem, remu, remuw, remw, sra,
    sraw, srlw, word,
};
use super::block::Step;
use super::{End, Ended, State, illegal};
use crate::bits::{low_u8, low_u16, low_u32, to_u64, to_usize};
use crate::bus::Bus;
use crate::cpu::Exception;

impl State {
    /// Executes a block, or as many of its steps as the budget has.
    #[expect(
        clippy::too_many_lines,
        reason = "one row for each instruction, and one jump to it"
    )]
    pub(super) fn execute(&mut self, bus: &mut Bus, steps: &[Step], budget: u64) -> Ended {
        use Operation as O;
        let base = self.pc;
        let count = steps.len().min(to_usize(budget));
        let steps = &steps[..count];
        let mut left = steps.iter();
        // Steps executed in earlier rounds of a block that jumps to its own begin.
        let mut rounds = 0;
        while let Some(step) = left.next() {
            macro_rules! executed {
                () => {
                    rounds + to_u64(count - left.len())
                };
            }
            macro_rules! pc {
                () => {
                    base.wrapping_add(u64::from(step.at))
                };
            }
            macro_rules! rs1 {
                () => {
                    self.x[usize::from(step.rs1)]
                };
            }
            macro_rules! rs2 {
                () => {
                    self.x[usize::from(step.rs2)]
                };
            }
            macro_rules! set {
                ($value:expr) => {{
                    let value = $value;
                    self.x[usize::from(step.rd)] = value;
                }};
            }
            macro_rules! load {
                ($log_width:literal, $extend:expr) => {{
                    let address = rs1!().wrapping_add(step.immediate);
                    match self.load(bus, address, $log_width) {
                        Some(value) => set!($extend(value)),
                        None => {
                            self.position = executed!() - 1;
                            match self.load_slowly(bus, address, $log_width, pc!()) {
                                Ok(value) => set!($extend(value)),
                                Err(exception) => return self.raise(base, step, exception),
                            }
                            if let Some(end) = disturbed(bus) {
                                return self.stop(base, step, end);
                            }
                        }
                    }
                }};
            }
            macro_rules! store {
                ($log_width:literal) => {{
                    let address = rs1!().wrapping_add(step.immediate);
                    let value = rs2!();
                    if !self.store(bus, address, value, $log_width) {
                        self.position = executed!() - 1;
                        if let Err(e) = self.store_slowly(bus, address, value, $log_width, pc!()) {
                            return self.raise(base, step, e);
                        }
                        if let Some(end) = disturbed(bus) {
                            return self.stop(base, step, end);
                        }
                    }
                }};
            }
            macro_rules! branch {
                ($taken:expr) => {
                    if $taken {
                        let executed = executed!();
                        if step.immediate == 0 && budget - executed >= to_u64(count) {
                            rounds = executed;
                            left = steps.iter();
                            continue;
                        }
                        self.pc = base.wrapping_add(step.immediate);
                        return Ended {
                            executed,
                            end: End::Next,
                        };
                    }
                };
            }
            match step.operation {
                O::Lui => set!(step.immediate),
                O::Auipc => set!(base.wrapping_add(step.immediate)),
                O::Jal => {
                    set!(base.wrapping_add(u64::from(step.next)));
                    branch!(true);
                }
                O::Jalr => {
                    let target = rs1!().wrapping_add(step.immediate) & !1;
                    set!(base.wrapping_add(u64::from(step.next)));
                    self.pc = target;
                    return Ended {
                        executed: executed!(),
                        end: End::Next,
                    };
                }
                O::Beq => branch!(rs1!() == rs2!()),
                O::Bne => branch!(rs1!() != rs2!()),
                O::Blt => branch!(rs1!().cast_signed() < rs2!().cast_signed()),
                O::Bge => branch!(rs1!().cast_signed() >= rs2!().cast_signed()),
                O::Bltu => branch!(rs1!() < rs2!()),
                O::Bgeu => branch!(rs1!() >= rs2!()),
                O::Lb => load!(0, signed_byte),
                O::Lh => load!(1, signed_half),
                O::Lw => load!(2, word),
                O::Ld => load!(3, same),
                O::Lbu => load!(0, same),
                O::Lhu => load!(1, same),
                O::Lwu => load!(2, same),
                O::Sb => store!(0),
                O::Sh => store!(1),
                O::Sw => store!(2),
                O::Sd => store!(3),
                O::Addi => set!(rs1!().wrapping_add(step.immediate)),
                O::Slti => set!(u64::from(
                    rs1!().cast_signed() < step.immediate.cast_signed()
                )),
                O::Sltiu => set!(u64::from(rs1!() < step.immediate)),
                O::Xori => set!(rs1!() ^ step.immediate),
                O::Ori => set!(rs1!() | step.immediate),
                O::Andi => set!(rs1!() & step.immediate),
                O::Slli => set!(rs1!() << amount(step.immediate)),
                O::Srli => set!(rs1!() >> amount(step.immediate)),
                O::Srai => set!(sra(rs1!(), amount(step.immediate))),
                O::Add => set!(rs1!().wrapping_add(rs2!())),
                O::Sub => set!(rs1!().wrapping_sub(rs2!())),
                O::Sll => set!(rs1!() << amount(rs2!())),
                O::Slt => set!(u64::from(rs1!().cast_signed() < rs2!().cast_signed())),
                O::Sltu => set!(u64::from(rs1!() < rs2!())),
                O::Xor => set!(rs1!() ^ rs2!()),
                O::Srl => set!(rs1!() >> amount(rs2!())),
                O::Sra => set!(sra(rs1!(), amount(rs2!()))),
                O::Or => set!(rs1!() | rs2!()),
                O::And => set!(rs1!() & rs2!()),
                O::Addiw => set!(word(rs1!().wrapping_add(step.immediate))),
                O::Slliw => set!(word(rs1!() << amount_word(step.immediate))),
                O::Srliw => set!(srlw(rs1!(), amount_word(step.immediate))),
                O::Sraiw => set!(sraw(rs1!(), amount_word(step.immediate))),
                O::Addw => set!(word(rs1!().wrapping_add(rs2!()))),
                O::Subw => set!(word(rs1!().wrapping_sub(rs2!()))),
                O::Sllw => set!(word(rs1!() << amount_word(rs2!()))),
                O::Srlw => set!(srlw(rs1!(), amount_word(rs2!()))),
                O::Sraw => set!(sraw(rs1!(), amount_word(rs2!()))),
                O::Mul => set!(rs1!().wrapping_mul(rs2!())),
                O::Mulh => set!(mulh(rs1!(), rs2!())),
                O::Mulhsu => set!(mulhsu(rs1!(), rs2!())),
                O::Mulhu => set!(mulhu(rs1!(), rs2!())),
                O::Div => set!(div(rs1!(), rs2!())),
                O::Divu => set!(divu(rs1!(), rs2!())),
                O::Rem => set!(rem(rs1!(), rs2!())),
                O::Remu => set!(remu(rs1!(), rs2!())),
                O::Mulw => set!(word(rs1!().wrapping_mul(rs2!()))),
                O::Divw => set!(divw(rs1!(), rs2!())),
                O::Divuw => set!(divuw(rs1!(), rs2!())),
                O::Remw => set!(remw(rs1!(), rs2!())),
                O::Remuw => set!(remuw(rs1!(), rs2!())),
                // One hart executes at a time, memory is in order, and decoded code that was
                // overwritten, by whomever, is decoded again at once.
                O::Fence | O::FenceI => {}
                O::Ecall
                | O::Ebreak
                | O::Csrrw
                | O::Csrrs
                | O::Csrrc
                | O::Csrrwi
                | O::Csrrsi
                | O::Csrrci
                | O::LrW
                | O::ScW
                | O::AmoswapW
                | O::AmoaddW
                | O::AmoxorW
                | O::AmoandW
                | O::AmoorW
                | O::AmominW
                | O::AmomaxW
                | O::AmominuW
                | O::AmomaxuW
                | O::LrD
                | O::ScD
                | O::AmoswapD
                | O::AmoaddD
                | O::AmoxorD
                | O::AmoandD
                | O::AmoorD
                | O::AmominD
                | O::AmomaxD
                | O::AmominuD
                | O::AmomaxuD
                | O::Sret
                | O::Mret
                | O::Wfi
                | O::SfenceVma => {
                    self.position = executed!() - 1;
                    if let Some(end) = self.execute_rarely(bus, base, step) {
                        return self.ended(end);
                    }
                }
            }
        }
        let next = steps.last().map_or(0, |last| last.next);
        self.pc = base.wrapping_add(u64::from(next));
        Ended {
            executed: rounds + to_u64(count),
            end: End::Next,
        }
    }

    /// What is neither arithmetic nor a load, a store or a jump. An end where the next step
    /// must not follow at once.
    #[inline(never)]
    fn execute_rarely(&mut self, bus: &mut Bus, base: u64, step: &Step) -> Option<End> {
        use Operation as O;
        let pc = base.wrapping_add(u64::from(step.at));
        let next = base.wrapping_add(u64::from(step.next));
        let done = match step.operation {
            O::Csrrw | O::Csrrs | O::Csrrc | O::Csrrwi | O::Csrrsi | O::Csrrci => {
                bus.set_now_ns(self.time_ns(self.position));
                self.csr_instruction(bus, step)
                    .ok_or_else(|| self.illegal(bus, pc))
            }
            O::Ecall | O::Ebreak | O::Mret | O::Sret | O::Wfi | O::SfenceVma => {
                self.pc = pc;
                let end = self.system(step.operation, pc, next);
                return Some(end.unwrap_or_else(|| End::Raised(self.illegal(bus, pc))));
            }
            _ => self.atomic(bus, step, pc),
        };
        let end = match done {
            Ok(End::Next) => disturbed(bus)?,
            Ok(end) => end,
            Err(exception) => {
                self.pc = pc;
                return Some(End::Raised(exception));
            }
        };
        self.pc = next;
        Some(end)
    }

    /// The exception of an instruction that the mode may not execute.
    fn illegal(&mut self, bus: &Bus, pc: u64) -> Exception {
        self.fetch(bus, pc)
            .map_or_else(|exception| exception, illegal)
    }

    /// The present step raised an exception.
    #[cold]
    fn raise(&mut self, base: u64, step: &Step, exception: Exception) -> Ended {
        self.pc = base.wrapping_add(u64::from(step.at));
        self.ended(End::Raised(exception))
    }

    /// The present step was the last one.
    #[cold]
    fn stop(&mut self, base: u64, step: &Step, end: End) -> Ended {
        self.pc = base.wrapping_add(u64::from(step.next));
        self.ended(end)
    }

    /// After the step at [`State::position`].
    fn ended(&mut self, end: End) -> Ended {
        let executed = std::mem::take(&mut self.position) + 1;
        Ended { executed, end }
    }
}

/// What an access may have changed behind the block's back.
#[inline]
fn disturbed(bus: &Bus) -> Option<End> {
    if bus.needs_attention() {
        return Some(End::Changed);
    }
    bus.ram().is_code_written().then_some(End::Next)
}

fn same(value: u64) -> u64 {
    value
}

fn signed_byte(value: u64) -> u64 {
    i64::from(low_u8(value).cast_signed()).cast_unsigned()
}

fn signed_half(value: u64) -> u64 {
    i64::from(low_u16(low_u32(value)).cast_signed()).cast_unsigned()
}
