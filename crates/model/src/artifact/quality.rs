//! [`Quality`]: how good a model is on rows it was not trained on, as data.
//!
//! Measuring is the business of training; showing it, that of the card and the command line.

use serde::{Deserialize, Serialize};

/// Everything that was measured on one set of labelled rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Rows measured on.
    pub rows: u64,
    /// Rows among them that converted.
    pub positives: u64,
    /// Area under the ROC curve, 0.5 for guessing to 1.
    pub auc: f64,
    /// Its 95 % confidence interval (DeLong et al. 1988).
    pub auc_interval: [f64; 2],
    /// Area under the precision-recall curve, as average precision; the share of conversions for guessing, to 1.
    pub pr_auc: f64,
    /// Mean negative log-likelihood, in nats per lead.
    pub log_loss: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Expected calibration error over ten bins of equal width.
    pub calibration_error: f64,
    /// Mean prediction against observed rate in those bins, without empty ones.
    pub reliability: Vec<Bin>,
    /// The ROC curve, at most 101 points: false positive rate and true positive rate, both rising from 0 to 1.
    pub roc: Vec<[f64; 2]>,
    /// The rows in ten parts, the highest scores first.
    pub deciles: Vec<Decile>,
    /// What the tiers hold, and what acting on them means; the best first.
    pub tiers: Vec<TierQuality>,
}

/// The rows whose predicted probability lies in one range.
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

/// A tenth of the rows by score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decile {
    /// Rows in this tenth.
    pub rows: u64,
    /// Conversions among them.
    pub positives: u64,
    /// Their rate of conversion over the rate of all rows; 1 for guessing.
    pub lift: f64,
    /// The share of all conversions that this tenth and the better ones hold, 0 to 1.
    pub gain: f64,
}

/// One tier, and what calling on it and every better one would find.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierQuality {
    /// The letter, A to E.
    pub tier: char,
    /// Rows of this tier.
    pub rows: u64,
    /// Conversions among them.
    pub positives: u64,
    /// Conversions in this tier and better ones: found when acting on them.
    pub true_positives: u64,
    /// Other rows in this tier and better ones: work in vain.
    pub false_positives: u64,
    /// Other rows below.
    pub true_negatives: u64,
    /// Conversions below: missed.
    pub false_negatives: u64,
}
