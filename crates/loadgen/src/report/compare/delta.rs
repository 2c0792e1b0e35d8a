//! What differs of an endpoint: five figures of each run, and how far apart they are.

use super::interval::Estimate;
use super::pair::{Pair, Row};
use super::quantile::percentile;
use crate::record::{Entry, Recording};
use crate::report::tables::doubt;

/// A figure of both runs.
pub(super) struct Delta {
    /// What it is.
    pub(super) figure: Figure,
    /// What it was in each run; nothing where that is not known.
    pub(super) values: [Option<f64>; 2],
    /// How much more the second is: a ratio minus one, or a difference of shares. Nothing without both.
    pub(super) change: Option<Estimate>,
    /// Why the figure of either run is weak, if it is.
    pub(super) doubt: Option<String>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// A percentile of the response times, in milliseconds.
    Percentile(&'static str),
    /// Requests per second.
    Rate,
    /// Failed requests, as a share of all.
    Failures,
}

/// What an interval says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// More than chance within the runs makes it.
    More,
    /// Less.
    Less,
    /// Chance alone could make it.
    Unclear,
    /// There is no interval.
    Unknown,
}

impl Figure {
    /// Its name, as tables write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Percentile(name) => name,
            Self::Rate => "requests/s",
            Self::Failures => "failures",
        }
    }

    /// Whether more of it is worse; nothing where it depends.
    pub(super) fn is_worse(self, reading: Reading) -> Option<bool> {
        match (self, reading) {
            (_, Reading::Unclear | Reading::Unknown) | (Self::Rate, _) => None,
            (_, reading) => Some(reading == Reading::More),
        }
    }
}

impl Reading {
    /// In a word or two.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Less => "less",
            Self::Unclear => "chance may do it",
            Self::Unknown => "too few to say",
        }
    }
}

impl Delta {
    /// What the interval says.
    pub(super) fn reading(&self) -> Reading {
        let Some(change) = self.change else { return Reading::Unknown };
        match (change.low, change.high) {
            (Some(low), _) if low > 0.0 => Reading::More,
            (_, Some(high)) if high < 0.0 => Reading::Less,
            (Some(_), Some(_)) => Reading::Unclear,
            _ => Reading::Unknown,
        }
    }
}

/// The figures of a row: percentiles, rate, failures.
pub(super) fn deltas(pair: &Pair, row: &Row<'_>) -> Vec<Delta> {
    let recordings = pair.accounts().map(|account| &account.recording);
    let entries = [row.first, row.second];
    let mut deltas: Vec<Delta> = [("p50 ms", 0.5), ("p95 ms", 0.95), ("p99 ms", 0.99)]
        .into_iter()
        .map(|(name, fraction)| of_percentile(name, fraction, entries))
        .collect();
    let both = |estimate: fn(&Recording, &Entry) -> Estimate| {
        [0, 1].map(|side| entries[side].map(|entry| estimate(recordings[side], entry)))
    };
    deltas.push(relative(Figure::Rate, both(rate)));
    let shares = both(|_, entry| Estimate::share(entry.failures(), entry.requests()));
    let change =
        shares[0].zip(shares[1]).map(|(first, second)| Estimate::difference(first, second));
    let values = shares.map(|share| Some(share?.value));
    deltas.push(Delta { figure: Figure::Failures, values, change, doubt: None });
    deltas
}

fn of_percentile(name: &'static str, fraction: f64, entries: [Option<&Entry>; 2]) -> Delta {
    let estimates = entries.map(|entry| percentile(entry?.latency(), fraction));
    let doubts = ["A", "B"].into_iter().zip(entries).filter_map(|(side, entry)| {
        Some(format!("{side}: {}", doubt(entry?.latency(), fraction)?))
    });
    let doubt = doubts.collect::<Vec<String>>().join("; ");
    let doubt = Some(doubt).filter(|doubt| !doubt.is_empty());
    Delta { doubt, ..relative(Figure::Percentile(name), estimates) }
}

/// A figure whose change is a ratio.
fn relative(figure: Figure, estimates: [Option<Estimate>; 2]) -> Delta {
    let ratio = estimates[0].zip(estimates[1]);
    let ratio = ratio.and_then(|(first, second)| Estimate::ratio(first, second));
    let change = ratio.map(|ratio| Estimate {
        value: ratio.value - 1.0,
        low: ratio.low.map(|low| low - 1.0),
        high: ratio.high.map(|high| high - 1.0),
    });
    Delta { figure, values: estimates.map(|estimate| Some(estimate?.value)), change, doubt: None }
}

/// The rate of an endpoint, varying as its measured whole seconds do.
fn rate(recording: &Recording, entry: &Entry) -> Estimate {
    let whole = recording.series().points().len().min(entry.per_second().len());
    let from = (recording.warm_up().as_secs() as usize).min(whole);
    let seconds: Vec<u32> =
        entry.per_second()[from..whole].iter().map(|&(requests, _)| requests).collect();
    Estimate::rate(recording.total_rate(entry).0, &seconds)
}
