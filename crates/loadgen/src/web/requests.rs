//! The numbers of a run in the shape of Locust's `/stats/requests`.
//!
//! [`Requests`] has Locust's members, names and order (its server sorts them by name); times are decimal milliseconds where
//! Locust has two-digit buckets, except that the least and the greatest are whole as Locust's are. [`Row`] can carry
//! [`More`] beside them, which only our own page asks for. Pure: when it is made, and for whom, is `shared`'s.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::{Entry, Recording};
use crate::report::unix_s;

/// Rows, and failures, that are shown at most, as in Locust: more would make any page slow.
const MOST: usize = 500;

/// What `/stats/requests` answers.
#[derive(Debug, Serialize)]
pub(super) struct Requests<'r> {
    current_fail_per_sec: f64,
    current_response_time_percentiles: BTreeMap<&'static str, Option<f64>>,
    current_rps: f64,
    errors: Vec<Fault<'r>>,
    fail_ratio: f64,
    state: &'static str,
    pub(super) stats: Vec<Row<'r>>,
    total_fail_per_sec: f64,
    total_rps: f64,
    user_count: u64,
}

/// An endpoint, or the total.
#[derive(Debug, Serialize)]
pub(super) struct Row<'r> {
    avg_content_length: f64,
    avg_response_time: f64,
    current_fail_per_sec: f64,
    current_rps: f64,
    max_response_time: f64,
    median_response_time: f64,
    method: &'r str,
    min_response_time: f64,
    name: &'r str,
    num_failures: u64,
    num_requests: u64,
    #[serde(rename = "response_time_percentile_0.95")]
    percentile_95: f64,
    #[serde(rename = "response_time_percentile_0.99")]
    percentile_99: f64,
    total_fail_per_sec: f64,
    total_rps: f64,
    #[serde(flatten)]
    more: Option<More>,
}

/// What a row of our own page has beside Locust's members: exact milliseconds.
#[derive(Debug, Serialize)]
struct More {
    min_ms: f64,
    max_ms: f64,
    #[serde(flatten)]
    percentiles: BTreeMap<String, f64>,
}

/// A kind of failure.
#[derive(Debug, Serialize)]
struct Fault<'r> {
    error: &'r str,
    first_seen: f64,
    last_seen: f64,
    method: &'r str,
    name: &'r str,
    occurrences: u64,
}

impl<'r> Requests<'r> {
    /// The numbers of now, in a state that has this name; with `more` beside Locust's.
    pub(super) fn of(
        recording: &'r Recording,
        state: &'static str,
        users: u64,
        more: bool,
    ) -> Self {
        let total = recording.total();
        let (current_rps, current_fail_per_sec) = recording.current_rate(total);
        let (total_rps, total_fail_per_sec) = recording.total_rate(total);
        let asked = recording.endpoints().into_iter().filter(|entry| entry.requests() > 0);
        let rows = asked.take(MOST).chain([total]);
        Self {
            current_fail_per_sec,
            current_response_time_percentiles: current_percentiles(total),
            current_rps,
            errors: faults(recording),
            fail_ratio: total.failure_ratio(),
            state,
            stats: rows.map(|entry| Row::of(recording, entry, more)).collect(),
            total_fail_per_sec,
            total_rps,
            user_count: users,
        }
    }
}

impl<'r> Row<'r> {
    fn of(recording: &Recording, entry: &'r Entry, more: bool) -> Self {
        let latency = entry.latency();
        let (current_rps, current_fail_per_sec) = recording.current_rate(entry);
        let (total_rps, total_fail_per_sec) = recording.total_rate(entry);
        Self {
            avg_content_length: entry.average_bytes(),
            avg_response_time: latency.average_ms(),
            current_fail_per_sec,
            current_rps,
            max_response_time: latency.max_ms().round(),
            median_response_time: latency.median_ms(),
            method: &entry.method,
            min_response_time: latency.min_ms().round(),
            name: &entry.name,
            num_failures: entry.failures(),
            num_requests: entry.requests(),
            percentile_95: latency.percentile_ms(0.95),
            percentile_99: latency.percentile_ms(0.99),
            total_fail_per_sec,
            total_rps,
            more: more.then(|| More {
                min_ms: latency.min_ms(),
                max_ms: latency.max_ms(),
                percentiles: latency
                    .percentiles()
                    .iter()
                    .filter(|&(fraction, _)| fraction < 1.0)
                    .map(|(fraction, ms)| (percentile_name(fraction), ms))
                    .collect(),
            }),
        }
    }
}

/// `p99.9` for 0.999, rounded where a product of decimals is not.
pub(super) fn percentile_name(fraction: f64) -> String {
    format!("p{}", (fraction * 1e6).round() / 1e4)
}

/// The two that Locust draws; nothing where nothing was answered of late.
fn current_percentiles(total: &Entry) -> BTreeMap<&'static str, Option<f64>> {
    let now = total.current_percentiles();
    // A window without an answer has zeros: nobody answers in no time.
    let at = |fraction| now.at(fraction).filter(|&ms| ms > 0.0);
    let (half, most) = ("response_time_percentile_0.5", "response_time_percentile_0.95");
    BTreeMap::from([(half, at(0.5)), (most, at(0.95))])
}

fn faults(recording: &Recording) -> Vec<Fault<'_>> {
    let faults = recording.endpoints().into_iter().flat_map(|entry| {
        entry.errors().iter().map(|(text, seen)| Fault {
            error: text,
            first_seen: unix_s(recording.time_of(seen.first)),
            last_seen: unix_s(recording.time_of(seen.last)),
            method: &entry.method,
            name: &entry.name,
            occurrences: seen.count,
        })
    });
    faults.take(MOST).collect()
}
