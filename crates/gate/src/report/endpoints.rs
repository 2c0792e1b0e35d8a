//! The endpoints of a run in figures, for the forms that have a table of them.
//!
//! [`rows`] puts the slowest first, because whoever looks at a table of endpoints looks for that one, and all of them
//! together at the end. Texts are raw.

use std::cmp::Ordering;

use lead_stats::{Endpoint, Summary};

use crate::{
    quantity::{Quantity, grouped},
    verdict::RunFacts,
};

/// One endpoint as text; what is not known is a dash.
pub(super) struct Row {
    /// Its method and name, or what stands for all of them. Raw.
    pub(super) name: String,
    /// Requests, failed ones, requests per second.
    pub(super) counts: [String; 3],
    /// The median and the percentiles 95 and 99.
    pub(super) times: [String; 3],
    /// The baseline's P95 and the change since; only if there is a baseline.
    pub(super) before: Option<String>,
}

/// The headings of a [`Row`], the last only for a run with a baseline.
pub(super) const HEADINGS: [&str; 8] =
    ["Endpoint", "Requests", "Failed", "Requests/s", "P50", "P95", "P99", "P95 of the baseline"];

/// Every endpoint that was asked, the slowest first, and then all requests together.
pub(super) fn rows(run: &RunFacts) -> Vec<Row> {
    let mut endpoints: Vec<&Endpoint> =
        run.summary.endpoints.iter().filter(|endpoint| endpoint.requests > 0).collect();
    endpoints.sort_by(|one, other| by_p95(other, one).then_with(|| one.name.cmp(&other.name)));
    let before = run.baseline.as_ref().map(|baseline| &baseline.summary);
    let all = [&run.summary.aggregated];
    endpoints.into_iter().chain(all).map(|endpoint| row(endpoint, before)).collect()
}

fn by_p95(one: &Endpoint, other: &Endpoint) -> Ordering {
    let p95 = |endpoint: &Endpoint| endpoint.percentiles.at(0.95).unwrap_or(0.0);
    p95(one).total_cmp(&p95(other))
}

fn row(endpoint: &Endpoint, before: Option<&Summary>) -> Row {
    let name = match endpoint.method.as_str() {
        "" => "All requests".to_owned(),
        method => format!("{method} {}", endpoint.name),
    };
    Row {
        name,
        counts: [
            grouped(endpoint.requests),
            grouped(endpoint.failures),
            Quantity::PerSecond(endpoint.requests_per_s).to_string(),
        ],
        times: [0.50, 0.95, 0.99].map(|fraction| time(endpoint, fraction)),
        before: before.map(|before| change(endpoint, before)),
    }
}

fn time(endpoint: &Endpoint, fraction: f64) -> String {
    let ms = endpoint.percentiles.at(fraction).map(Quantity::Milliseconds);
    ms.map_or_else(|| "-".to_owned(), |ms| ms.to_string())
}

/// `65 ms (+4.6 %)`; a baseline of 0 has no change in percent.
fn change(endpoint: &Endpoint, before: &Summary) -> String {
    let same = |other: &&Endpoint| other.method == endpoint.method && other.name == endpoint.name;
    let Some(earlier) = before.endpoints.iter().chain([&before.aggregated]).find(same) else {
        return "-".to_owned();
    };
    match (earlier.percentiles.at(0.95), endpoint.percentiles.at(0.95)) {
        (Some(was), Some(is)) if was > 0.0 => {
            let percent = (is / was - 1.0) * 100.0;
            format!("{} ({percent:+.1} %)", Quantity::Milliseconds(was))
        }
        _ => time(earlier, 0.95),
    }
}
