//! What a report to the master holds: the data of Locust's `stats` message.
//!
//! [`Report`] is plain data with Locust's names, and everything in it is a difference: what was seen since the report before.
//! What was seen is the [`Ledger`](super::ledger::Ledger)'s to know.

use std::collections::BTreeMap;

use serde::Serialize;

use super::classes::Classes;

/// What was seen since the report before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Report {
    /// Endpoints with requests.
    pub(super) stats: Vec<Row>,
    /// All together, also when there was no request.
    pub(super) stats_total: Row,
    /// Failures by a key that tells them apart.
    pub(super) errors: BTreeMap<String, Error>,
    /// Users that run now.
    pub(super) user_classes_count: Classes,
    /// Their sum.
    pub(super) user_count: u64,
}

/// One endpoint. Times of day are Unix seconds, other times milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) method: String,
    /// When the last request ended; nothing when there was none.
    pub(super) last_request_timestamp: Option<f64>,
    /// Since when was counted.
    pub(super) start_time: f64,
    pub(super) num_requests: u64,
    /// Requests without a time: there are none.
    pub(super) num_none_requests: u64,
    pub(super) num_failures: u64,
    /// Exact sum.
    pub(super) total_response_time: f64,
    /// Exact greatest, 0 of nothing.
    pub(super) max_response_time: f64,
    /// Exact least; nothing when there was no request: a 0 would stay the master's minimum for ever.
    pub(super) min_response_time: Option<f64>,
    /// Bytes of all bodies.
    pub(super) total_content_length: u64,
    /// Locust's buckets of two digits, with counts.
    pub(super) response_times: BTreeMap<u64, u64>,
    /// Requests by the Unix second.
    pub(super) num_reqs_per_sec: BTreeMap<i64, u64>,
    /// Failed ones likewise.
    pub(super) num_fail_per_sec: BTreeMap<i64, u64>,
}

/// One failure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Error {
    pub(super) name: String,
    pub(super) method: String,
    pub(super) error: String,
    pub(super) occurrences: u64,
    /// Unix seconds.
    pub(super) first_seen: f64,
    /// Unix seconds.
    pub(super) last_seen: f64,
}
