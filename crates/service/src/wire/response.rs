//! A score as the contract writes it.
//!
//! [`scored`] and [`scored_batch`] borrow everything and write once into a buffer of the right size. The order of the
//! members is the contract's, and so is leaving out what was not asked for instead of writing `null`.

use std::time::Duration;

use lead_model::{Lead, Score};
use serde::Serialize;
use utoipa::ToSchema;

use super::request::Details;
use crate::models::ModelName;

/// The version of the HTTP contract, which outlives versions of this program.
pub(crate) const API_VERSION: &str = "1.0.0";

/// Bytes that hold one usual answer, so that its buffer never grows.
const USUAL_ANSWER: usize = 320;

/// The same with details.
const USUAL_DETAILED_ANSWER: usize = 768;

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
    model: ModelName<'_>,
    lead: &Lead,
    score: &Score,
    detailed: Option<Detailed>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = Vec::with_capacity(usual_size(detailed));
    serde_json::to_writer(&mut body, &Answer::new(request_id, model, lead, score, detailed))?;
    Ok(body)
}

/// The answers for a batch, in its order.
pub(crate) fn scored_batch(
    request_id: &str,
    model: ModelName<'_>,
    leads: &[Lead],
    scores: &[Score],
    detailed: Option<Detailed>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = Vec::with_capacity(2 + leads.len() * usual_size(detailed));
    body.push(b'[');
    for (index, (lead, score)) in leads.iter().zip(scores).enumerate() {
        if index > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, &Answer::new(request_id, model, lead, score, detailed))?;
    }
    body.push(b']');
    Ok(body)
}

/// What one lead scores.
#[derive(Serialize, ToSchema)]
#[schema(as = ScoredLead)]
pub(crate) struct Answer<'a> {
    /// The id of the request; all leads of a batch share it.
    request_id: &'a str,
    model: ModelName<'a>,
    /// As it was sent.
    lead_id: &'a str,
    score: ScoreMember,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Timing, required = false)]
    timing: Option<Timing>,
    /// The version of this contract; only with `include_details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    api_version: Option<&'static str>,
}

/// The score itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Score)]
struct ScoreMember {
    /// Probability of conversion, with every digit of its 64 bits.
    #[schema(minimum = 0, maximum = 1)]
    raw_score: f64,
    /// `round(raw_score * 4 + 1)`, ties to the even bucket.
    #[schema(minimum = 1, maximum = 5)]
    bucket: u8,
    /// `A` for bucket 5 to `E` for bucket 1.
    #[schema(pattern = "^[A-E]$")]
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Ranking, required = false)]
    ranking: Option<Ranking>,
}

/// What the tiers mean; only with `include_details`.
#[derive(Serialize, ToSchema)]
struct Ranking {
    tier_definition: TierDefinition,
}

/// Each tier in words.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
struct TierDefinition {
    a: &'static str,
    b: &'static str,
    c: &'static str,
    d: &'static str,
    e: &'static str,
}

/// How long it took; only with `include_details`.
#[derive(Serialize, ToSchema)]
struct Timing {
    /// Time to read and score the leads of the request, in milliseconds.
    #[schema(minimum = 0)]
    latency_ms: f64,
}

const RANKING: Ranking = Ranking {
    tier_definition: TierDefinition {
        a: "Highest conversion likelihood (bucket 5)",
        b: "High conversion likelihood (bucket 4)",
        c: "Medium conversion likelihood (bucket 3)",
        d: "Low conversion likelihood (bucket 2)",
        e: "Lowest conversion likelihood (bucket 1)",
    },
};

impl<'a> Answer<'a> {
    fn new(
        request_id: &'a str,
        model: ModelName<'a>,
        lead: &'a Lead,
        score: &Score,
        detailed: Option<Detailed>,
    ) -> Self {
        Self {
            request_id,
            model,
            lead_id: lead.id(),
            score: ScoreMember {
                raw_score: score.probability,
                bucket: score.bucket.get(),
                tier: score.tier.as_str(),
                ranking: detailed.map(|_| RANKING),
            },
            timing: detailed.map(|detailed| Timing { latency_ms: milliseconds(detailed.latency) }),
            api_version: detailed.map(|_| API_VERSION),
        }
    }
}

/// Milliseconds with four decimals: a lead takes a few microseconds, so the contract's two would say 0.0 always.
///
/// Divided once, so that the nearest double is written with no more digits than that.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_nanos() as f64 / 100.0).round() / 10_000.0
}

const fn usual_size(detailed: Option<Detailed>) -> usize {
    if detailed.is_some() { USUAL_DETAILED_ANSWER } else { USUAL_ANSWER }
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
