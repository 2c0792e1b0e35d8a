//! One line of a history: a run with its figures, or the word that a change is known.
//!
//! The form is versioned by its field `schema`; a field may be added within a version. Figures keep their units in
//! their names. Names of endpoints and rules are raw: they may come from a server.

use std::collections::BTreeMap;

use clap::ValueEnum;
use lead_stats::{Endpoint, Validity};
use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::{quantity::Quantity, stamp::Stamp};

/// The version of the lines, as their field `schema` says.
pub(super) const SCHEMA: u32 = 1;

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Record {
    /// A run.
    Run(Box<RunRecord>),
    /// A change that is known.
    Ack(Ack),
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of the form.
    pub schema: u32,
    /// Its name: a hash of its files, 12 hexadecimal digits.
    pub run: String,
    /// When it ended.
    pub ended: Stamp,
    /// The revision that was measured.
    pub commit: Option<String>,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What it can be compared with.
    pub key: Key,
    /// What its load generator says of it; none says Locust.
    pub generator: Option<Validity>,
    /// What `lead-gate check` said of it, in one word; none if it was not asked.
    pub verdict: Option<String>,
    /// The rules that compare with a baseline and could not be decided, as expressions.
    #[serde(default)]
    pub undecided: Vec<String>,
    /// All requests.
    pub all: Figures,
    /// The requests of each endpoint that was asked.
    pub endpoints: Vec<EndpointFigures>,
}

/// The figures of some requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Requests, failed ones included.
    pub requests: u64,
    /// Failed requests.
    pub failures: u64,
    /// Median response time in milliseconds; none where the file has no such column.
    pub p50_ms: Option<f64>,
    /// The response time that 95 % stayed within, in milliseconds.
    pub p95_ms: Option<f64>,
    /// The response time that 99 % stayed within, in milliseconds.
    pub p99_ms: Option<f64>,
    /// Mean response time in milliseconds.
    pub avg_ms: Option<f64>,
    /// Requests per second over the whole run.
    pub rps: f64,
}

/// The figures of one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointFigures {
    /// Its method.
    pub method: String,
    /// Its name.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A change that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ack {
    /// Version of the form.
    pub schema: u32,
    /// The first run after the change, or one nearby.
    pub run: String,
    /// The figure that changed; none means all of them.
    pub figure: Option<Figure>,
    /// Why it is accepted.
    pub reason: String,
}

/// A figure that is followed from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum Figure {
    /// The median response time
    P50,
    /// The response time that 95 % stayed within
    P95,
    /// The response time that 99 % stayed within
    P99,
    /// The mean response time
    Avg,
    /// Requests per second
    Rps,
}

impl Figures {
    /// The figures of one row of a summary.
    pub(super) fn of(row: &Endpoint) -> Self {
        Self {
            requests: row.requests,
            failures: row.failures,
            p50_ms: row.percentiles.at(0.50),
            p95_ms: row.percentiles.at(0.95),
            p99_ms: row.percentiles.at(0.99),
            avg_ms: (row.requests > 0).then_some(row.average_ms),
            rps: row.requests_per_s,
        }
    }
}

impl Figure {
    /// The value of this figure; `None` where the run has none.
    pub(super) fn of(self, figures: &Figures) -> Option<f64> {
        match self {
            Self::P50 => figures.p50_ms,
            Self::P95 => figures.p95_ms,
            Self::P99 => figures.p99_ms,
            Self::Avg => figures.avg_ms,
            Self::Rps => Some(figures.rps),
        }
    }

    /// The name, as it is typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Avg => "avg",
            Self::Rps => "rps",
        }
    }

    /// A value of this figure with its unit.
    pub(super) fn quantity(self, value: f64) -> Quantity {
        match self {
            Self::Rps => Quantity::PerSecond(value),
            _ => Quantity::Milliseconds(value),
        }
    }

    /// Whether a change by this factor is one for the worse.
    pub(super) fn is_worse(self, factor: f64) -> bool {
        if self == Self::Rps { factor < 1.0 } else { factor > 1.0 }
    }
}

impl RunRecord {
    /// What people call it: its commit, or else the name of the run.
    pub fn name(&self) -> &str {
        self.commit.as_deref().unwrap_or(&self.run)
    }
}
