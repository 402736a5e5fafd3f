//! Draws: numbers that look random and are the same in every run.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", 2014): the n-th number is [`mix`] of a key plus n times [`gamma`]. Each step of
//! each partition has a key of its own, so a step draws the same numbers whatever other steps
//! and partitions do.

use core::hint::black_box;

/// A number from its halves, put together where it is used. In one piece the compiler would
/// lay it beside the code, and every modelled partition would have a page, and perhaps a PMP
/// entry, for constants alone.
fn halves(high: u32, low: u32) -> u64 {
    u64::from(black_box(high)) << 32 | u64::from(low)
}

/// 2^64 divided by the golden ratio, odd.
fn gamma() -> u64 {
    halves(0x9e37_79b9, 0x7f4a_7c15)
}

/// The finalizer of SplitMix64: each bit of the result depends on each of the argument.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(halves(0xbf58_476d, 0x1ce4_e5b9));
    z = (z ^ (z >> 27)).wrapping_mul(halves(0x94d0_49bb, 0x1331_11eb));
    z ^ (z >> 31)
}

/// The key of a step: the seed, then the partition, then the step, each mixed in by itself.
fn key(seed: u64, partition: u64, step: u64) -> u64 {
    let seed = mix(seed.wrapping_add(gamma()));
    let partition = mix(seed ^ partition.wrapping_add(gamma()));
    mix(partition ^ step.wrapping_add(gamma()))
}

/// Where a draw comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    /// The system's seed.
    pub(crate) seed: u64,
    /// Index of the partition.
    pub(crate) partition: u64,
    /// Number of the step.
    pub(crate) step: u64,
    /// How often the step has been played, this time included.
    pub(crate) count: u64,
}

/// A number between two bounds, both included, each equally likely up to one part in 2^64.
/// `least` where the bounds are the wrong way round.
pub(crate) fn between(least: u64, most: u64, source: Source) -> u64 {
    let key = key(source.seed, source.partition, source.step);
    let drawn = mix(key.wrapping_add(source.count.wrapping_mul(gamma())));
    let width = u128::from(most.saturating_sub(least)) + 1;
    // The product is less than 2^64 times the width, so the quotient is at most `most - least`.
    let above = (u128::from(drawn) * width) >> 64;
    #[allow(
        clippy::as_conversions,
        reason = "it fits, and a branch for the case that it did not would be code"
    )]
    let above = above as u64;
    least + above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(seed: u64, partition: u64, step: u64, count: u64) -> Source {
        Source {
            seed,
            partition,
            step,
            count,
        }
    }

    /// The first numbers of the reference implementation with the seed 1234567.
    #[test]
    fn it_is_split_mix_64() {
        let reference = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        for (n, number) in (1u64..).zip(reference) {
            assert_eq!(
                mix(1_234_567u64.wrapping_add(n.wrapping_mul(gamma()))),
                number
            );
        }
    }

    #[test]
    fn draws_keep_to_their_bounds_and_reach_them() {
        let drawn = |count| between(10, 17, source(1, 0, 0, count));
        let mut seen = [0; 8];
        for count in 1..=8_000 {
            seen[usize::try_from(drawn(count) - 10).unwrap()] += 1;
        }
        assert!(
            seen.iter().all(|often| (850..1150).contains(often)),
            "{seen:?}"
        );
    }

    #[test]
    fn the_widest_and_the_narrowest_bounds_hold() {
        for count in 0..1000 {
            let source = source(count, count, count, count);
            assert_eq!(between(7, 7, source), 7);
            assert_eq!(between(7, 6, source), 7);
            assert!(between(u64::MAX - 1, u64::MAX, source) >= u64::MAX - 1);
        }
        let drawn: Vec<u64> = (0..64)
            .map(|n| between(0, u64::MAX, source(0, 0, 0, n)))
            .collect();
        let either = drawn.iter().fold(0, |all, number| all | number);
        let both = drawn.iter().fold(u64::MAX, |all, number| all & number);
        assert_eq!(
            (either, both),
            (u64::MAX, 0),
            "every bit is sometimes 1 and sometimes 0"
        );
    }

    #[test]
    fn seeds_partitions_and_steps_draw_different_numbers() {
        let drawn = |seed, partition, step| {
            let count = 1..20;
            count
                .map(|count| between(0, u64::MAX, source(seed, partition, step, count)))
                .collect::<Vec<_>>()
        };
        let first = drawn(0, 0, 0);
        for other in [
            drawn(1, 0, 0),
            drawn(0, 1, 0),
            drawn(0, 0, 1),
            drawn(1, 1, 0),
        ] {
            assert!(first.iter().zip(&other).all(|(one, other)| one != other));
        }
        assert_ne!(drawn(0, 1, 0), drawn(0, 0, 1));
        assert_ne!(drawn(1, 0, 0), drawn(0, 1, 0));
    }
}
