//! Answers to the lines of a stream, and the summary that closes it.
//!
//! Each is one line of NDJSON. Id and model are the same for the whole stream and stand in its summary; a stream without
//! one did not reach its end.

use std::{borrow::Cow, num::NonZeroUsize};

use lead_model::{Fault, FaultCode, Faults, Lead, Score};

use super::{
    literal::{raw, text, whole},
    response::{Extras, head, lead_id, verdict},
    verdict::{entry, error},
};
use crate::models::Live;

/// What came of a stream.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// Lines that came in, blank ones included.
    pub(crate) lines: u64,
    /// Lines that were leads and have their scores.
    pub(crate) scored: u64,
    /// Lines that have errors.
    pub(crate) failed: u64,
}

/// Appends the answer to a line that is a lead.
pub(crate) fn scored_line(
    out: &mut Vec<u8>,
    line: u64,
    model: &Live,
    (lead, score): (&Lead, &Score),
    reasons: Option<NonZeroUsize>,
) {
    begin(out, line);
    lead_id(out, Some(lead.id()));
    raw(out, ",");
    verdict(out, model, lead, score, Extras { reasons, detailed: None });
    raw(out, "}\n");
}

/// Appends the answer to a line with faults.
pub(crate) fn faulty_line(out: &mut Vec<u8>, line: u64, faults: &Faults) {
    begin(out, line);
    lead_id(out, faults.lead_id());
    raw(out, ",");
    error(out, faults, told);
    raw(out, "}\n");
}

/// What a fault says of a body, said of a line: a line within the line would be taken for one of the stream.
fn told(fault: &Fault) -> Cow<'_, str> {
    if fault.code != FaultCode::InvalidJson {
        return Cow::Borrowed(&fault.detail);
    }
    let column = fault.detail.replacen("The body", "The line", 1);
    column.replace(" at line 1, column ", " at column ").into()
}

/// Appends the answer to a line of more than `limit` bytes.
pub(crate) fn overlong_line(out: &mut Vec<u8>, line: u64, limit: usize) {
    begin(out, line);
    raw(out, r#","error":{"detail":"The line is too long; see errors.","errors":["#);
    entry(out, "", FaultCode::TooLong, &format!("A line must be at most {limit} bytes long."));
    raw(out, "]}}\n");
}

/// Appends the last line; `cut` is why the body was not read to its end.
pub(crate) fn summary(
    out: &mut Vec<u8>,
    request_id: &str,
    model: &Live,
    sums: Sums,
    cut: Option<&str>,
) {
    raw(out, r#"{"summary":"#);
    head(out, request_id, model);
    for (member, count) in [
        (r#","lines":"#, sums.lines),
        (r#","scored":"#, sums.scored),
        (r#","failed":"#, sums.failed),
    ] {
        raw(out, member);
        whole(out, count);
    }
    raw(out, r#","complete":"#);
    raw(out, if cut.is_none() { "true" } else { "false" });
    if let Some(detail) = cut {
        raw(out, r#","detail":"#);
        text(out, detail);
    }
    raw(out, "}}\n");
}

fn begin(out: &mut Vec<u8>, line: u64) {
    raw(out, r#"{"line":"#);
    whole(out, line);
}
