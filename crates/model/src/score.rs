//! What comes out: probability, log-odds, bucket, and tier.
//!
//! [`CutPoints`] turn a probability into one of five buckets by the HTTP contract's rule, `round(4 p + 1)` with ties to
//! the even bucket. They know nothing of features; the [`Scorer`](crate::Scorer) makes the probability.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
pub(crate) use crate::logistic::logistic;

/// How likely a lead converts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Probability of conversion, 0 to 1.
    pub probability: f64,
    /// Natural logarithm of the odds, the sum of the scorecard's points.
    pub log_odds: f64,
    /// One of five classes of probability, 5 the best.
    pub bucket: Bucket,
    /// The bucket's letter, A the best.
    pub tier: Tier,
}

/// A class of probability from 1 (lowest) to 5 (highest).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u8);

impl Bucket {
    /// The number, 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The letter that stands for this bucket.
    pub fn tier(self) -> Tier {
        match self.0 {
            5 => Tier::A,
            4 => Tier::B,
            3 => Tier::C,
            2 => Tier::D,
            _ => Tier::E,
        }
    }
}

/// The letter of a bucket: A for 5 down to E for 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Bucket 5, the highest likelihood.
    A,
    /// Bucket 4.
    B,
    /// Bucket 3.
    C,
    /// Bucket 2.
    D,
    /// Bucket 1, the lowest likelihood.
    E,
}

impl Tier {
    /// All tiers, the best first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The four probabilities between the five buckets.
///
/// A probability that equals a cut point belongs to the even one of the two buckets it parts: with the contract's
/// points 0.125 and 0.375 are both bucket 2.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct CutPoints([f64; 4]);

impl CutPoints {
    /// The HTTP contract's cut points.
    pub const CONTRACT: Self = Self([0.125, 0.375, 0.625, 0.875]);

    /// Cut points of one's own.
    ///
    /// # Errors
    /// [`ModelError::CutPoints`] unless they rise strictly and lie strictly between 0 and 1.
    pub fn new(points: [f64; 4]) -> Result<Self, ModelError> {
        let rising = points.windows(2).all(|pair| pair[0] < pair[1]);
        if rising && points[0] > 0.0 && points[3] < 1.0 {
            Ok(Self(points))
        } else {
            Err(ModelError::CutPoints { points })
        }
    }

    /// The four points, rising.
    pub fn points(&self) -> [f64; 4] {
        self.0
    }

    /// The bucket of a probability.
    #[inline]
    pub fn bucket(&self, probability: f64) -> Bucket {
        let [first, second, third, fourth] = self.0;
        // A tie goes to the even bucket: up at the first and third point, down at the second and fourth.
        let above = u8::from(probability >= first)
            + u8::from(probability > second)
            + u8::from(probability >= third)
            + u8::from(probability > fourth);
        Bucket(1 + above)
    }
}

impl Default for CutPoints {
    fn default() -> Self {
        Self::CONTRACT
    }
}

impl TryFrom<[f64; 4]> for CutPoints {
    type Error = ModelError;

    fn try_from(points: [f64; 4]) -> Result<Self, ModelError> {
        Self::new(points)
    }
}

impl From<CutPoints> for [f64; 4] {
    fn from(cut_points: CutPoints) -> Self {
        cut_points.0
    }
}

impl Score {
    /// The score of a sum of points.
    #[inline]
    pub(crate) fn of(log_odds: f64, cut_points: &CutPoints) -> Self {
        Self::known(log_odds, logistic(log_odds), cut_points)
    }

    /// The score of a sum of points whose probability is known.
    #[inline]
    pub(crate) fn known(log_odds: f64, probability: f64, cut_points: &CutPoints) -> Self {
        let bucket = cut_points.bucket(probability);
        Self { probability, log_odds, bucket, tier: bucket.tier() }
    }
}
