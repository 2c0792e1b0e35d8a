//! What is said of one lead, in every answer: its score and the reasons, or what is wrong with it.
//!
//! The order of the members is the contract's, and so is leaving out what was not asked for instead of writing `null`.

use std::{borrow::Cow, num::NonZeroUsize};

use lead_model::{Contribution, Fault, FaultCode, Faults, Lead, Score};

use super::literal::{double, raw, text, whole};
use crate::{error::counted, models::Live};

/// The tiers in words, as `include_details` explains them.
const RANKING: &str = concat!(
    r#","ranking":{"tier_definition":{"#,
    r#""A":"Highest conversion likelihood (bucket 5)","#,
    r#""B":"High conversion likelihood (bucket 4)","#,
    r#""C":"Medium conversion likelihood (bucket 3)","#,
    r#""D":"Low conversion likelihood (bucket 2)","#,
    r#""E":"Lowest conversion likelihood (bucket 1)"}}"#,
);

/// Appends the member `score`.
pub(super) fn score(out: &mut Vec<u8>, score: &Score, ranking: bool) {
    raw(out, r#""score":{"raw_score":"#);
    double(out, score.probability);
    raw(out, r#","bucket":"#);
    whole(out, score.bucket.get().into());
    raw(out, r#","tier":""#);
    raw(out, score.tier.as_str());
    raw(out, "\"");
    if ranking {
        raw(out, RANKING);
    }
    raw(out, "}");
}

/// Appends the member `reasons` with at most `count` of either kind, behind a comma.
pub(super) fn reasons(out: &mut Vec<u8>, model: &Live, lead: &Lead, count: NonZeroUsize) {
    let why = model.scorer.explain(lead);
    raw(out, r#","reasons":{"base_probability":"#);
    double(out, why.base_probability);
    raw(out, r#","base_log_odds":"#);
    double(out, why.base_log_odds);
    raw(out, r#","log_odds":"#);
    double(out, why.log_odds);
    raw(out, r#","imputed":"#);
    double(out, why.imputed);
    raw(out, r#","positive":"#);
    list(out, why.positive(count.get()));
    raw(out, r#","negative":"#);
    list(out, why.negative(count.get()));
    raw(out, "}");
}

fn list<'a>(out: &mut Vec<u8>, reasons: impl Iterator<Item = &'a Contribution<'a>>) {
    raw(out, "[");
    for (index, reason) in reasons.enumerate() {
        if index > 0 {
            raw(out, ",");
        }
        serde_json::to_writer(&mut *out, reason)
            .expect("text and finite numbers can be written to memory");
    }
    raw(out, "]");
}

/// Appends the member `error` of a lead that has faults, each in the words that `told` has for it.
pub(super) fn error<'a>(
    out: &mut Vec<u8>,
    faults: &'a Faults,
    told: impl Fn(&'a Fault) -> Cow<'a, str>,
) {
    raw(out, r#""error":{"detail":"#);
    text(out, &format!("The lead has {}; see errors.", counted(faults)));
    raw(out, r#","errors":["#);
    for (index, fault) in faults.iter().enumerate() {
        if index > 0 {
            raw(out, ",");
        }
        entry(out, &fault.pointer, fault.code, &told(fault));
    }
    raw(out, "]}");
}

/// Appends one of the `errors`.
pub(super) fn entry(out: &mut Vec<u8>, pointer: &str, code: FaultCode, detail: &str) {
    raw(out, r#"{"pointer":"#);
    text(out, pointer);
    raw(out, r#","code":""#);
    raw(out, code.as_str());
    raw(out, r#"","detail":"#);
    text(out, detail);
    raw(out, "}");
}
