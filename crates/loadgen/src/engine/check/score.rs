//! Scores of leads: in range, consistent, about the lead that was sent, and the model's own where one was named.
//!
//! The contract: `raw_score` is 0 to 1; `bucket` is `round(4 raw_score + 1)` with ties to the even one (or as the cut points
//! of the verified model part it); `tier` is the bucket's letter, A for 5 to E for 1. A batch answers every lead, in order.
//! Answers are read field by field, and no tree is built.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, SeqAccess, Visitor};

use super::wrong::Wrong;
use crate::scenario::{Call, Corpus, Mismatch, Points, Rendered};

const NO_SCORE: Wrong<'_> =
    Wrong::new("answer is not JSON with lead_id and score (raw_score, bucket, tier)");
const NO_LIST: Wrong<'_> = Wrong::new("batch answer is not a JSON array of scores");
const OUT_OF_RANGE: Wrong<'_> =
    Wrong::new("score is out of range (raw_score 0 to 1, bucket 1 to 5, tier A to E)");
const OTHER_TIER: Wrong<'_> =
    Wrong::new("tier is not the letter of its bucket (A for 5 to E for 1)");
const OTHER_BUCKET: Wrong<'_> = Wrong::new(
    "bucket is not round(4 raw_score + 1); for a model with tiers of its own name it with --verify",
);
const OTHER_LEAD: Wrong<'_> = Wrong::new("answer names another lead_id than the one sent");
const COUNT: Wrong<'_> =
    Wrong::new("batch answer has another number of scores than leads were sent");
const OTHER_SCORE: Wrong<'_> = Wrong::new("score differs from the one that the model gives");

/// The answer to one lead.
pub(super) fn check_one(corpus: &Corpus, call: &Call, body: &[u8]) -> Result<(), Wrong<'static>> {
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|_| NO_SCORE)?;
    answer.check(corpus, corpus.sent(call).first())
}

/// The answer to several leads.
pub(super) fn check_all(corpus: &Corpus, call: &Call, body: &[u8]) -> Result<(), Wrong<'static>> {
    let sent = corpus.sent(call);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let checked = reader.deserialize_seq(InOrder { corpus, sent });
    checked.and_then(|checked| reader.end().map(|()| checked)).map_err(|_| NO_LIST)?
}

/// What a scored lead must say; other members may come and go.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    lead_id: Cow<'a, str>,
    #[serde(borrow)]
    score: Score<'a>,
}

#[derive(Deserialize)]
struct Score<'a> {
    raw_score: f64,
    bucket: u8,
    #[serde(borrow)]
    tier: Cow<'a, str>,
}

impl Answer<'_> {
    fn check(&self, corpus: &Corpus, sent: Option<&Rendered>) -> Result<(), Wrong<'static>> {
        self.score.check()?;
        match sent {
            None => return Err(COUNT),
            Some(lead) if *lead.id != *self.lead_id => return Err(OTHER_LEAD),
            Some(Rendered { expected: Some(expected), .. }) => {
                let Score { raw_score, bucket, tier } = &self.score;
                if !expected.is(*raw_score, *bucket, tier) {
                    corpus.note(|| self.mismatch((*expected).into()));
                    return Err(OTHER_SCORE);
                }
            }
            Some(_) => {}
        }
        match corpus.cut_points().bucket(self.score.raw_score).get() == self.score.bucket {
            true => Ok(()),
            false => Err(OTHER_BUCKET),
        }
    }

    #[cold]
    fn mismatch(&self, expected: Points) -> Mismatch {
        let Score { raw_score, bucket, tier } = &self.score;
        let got =
            Points { raw_score: *raw_score, bucket: *bucket, tier: tier.clone().into_owned() };
        Mismatch { lead_id: self.lead_id.clone().into_owned(), expected, got }
    }
}

impl Score<'_> {
    /// What holds of any score, whatever the lead.
    fn check(&self) -> Result<(), Wrong<'static>> {
        let tiers = ["E", "D", "C", "B", "A"];
        let is_in_range = (0.0..=1.0).contains(&self.raw_score)
            && (1..=5).contains(&self.bucket)
            && tiers.contains(&&*self.tier);
        match is_in_range {
            false => Err(OUT_OF_RANGE),
            true if tiers[usize::from(self.bucket) - 1] != self.tier => Err(OTHER_TIER),
            true => Ok(()),
        }
    }
}

/// Reads a batch answer one score at a time, so that none is kept.
struct InOrder<'s> {
    corpus: &'s Corpus,
    sent: &'s [Rendered],
}

impl<'de> Visitor<'de> for InOrder<'_> {
    type Value = Result<(), Wrong<'static>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of scores")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut answers: A) -> Result<Self::Value, A::Error> {
        let (mut verdict, mut count) = (Ok(()), 0);
        while let Some(answer) = answers.next_element::<Answer<'de>>()? {
            verdict = verdict.and_then(|()| answer.check(self.corpus, self.sent.get(count)));
            count += 1;
        }
        Ok(if count == self.sent.len() { verdict } else { Err(COUNT) })
    }
}
