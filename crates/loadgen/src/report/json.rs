//! The final statistics as JSON: Locust's array, with exact numbers beside.
//!
//! [`json`] writes one object per endpoint that was asked at all, Locust's members first and in its order, then ours:
//! median, average, size and percentiles in decimal milliseconds, where Locust's `response_times` has two-digit buckets; in
//! the open model also the percentiles of the service times. Like Locust's it has no object for the total, and none for the
//! run: what was asked and what was sent is not its matter, and the verdict on the run stands in each of its objects.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use lead_stats::Percentiles;
use serde::{Serialize, Serializer};

use super::account::Account;
use crate::record::{Entry, Recording};
use crate::verdict::Judgement;

/// The statistics of all endpoints, indented by four as in Locust, with a final line end.
pub fn json(account: &Account) -> String {
    let Account { recording, judgement, .. } = account;
    let asked = recording.endpoints().into_iter().filter(|entry| entry.requests() > 0);
    let entries: Vec<_> = asked.map(|entry| JsonEntry::new(recording, entry, judgement)).collect();
    let mut bytes = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, form);
    entries
        .serialize(&mut writer)
        .expect("numbers and strings serialize, and a vector takes every byte");
    let mut text = String::from_utf8(bytes).expect("JSON is UTF-8");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct JsonEntry<'r> {
    name: &'r str,
    method: &'r str,
    last_request_timestamp: Option<f64>,
    start_time: f64,
    num_requests: u64,
    num_none_requests: u64,
    num_failures: u64,
    total_response_time: f64,
    max_response_time: f64,
    min_response_time: f64,
    total_content_length: u64,
    response_times: BTreeMap<u64, u64>,
    num_reqs_per_sec: BTreeMap<i64, u32>,
    num_fail_per_sec: BTreeMap<i64, u32>,
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
            name: &entry.name,
            method: &entry.method,
            last_request_timestamp: entry.last_request().map(|at| unix_s(recording.time_of(at))),
            // As after Locust's reset of its statistics: counting begins when the warm-up ends.
            start_time: unix_s(recording.time_of(recording.warm_up())),
            num_requests: entry.requests(),
            num_none_requests: 0,
            num_failures: entry.failures(),
            total_response_time: latency.sum_ms(),
            max_response_time: latency.max_ms(),
            min_response_time: latency.min_ms(),
            total_content_length: entry.bytes(),
            response_times: latency.buckets().into_iter().collect(),
            num_reqs_per_sec: per_second(recording, entry, |(requests, _)| requests),
            num_fail_per_sec: per_second(recording, entry, |(_, failures)| failures),
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

/// Counts by Unix second, seconds without any left out as in Locust.
fn per_second(
    recording: &Recording,
    entry: &Entry,
    count: fn((u32, u32)) -> u32,
) -> BTreeMap<i64, u32> {
    let moment = |second: u64| recording.time_of(Duration::from_secs(second)).as_second();
    let counts = entry.per_second().iter().map(|&both| count(both));
    (0..).map(moment).zip(counts).filter(|&(_, count)| count > 0).collect()
}

/// `99.9%` for 0.999, rounded where a product of decimals is not.
fn percent(fraction: f64) -> String {
    format!("{}%", (fraction * 1e6).round() / 1e4)
}

fn unix_s(time: Timestamp) -> f64 {
    time.as_microsecond() as f64 / 1e6
}
