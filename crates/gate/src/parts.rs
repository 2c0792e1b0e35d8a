//! Does the Aggregated row of a summary follow from the rows above it?
//!
//! [`lead_stats`] adds up counts. The same is asked here of rates and times, as far as a total follows from its parts: a rate
//! is a sum, a mean is weighted by counts, and a percentile of all lies between those of the endpoints. A row that says
//! otherwise was changed, or is another run's, and no rule may be judged by it.

use lead_stats::{Endpoint, Paths, Summary};

use crate::{error::GateError, quantity::Quantity, rule::Metric};

/// Rates and mean times may miss what follows from the rows by this share, as counts may.
const TOLERATED: f64 = 0.01;

/// Locust rounds times to two digits and to whole milliseconds; a percentile may be so much beyond those of its parts.
const ROUNDED: f64 = 0.05;
const ROUNDED_MS: f64 = 1.0;

/// Refuses rows whose rates, mean times or percentiles cannot be those of parts of the Aggregated row.
pub(crate) fn require_parts(paths: &Paths, summary: &Summary) -> Result<(), GateError> {
    let all = &summary.aggregated;
    let rows: Vec<&Endpoint> = summary.endpoints.iter().filter(|row| row.requests > 0).collect();
    if all.requests == 0 || rows.is_empty() {
        return Ok(());
    }
    let refuse = |metric: Metric, parts: [f64; 2], says: f64| {
        Err(GateError::OtherParts {
            path: paths.summary.clone(),
            metric: metric.to_string(),
            says: shown(metric, says),
            parts: shown_range(metric, parts),
        })
    };
    let counted: u64 = rows.iter().fold(0, |sum, row| sum.saturating_add(row.requests));
    // What came between two rows of the file is in one of them only.
    let between = counted.abs_diff(all.requests) as f64;
    let rate: f64 = rows.iter().map(|row| row.requests_per_s).sum();
    let tolerated = rate * (TOLERATED + between / all.requests as f64);
    if (rate - all.requests_per_s).abs() > tolerated {
        return refuse(Metric::Rps, [rate, rate], all.requests_per_s);
    }
    let [low, high] = mean_times(&rows);
    let longest = rows.iter().map(|row| row.max_ms).fold(all.max_ms, f64::max);
    let beyond = longest * between / all.requests as f64;
    let is_mean =
        |ms: f64| ms >= low * (1.0 - TOLERATED) - beyond && ms <= high * (1.0 + TOLERATED) + beyond;
    if !is_mean(all.average_ms) {
        return refuse(Metric::Average, [low, high], all.average_ms);
    }
    // A percentile may lie in just those requests that one of the rows lacks.
    if between > 0.0 {
        return Ok(());
    }
    match beyond_parts(&rows, all) {
        Some((fraction, parts, ms)) => refuse(Metric::Percentile(fraction), parts, ms),
        None => Ok(()),
    }
}

/// The mean time of all rows, weighted by their requests: with, and without those that hold no time. Locust counts requests
/// whose time nobody measured in no mean, and a row that has only such says 0 like one of very short times.
fn mean_times(rows: &[&Endpoint]) -> [f64; 2] {
    let spent: f64 = rows.iter().map(|row| row.requests as f64 * row.average_ms).sum();
    let requests = |row: &&Endpoint| row.requests as f64;
    let is_timed = |row: &&Endpoint| row.average_ms > 0.0;
    let all: f64 = rows.iter().map(requests).sum();
    let timed: f64 = rows.iter().copied().filter(is_timed).map(|row| row.requests as f64).sum();
    [spent / all, if timed > 0.0 { spent / timed } else { 0.0 }]
}

/// The first percentile of all that is smaller than the least or larger than the largest of the rows.
///
/// At most a share p of each part lies below the least of their percentiles, and so of the whole; and likewise above.
fn beyond_parts(rows: &[&Endpoint], all: &Endpoint) -> Option<(f64, [f64; 2], f64)> {
    all.percentiles.iter().find_map(|(fraction, ms)| {
        // A row without it may hold anything.
        let parts: Option<Vec<f64>> = rows.iter().map(|row| row.percentiles.at(fraction)).collect();
        let parts = parts?;
        let low = parts.iter().copied().fold(f64::INFINITY, f64::min);
        let high = parts.iter().copied().fold(0.0, f64::max);
        let is_between =
            ms >= low * (1.0 - ROUNDED) - ROUNDED_MS && ms <= high * (1.0 + ROUNDED) + ROUNDED_MS;
        (!is_between).then_some((fraction, [low, high], ms))
    })
}

fn shown(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Rps => Quantity::PerSecond(value).to_string(),
        _ => Quantity::Milliseconds(value).to_string(),
    }
}

/// One figure, or two with what lies between them.
fn shown_range(metric: Metric, range: [f64; 2]) -> String {
    let [low, high] = range.map(|value| shown(metric, value));
    if low == high { low } else { format!("{low} to {high}") }
}
