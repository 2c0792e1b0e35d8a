//! Many times as one object: exact figures, percentiles, and the histogram that they come from.
//!
//! What was never seen is `null`. Milliseconds are for readers, microseconds for exactness; whoever reads the object back takes
//! the latter and the histogram.

use hdrhistogram::Histogram;
use lead_stats::{LOCUST_PERCENTILES, Percentiles};
use serde::Serialize;

use super::node::{Fault, Node};
use super::packed::{pack, unpack};
use crate::counts::LONGEST_US;
use crate::histogram::{Extent, Latency};
use crate::phases::Phase;
use crate::report::json::ByPercent;

/// Times of one kind.
#[derive(Serialize)]
pub(super) struct Times {
    count: u64,
    sum_us: u64,
    min_us: u64,
    max_us: u64,
    longer_than_a_minute: u64,
    average_ms: f64,
    percentiles_ms: ByPercent,
    histogram: String,
}

impl Times {
    /// Latencies; nothing of nothing.
    pub(super) fn of(latency: &Latency) -> Option<Self> {
        let percentile = |fraction| latency.percentile_ms(fraction);
        Some(Self::new(&latency.to_histogram(), latency.extent()?, percentile))
    }

    /// A phase; nothing of nothing.
    pub(super) fn of_phase(phase: &Phase) -> Option<Self> {
        let (histogram, extent) = phase.apart()?;
        Some(Self::new(&histogram, extent, |fraction| phase.percentile_ms(fraction)))
    }

    fn new(histogram: &Histogram<u64>, extent: Extent, percentile_ms: impl Fn(f64) -> f64) -> Self {
        let count = histogram.len();
        Self {
            count,
            sum_us: extent.sum_us,
            min_us: extent.min_us,
            max_us: extent.max_us,
            longer_than_a_minute: extent.saturated,
            average_ms: extent.sum_us as f64 / 1e3 / count as f64,
            percentiles_ms: ByPercent(Percentiles::locust(LOCUST_PERCENTILES.map(percentile_ms))),
            histogram: pack(histogram),
        }
    }
}

/// Latencies, none of null.
pub(super) fn latency(node: &Node<'_>) -> Result<Latency, Fault> {
    let read = |node: &Node<'_>| {
        let (histogram, extent) = times(node, 3)?;
        Ok(Latency::of(&histogram, extent))
    };
    Ok(node.maybe(read)?.unwrap_or_default())
}

/// A phase, one that never happened of null.
pub(super) fn phase(node: &Node<'_>) -> Result<Phase, Fault> {
    let read = |node: &Node<'_>| {
        let (histogram, extent) = times(node, 2)?;
        Ok(Phase::of(&histogram, extent))
    };
    Ok(node.maybe(read)?.unwrap_or_default())
}

/// The histogram of an object, and what is known beside it: only what can be true of one another.
fn times(node: &Node<'_>, digits: u8) -> Result<(Histogram<u64>, Extent), Fault> {
    let histogram = unpack(&node.at("histogram")?, digits)?;
    let count = node.at("count")?;
    if count.count()? != histogram.len() || histogram.is_empty() {
        let held = histogram.len();
        return Err(count.fault(format!("is not how many the histogram beside it holds: {held}")));
    }
    // A time may be as long as it likes, and so may their sum: both stop at the greatest number that there is.
    let part = |name| node.at(name)?.whole();
    let extent = Extent {
        sum_us: part("sum_us")?,
        min_us: part("min_us")?,
        max_us: part("max_us")?,
        saturated: part("longer_than_a_minute")?,
    };
    let is_in = |us: u64, held: u64| {
        let us = us.min(LONGEST_US);
        histogram.lowest_equivalent(us) == histogram.lowest_equivalent(held)
    };
    let (min, max) = (histogram.min_nz(), histogram.max());
    if extent.min_us > extent.max_us || !is_in(extent.min_us, min) || !is_in(extent.max_us, max) {
        return Err(node.fault("has a least or a greatest that the histogram does not have"));
    }
    let least = u128::from(extent.min_us) * u128::from(histogram.len());
    let most = u128::from(extent.max_us) * u128::from(histogram.len());
    let sum = u128::from(extent.sum_us);
    let is_sum = extent.sum_us == u64::MAX || (least..=most).contains(&sum);
    let minutes = histogram.count_at(LONGEST_US);
    let is_phase = digits == 2;
    let are_saturated = extent.saturated <= minutes
        && (is_phase || (extent.saturated > 0) == (extent.max_us > LONGEST_US));
    if !is_sum || !are_saturated {
        return Err(
            node.fault("has a sum, or times above a minute, that the histogram cannot have")
        );
    }
    Ok((histogram, extent))
}
