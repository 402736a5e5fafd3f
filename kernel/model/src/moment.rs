//! Times of the clock that steps wait for.

use septum_abi::call::NEVER;

/// The time so many ticks from now; the last one that is a time where it would be later.
pub(crate) const fn after(now: u64, ticks: u64) -> u64 {
    last(now.saturating_add(ticks))
}

/// The next time after now that is `offset` more than a multiple of `period`. Not now itself:
/// who has just woken there would be there twice.
pub(crate) const fn next(now: u64, period: u64, offset: u64) -> u64 {
    if period == 0 {
        return last(now);
    }
    let (phase, offset) = (now % period, offset % period);
    let left = if phase < offset {
        offset - phase
    } else {
        period - (phase - offset)
    };
    last(now.saturating_add(left))
}

/// [`NEVER`] is no time.
const fn last(ticks: u64) -> u64 {
    if ticks < NEVER { ticks } else { NEVER - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_the_first_of_its_kind_after_now() {
        for period in 1..20 {
            for offset in 0..period {
                for now in 0..60 {
                    let is_one = |time: &u64| time % period == offset;
                    assert_eq!(Some(next(now, period, offset)), (now + 1..).find(is_one));
                }
            }
        }
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        assert_eq!(after(u64::MAX - 5, 10), NEVER - 1);
        assert_eq!(after(5, NEVER - 1), NEVER - 1);
        assert_eq!(after(5, 10), 15);
        assert_eq!(next(u64::MAX - 5, u64::MAX, 0), NEVER - 1);
        assert_eq!(next(NEVER - 2, 10, 0), NEVER - 1);
        assert_eq!(next(5, u64::MAX, u64::MAX - 2), u64::MAX - 2);
        assert_eq!(next(5, 0, 3), 5);
        assert_eq!(next(5, 4, 7), 7);
    }
}
