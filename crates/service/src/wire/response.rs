//! Answers to one lead and to a batch.
//!
//! They borrow everything and are written once, by hand, into a buffer of the right size. What is said of a single lead is
//! in `verdict`; lines of a stream are in `line`.

use std::{borrow::Cow, num::NonZeroUsize, time::Duration};

use lead_model::{Faults, Lead, Score};

use super::{
    literal::{double, raw, text, whole},
    query::Details,
    verdict,
};
use crate::models::Live;

/// The version of the HTTP contract, which outlives versions of this program.
pub(crate) const API_VERSION: &str = "1.0.0";

/// Bytes that hold one usual answer, so that its buffer never grows.
const USUAL_ANSWER: usize = 320;

/// The same with details.
const USUAL_DETAILED_ANSWER: usize = 768;

/// Bytes that a usual reason adds.
const USUAL_REASON: usize = 192;

/// What an answer tells beside ids and scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extras {
    /// So many reasons of either kind, if `explain` asked for them.
    pub(crate) reasons: Option<NonZeroUsize>,
    /// What `include_details` adds.
    pub(crate) detailed: Option<Detailed>,
}

/// What `include_details` adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detailed {
    /// Time to read and score the request's leads.
    pub(crate) latency: Duration,
}

impl Detailed {
    /// The details, if they were asked for.
    pub(crate) fn if_wanted(details: Details, latency: Duration) -> Option<Self> {
        match details {
            Details::Included => Some(Self { latency }),
            Details::Omitted => None,
        }
    }
}

/// The answer for one lead.
pub(crate) fn scored(
    request_id: &str,
    model: &Live,
    lead: &Lead,
    score: &Score,
    extras: Extras,
) -> Vec<u8> {
    let mut body = Vec::with_capacity(extras.usual_size());
    answer(&mut body, request_id, model, lead, score, extras);
    body
}

/// The answers for a batch, in its order.
pub(crate) fn scored_batch(
    request_id: &str,
    model: &Live,
    leads: &[Lead],
    scores: &[Score],
    extras: Extras,
) -> Vec<u8> {
    let mut body = Vec::with_capacity(2 + leads.len() * extras.usual_size());
    body.push(b'[');
    for (index, (lead, score)) in leads.iter().zip(scores).enumerate() {
        if index > 0 {
            body.push(b',');
        }
        answer(&mut body, request_id, model, lead, score, extras);
    }
    body.push(b']');
    body
}

/// The answer for a batch whose leads are judged each by itself.
///
/// `refused` has one place per lead of the batch: its faults, or nothing where it is the next one of `leads` and `scores`.
pub(crate) fn judged_batch(
    request_id: &str,
    model: &Live,
    refused: &[Option<Faults>],
    (leads, scores): (&[Lead], &[Score]),
    extras: Extras,
) -> Vec<u8> {
    let mut body = Vec::with_capacity(USUAL_ANSWER + refused.len() * extras.usual_size());
    head(&mut body, request_id, model);
    raw(&mut body, r#","summary":{"total":"#);
    whole(&mut body, refused.len() as u64);
    raw(&mut body, r#","scored":"#);
    whole(&mut body, leads.len() as u64);
    raw(&mut body, r#","failed":"#);
    whole(&mut body, (refused.len() - leads.len()) as u64);
    raw(&mut body, r#"},"results":["#);
    let mut scored = leads.iter().zip(scores);
    for (index, faults) in refused.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        raw(&mut body, r#"{"index":"#);
        whole(&mut body, index as u64);
        if let Some(faults) = faults {
            lead_id(&mut body, faults.lead_id());
            raw(&mut body, r#","status":422,"#);
            verdict::error(&mut body, faults, |fault| Cow::Borrowed(&*fault.detail));
        } else if let Some((lead, score)) = scored.next() {
            lead_id(&mut body, Some(lead.id()));
            raw(&mut body, r#","status":200,"#);
            verdict(&mut body, model, lead, score, extras);
        }
        body.push(b'}');
    }
    body.push(b']');
    tail(&mut body, extras.detailed);
    body.push(b'}');
    body
}

fn answer(
    body: &mut Vec<u8>,
    request_id: &str,
    model: &Live,
    lead: &Lead,
    score: &Score,
    extras: Extras,
) {
    head(body, request_id, model);
    lead_id(body, Some(lead.id()));
    body.push(b',');
    verdict(body, model, lead, score, extras);
    tail(body, extras.detailed);
    body.push(b'}');
}

/// What every answer begins with.
pub(super) fn head(body: &mut Vec<u8>, request_id: &str, model: &Live) {
    raw(body, r#"{"request_id":"#);
    text(body, request_id);
    raw(body, r#","model":{"name":"#);
    text(body, model.name());
    raw(body, r#","version":"#);
    text(body, model.version());
    raw(body, "}");
}

/// The id of a lead behind a comma, where it is known.
pub(super) fn lead_id(body: &mut Vec<u8>, id: Option<&str>) {
    if let Some(id) = id {
        raw(body, r#","lead_id":"#);
        text(body, id);
    }
}

/// The score, and why.
pub(super) fn verdict(
    body: &mut Vec<u8>,
    model: &Live,
    lead: &Lead,
    score: &Score,
    extras: Extras,
) {
    verdict::score(body, score, extras.detailed.is_some());
    if let Some(count) = extras.reasons {
        verdict::reasons(body, model, lead, count);
    }
}

/// What details add at the end.
fn tail(body: &mut Vec<u8>, detailed: Option<Detailed>) {
    let Some(Detailed { latency }) = detailed else { return };
    raw(body, r#","timing":{"latency_ms":"#);
    double(body, milliseconds(latency));
    raw(body, r#"},"api_version":"#);
    text(body, API_VERSION);
}

impl Extras {
    fn usual_size(self) -> usize {
        let answer = if self.detailed.is_some() { USUAL_DETAILED_ANSWER } else { USUAL_ANSWER };
        answer + self.reasons.map_or(0, |count| (1 + 2 * count.get()) * USUAL_REASON)
    }
}

/// Milliseconds with four decimals: a lead takes a few microseconds, so the contract's two would say 0.0 always.
///
/// Divided once, so that the nearest double is written with no more digits than that.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_nanos() as f64 / 100.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::milliseconds;

    #[test]
    fn a_latency_is_written_with_at_most_four_decimals() {
        for (nanoseconds, written) in
            [(9_699, "0.0097"), (0, "0.0"), (1_234_567, "1.2346"), (49, "0.0")]
        {
            let latency = milliseconds(Duration::from_nanos(nanoseconds));
            assert_eq!(serde_json::to_string(&latency).unwrap(), written);
        }
    }
}
