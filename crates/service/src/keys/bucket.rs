//! [`Bucket`]: how often something may happen, in one atomic number.
//!
//! This is GCRA, the generic cell rate algorithm (ITU-T I.371): instead of counting tokens it keeps the time at which a
//! steady caller's next request would be due. A request may come early by as much as the burst allows. Time is handed
//! in, so the arithmetic is pure; what a refused caller hears is decided elsewhere.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The slowest and the fastest rate, in requests a second. Within them every product below fits 64 bits.
const PER_SECOND: std::ops::RangeInclusive<f64> = 0.001..=1_000_000.0;

/// The largest burst.
const LARGEST_BURST: u32 = 1_000_000;

/// Requests a second, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    per_second: f64,
    burst: u32,
}

/// Why a rate is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RateError {
    /// Too slow, too fast, or no number.
    #[error("a rate must lie between 0.001 and 1000000 requests per second")]
    PerSecond,
    /// More at once than anybody means.
    #[error("a burst must lie between 1 and 1000000 requests")]
    Burst,
}

impl Rate {
    /// A rate of 0.001 to 1,000,000 requests a second. The burst (1 to 1,000,000 requests) is one second's worth, and
    /// at least one request, where none is given.
    ///
    /// # Errors
    ///
    /// [`RateError`] when one of the two lies outside its range.
    pub fn new(per_second: f64, burst: Option<NonZeroU32>) -> Result<Self, RateError> {
        if !PER_SECOND.contains(&per_second) {
            return Err(RateError::PerSecond);
        }
        // In range, so the conversion is exact.
        let burst = burst.map_or(per_second.ceil() as u32, NonZeroU32::get);
        if burst > LARGEST_BURST {
            return Err(RateError::Burst);
        }
        Ok(Self { per_second, burst })
    }

    /// Reads requests a second as a person types them.
    ///
    /// # Errors
    ///
    /// [`RateError::PerSecond`] with what would be taken.
    pub(crate) fn read_per_second(typed: &str) -> Result<f64, RateError> {
        let read = typed.parse().ok();
        read.filter(|rate| PER_SECOND.contains(rate)).ok_or(RateError::PerSecond)
    }

    /// Reads a burst as a person types it.
    ///
    /// # Errors
    ///
    /// [`RateError::Burst`] with what would be taken.
    pub(crate) fn read_burst(typed: &str) -> Result<NonZeroU32, RateError> {
        let read: Option<NonZeroU32> = typed.parse().ok();
        read.filter(|burst| burst.get() <= LARGEST_BURST).ok_or(RateError::Burst)
    }

    /// Requests a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.per_second
    }

    /// How many may come at once.
    pub(crate) fn burst(&self) -> u32 {
        self.burst
    }
}

/// A rate, and how much of it is used up.
#[derive(Debug)]
pub(crate) struct Bucket {
    interval_ns: u64,
    early_ns: u64,
    /// When the next request of a steady caller is due, in nanoseconds of the caller's clock.
    due_ns: AtomicU64,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(rate: &Rate) -> Self {
        let interval_ns = (1e9 / rate.per_second).round() as u64;
        let early_ns = interval_ns * u64::from(rate.burst - 1);
        Self { interval_ns, early_ns, due_ns: AtomicU64::new(0) }
    }

    /// Takes one token at `now_ns`, on a clock that never goes back.
    ///
    /// # Errors
    ///
    /// How long it takes until there is a token, when there is none. Asking costs nothing.
    pub(crate) fn take(&self, now_ns: u64) -> Result<(), Duration> {
        // Relaxed is enough: nothing but the number itself is agreed on.
        let mut due = self.due_ns.load(Ordering::Relaxed);
        loop {
            let next = due.max(now_ns);
            let early = next - now_ns;
            if early > self.early_ns {
                return Err(Duration::from_nanos(early - self.early_ns));
            }
            let taken = next + self.interval_ns;
            match self.due_ns.compare_exchange_weak(
                due,
                taken,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(other) => due = other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, thread, time::Duration};

    use proptest::{prop_assert, proptest};

    use super::{Bucket, Rate, RateError};

    const SECOND: u64 = 1_000_000_000;

    fn rate(per_second: f64, burst: u32) -> Rate {
        Rate::new(per_second, NonZeroU32::new(burst)).expect("a rate in range")
    }

    #[test]
    fn a_burst_passes_at_once_and_then_one_each_interval() {
        let bucket = Bucket::new(&rate(10.0, 3));
        let start = 7 * SECOND;
        assert_eq!([(); 3].map(|()| bucket.take(start)), [Ok(()); 3]);
        assert_eq!(bucket.take(start), Err(Duration::from_millis(100)));
        assert_eq!(bucket.take(start + SECOND / 20), Err(Duration::from_millis(50)));
        assert_eq!(bucket.take(start + SECOND / 10), Ok(()));
        assert_eq!(bucket.take(start + SECOND / 10), Err(Duration::from_millis(100)));
    }

    #[test]
    fn a_pause_refills_no_more_than_the_burst() {
        let bucket = Bucket::new(&rate(1.0, 2));
        let later = 3_600 * SECOND;
        let taken = (0..10).filter(|_| bucket.take(later).is_ok()).count();
        assert_eq!(taken, 2);
    }

    #[test]
    fn the_wait_that_is_told_is_enough_and_not_too_long() {
        let bucket = Bucket::new(&rate(0.001, 1));
        assert_eq!(bucket.take(0), Ok(()));
        let wait = bucket.take(0).expect_err("no second token");
        assert_eq!(wait, Duration::from_secs(1_000));
        assert!(bucket.take(1_000 * SECOND - 1).is_err());
        assert_eq!(bucket.take(1_000 * SECOND), Ok(()));
    }

    #[test]
    fn the_burst_is_one_seconds_worth_where_none_is_given() {
        for (per_second, burst) in [(0.001, 1), (1.0, 1), (2.5, 3), (1_000_000.0, 1_000_000)] {
            assert_eq!(Rate::new(per_second, None).expect("in range").burst(), burst);
        }
    }

    #[test]
    fn a_rate_outside_its_range_is_refused() {
        for per_second in [0.0, -1.0, 0.0009, 1_000_000.5, f64::INFINITY, f64::NAN] {
            assert_eq!(Rate::new(per_second, None), Err(RateError::PerSecond), "{per_second}");
        }
        assert_eq!(Rate::new(1.0, NonZeroU32::new(1_000_001)), Err(RateError::Burst));
        for typed in ["0", "-1", "fast", "NaN", "1000001"] {
            assert_eq!(Rate::read_per_second(typed), Err(RateError::PerSecond), "{typed}");
            assert_eq!(Rate::read_burst(typed), Err(RateError::Burst), "{typed}");
        }
        assert_eq!(Rate::read_per_second("0.5"), Ok(0.5));
        assert_eq!(Rate::read_burst("1000000").map(NonZeroU32::get), Ok(1_000_000));
    }

    #[test]
    fn threads_share_the_tokens_of_one_bucket() {
        let bucket = Bucket::new(&rate(1.0, 1_000));
        let take = || (0..1_000).filter(|_| bucket.take(0).is_ok()).count();
        let taken: usize = thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(take));
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(taken, 1_000);
    }

    proptest! {
        #[test]
        fn over_any_time_no_more_passes_than_the_burst_and_the_rate_allow(
            per_second in 0.1..1_000.0_f64,
            burst in 1..50_u32,
            gaps in proptest::collection::vec(0..SECOND, 1..200),
        ) {
            let bucket = Bucket::new(&rate(per_second, burst));
            let mut now = 0;
            let mut passed = 0.0;
            for gap in gaps {
                now += gap;
                if bucket.take(now).is_ok() {
                    passed += 1.0;
                }
                // Half a request for the rounding of the interval to nanoseconds.
                let most = f64::from(burst) + now as f64 / SECOND as f64 * per_second + 0.5;
                prop_assert!(passed <= most, "{passed} of at most {most}");
            }
        }
    }
}
