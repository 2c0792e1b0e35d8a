//! Where the time of a request goes, and how connections fare.
//!
//! [`Phases`] holds a [`Phase`] (a small histogram of fixed bounds) for each part of a request: looking the name up,
//! connecting, TLS, waiting for the first byte, reading the body; and it counts connections. A target fills one per second,
//! the recording adds them up. A phase that never happened costs no memory.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::histogram::{Coarse, Extent};

/// Times and counts of what happened below the requests.
#[derive(Debug, Clone, Default)]
pub struct Phases {
    /// Looking up the target's name: once, before the run; nothing for an address.
    pub lookup: Phase,
    /// Opening TCP connections.
    pub connect: Phase,
    /// TLS handshakes.
    pub tls: Phase,
    /// From sending to the answer's head. Without a connection's opening where that is known; otherwise with it.
    pub first_byte: Phase,
    /// From the answer's head to its last byte.
    pub body: Phase,
    /// Connections that were opened; where the transport hides it, those that gave at least one answer.
    pub opened: u64,
    /// Kept connections that the target had closed when they were to be used again; nothing when the transport hides them.
    pub reopened: Option<u64>,
}

impl Phases {
    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.opened == 0 && self.first_byte.count() == 0 && self.lookup.count() == 0
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.first_byte.merge(&other.first_byte);
        self.body.merge(&other.body);
        self.lookup.merge(&other.lookup);
        self.connect.merge(&other.connect);
        self.tls.merge(&other.tls);
        self.opened += other.opened;
        self.reopened = match (self.reopened, other.reopened) {
            (Some(one), Some(more)) => Some(one + more),
            (one, other) => one.or(other),
        };
    }
}

/// How long one kind of thing took, from one microsecond to a minute, within 1 %.
#[derive(Debug, Clone, Default)]
pub struct Phase {
    /// Made with the first time that is recorded.
    times: Option<Coarse>,
    sum_us: u64,
}

impl Phase {
    /// Adds one; less than a microsecond counts as one, more than a minute as a minute, but for the greatest and the
    /// average.
    pub fn record(&mut self, time: Duration) {
        let us = u64::try_from((time.as_nanos() + 500) / 1_000).unwrap_or(u64::MAX).max(1);
        self.sum_us = self.sum_us.saturating_add(us);
        self.times.get_or_insert_with(Coarse::new).record(us);
    }

    /// A phase that was taken apart: a histogram of two digits that is not empty, and what is known beside it.
    pub(crate) fn of(histogram: &Histogram<u64>, extent: Extent) -> Self {
        let times = Coarse::taken_apart(histogram, extent.min_us, extent.max_us);
        Self { times: Some(times), sum_us: extent.sum_us }
    }

    /// The histogram, and what is known beside it; nothing of nothing.
    pub(crate) fn apart(&self) -> Option<(Histogram<u64>, Extent)> {
        let (histogram, min_us, max_us) = self.times.as_ref()?.apart();
        Some((histogram, Extent { sum_us: self.sum_us, min_us, max_us, saturated: 0 }))
    }

    /// How many were recorded.
    pub fn count(&self) -> u64 {
        self.times.as_ref().map_or(0, Coarse::count)
    }

    /// Exact average in milliseconds, 0 of nothing.
    pub fn average_ms(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.sum_us as f64 / 1e3 / self.count() as f64 }
    }

    /// The time below which `fraction` (0 to 1) of all lie, in milliseconds; 0 of nothing, the exact greatest for 1.
    pub fn percentile_ms(&self, fraction: f64) -> f64 {
        self.times.as_ref().map_or(0.0, |times| times.percentile_ms(fraction))
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
        if let Some(more) = &other.times {
            self.times.get_or_insert_with(Coarse::new).merge(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Phase, Phases};

    fn phase(times_us: &[u64]) -> Phase {
        let mut phase = Phase::default();
        times_us.iter().for_each(|&us| phase.record(Duration::from_micros(us)));
        phase
    }

    #[test]
    fn a_phase_knows_its_count_average_and_percentiles() {
        let phase = phase(&[100, 200, 300, 1_000_000]);
        assert_eq!((phase.count(), phase.average_ms()), (4, 250.15));
        assert!((phase.percentile_ms(0.5) - 0.3).abs() < 0.003);
        assert_eq!(phase.percentile_ms(1.0), 1_000.0);
        let nothing = Phase::default();
        assert_eq!((nothing.average_ms(), nothing.percentile_ms(0.5)), (0.0, 0.0));
    }

    #[test]
    fn merged_phases_are_those_of_all() {
        let mut sum = Phases { reopened: Some(1), opened: 2, ..Phases::default() };
        let more = Phases {
            first_byte: phase(&[10, 20]),
            connect: phase(&[5]),
            opened: 1,
            reopened: Some(2),
            ..Phases::default()
        };
        sum.merge(&more);
        sum.merge(&Phases::default());
        assert_eq!((sum.opened, sum.reopened), (3, Some(3)));
        assert_eq!((sum.first_byte.count(), sum.connect.count()), (2, 1));
        assert!(!sum.is_empty() && Phases::default().is_empty());
    }

    #[test]
    fn a_phase_that_never_happened_holds_no_histogram() {
        assert!(Phases::default().tls.times.is_none());
    }
}
