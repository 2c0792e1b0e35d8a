//! A run over time: one point per second.
//!
//! [`Series`] keeps a few numbers per second for charts and for the current rate; a day's run stays below 6 MB. Only whole
//! seconds are points: the piece at the end would look like a fall. Histograms over a window are
//! [`Recording`](super::Recording)'s.

use std::ops::Range;

/// One second of a run, all endpoints together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Whether its requests are part of no table.
    pub is_warm_up: bool,
    /// Users that ran at its end; none in the open model.
    pub users: u64,
    /// Requests in flight at its end.
    pub in_flight: u64,
    /// Requests that ended in it.
    pub requests: u64,
    /// How many of them failed.
    pub failures: u64,
    /// Requests per second that the open model asked for.
    pub asked_per_s: Option<f32>,
    /// Median of the second in milliseconds; 0 without requests, as the others.
    pub p50_ms: f32,
    /// 95 % of the second's requests took at most this long.
    pub p95_ms: f32,
    /// 99 % of the second's requests took at most this long.
    pub p99_ms: f32,
    /// 99 % of the second's measured requests were sent at most this much later than due.
    pub send_lag_p99_ms: f32,
}

/// A run's points, in order.
#[derive(Debug, Clone, Default)]
pub struct Series(Vec<Point>);

impl Series {
    /// The points; the n-th covers the n-th second since the start.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// A series that was taken apart.
    pub(super) fn of(points: Vec<Point>) -> Self {
        Self(points)
    }

    pub(super) fn push(&mut self, point: Point) {
        self.0.push(point);
    }
}

/// The seconds over which Locust takes the current rate when `now` is the last one: ten that end three back; none at the
/// very start. Locust takes the last request's second for `now`, so its rate freezes when traffic stops (its issue
/// 2970); we take the clock's.
pub(super) fn rate_window(now: u64) -> Range<usize> {
    now.saturating_sub(12) as usize..now.saturating_sub(2) as usize
}
