//! [`Pace`]: one in how many leads is counted, so that counting costs the same whether traffic is high or not.
//!
//! A lead of 50 features takes about 0.25 us to count. Everything is counted up to [`PER_SECOND`]; above, one in a power
//! of two, which a draw meets with a mask. No clock is read here.

use std::time::{Duration, Instant};

/// Leads that one worker counts in a second: a thousandth of a core. An hour of them is far more than any index needs,
/// and chance alone moves an index of ten bins by 0.002 in a single second.
const PER_SECOND: f64 = 4_096.0;
/// Leads after which the pace is looked at again, all of them counted at the first: few enough that a burst is noticed
/// within a quarter of a second's share.
const ROUND: u64 = 1_024;
/// The pace is looked at again after this long even if few leads came.
const PATIENCE: Duration = Duration::from_secs(1);
/// No fewer than one in so many are counted, however many come: a million leads a second would cost what is granted.
const COARSEST: u64 = 256;

/// What one worker has counted since the pace was last looked at.
#[derive(Debug)]
pub(super) struct Pace {
    counted: u64,
    since: Instant,
}

impl Pace {
    /// Nothing counted yet.
    pub(super) fn new(now: Instant) -> Self {
        Self { counted: 0, since: now }
    }

    /// Takes note that one in `every` leads was counted, so many by `now`, and says one in how many is to be counted
    /// from here on.
    pub(super) fn next(&mut self, every: u64, counted: u64, now: Instant) -> u64 {
        self.counted += counted;
        let elapsed = now.saturating_duration_since(self.since);
        if self.counted < ROUND && elapsed < PATIENCE {
            return every;
        }
        let seconds = elapsed.as_secs_f64().max(1e-6);
        let per_second = (self.counted * every) as f64 / seconds;
        *self = Self::new(now);
        // Far below 2^64: at most 2^10 rounds of 2^8 leads each, in a microsecond.
        let wanted = (per_second / PER_SECOND).ceil() as u64;
        wanted.next_power_of_two().min(COARSEST)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{COARSEST, Pace};

    /// The pace after leads have come at this rate for two seconds, and how many of them were counted in the second.
    fn settled(leads_per_second: u32, mut every: u64) -> (u64, u64) {
        let start = Instant::now();
        let (mut pace, mut counted) = (Pace::new(start), 0);
        let between = Duration::from_secs(1) / leads_per_second;
        for lead in 0..2 * u64::from(leads_per_second) {
            if lead % every == 0 {
                let now = start + between * u32::try_from(lead).expect("two seconds of leads");
                every = pace.next(every, 1, now);
                counted += u64::from(lead >= u64::from(leads_per_second));
            }
        }
        (every, counted)
    }

    #[test]
    fn up_to_the_budget_everything_is_counted() {
        for rate in [1, 100, 4_000] {
            assert_eq!(settled(rate, 1), (1, u64::from(rate)), "{rate}");
        }
    }

    #[test]
    fn above_it_the_cost_stays_between_half_of_it_and_all_of_it() {
        for (rate, every) in [(10_000, 4), (100_000, 32), (700_000, 256)] {
            let (found, counted) = settled(rate, 1);
            assert_eq!(found, every, "{rate}");
            assert!((2_000..=4_100).contains(&counted), "{counted} of {rate}");
        }
    }

    #[test]
    fn a_worker_that_fell_silent_counts_everything_again() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.next(COARSEST, 1, start + Duration::from_secs(90)), 1);
    }

    #[test]
    fn fewer_leads_than_a_round_never_change_the_pace() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert!((0..1_023).all(|_| pace.next(1, 1, start) == 1));
        assert!(pace.next(1, 1, start) > 1);
    }
}
