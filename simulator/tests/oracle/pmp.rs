//! Which accesses the PMP registers let through (privileged ISA 3.7).

use septum_simulator::cpu::Privilege;
use septum_simulator::mmu::Access;
use septum_simulator::pmp::{Pmp, Verdict};
use softcore_rv64::Core;
use softcore_rv64::prelude::bv;
use softcore_rv64::raw::{self, AccessType};

use super::{PRIVILEGES, core, theirs};
use crate::common::random::Random;
use crate::common::{RAM, repetitions};

/// Eight configurations, few of them locked, without what is for the hart to choose (3.7.1): the
/// model clears X, too, where R=0 and W=1, and switches an entry off for a region of four bytes
/// that is smaller than the grain; ours keeps X and the mode.
fn configurations(random: &mut Random, grain_bytes: u64) -> u64 {
    let bytes = [0; 8].map(|_: u8| {
        let [byte, rare, ..] = random.bits().to_le_bytes();
        let is_small = grain_bytes > 4 && byte & 0x18 == 0x10;
        let mode = if is_small { !0x10 } else { !0 };
        let write = if byte & 1 == 0 { !2 } else { !0 };
        let lock = if rare < 16 { !0 } else { 0x7f };
        byte & mode & write & lock
    });
    u64::from_le_bytes(bytes)
}

/// An address whose low bits make small and large regions near each other.
fn pmp_address(random: &mut Random) -> u64 {
    let near = (RAM >> 2) + random.below(0x800);
    let ones = (1 << random.below(14)) - 1;
    let any = random.bits();
    random.pick(&[near, near, near | ones, near | ones, near & !ones, any])
}

/// Both sides of the PMP registers of a hart.
struct Pair {
    pmp: Pmp,
    core: Core,
    entries: u64,
    grain_bytes: u64,
    random: Random,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let entries = random.pick(&[16, 64]);
        let grain_bytes = random.pick(&[4, 4, 8, 64, 4096]);
        Self {
            pmp: Pmp::new(entries, grain_bytes),
            core: core(entries, grain_bytes),
            entries,
            grain_bytes,
            random,
        }
    }

    /// Stores to a register, and reads all.
    fn store(&mut self, seed: u64) {
        if self.random.below(3) == 0 {
            let register = self.random.below(self.entries / 4) & !1;
            let register = usize::try_from(register).expect("few");
            let value = configurations(&mut self.random, self.grain_bytes);
            self.pmp.write_configuration(register, value);
            self.core.set_pmpcfg(register, value);
        } else {
            let register = usize::try_from(self.random.below(16)).expect("few");
            let value = pmp_address(&mut self.random);
            self.pmp.write_address(register, value);
            self.core.set_pmpaddr(register, value);
        }
        self.compare(seed);
    }

    fn compare(&mut self, seed: u64) {
        for register in (0..16).step_by(2) {
            let ours = self.pmp.read_configuration(register);
            let index = i128::try_from(register).expect("few");
            let theirs = raw::pmpReadCfgReg(&mut self.core, index).bits();
            assert_eq!(ours, theirs, "seed {seed}, pmpcfg{register}");
        }
        for entry in 0..64 {
            let ours = self.pmp.read_address(entry);
            let index = i128::try_from(entry).expect("few");
            let theirs = raw::pmpReadAddrReg(&mut self.core, index).bits();
            assert_eq!(ours, theirs, "seed {seed}, pmpaddr{entry}");
        }
    }

    /// Asks both about an access near the regions; says whether it is allowed.
    fn ask(&mut self, seed: u64) -> bool {
        let random = &mut self.random;
        let width = 1 << random.below(4);
        let address = pmp_address(random) << 2 & ((1 << 56) - 1);
        let address = address & !(width - 1);
        let kinds = [
            (Access::Load, AccessType::Read(())),
            (Access::Store, AccessType::Write(())),
            (Access::Fetch, AccessType::InstructionFetch(())),
            (Access::Modify, AccessType::ReadWrite(((), ()))),
        ];
        let (access, kind) = random.pick(&kinds);
        let privilege = random.pick(&PRIVILEGES);
        let machine = privilege == Privilege::Machine;
        let verdict = self.pmp.verdict(address, width, access, machine);
        let ours = verdict == Verdict::Uniform(true);
        let place = raw::physaddr::Physaddr(bv(address));
        let refusal = raw::pmpCheck(&mut self.core, place, width.into(), kind, theirs(privilege));
        assert_eq!(
            ours,
            refusal.is_none(),
            "seed {seed}: {width} bytes at {address:#x}, {access:?}, {privilege:?}"
        );
        ours
    }
}

#[test]
fn the_same_pmp_registers_let_the_same_accesses_through() {
    let mut verdicts = [0, 0];
    for seed in 0..60 * repetitions() {
        let mut pair = Pair::new(seed);
        for _ in 0..40 {
            pair.store(seed);
            for _ in 0..20 {
                verdicts[usize::from(pair.ask(seed))] += 1;
            }
        }
    }
    println!("{} accesses denied, {} allowed", verdicts[0], verdicts[1]);
    assert!(verdicts[0] > 5000 && verdicts[1] > 5000);
}
