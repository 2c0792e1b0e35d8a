//! [`Artifact`]: everything a model file holds.
//!
//! There is no clock and no host name in it: the same data, parameters, and seed give the same bytes. Reading, writing,
//! and the checksum are left to `file.rs`; scoring to the [`Scorer`](crate::Scorer).

use serde::{Deserialize, Serialize};

use crate::{error::ModelError, schema::Schema, score::CutPoints, scorecard::Scorecard};

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
    /// Rows trained on.
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
}

/// The held-out rows whose predicted probability lies in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bin {
    /// Lower end of the range; the next bin begins 0.1 above.
    pub from: f64,
    /// Rows in the range.
    pub rows: u64,
    /// Their mean predicted probability.
    pub predicted: f64,
    /// The share of them that converted.
    pub observed: f64,
}

/// A lead and the score it must get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Values in schema order.
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
        for (index, golden) in self.golden.iter().enumerate() {
            let mut values = golden.values.iter().zip(self.schema.features());
            let fits = golden.values.len() == features;
            if !fits || !values.all(|(&value, feature)| feature.check(value).is_ok()) {
                let what = format!("golden lead {index} is no lead of the schema");
                return Err(ModelError::Unsound { what });
            }
        }
        Ok(())
    }
}
