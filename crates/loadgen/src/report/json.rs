//! The final statistics as JSON: Locust's array, with exact numbers beside.
//!
//! [`json`] writes one object per endpoint that was asked at all, Locust's members first and in its order, then ours:
//! median, average, size and percentiles in decimal milliseconds, where Locust's `response_times` has two-digit buckets; in
//! the open model also the percentiles of the service times. Like Locust's it has no object for the total, and none for the
//! run: what was asked and what was sent is not its matter, and the verdict on the run stands in each of its objects.

use lead_stats::Percentiles;
use serde::{Serialize, Serializer};

use super::account::Account;
use super::locust::{LocustEntry, indented};
use crate::record::{Entry, Recording};
use crate::verdict::Judgement;

/// The statistics of all endpoints, indented by four as in Locust, with a final line end.
pub fn json(account: &Account) -> String {
    let Account { recording, judgement, .. } = account;
    let asked = recording.endpoints().into_iter().filter(|entry| entry.requests() > 0);
    let entries: Vec<_> = asked.map(|entry| JsonEntry::new(recording, entry, judgement)).collect();
    indented(&entries)
}

#[derive(Serialize)]
struct JsonEntry<'r> {
    #[serde(flatten)]
    locust: LocustEntry<'r>,
    median_ms: f64,
    average_ms: f64,
    average_size_bytes: f64,
    requests_per_s: f64,
    failures_per_s: f64,
    percentiles_ms: ByPercent,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_percentiles_ms: Option<ByPercent>,
    longer_than_a_minute: u64,
    run_validity: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    run_reasons: Vec<&'r str>,
}

impl<'r> JsonEntry<'r> {
    fn new(recording: &Recording, entry: &'r Entry, judgement: &'r Judgement) -> Self {
        let latency = entry.latency();
        let (requests_per_s, failures_per_s) = recording.total_rate(entry);
        Self {
            locust: LocustEntry::new(recording, entry),
            median_ms: latency.median_ms(),
            average_ms: latency.average_ms(),
            average_size_bytes: entry.average_bytes(),
            requests_per_s,
            failures_per_s,
            percentiles_ms: ByPercent(latency.percentiles()),
            // In the closed model they would be the same.
            service_percentiles_ms: recording
                .asked()
                .map(|_| ByPercent(entry.service().percentiles())),
            longer_than_a_minute: latency.saturated(),
            run_validity: judgement.validity.as_str(),
            run_reasons: judgement.reasons.iter().map(|reason| reason.sentence.as_str()).collect(),
        }
    }
}

/// Percentiles as an object, in their own order.
pub(super) struct ByPercent(pub(super) Percentiles);

impl Serialize for ByPercent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(fraction, ms)| (percent(fraction), ms)))
    }
}

/// `99.9%` for 0.999, rounded where a product of decimals is not.
fn percent(fraction: f64) -> String {
    format!("{}%", (fraction * 1e6).round() / 1e4)
}
