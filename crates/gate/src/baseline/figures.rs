//! The rows of a run as a kept file writes them: one object for all requests, one for each endpoint.
//!
//! Whatever a rule may ask of an earlier run's `_stats.csv` is kept: all its percentiles, median, mean, extremes, rate,
//! and how many requests failed. A row that no load test leaves is refused.

use std::collections::BTreeMap;

use lead_stats::{Endpoint, Percentiles, Summary};
use serde::{Deserialize, Serialize, Serializer};

use super::{kept::KeptRun, repeats::Repeats};
use crate::{quantity::Quantity, rule::Metric};

/// The figures that the file sums up over its runs.
const SUMMED_UP: [Metric; 5] = [
    Metric::Percentile(0.50),
    Metric::Percentile(0.95),
    Metric::Percentile(0.99),
    Metric::Average,
    Metric::Rps,
];

/// Two sums of the same numbers differ by no more than this share: programs may add in another order.
const SAME_SUM: f64 = 1e-9;

/// The figures of some requests.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Figures {
    /// Requests.
    n: u64,
    /// Failed requests.
    errors: u64,
    /// Requests per second over the whole run.
    rps: f64,
    /// Response times in milliseconds.
    ms: Times,
}

/// Response times by name, in the order in which they are written.
#[derive(Debug, Deserialize)]
#[serde(from = "BTreeMap<String, f64>")]
struct Times(Vec<(String, f64)>);

impl From<BTreeMap<String, f64>> for Times {
    fn from(times: BTreeMap<String, f64>) -> Self {
        Self(times.into_iter().collect())
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, ms)| (name, ms)))
    }
}

/// What belongs to one endpoint.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OfEndpoint<T> {
    method: String,
    name: String,
    #[serde(flatten)]
    of: T,
}

/// One run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RunForm {
    run: String,
    began: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steady_rps: Option<f64>,
    all: Figures,
    endpoints: Vec<OfEndpoint<Figures>>,
}

/// What all runs together say.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SummaryForm {
    all: BTreeMap<String, SpreadForm>,
    endpoints: Vec<OfEndpoint<BTreeMap<String, SpreadForm>>>,
}

impl<T: PartialEq> PartialEq for OfEndpoint<T> {
    fn eq(&self, other: &Self) -> bool {
        self.method == other.method && self.name == other.name && self.of == other.of
    }
}

/// A figure over all runs.
#[derive(Debug, Serialize, Deserialize)]
struct SpreadForm {
    median: f64,
    geomean: Option<f64>,
    sd_log: Option<f64>,
}

impl PartialEq for SpreadForm {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() <= SAME_SUM * (one.abs() + 1.0),
            (one, other) => one == other,
        };
        same(Some(self.median), Some(other.median))
            && same(self.geomean, other.geomean)
            && same(self.sd_log, other.sd_log)
    }
}

impl Figures {
    fn of(row: &Endpoint) -> Self {
        let named = [Metric::Average, Metric::Median, Metric::Min, Metric::Max];
        let percentiles = row.percentiles.iter().map(|(fraction, _)| Metric::Percentile(fraction));
        let times = named.into_iter().chain(percentiles).filter_map(|metric| {
            // Sums of microseconds are exact to a thousandth of one; more digits are none of the clock's.
            Some((metric.to_string(), six_decimals(metric.in_row(row)?.value())))
        });
        Self {
            n: row.requests,
            errors: row.failures,
            rps: six_decimals(row.requests_per_s),
            ms: Times(times.collect()),
        }
    }

    fn row(&self, method: &str, name: &str) -> Result<Endpoint, String> {
        let whose = format!("{method} {name}");
        let wrong = |what: String| format!("{:?} {what}", whose.trim());
        if self.n == 0 || self.errors > self.n {
            return Err(wrong(format!("has {} errors in {} requests", self.errors, self.n)));
        }
        let all = self.ms.0.iter().map(|(name, ms)| (name.as_str(), *ms));
        let mut figures = all.clone().chain([("rps", self.rps)]);
        if let Some((name, value)) =
            figures.find(|(_, value)| !(value.is_finite() && *value >= 0.0))
        {
            return Err(wrong(format!("has a {name} of {value}")));
        }
        let time = |name: &str| {
            all.clone()
                .find(|(of, _)| *of == name)
                .map(|(_, ms)| ms)
                .ok_or_else(|| wrong(format!("has no {name}")))
        };
        let mut percentiles = all
            .clone()
            .filter(|(name, _)| !["avg", "median", "min", "max"].contains(name))
            .map(|(name, ms)| {
                let fraction = fraction_of(name)
                    .ok_or_else(|| wrong(format!("has a time called {name:?}")))?;
                Ok((fraction, ms))
            })
            .collect::<Result<Vec<_>, String>>()?;
        percentiles.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Endpoint {
            method: method.to_owned(),
            name: name.to_owned(),
            requests: self.n,
            failures: self.errors,
            median_ms: time("median")?,
            average_ms: time("avg")?,
            min_ms: time("min")?,
            max_ms: time("max")?,
            requests_per_s: self.rps,
            percentiles: percentiles.into_iter().collect::<Percentiles>(),
            ..Endpoint::default()
        })
    }
}

fn six_decimals(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// 0.999 for `p99.9`.
fn fraction_of(name: &str) -> Option<f64> {
    let percent: f64 = name.strip_prefix('p')?.parse().ok()?;
    // In decimal, so that 99.9 becomes 0.999 and nothing beside it.
    let fraction = (percent * 1000.0).round() / 100_000.0;
    (percent > 0.0 && percent <= 100.0).then_some(fraction)
}

impl KeptRun {
    /// What is kept of a run, as it will be read back; or why it cannot be kept, as a sentence without its end.
    pub(crate) fn of(
        id: String,
        began: Option<String>,
        steady_rps: Option<f64>,
        summary: &Summary,
    ) -> Result<Self, String> {
        RunForm::of(&Self { id, began, steady_rps, summary: summary.clone() }).check()
    }
}

impl RunForm {
    pub(super) fn of(run: &KeptRun) -> Self {
        let asked = run.summary.endpoints.iter().filter(|row| row.requests > 0);
        let endpoints = asked.map(|row| OfEndpoint {
            method: row.method.clone(),
            name: row.name.clone(),
            of: Figures::of(row),
        });
        Self {
            run: run.id.clone(),
            began: run.began.clone(),
            steady_rps: run.steady_rps.map(six_decimals),
            all: Figures::of(&run.summary.aggregated),
            endpoints: endpoints.collect(),
        }
    }

    pub(super) fn check(self) -> Result<KeptRun, String> {
        let aggregated =
            self.all.row("", "Aggregated").map_err(|what| format!("run {}: {what}", self.run))?;
        let mut endpoints: Vec<Endpoint> = Vec::new();
        for row in &self.endpoints {
            let row = row
                .of
                .row(&row.method, &row.name)
                .map_err(|what| format!("run {}: {what}", self.run))?;
            if endpoints.iter().any(|other| other.method == row.method && other.name == row.name) {
                return Err(format!(
                    "run {}: \"{} {}\" stands in it twice",
                    self.run, row.method, row.name
                ));
            }
            endpoints.push(row);
        }
        let Self { run: id, began, steady_rps, .. } = self;
        if let Some(rate) = steady_rps.filter(|rate| !(rate.is_finite() && *rate >= 0.0)) {
            return Err(format!("run {id}: it has a steady_rps of {rate}"));
        }
        Ok(KeptRun { id, began, steady_rps, summary: Summary { endpoints, aggregated } })
    }
}

impl SummaryForm {
    pub(super) fn of(runs: &[KeptRun]) -> Self {
        let all = runs.iter().map(|run| Some(&run.summary.aggregated));
        let asked = runs.first().map(|run| run.summary.endpoints.as_slice()).unwrap_or_default();
        let endpoints = asked.iter().filter(|row| row.requests > 0).map(|row| {
            let rows = runs.iter().map(|run| {
                let same = |other: &&Endpoint| other.method == row.method && other.name == row.name;
                run.summary.endpoints.iter().find(same)
            });
            OfEndpoint { method: row.method.clone(), name: row.name.clone(), of: spreads(&rows) }
        });
        Self { all: spreads(&all), endpoints: endpoints.collect() }
    }
}

/// The spread of each figure over these rows, without those that no row holds.
fn spreads<'r>(
    rows: &(impl Iterator<Item = Option<&'r Endpoint>> + Clone),
) -> BTreeMap<String, SpreadForm> {
    let of = |metric: Metric| {
        let values =
            rows.clone().flatten().filter_map(|row| metric.in_row(row)).map(Quantity::value);
        let spread = Repeats::of(&values.collect::<Vec<f64>>())?;
        let form =
            SpreadForm { median: spread.median, geomean: spread.geomean, sd_log: spread.sd_log };
        Some((metric.to_string(), form))
    };
    SUMMED_UP.into_iter().filter_map(of).collect()
}
