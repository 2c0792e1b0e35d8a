//! The final statistics as Locust's `--json` prints them.
//!
//! [`locust_json`] holds Locust's members, in its order, and no others, for scripts that were written for it: one object per
//! endpoint that was asked at all, none for the total. What is known beyond that stands in the file of `--json-file`.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::record::{Entry, Recording};

/// The statistics of all endpoints, indented by four as in Locust, with a final line end.
pub fn locust_json(recording: &Recording) -> String {
    let asked = recording.endpoints().into_iter().filter(|entry| entry.requests() > 0);
    let entries: Vec<_> = asked.map(|entry| LocustEntry::new(recording, entry)).collect();
    indented(&entries)
}

/// JSON as Python's `json.dumps(..., indent=4)` lays it out, with a final line end.
pub(super) fn indented(entries: &impl Serialize) -> String {
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

/// `StatsEntry.serialize` of Locust's `stats.py`; times in milliseconds, moments in Unix seconds.
#[derive(Serialize)]
pub(super) struct LocustEntry<'r> {
    name: &'r str,
    method: &'r str,
    last_request_timestamp: Option<f64>,
    start_time: f64,
    num_requests: u64,
    num_none_requests: u64,
    num_failures: u64,
    total_response_time: f64,
    max_response_time: f64,
    min_response_time: Option<f64>,
    total_content_length: u64,
    response_times: BTreeMap<u64, u64>,
    num_reqs_per_sec: BTreeMap<i64, u32>,
    num_fail_per_sec: BTreeMap<i64, u32>,
}

impl<'r> LocustEntry<'r> {
    pub(super) fn new(recording: &Recording, entry: &'r Entry) -> Self {
        let latency = entry.latency();
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
            min_response_time: (latency.count() > 0).then(|| latency.min_ms()),
            total_content_length: entry.bytes(),
            response_times: latency.buckets().into_iter().collect(),
            num_reqs_per_sec: per_second(recording, entry, |(requests, _)| requests),
            num_fail_per_sec: per_second(recording, entry, |(_, failures)| failures),
        }
    }
}

/// Counts by Unix second, seconds without any left out.
fn per_second(
    recording: &Recording,
    entry: &Entry,
    count: fn((u32, u32)) -> u32,
) -> BTreeMap<i64, u32> {
    let moment = |second: u64| recording.time_of(Duration::from_secs(second)).as_second();
    let counts = entry.per_second().iter().map(|&both| count(both));
    (0..).map(moment).zip(counts).filter(|&(_, count)| count > 0).collect()
}

/// Seconds since 1970, as Python's `time.time()` says them.
pub(crate) fn unix_s(time: Timestamp) -> f64 {
    time.as_microsecond() as f64 / 1e6
}
