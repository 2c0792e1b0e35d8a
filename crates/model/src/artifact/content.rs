//! [`Artifact`]: everything a model file holds.
//!
//! There is no clock and no host name in it: the same data, parameters, and seed give the same bytes. Reading, writing,
//! and the checksum are left to `file.rs`; scoring to the [`Scorer`](crate::Scorer).

use serde::{Deserialize, Serialize};

use super::{Bin, Quality, Reference};
use crate::{
    error::ModelError,
    schema::{Feature, Presence, Schema},
    score::CutPoints,
    scorecard::Scorecard,
};

/// A trained model with all that is needed to use, judge, and verify it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// What the model is called, for example `b2b`.
    pub name: String,
    /// Its version, for example `1.0.0`; given by whoever trained it.
    pub version: String,
    /// What a lead looks like.
    pub schema: Schema,
    /// What each value of a lead is worth.
    pub scorecard: Scorecard,
    /// Where the five buckets part.
    pub cut_points: CutPoints,
    /// Where the model comes from and how good it is.
    pub training: Training,
    /// How the training rows were distributed; models of format 1 do not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// Leads with their scores, checked whenever the model is loaded.
    pub golden: Vec<Golden>,
}

/// Where a model comes from, and how it does on rows it was never trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// What the rows are, for example `synthetic b2b leads`.
    pub source: String,
    /// Seed of the split, and of the rows where they are synthetic.
    pub seed: u64,
    /// Rows trained on, after the quality was measured; see `refitted`.
    pub rows: u64,
    /// Rows trained on that converted.
    pub positives: u64,
    /// L2 penalty on the rises of the curves, on the scale of the summed loss.
    pub penalty: f64,
    /// Most straight pieces of a curve.
    pub pieces: u64,
    /// Rows held out, on which everything below was measured.
    pub test_rows: u64,
    /// Held-out rows that converted.
    pub test_positives: u64,
    /// Area under the ROC curve, 0.5 for guessing to 1.
    pub auc: f64,
    /// The AUC of the true probabilities, where they are known: no model can be expected to exceed it.
    pub best_auc: Option<f64>,
    /// Mean negative log-likelihood, in nats per lead.
    pub log_loss: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Expected calibration error over ten bins of equal width.
    pub calibration_error: f64,
    /// Mean prediction against observed rate in those bins, without empty ones.
    pub calibration: Vec<Bin>,
    /// Mean absolute points per feature over the training rows, in log-odds and schema order.
    pub importance: Vec<f64>,
    /// Whether the model was trained once more, on the held-out rows too, after a model of the same recipe that had not
    /// seen them was measured on them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refitted: bool,
    /// The column by whose values the newest rows were held out; otherwise they were drawn at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_by: Option<String>,
    /// How penalty, knots and pairs were chosen, where cross-validation chose them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Everything that was measured on the held-out rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// What a person should look at before trusting the model: leakage, dropped columns, skipped rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What cross-validation compared, and what it chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Parts the training rows were cut into.
    pub folds: u64,
    /// Every combination that was tried.
    pub candidates: Vec<Candidate>,
}

/// One combination of parameters and how it did on the folds it had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Most straight pieces of a curve.
    pub pieces: u64,
    /// L2 penalty on the curves, on the scale of the summed loss.
    pub penalty: f64,
    /// How many pairs.
    pub pairs: u64,
    /// L2 penalty on the cells of the pairs.
    pub pair_penalty: f64,
    /// Mean log loss, in nats per lead.
    pub log_loss: f64,
    /// Mean and standard error of how much worse a lead is predicted than by the best candidate, in nats.
    pub excess: [f64; 2],
    /// Whether this one was taken.
    pub chosen: bool,
}

/// A lead and the score it must get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Values in schema order, NaN where one is missing, which the file writes as null.
    #[serde(with = "gaps")]
    pub values: Vec<f64>,
    /// Log-odds when the model was trained.
    pub log_odds: f64,
    /// Probability when the model was trained.
    pub probability: f64,
}

impl Artifact {
    /// Checks that the parts fit together; golden scores are left to the scorer.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        self.scorecard.check(&self.schema)?;
        let features = self.schema.len();
        if self.training.importance.len() != features {
            let found = self.training.importance.len();
            let what = format!("there are {found} importances for {features} features");
            return Err(ModelError::Unsound { what });
        }
        if let Some(reference) = &self.reference {
            reference.check(&self.schema)?;
        }
        for (index, golden) in self.golden.iter().enumerate() {
            let mut values = golden.values.iter().zip(self.schema.features());
            let fits = golden.values.len() == features;
            let admitted = |(&value, feature): (&f64, &Feature)| {
                let missing = value.is_nan() && feature.presence == Presence::Optional;
                missing || feature.check(value).is_ok()
            };
            if !fits || !values.all(admitted) {
                let what = format!("golden lead {index} is no lead of the schema");
                return Err(ModelError::Unsound { what });
            }
        }
        Ok(())
    }
}

/// NaN as null, which JSON has no number for.
mod gaps {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        values: &[f64],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|&value| (!value.is_nan()).then_some(value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let values = Vec::<Option<f64>>::deserialize(from)?;
        Ok(values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
    }
}
