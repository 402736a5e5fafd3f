//! Platform-level interrupt controller (RISC-V PLIC 1.0.0), context 2h for M-mode of hart h
//! and 2h+1 for its S-mode, as in QEMU `virt`.

use super::Device;
use crate::bits::low_u32;

/// Number of interrupt sources, with 0, which does not exist (QEMU `virt` 7.2).
pub const SOURCES: usize = 96;
const WORDS: usize = SOURCES / 32;
/// QEMU `virt` has seven priorities.
const PRIORITY_MASK: u32 = 7;

const PENDING: u64 = 0x1000;
const ENABLE: u64 = 0x2000;
const ENABLE_STRIDE: u64 = 0x80;
const CONTEXT: u64 = 0x20_0000;
const CONTEXT_STRIDE: u64 = 0x1000;

/// The interrupt controller.
///
/// Sources are level-triggered: a gateway forwards one request, and the next one only after
/// the completion, if the level is still (or again) high (PLIC 1.0.0, 1.5 and 7).
#[derive(Debug, Clone)]
pub struct Plic {
    level: Bits,
    pending: Bits,
    claimed: Bits,
    /// Sources whose request is lost, until their line falls.
    lost: Bits,
    /// Sources that request once more, whatever their line says.
    again: Bits,
    priority: [u32; SOURCES],
    contexts: Vec<Context>,
    claims: Vec<Claim>,
}

/// One bit for each source, packed as the registers show them.
#[derive(Debug, Clone, Copy, Default)]
struct Bits([u32; WORDS]);

impl Bits {
    fn get(&self, source: usize) -> bool {
        self.0[source / 32] >> (source % 32) & 1 == 1
    }

    fn set(&mut self, source: usize, value: bool) {
        let bit = 1 << (source % 32);
        let word = &mut self.0[source / 32];
        *word = if value { *word | bit } else { *word & !bit };
    }

    /// The sources that are in both.
    fn common(&self, other: &Self) -> impl Iterator<Item = usize> {
        let words: [u32; WORDS] = std::array::from_fn(|word| self.0[word] & other.0[word]);
        let used = (0..WORDS).filter(move |word| words[*word] != 0);
        used.flat_map(move |word| {
            (0..32)
                .filter(move |bit| words[word] >> bit & 1 == 1)
                .map(move |bit| 32 * word + bit)
        })
    }
}

#[derive(Debug, Clone, Default)]
struct Context {
    enable: Bits,
    threshold: u32,
}

/// A claim or a completion, kept for the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The source.
    pub source: usize,
    /// True for a completion.
    pub complete: bool,
}

/// What is at an offset.
enum Register {
    Priority(usize),
    Pending(usize),
    Enable(usize, usize),
    Threshold(usize),
    Claim(usize),
    None,
}

impl Plic {
    /// For so many harts: nothing enabled, nothing pending.
    #[must_use]
    pub fn new(harts: usize) -> Self {
        Self {
            level: Bits::default(),
            pending: Bits::default(),
            claimed: Bits::default(),
            lost: Bits::default(),
            again: Bits::default(),
            priority: [0; SOURCES],
            contexts: vec![Context::default(); 2 * harts],
            claims: Vec::new(),
        }
    }

    /// Sets the level of a source's line.
    pub fn set_level(&mut self, source: usize, level: bool) {
        if (1..SOURCES).contains(&source) {
            if self.level.get(source) && !level {
                self.lost.set(source, false);
            }
            self.level.set(source, level);
            self.forward(source);
        }
    }

    /// Loses the request of a source: the present one, or the next one, up to when its line falls.
    pub fn lose(&mut self, source: usize) {
        if (1..SOURCES).contains(&source) {
            self.lost.set(source, true);
            self.pending.set(source, false);
        }
    }

    /// Lets a source request once more, now or after it was completed.
    pub fn repeat(&mut self, source: usize) {
        if (1..SOURCES).contains(&source) {
            self.again.set(source, true);
            self.forward(source);
        }
    }

    /// Level of a source's line.
    #[must_use]
    pub fn level(&self, source: usize) -> bool {
        (1..SOURCES).contains(&source) && self.level.get(source)
    }

    /// Whether a context interrupts its hart.
    #[must_use]
    pub fn interrupts(&self, context: usize) -> bool {
        self.contexts
            .get(context)
            .is_some_and(|c| self.best(c).is_some_and(|s| self.priority[s] > c.threshold))
    }

    /// Claims and completions since the last call.
    pub fn drain_claims(&mut self) -> Vec<Claim> {
        std::mem::take(&mut self.claims)
    }

    /// The gateway: a high level becomes a request unless one is under way.
    fn forward(&mut self, source: usize) {
        let requests = self.level.get(source) && !self.lost.get(source);
        if (requests || self.again.get(source)) && !self.claimed.get(source) {
            self.again.set(source, false);
            self.pending.set(source, true);
        }
    }

    /// The enabled pending source of the highest priority, the lowest number first; priority
    /// 0 never interrupts.
    fn best(&self, context: &Context) -> Option<usize> {
        let candidates = self.pending.common(&context.enable);
        candidates
            .filter(|source| self.priority[*source] > 0)
            .max_by_key(|s| (self.priority[*s], SOURCES - s))
    }

    fn claim(&mut self, context: usize) -> u32 {
        let Some(source) = self.contexts.get(context).and_then(|c| self.best(c)) else {
            return 0;
        };
        self.pending.set(source, false);
        self.claimed.set(source, true);
        self.claims.push(Claim {
            source,
            complete: false,
        });
        u32::try_from(source).unwrap_or(0)
    }

    /// Ignored for a source that is not enabled for the context (PLIC 1.0.0, 9).
    fn complete(&mut self, context: usize, source: u32) {
        let Ok(source) = usize::try_from(source) else {
            return;
        };
        let enabled = self
            .contexts
            .get(context)
            .is_some_and(|c| (1..SOURCES).contains(&source) && c.enable.get(source));
        if enabled && self.claimed.get(source) {
            self.claimed.set(source, false);
            self.claims.push(Claim {
                source,
                complete: true,
            });
            self.forward(source);
        }
    }

    fn register(&self, offset: u64) -> Register {
        let index = |relative: u64, size: u64| usize::try_from(relative / size);
        let register = match offset {
            0..PENDING => index(offset, 4).map(Register::Priority),
            PENDING..ENABLE => index(offset - PENDING, 4).map(Register::Pending),
            ENABLE..CONTEXT => {
                let word = index((offset - ENABLE) % ENABLE_STRIDE, 4).unwrap_or(WORDS);
                index(offset - ENABLE, ENABLE_STRIDE).map(|c| Register::Enable(c, word))
            }
            _ => {
                let context = index(offset - CONTEXT, CONTEXT_STRIDE);
                match (offset - CONTEXT) % CONTEXT_STRIDE {
                    0 => context.map(Register::Threshold),
                    4 => context.map(Register::Claim),
                    _ => Ok(Register::None),
                }
            }
        };
        register
            .ok()
            .filter(|r| self.exists(r))
            .unwrap_or(Register::None)
    }

    fn exists(&self, register: &Register) -> bool {
        match *register {
            Register::Priority(source) => (1..SOURCES).contains(&source),
            Register::Pending(word) => word < WORDS,
            Register::Enable(context, word) => context < self.contexts.len() && word < WORDS,
            Register::Threshold(context) | Register::Claim(context) => {
                context < self.contexts.len()
            }
            Register::None => true,
        }
    }
}

impl Device for Plic {
    fn accepts(&self, _offset: u64, width: usize) -> bool {
        width == 4
    }

    fn read(&mut self, offset: u64, _width: usize, _now_ns: u64) -> u64 {
        u64::from(match self.register(offset) {
            Register::Priority(source) => self.priority[source],
            Register::Pending(word) => self.pending.0[word],
            Register::Enable(context, word) => self.contexts[context].enable.0[word],
            Register::Threshold(context) => self.contexts[context].threshold,
            Register::Claim(context) => self.claim(context),
            Register::None => 0,
        })
    }

    fn write(&mut self, offset: u64, value: u64, _width: usize, _now_ns: u64) {
        let value = low_u32(value);
        match self.register(offset) {
            Register::Priority(source) => self.priority[source] = value & PRIORITY_MASK,
            Register::Enable(context, word) => {
                let reserved = u32::from(word == 0);
                self.contexts[context].enable.0[word] = value & !reserved;
            }
            Register::Threshold(context) => {
                self.contexts[context].threshold = value & PRIORITY_MASK;
            }
            Register::Claim(context) => self.complete(context, value),
            Register::Pending(_) | Register::None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: u64 = CONTEXT + 4;

    /// Source 10 with priority 1 and source 11 with priority 2, both enabled for context 0.
    fn two_sources() -> Plic {
        let mut plic = Plic::new(1);
        plic.write(40, 1, 4, 0);
        plic.write(44, 2, 4, 0);
        plic.write(ENABLE, 1 << 10 | 1 << 11, 4, 0);
        plic
    }

    #[test]
    fn a_request_is_lost_until_the_line_has_fallen() {
        let mut plic = two_sources();
        for is_high in [true, false] {
            plic.set_level(10, is_high);
            plic.lose(10);
            assert!(!plic.interrupts(0));
            plic.set_level(10, true);
            assert!(!plic.interrupts(0));
            plic.set_level(10, false);
            plic.set_level(10, true);
            assert_eq!(plic.read(CLAIM, 4, 0), 10);
            plic.set_level(10, false);
            plic.write(CLAIM, 10, 4, 0);
        }
    }

    #[test]
    fn a_request_is_repeated_once() {
        let mut plic = two_sources();
        plic.set_level(10, true);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        plic.repeat(10);
        plic.set_level(10, false);
        assert_eq!(plic.read(CLAIM, 4, 0), 0);
        plic.write(CLAIM, 10, 4, 0);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        plic.write(CLAIM, 10, 4, 0);
        assert_eq!(plic.read(CLAIM, 4, 0), 0);
    }

    #[test]
    fn the_highest_priority_is_claimed_first_and_only_once() {
        let mut plic = two_sources();
        plic.set_level(10, true);
        plic.set_level(11, true);
        assert!(plic.interrupts(0));
        assert!(!plic.interrupts(1));
        assert_eq!(plic.read(PENDING, 4, 0), 1 << 10 | 1 << 11);
        assert_eq!(plic.read(CLAIM, 4, 0), 11);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        assert_eq!(plic.read(CLAIM, 4, 0), 0);
        assert!(!plic.interrupts(0));
    }

    #[test]
    fn equal_priorities_go_by_number() {
        let mut plic = two_sources();
        plic.write(40, 2, 4, 0);
        plic.set_level(11, true);
        plic.set_level(10, true);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
    }

    #[test]
    fn a_level_that_stays_high_interrupts_again_after_completion() {
        let mut plic = two_sources();
        plic.set_level(10, true);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        assert!(!plic.interrupts(0));
        plic.write(CLAIM, 10, 4, 0);
        assert!(plic.interrupts(0));
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        plic.set_level(10, false);
        plic.write(CLAIM, 10, 4, 0);
        assert!(!plic.interrupts(0));
    }

    #[test]
    fn a_request_stays_when_the_level_falls_before_the_claim() {
        let mut plic = two_sources();
        plic.set_level(10, true);
        plic.set_level(10, false);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
    }

    #[test]
    fn completion_of_a_disabled_source_is_ignored() {
        let mut plic = two_sources();
        plic.set_level(10, true);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
        plic.write(ENABLE, 1 << 11, 4, 0);
        plic.write(CLAIM, 10, 4, 0);
        plic.write(ENABLE, 1 << 10, 4, 0);
        assert!(!plic.interrupts(0), "the claim is still open");
        plic.write(CLAIM, 10, 4, 0);
        assert!(plic.interrupts(0));
    }

    #[test]
    fn the_threshold_masks_the_line_but_not_the_claim() {
        let mut plic = two_sources();
        plic.write(CONTEXT, 1, 4, 0);
        plic.set_level(10, true);
        assert!(!plic.interrupts(0));
        plic.set_level(11, true);
        assert!(plic.interrupts(0));
        assert_eq!(plic.read(CLAIM, 4, 0), 11);
        assert_eq!(plic.read(CLAIM, 4, 0), 10);
    }

    #[test]
    fn priority_zero_never_interrupts() {
        let mut plic = two_sources();
        plic.write(40, 8, 4, 0);
        plic.set_level(10, true);
        assert_eq!(plic.read(40, 4, 0), 0);
        assert!(!plic.interrupts(0));
        assert_eq!(plic.read(CLAIM, 4, 0), 0);
    }

    #[test]
    fn registers_that_do_not_exist_read_zero_and_ignore_stores() {
        let mut plic = two_sources();
        let context_9 = CONTEXT + 9 * CONTEXT_STRIDE;
        let last = 0x3ff_fffc;
        for offset in [
            0,
            4 * 96,
            0xffc,
            PENDING + 12,
            0x1ffc,
            ENABLE + 12,
            CONTEXT - 4,
            CONTEXT + 8,
            CONTEXT + 0xffc,
            context_9,
            context_9 + 4,
            last,
        ] {
            plic.write(offset, u64::MAX, 4, 0);
            assert_eq!(plic.read(offset, 4, 0), 0, "{offset:#x}");
        }
        plic.write(ENABLE, u64::MAX, 4, 0);
        assert_eq!(
            plic.read(ENABLE, 4, 0),
            0xffff_fffe,
            "source 0 does not exist"
        );
        plic.set_level(0, true);
        plic.set_level(96, true);
        plic.write(CLAIM, u64::MAX, 4, 0);
        assert!(!plic.interrupts(0));
    }

    #[test]
    fn only_words() {
        let plic = two_sources();
        assert!(plic.accepts(0, 4));
        for width in [1, 2, 8] {
            assert!(!plic.accepts(0, width));
        }
    }
}
