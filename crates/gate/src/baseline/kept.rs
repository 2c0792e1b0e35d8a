//! Several runs that are kept to compare with, as plain data.
//!
//! [`Kept`] is what a committed file holds; how it is written stands in `form`, how a new one is made in
//! [`renewal`](crate::renewal).

use lead_stats::Summary;
use serde::{Deserialize, Serialize};

use super::{repeats::Repeats, workload::Workload};
use crate::{machine::Machine, rule::Metric};

/// Fewer runs do not show that a figure is one of the machine and not of the day.
pub(crate) const FEWEST_RUNS: usize = 3;

/// What a committed baseline holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The runs that rules against `baseline` compare with.
    pub current: RunSet,
    /// The runs that rules against `pinned` compare with.
    pub pinned: Option<RunSet>,
    /// When somebody took runs that failed as the baseline, oldest first.
    pub accepted: Vec<Acceptance>,
}

/// Runs of one load on one machine.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSet {
    /// When they were put together, RFC 3339.
    pub created: String,
    /// The revision that was measured.
    pub commit: Option<String>,
    /// The load.
    pub workload: Workload,
    /// The machine.
    pub machine: Machine,
    /// At least three.
    pub runs: Vec<KeptRun>,
}

/// One of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRun {
    /// The first 12 hexadecimal digits of the SHA-256 of its summary and its history.
    pub id: String,
    /// When it began, RFC 3339, if its history tells.
    pub began: Option<String>,
    /// Requests per second while the load was held, if its history tells.
    pub steady_rps: Option<f64>,
    /// Its figures; only what is kept of them is filled in.
    pub summary: Summary,
}

/// Somebody took runs that failed as the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// When, RFC 3339.
    pub at: String,
    /// Who, if that is known.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// What failed: rules, with what was observed and the limit, in words.
    pub failed: Vec<String>,
    /// What the baseline was until then; none if it was the first one.
    pub before: Option<Before>,
}

/// What a baseline was before it was replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// When it was put together, RFC 3339.
    pub created: String,
    /// The revision that was measured.
    pub commit: Option<String>,
    /// Medians over its runs: P50 of all requests in milliseconds.
    pub p50_ms: Option<f64>,
    /// P95 in milliseconds.
    pub p95_ms: Option<f64>,
    /// P99 in milliseconds.
    pub p99_ms: Option<f64>,
    /// The mean in milliseconds.
    pub avg_ms: Option<f64>,
    /// Requests per second.
    pub rps: Option<f64>,
}

impl RunSet {
    /// A figure of all requests, over the runs that hold it; `None` if none does.
    pub(crate) fn spread(&self, metric: Metric) -> Option<Repeats> {
        let figures = self.runs.iter().filter_map(|run| metric.in_row(&run.summary.aggregated));
        Repeats::of(&figures.map(crate::quantity::Quantity::value).collect::<Vec<f64>>())
    }

    /// What is remembered of these runs when others take their place.
    pub(crate) fn remembered(&self) -> Before {
        let median = |metric| self.spread(metric).map(|spread| spread.median);
        Before {
            created: self.created.clone(),
            commit: self.commit.clone(),
            p50_ms: median(Metric::Percentile(0.50)),
            p95_ms: median(Metric::Percentile(0.95)),
            p99_ms: median(Metric::Percentile(0.99)),
            avg_ms: median(Metric::Average),
            rps: median(Metric::Rps),
        }
    }
}
