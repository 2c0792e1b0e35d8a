//! Is the answer right, not only there?
//!
//! [`check`] looks at a complete body after its time was taken, so its own cost is in no latency. It names what is wrong
//! in constant words, so that failures group; the status is checked before, by [`http`](super::http).

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::scenario::{Expect, Rendered};

/// What is wrong with an answer whose status was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Empty,
    NotTheShape(&'static str),
    OtherLead,
    Count,
}

impl Wrong {
    /// A constant sentence fragment.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty body",
            Self::NotTheShape(shape) => shape,
            Self::OtherLead => "answer names another lead_id than the one sent",
            Self::Count => "batch answer has another number of scores than leads were sent",
        }
    }
}

/// Checks a body against what was sent.
pub(super) fn check(expect: Expect, sent: &[Rendered], body: &[u8]) -> Result<(), Wrong> {
    if expect == Expect::Status {
        return Ok(());
    }
    if body.is_empty() {
        return Err(Wrong::Empty);
    }
    match expect {
        Expect::Status => Ok(()),
        Expect::Object => object(body),
        Expect::Score => score(sent, body),
        Expect::Scores => scores(sent, body),
    }
}

fn object(body: &[u8]) -> Result<(), Wrong> {
    match serde_json::from_slice(body) {
        Ok(Filled(true)) => Ok(()),
        Ok(Filled(false)) | Err(_) => {
            Err(Wrong::NotTheShape("answer is not a JSON object with members"))
        }
    }
}

fn score(sent: &[Rendered], body: &[u8]) -> Result<(), Wrong> {
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|_| {
        Wrong::NotTheShape("answer is not JSON with lead_id and score (raw_score, bucket, tier)")
    })?;
    answer.check(sent.first())
}

fn scores(sent: &[Rendered], body: &[u8]) -> Result<(), Wrong> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let checked =
        reader.deserialize_seq(InOrder(sent)).and_then(|checked| reader.end().map(|()| checked));
    checked.map_err(|_| Wrong::NotTheShape("batch answer is not a JSON array of scores"))?
}

/// What a scored lead must say; other members may come and go.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    lead_id: Cow<'a, str>,
    #[serde(borrow)]
    score: Points<'a>,
}

#[derive(Deserialize)]
struct Points<'a> {
    raw_score: f64,
    bucket: u8,
    #[serde(borrow)]
    tier: Cow<'a, str>,
}

impl Answer<'_> {
    fn check(&self, sent: Option<&Rendered>) -> Result<(), Wrong> {
        let Points { raw_score, bucket, tier } = &self.score;
        if !(0.0..=1.0).contains(raw_score) || !(1..=5).contains(bucket) || tier.len() != 1 {
            return Err(Wrong::NotTheShape(
                "score is out of range (raw_score 0 to 1, bucket 1 to 5, tier A to E)",
            ));
        }
        match sent {
            Some(lead) if *lead.id == *self.lead_id => Ok(()),
            Some(_) => Err(Wrong::OtherLead),
            None => Err(Wrong::Count),
        }
    }
}

/// Reads a batch answer one score at a time, so that none is kept.
struct InOrder<'s>(&'s [Rendered]);

impl<'de> Visitor<'de> for InOrder<'_> {
    type Value = Result<(), Wrong>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of scores")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut answers: A) -> Result<Self::Value, A::Error> {
        let (mut verdict, mut count) = (Ok(()), 0);
        while let Some(answer) = answers.next_element::<Answer<'de>>()? {
            verdict = verdict.and_then(|()| answer.check(self.0.get(count)));
            count += 1;
        }
        Ok(if count == self.0.len() { verdict } else { Err(Wrong::Count) })
    }
}

/// Whether a JSON object has members.
struct Filled(bool);

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Filled;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Filled, A::Error> {
                let mut filled = false;
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    filled = true;
                }
                Ok(Filled(filled))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
