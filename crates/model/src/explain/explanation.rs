//! [`Explanation`]: what each value of one lead adds to its score, beside the average training lead.
//!
//! The scorecard is additive and its curves are centred on their training means, so in log-odds a value's points are its
//! contribution: exact, and the Shapley value under independent features. In probability the curve of the logistic
//! function makes no sum so simple. Here every contribution is followed along the straight path in log-odds from the
//! average lead to this one, and gets what the probability gains while it does its part (Aumann and Shapley, "Values of
//! Non-Atomic Games", 1974; Sundararajan et al., "Axiomatic attribution for deep networks", 2017, as integrated
//! gradients). On that path all grow in proportion, so the integral is closed: a contribution `c` is worth
//! `c * (p - p0) / (z - z0)`, and all of them together exactly `p - p0`.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    number::points,
    sentence::{phrase, sentence, value},
};
use crate::{lead::Lead, schema::Feature, score::logistic, scorer::Scorer};

/// Closer log-odds than this have the slope between them, where their difference has lost its digits.
const CLOSE: f64 = 1e-5;

/// One lead's score, taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation<'a> {
    /// The lead's probability of conversion, 0 to 1.
    pub probability: f64,
    /// Its log-odds.
    pub log_odds: f64,
    /// The probability of a lead whose log-odds are the average training lead's.
    pub base_probability: f64,
    /// The log-odds of the average training lead: the scorecard's intercept.
    pub base_log_odds: f64,
    /// Share of the features, 0 to 1, that nobody gave: missing, or filled with a default.
    pub imputed: f64,
    /// What each feature and each pair adds, the largest first; equally large ones in schema order, features before pairs.
    pub contributions: Vec<Contribution<'a>>,
}

/// What one value, or one pair of values, adds.
#[derive(Debug, Clone)]
pub struct Contribution<'a> {
    /// Added log-odds, negative where they are lowered.
    pub log_odds: f64,
    /// Added probability, -1 to 1; a hundred times this are percentage points.
    pub probability: f64,
    first: (&'a Feature, f64),
    /// The other side of a pair.
    second: Option<(&'a Feature, f64)>,
}

impl Scorer {
    /// Takes the score of one lead apart; the lead must have been read with this model's schema.
    ///
    /// ```
    /// # use lead_model::{Scorer, synth::Leads};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let scorer = Scorer::load(std::fs::File::open("../../models/b2b-v1.json")?)?;
    /// let lead = Leads::new(7).next().expect("the world has no end").lead;
    /// let why = scorer.explain(&lead);
    /// let sum: f64 = why.contributions.iter().map(|reason| reason.probability).sum();
    /// assert!((why.base_probability + sum - scorer.score(&lead).probability).abs() < 1e-12);
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self, lead: &Lead) -> Explanation<'_> {
        let score = self.score(lead);
        let base_log_odds = self.artifact().scorecard.intercept;
        let base_probability = logistic(base_log_odds);
        let slope = slope([base_log_odds, score.log_odds], [base_probability, score.probability]);
        let features = self.schema().features();
        let told = |at: usize| (&features[at], lead.values()[at]);
        let mut contributions = Vec::with_capacity(features.len());
        self.compiled().each(lead.values(), |first, second, log_odds| {
            contributions.push(Contribution {
                log_odds,
                probability: log_odds * slope,
                first: told(first),
                second: second.map(told),
            });
        });
        // A stable sort: equals stay in the order in which they came.
        contributions.sort_by(|one, other| other.log_odds.abs().total_cmp(&one.log_odds.abs()));
        Explanation {
            probability: score.probability,
            log_odds: score.log_odds,
            base_probability,
            base_log_odds,
            imputed: lead.imputed() as f64 / features.len() as f64,
            contributions,
        }
    }
}

/// Probability gained per log-odds, on the whole way from one to the other.
fn slope([from, to]: [f64; 2], [low, high]: [f64; 2]) -> f64 {
    if (to - from).abs() < CLOSE {
        let middle = logistic(f64::midpoint(from, to));
        return middle * (1.0 - middle);
    }
    (high - low) / (to - from)
}

impl<'a> Explanation<'a> {
    /// The largest contributions, whatever their sign.
    pub fn top(&self, count: usize) -> impl Iterator<Item = &Contribution<'a>> {
        self.contributions.iter().take(count)
    }

    /// The largest contributions that raise the score.
    pub fn positive(&self, count: usize) -> impl Iterator<Item = &Contribution<'a>> {
        self.contributions.iter().filter(|reason| reason.log_odds > 0.0).take(count)
    }

    /// The largest contributions that lower the score.
    pub fn negative(&self, count: usize) -> impl Iterator<Item = &Contribution<'a>> {
        self.contributions.iter().filter(|reason| reason.log_odds < 0.0).take(count)
    }
}

impl<'a> Contribution<'a> {
    /// The names of its feature or of both.
    pub fn features(&self) -> impl Iterator<Item = &'a str> {
        self.sides().map(|(feature, _)| feature.name.as_str())
    }

    /// The values of its feature or of both, NaN where one is missing.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.sides().map(|(_, value)| value)
    }

    /// The values as people write them: `8`, `student`, `missing`; of a pair, `40 × student`.
    pub fn shown(&self) -> String {
        self.sides().map(|(feature, at)| value(feature, at)).collect::<Vec<_>>().join(" × ")
    }

    /// The values in words: `Visited the pricing page 8 times`.
    pub fn text(&self) -> String {
        let first = phrase(self.first.0, self.first.1);
        match self.second {
            None => sentence(&first),
            Some((feature, value)) => {
                sentence(&format!("{first} and {}, together", phrase(feature, value)))
            }
        }
    }

    fn sides(&self) -> impl Iterator<Item = (&'a Feature, f64)> + use<'a> {
        [Some(self.first), self.second].into_iter().flatten()
    }
}

/// The reason as it is shown: `Visited the pricing page 8 times: +6.1 pts`, in percentage points.
impl fmt::Display for Contribution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}: {}", self.text(), points(self.probability)))
    }
}

/// Its names, its numbers, and `text` as it is shown.
impl Serialize for Contribution<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Contribution", 4)?;
        fields.serialize_field("features", &self.features().collect::<Vec<_>>())?;
        fields.serialize_field("log_odds", &self.log_odds)?;
        fields.serialize_field("probability", &self.probability)?;
        fields.serialize_field("text", &self.to_string())?;
        fields.end()
    }
}
