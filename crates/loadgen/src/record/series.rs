//! A run over time: one point per second.
//!
//! [`Series`] keeps a few numbers per second for charts and for the current rate; a day's run stays below 3 MB. Only whole
//! seconds are points: the piece at the end would look like a fall. Histograms over a window are
//! [`Recording`](super::Recording)'s.

use std::ops::Range;

use crate::histogram::Latency;

/// One second of a run, all endpoints together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Users that ran at its end.
    pub users: u64,
    /// Requests that ended in it.
    pub requests: u64,
    /// How many of them failed.
    pub failures: u64,
    /// Median of the second in milliseconds; 0 without requests, as the others.
    pub p50_ms: f32,
    /// 95 % of the second's requests took at most this long.
    pub p95_ms: f32,
    /// 99 % of the second's requests took at most this long.
    pub p99_ms: f32,
}

/// A run's points, in order.
#[derive(Debug, Clone, Default)]
pub struct Series(Vec<Point>);

impl Series {
    /// The points; the n-th covers the n-th second since the start.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    pub(super) fn push(&mut self, users: u64, failures: u64, latency: &Latency) {
        self.0.push(Point {
            users,
            requests: latency.count(),
            failures,
            p50_ms: latency.percentile_ms(0.50) as f32,
            p95_ms: latency.percentile_ms(0.95) as f32,
            p99_ms: latency.percentile_ms(0.99) as f32,
        });
    }
}

/// The seconds over which Locust takes the current rate when `now` is the last one: ten that end three back; none at the
/// very start. Locust takes the last request's second for `now`, so its rate freezes when traffic stops (its issue
/// 2970); we take the clock's.
pub(super) fn rate_window(now: u64) -> Range<usize> {
    now.saturating_sub(12) as usize..now.saturating_sub(2) as usize
}
