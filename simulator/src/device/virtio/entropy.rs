//! The entropy device (virtio 1.1, 5.4), of which nothing is random.

use super::Backend;

/// The odd number nearest to 2^64 divided by the golden ratio, and the two factors of SplitMix64
/// (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTORS: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

/// Numbers that follow from a seed: the same in every run, and no secret.
#[derive(Debug, Clone)]
pub struct Entropy {
    state: u64,
}

impl Entropy {
    /// The numbers of this seed, from the first.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> [u8; 8] {
        self.state = self.state.wrapping_add(STEP);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(FACTORS[0]);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(FACTORS[1]);
        (mixed ^ mixed >> 31).to_le_bytes()
    }
}

impl Backend for Entropy {
    fn id(&self) -> u32 {
        4
    }

    fn queues(&self) -> usize {
        1
    }

    /// Fills all of the buffer (5.4.6.2); what the driver put into it says nothing.
    fn answer(&mut self, _queue: usize, _request: &[u8], room: usize) -> Option<Vec<u8>> {
        let words = room.div_ceil(8);
        let mut bytes: Vec<u8> = (0..words).flat_map(|_| self.next()).collect();
        bytes.truncate(room);
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_follow_from_the_seed() {
        let drawn = |seed| Entropy::new(seed).answer(0, &[], 20).unwrap();
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        assert_eq!(drawn(0)[..8], 0xe220_a839_7b1d_cdaf_u64.to_le_bytes());
        assert_eq!(drawn(0).len(), 20);
    }

    #[test]
    fn what_was_drawn_is_not_drawn_again() {
        let mut entropy = Entropy::new(7);
        let first = entropy.answer(0, &[], 8);
        assert_ne!(entropy.answer(0, &[], 8), first);
    }
}
