//! The one line that every request leaves.
//!
//! [`Access`] is a plain record; its only trick is that it formats into a buffer of the right size at once. The query
//! string, the headers and the body are not in it, because they may hold personal data.

use std::time::Duration;

use serde::Serialize;

use super::{Journal, Level};
use crate::timestamp::Timestamp;

/// Bytes that hold a usual line, so that its buffer never grows.
const USUAL_LINE: usize = 320;

/// Longest method or path that is logged, in bytes; a request's head may hold 128 KiB of either.
const LONGEST_WORD: usize = 256;

/// What is written about one request.
#[derive(Debug)]
pub(crate) struct Access<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) duration: Duration,
    pub(crate) bytes: u64,
    /// Whose key was sent, where it was a known one.
    pub(crate) client: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: Timestamp,
    level: &'static str,
    message: &'static str,
    request_id: &'a str,
    method: &'a str,
    path: &'a str,
    status: u16,
    duration_ms: f64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
}

impl Access<'_> {
    /// Writes the line if its level is wanted.
    pub(crate) fn write_to(&self, journal: &Journal) {
        let level = Level::of_status(self.status);
        if journal.wants(level) {
            journal.write(self.line(level));
        }
    }

    fn line(&self, level: Level) -> Vec<u8> {
        let line = Line {
            timestamp: Timestamp::now(),
            level: level.as_str(),
            message: "request",
            request_id: self.request_id,
            method: shortened(self.method),
            path: shortened(self.path),
            status: self.status,
            duration_ms: milliseconds(self.duration),
            bytes: self.bytes,
            client: self.client,
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
    use std::time::Duration;

    use super::Access;
    use crate::log::Level;

    #[test]
    fn a_line_carries_the_exact_time_below_a_millisecond() {
        let access = Access {
            request_id: "r-1",
            method: "POST",
            path: "/api/v1/\"score\"\n",
            status: 200,
            duration: Duration::from_nanos(214_300),
            bytes: 230,
            client: Some("acme"),
        };
        let line = String::from_utf8(access.line(Level::Info)).expect("UTF-8");
        assert_eq!(line.matches('\n').count(), 1, "one line, whatever the path holds: {line}");
        let (_, rest) = line.split_once(',').expect("several members");
        insta::assert_snapshot!(rest.trim_end(), @r#""level":"INFO","message":"request","request_id":"r-1","method":"POST","path":"/api/v1/\"score\"\n","status":200,"duration_ms":0.2143,"bytes":230,"client":"acme"}"#);
    }

    #[test]
    fn an_endless_path_or_method_is_cut() {
        let endless = "/x".repeat(5_000);
        for (method, path) in [("GET", endless.as_str()), (endless.as_str(), "/")] {
            let access = Access {
                request_id: "r-1",
                method,
                path,
                status: 404,
                duration: Duration::ZERO,
                bytes: 0,
                client: None,
            };
            assert!(access.line(Level::Warn).len() < 500);
        }
    }
}
