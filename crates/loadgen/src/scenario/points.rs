//! Scores to compare: the right one, the one in an answer, and the first pair of a run that differed.

use std::fmt;

use lead_model::{Score, Tier};

/// The right score of a lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Expected {
    raw_score: f64,
    bucket: u8,
    tier: Tier,
}

impl Expected {
    pub(super) fn new(score: &Score) -> Self {
        Self { raw_score: score.probability, bucket: score.bucket.get(), tier: score.tier }
    }

    /// Whether an answer gives just this score.
    pub(crate) fn is(&self, raw_score: f64, bucket: u8, tier: &str) -> bool {
        raw_score == self.raw_score && bucket == self.bucket && tier == self.tier.as_str()
    }
}

/// The first answer of a run whose score was not the model's.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The lead.
    pub lead_id: String,
    /// What the model says.
    pub expected: Points,
    /// What the service said.
    pub got: Points,
}

/// A score as an answer has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Probability, 0 to 1.
    pub raw_score: f64,
    /// 1 to 5.
    pub bucket: u8,
    /// A to E.
    pub tier: String,
}

impl From<Expected> for Points {
    fn from(expected: Expected) -> Self {
        let Expected { raw_score, bucket, tier } = expected;
        Self { raw_score, bucket, tier: tier.as_str().to_owned() }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (bucket {}, tier {})", self.raw_score, self.bucket, self.tier)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lead {}: expected {}, got {}", self.lead_id, self.expected, self.got)
    }
}
