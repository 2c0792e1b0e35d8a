//! The one line that every request leaves.
//!
//! [`Access`] is a plain record; its only trick is that it formats into a buffer of the right size at once. The query
//! string, the headers and the body are not in it, because they may hold personal data.

use std::{num::NonZeroU64, time::Duration};

use serde::Serialize;

use super::{Journal, Level, Selection, selection::Selected};
use crate::{
    timestamp::Timestamp,
    trace::{SpanId, Trace, TraceId},
};

/// Bytes that hold a usual line, so that its buffer never grows.
const USUAL_LINE: usize = 512;

/// Longest method or path that is logged, in bytes; a request's head may hold 128 KiB of either.
const LONGEST_WORD: usize = 256;

/// What is written about one request.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) method: &'a str,
    /// The label of the route that matched.
    pub(crate) route: &'static str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) duration: Duration,
    /// Size of the request's body.
    pub(crate) bytes_in: u64,
    /// Size of the answer's body.
    pub(crate) bytes_out: u64,
    /// Whose key was sent, where it was a known one.
    pub(crate) client: Option<&'a str>,
    pub(crate) trace: Option<Trace>,
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: Timestamp,
    level: &'static str,
    message: &'static str,
    request_id: &'a str,
    method: &'a str,
    route: &'static str,
    path: &'a str,
    status: u16,
    duration_ms: f64,
    bytes_in: u64,
    bytes_out: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<TraceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<SpanId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<NonZeroU64>,
}

impl Access<'_> {
    /// Writes the line if its level is wanted and it is one of those selected.
    pub(crate) fn write_to(&self, journal: &Journal, selection: &Selection) {
        let level = Level::of_status(self.status);
        if !journal.wants(level) {
            return;
        }
        let trace_id = self.trace.map(|trace| trace.trace_id);
        if let Some(selected) = selection.select(self.status, trace_id) {
            journal.write(self.line(level, selected));
        }
    }

    fn line(&self, level: Level, selected: Selected) -> Vec<u8> {
        let line = Line {
            timestamp: Timestamp::now(),
            level: level.as_str(),
            message: "request",
            request_id: self.request_id,
            method: shortened(self.method),
            route: self.route,
            path: shortened(self.path),
            status: self.status,
            duration_ms: milliseconds(self.duration),
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            client: self.client,
            trace_id: self.trace.map(|trace| trace.trace_id),
            span_id: self.trace.map(|trace| trace.span_id),
            sample_rate: selected.sample_rate,
            suppressed: selected.suppressed,
        };
        let mut buffer = Vec::with_capacity(USUAL_LINE);
        serde_json::to_writer(&mut buffer, &line)
            .expect("a flat record of strings and numbers is always JSON");
        buffer.push(b'\n');
        buffer
    }
}

/// Milliseconds with every nanosecond that was measured: the nanoseconds are divided once, so that 214,300 ns prints as
/// 0.2143 and not with a tail of rounding errors.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

/// The method or path, or as much of it as is logged. Both are ASCII on the wire, so any cut is between characters.
fn shortened(word: &str) -> &str {
    word.get(..LONGEST_WORD).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU64, time::Duration};

    use super::Access;
    use crate::log::{Level, selection::Selected};

    fn access<'a>(method: &'a str, path: &'a str) -> Access<'a> {
        Access {
            request_id: "r-1",
            method,
            route: "/api/v1/score",
            path,
            status: 200,
            duration: Duration::from_nanos(214_300),
            bytes_in: 1_300,
            bytes_out: 230,
            client: None,
            trace: None,
        }
    }

    /// The line behind its timestamp.
    fn line(access: &Access<'_>, selected: Selected) -> String {
        let line = String::from_utf8(access.line(Level::Info, selected)).expect("UTF-8");
        assert_eq!(line.matches('\n').count(), 1, "one line, whatever the path holds: {line}");
        line.trim_end().split_once(',').expect("several members").1.to_owned()
    }

    #[test]
    fn a_line_carries_the_exact_time_below_a_millisecond() {
        let access = access("POST", "/api/v1/\"score\"\n");
        insta::assert_snapshot!(line(&access, Selected::default()), @r#""level":"INFO","message":"request","request_id":"r-1","method":"POST","route":"/api/v1/score","path":"/api/v1/\"score\"\n","status":200,"duration_ms":0.2143,"bytes_in":1300,"bytes_out":230}"#);
    }

    #[test]
    fn a_line_that_stands_for_others_says_for_how_many() {
        let access = Access { client: Some("crm"), ..access("POST", "/api/v1/score") };
        let selected = Selected { sample_rate: Some(0.01), suppressed: NonZeroU64::new(7) };
        insta::assert_snapshot!(line(&access, selected), @r#""level":"INFO","message":"request","request_id":"r-1","method":"POST","route":"/api/v1/score","path":"/api/v1/score","status":200,"duration_ms":0.2143,"bytes_in":1300,"bytes_out":230,"client":"crm","sample_rate":0.01,"suppressed":7}"#);
    }

    #[test]
    fn an_endless_path_or_method_is_cut() {
        let endless = "/x".repeat(5_000);
        for (method, path) in [("GET", endless.as_str()), (endless.as_str(), "/")] {
            assert!(line(&access(method, path), Selected::default()).len() < 600);
        }
    }
}
