//! The course of a run over time, thinned so that it can be drawn.
//!
//! [`Track`] holds at most a few hundred moments, whatever the length of the history: rates are exact means between two
//! moments, response times the worst of the rows between them, so that thinning hides no peak. It judges nothing and
//! draws nothing.

use crate::{
    steady::Steady,
    timeline::{HistoryMode, Point, Timeline},
};

/// More moments than this lie closer together than a screen can show.
const MOST_MOMENTS: usize = 240;

/// How a run went, from its first history row to its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// What the response times of a moment describe.
    pub mode: HistoryMode,
    /// Seconds from the first history row to the last; never 0.
    pub length_s: u64,
    /// From when to when the load was held, in seconds from the first row, if it was.
    pub steady_s: Option<(u64, u64)>,
    /// In time order, the first row itself left out: nothing lies before it to take a rate from.
    pub moments: Vec<Moment>,
}

/// A run between the moment before and this one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Its end, in seconds from the first history row.
    pub at_s: u64,
    /// Users at work at its end.
    pub users: u64,
    /// Requests per second, failed ones included.
    pub requests_per_s: f64,
    /// Failed requests per second.
    pub failures_per_s: f64,
    /// The worst median in milliseconds; nothing where the file says `N/A` or has no such column.
    pub p50_ms: Option<f64>,
    /// The worst 95th percentile in milliseconds.
    pub p95_ms: Option<f64>,
    /// The worst 99th percentile in milliseconds.
    pub p99_ms: Option<f64>,
}

impl Track {
    /// Thins a timeline; nothing if it has fewer than two rows.
    pub(crate) fn of(timeline: &Timeline, steady: Option<Steady>) -> Option<Self> {
        let (first, rest) = timeline.points.split_first()?;
        let last = rest.last()?;
        let since = |at_s: u64| at_s - first.at_s;
        let mut before = first;
        let moments = rest.chunks(rest.len().div_ceil(MOST_MOMENTS)).map(|rows| {
            let moment = moment(before, rows, first.at_s);
            before = rows.last().unwrap_or(before);
            moment
        });
        Some(Self {
            mode: timeline.mode,
            length_s: since(last.at_s),
            steady_s: steady.map(|steady| (since(steady.from_s), since(steady.to_s))),
            moments: moments.collect(),
        })
    }
}

/// The rows behind `before` as one moment; every row is at least a second later than the one before it.
fn moment(before: &Point, rows: &[Point], start_s: u64) -> Moment {
    let end = rows.last().unwrap_or(before);
    let length_s = (end.at_s - before.at_s).max(1) as f64;
    let worst =
        |fraction: f64| rows.iter().filter_map(|row| row.percentiles.at(fraction)).reduce(f64::max);
    Moment {
        at_s: end.at_s - start_s,
        users: end.users,
        requests_per_s: (end.requests - before.requests) as f64 / length_s,
        failures_per_s: end.failures.saturating_sub(before.failures) as f64 / length_s,
        p50_ms: worst(0.50),
        p95_ms: worst(0.95),
        p99_ms: worst(0.99),
    }
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;

    use super::{MOST_MOMENTS, Track};
    use crate::timeline::{HistoryMode, Point, Timeline};

    fn timeline(seconds: u64, p95_ms: fn(u64) -> f64) -> Timeline {
        let point = |second: u64| Point {
            at_s: 1_000 + second,
            users: 3,
            requests: second * 20,
            failures: second * 2,
            spent_ms: 0.0,
            percentiles: Percentiles::locust([p95_ms(second); 11]),
        };
        let points = (0..=seconds).map(point).collect();
        Timeline {
            points,
            mode: HistoryMode::Windowed,
            before_s: 0,
            restarts: 0,
            notes: Vec::new(),
        }
    }

    #[test]
    fn rates_are_exact_and_no_peak_is_lost_however_long_the_run_was() {
        let peak = |second: u64| if second == 3_777 { 900.0 } else { 10.0 };
        for seconds in [1, 10, 240, 241, 36_000] {
            let track = Track::of(&timeline(seconds, peak), None).unwrap();
            assert!(track.moments.len() <= MOST_MOMENTS, "{seconds}");
            assert_eq!(track.length_s, seconds);
            assert_eq!(track.moments.last().unwrap().at_s, seconds);
            assert!(track.moments.iter().all(|moment| moment.requests_per_s == 20.0));
            assert!(track.moments.iter().all(|moment| moment.failures_per_s == 2.0));
            let worst = track.moments.iter().filter_map(|moment| moment.p95_ms).reduce(f64::max);
            assert_eq!(worst, Some(if seconds > 3_777 { 900.0 } else { 10.0 }), "{seconds}");
        }
    }

    #[test]
    fn a_single_row_is_no_track() {
        assert_eq!(Track::of(&timeline(0, |_| 1.0), None), None);
    }
}
