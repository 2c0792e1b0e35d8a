//! The contract's rounding of response times.
//!
//! [`bucket_ms`] is the key under which Locust counts a response time (`stats.py`, `StatsEntry._log_response_time`):
//! two significant digits from 100 ms on, whole milliseconds below, halves to the even neighbour as Python's `round`
//! does. It is coarse on purpose, and therefore **not** how our own generator counts: it is here for whoever writes
//! Locust's integers or wants to know what a value read from Locust's files may have been.

/// The bucket, in whole milliseconds, into which Locust rounds a response time of `ms` milliseconds.
///
/// Halves go to the even neighbour. What is not a duration (negative, NaN) falls into bucket 0.
///
/// ```
/// assert_eq!(lead_stats::bucket_ms(0.4), 0);
/// assert_eq!(lead_stats::bucket_ms(147.0), 150);
/// assert_eq!(lead_stats::bucket_ms(1050.0), 1000);
/// ```
pub fn bucket_ms(ms: f64) -> u64 {
    let step = if ms < 100.0 {
        1.0
    } else if ms < 1000.0 {
        10.0
    } else if ms < 10_000.0 {
        100.0
    } else {
        1000.0
    };
    // `as` saturates: negative numbers and NaN become 0.
    ((ms / step).round_ties_even() * step) as u64
}
