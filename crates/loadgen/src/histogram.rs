//! Latencies of many requests in bounded memory.
//!
//! [`Latency`] holds [`Counts`] of microseconds with three significant digits (exact to 2,047 us, then within 0.1 %)
//! beside sum, least and greatest, exact to the microsecond, and answers Locust's percentiles. [`Coarse`] is its small
//! sibling with two digits, for windows over time. Neither knows endpoints, seconds or failures.
//!
//! Percentile definition (Locust's `stats.py`): of `n` values in order, the one at 0-based index `min(floor(n p), n - 1)`;
//! the median is the lower one, at `floor((n - 1) / 2)`.

use std::time::Duration;

use hdrhistogram::Histogram;
use lead_stats::{LOCUST_PERCENTILES, Percentiles};

use crate::counts::{Counts, LONGEST_US};

/// What is known of times beside their histogram: exact, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// All of them together.
    pub(crate) sum_us: u64,
    /// The least.
    pub(crate) min_us: u64,
    /// The greatest.
    pub(crate) max_us: u64,
    /// How many were longer than a minute.
    pub(crate) saturated: u64,
}

/// Latencies from one microsecond to a minute.
#[derive(Debug, Clone)]
pub struct Latency {
    counts: Counts,
    sum_us: u64,
    min_us: u64,
    max_us: u64,
    saturated: u64,
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

impl Latency {
    /// No latency yet.
    pub fn new() -> Self {
        Self { counts: Counts::new(3), sum_us: 0, min_us: u64::MAX, max_us: 0, saturated: 0 }
    }

    /// Adds one, rounded to whole microseconds and at least one. Beyond a minute the histogram keeps a minute and counts
    /// the value as saturated; sum and greatest stay exact.
    pub fn record(&mut self, latency: Duration) {
        let us = u64::try_from((latency.as_nanos() + 500) / 1_000).unwrap_or(u64::MAX).max(1);
        self.saturated += u64::from(us > LONGEST_US);
        self.counts.record(us);
        self.sum_us = self.sum_us.saturating_add(us);
        self.min_us = self.min_us.min(us);
        self.max_us = self.max_us.max(us);
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
        self.min_us = self.min_us.min(other.min_us);
        self.max_us = self.max_us.max(other.max_us);
        self.saturated += other.saturated;
    }

    /// Latencies that were taken apart: a histogram of three digits that is not empty, and what is known beside it.
    pub(crate) fn of(histogram: &Histogram<u64>, extent: Extent) -> Self {
        let Extent { sum_us, min_us, max_us, saturated } = extent;
        Self { counts: Counts::of_histogram(3, histogram), sum_us, min_us, max_us, saturated }
    }

    /// What is known beside the histogram; nothing of nothing.
    pub(crate) fn extent(&self) -> Option<Extent> {
        let &Self { sum_us, min_us, max_us, saturated, .. } = self;
        (self.count() > 0).then_some(Extent { sum_us, min_us, max_us, saturated })
    }

    /// Those that are not among another's, which were all added here, too. Count and sum are exact, least and greatest where
    /// they are not the other's; there they are within 0.1 %, as the percentiles.
    pub fn without(&self, other: &Self) -> Self {
        let counts = self.counts.without(&other.counts);
        let left = counts.recorded();
        let (Some((least, _)), Some((greatest, _))) = (left.first(), left.last()) else {
            return Self::new();
        };
        let among = |us: u64| us.clamp(self.min_us, self.max_us);
        Self {
            sum_us: self.sum_us.saturating_sub(other.sum_us),
            min_us: if self.min_us < other.min_us { self.min_us } else { among(*least) },
            max_us: if self.max_us > other.max_us { self.max_us } else { among(*greatest) },
            saturated: self.saturated.saturating_sub(other.saturated),
            counts,
        }
    }

    /// Every value that was seen in microseconds, in order, with how often.
    pub(crate) fn recorded(&self) -> Vec<(u64, u64)> {
        self.counts.recorded()
    }

    /// The counts as a histogram of the library's, in microseconds.
    pub(crate) fn to_histogram(&self) -> Histogram<u64> {
        self.counts.to_histogram()
    }

    /// How many were added.
    pub fn count(&self) -> u64 {
        self.counts.len()
    }

    /// How many were longer than a minute.
    pub fn saturated(&self) -> u64 {
        self.saturated
    }

    /// Exact sum in milliseconds.
    pub fn sum_ms(&self) -> f64 {
        in_ms(self.sum_us)
    }

    /// Exact average in milliseconds, 0 of nothing.
    pub fn average_ms(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.sum_ms() / self.count() as f64 }
    }

    /// Exact least in milliseconds, 0 of nothing.
    pub fn min_ms(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { in_ms(self.min_us) }
    }

    /// Exact greatest in milliseconds, 0 of nothing.
    pub fn max_ms(&self) -> f64 {
        in_ms(self.max_us)
    }

    /// Lower median in milliseconds, 0 of nothing.
    pub fn median_ms(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.ranked_ms((self.count() - 1) / 2) }
    }

    /// The value below which `fraction` (0 to 1) of all lie, in milliseconds; 0 of nothing, the exact greatest for 1.
    pub fn percentile_ms(&self, fraction: f64) -> f64 {
        match self.count() {
            0 => 0.0,
            _ if fraction >= 1.0 => self.max_ms(),
            count => self.ranked_ms(index(count, fraction)),
        }
    }

    /// How many rank above the value of [`percentile_ms`](Self::percentile_ms): the fewer, the less it can be relied upon.
    pub fn above(&self, fraction: f64) -> u64 {
        match self.count() {
            0 => 0,
            count => count - 1 - index(count, fraction),
        }
    }

    /// Locust's eleven, none of nothing.
    pub fn percentiles(&self) -> Percentiles {
        if self.count() == 0 {
            return Percentiles::none();
        }
        Percentiles::locust(LOCUST_PERCENTILES.map(|fraction| self.percentile_ms(fraction)))
    }

    /// Locust's buckets (whole milliseconds, two digits) with their counts, in order.
    pub fn buckets(&self) -> Vec<(u64, u64)> {
        let mut buckets: Vec<(u64, u64)> = Vec::new();
        for (us, seen) in self.counts.recorded() {
            let bucket = lead_stats::bucket_ms(self.clipped_ms(us));
            match buckets.last_mut() {
                Some((last, count)) if *last == bucket => *count += seen,
                _ => buckets.push((bucket, seen)),
            }
        }
        buckets
    }

    fn ranked_ms(&self, index: u64) -> f64 {
        self.clipped_ms(self.counts.ranked_us(index))
    }

    /// A histogram's value stands for a range; what is reported never leaves the exact bounds.
    fn clipped_ms(&self, us: u64) -> f64 {
        in_ms(us.clamp(self.min_us, self.max_us))
    }
}

/// Latencies within 1 %, in a tenth of the memory: what a window over time is made of.
#[derive(Debug, Clone)]
pub(crate) struct Coarse {
    counts: Counts,
    min_us: u64,
    max_us: u64,
}

impl Coarse {
    /// No latency yet.
    pub(crate) fn new() -> Self {
        Self { counts: Counts::new(2), min_us: u64::MAX, max_us: 0 }
    }

    /// All of a fine histogram.
    pub(crate) fn of(latency: &Latency) -> Self {
        let counts = latency.counts.with_digits(2);
        Self { counts, min_us: latency.min_us, max_us: latency.max_us }
    }

    /// Latencies that were taken apart: a histogram of two digits that is not empty, with the exact least and greatest.
    pub(crate) fn taken_apart(histogram: &Histogram<u64>, min_us: u64, max_us: u64) -> Self {
        Self { counts: Counts::of_histogram(2, histogram), min_us, max_us }
    }

    /// The counts as a histogram of the library's, in microseconds, and the exact least and greatest.
    pub(crate) fn apart(&self) -> (Histogram<u64>, u64, u64) {
        (self.counts.to_histogram(), self.min_us, self.max_us)
    }

    /// Adds one in microseconds, at least one; beyond a minute the histogram keeps a minute, the greatest stays exact.
    pub(crate) fn record(&mut self, us: u64) {
        self.counts.record(us);
        self.min_us = self.min_us.min(us);
        self.max_us = self.max_us.max(us);
    }

    /// How many were added.
    pub(crate) fn count(&self) -> u64 {
        self.counts.len()
    }

    /// The value below which `fraction` (0 to 1) of all lie, in milliseconds; 0 of nothing, the exact greatest for 1.
    pub(crate) fn percentile_ms(&self, fraction: f64) -> f64 {
        match self.count() {
            0 => 0.0,
            _ if fraction >= 1.0 => in_ms(self.max_us),
            count => {
                in_ms(self.counts.ranked_us(index(count, fraction)).clamp(self.min_us, self.max_us))
            }
        }
    }

    /// Adds all of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.min_us = self.min_us.min(other.min_us);
        self.max_us = self.max_us.max(other.max_us);
    }

    /// Locust's eleven in milliseconds; zeros of nothing, as Locust writes an empty window.
    pub(crate) fn percentiles(&self) -> Percentiles {
        Percentiles::locust(LOCUST_PERCENTILES.map(|fraction| self.percentile_ms(fraction)))
    }
}

fn in_ms(us: u64) -> f64 {
    us as f64 / 1e3
}

/// Locust's 0-based index of a percentile.
fn index(count: u64, fraction: f64) -> u64 {
    ((count as f64 * fraction) as u64).min(count - 1)
}
