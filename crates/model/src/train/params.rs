//! [`Params`] and [`ValidParams`]: what can be chosen about a training, and what has been found sound.
//!
//! Only the checked form can train. Whatever is left open is chosen by cross-validation.

use super::Tiers;
use crate::error::ModelError;

/// Parameters of a training as they were given; every one has a default.
///
/// ```
/// use lead_model::train::Params;
///
/// assert!(Params::default().penalty(2.0).check().is_ok());
/// assert!(Params::default().penalty(-1.0).check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Params(ValidParams);

/// Parameters that were checked by [`Params::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct ValidParams {
    penalty: Option<f64>,
    pieces: Option<usize>,
    linear: bool,
    pairs: PairCount,
    folds: usize,
    min_count: usize,
    holdout: f64,
    refit: bool,
    tiers: Tiers,
    seed: u64,
}

/// How many pairs of features get points together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairCount {
    /// As many as cross-validation says pay; often none.
    Auto,
    /// So many, the most promising ones.
    Exactly(usize),
}

impl Default for Params {
    fn default() -> Self {
        Self(ValidParams {
            penalty: None,
            pieces: None,
            linear: false,
            pairs: PairCount::Auto,
            folds: 5,
            min_count: 20,
            holdout: 0.2,
            refit: true,
            tiers: Tiers::Contract,
            seed: 42,
        })
    }
}

impl Params {
    /// L2 penalty on the rises of the curves, on the scale of the summed loss; more makes curves flatter. Chosen by
    /// cross-validation if not given.
    pub fn penalty(mut self, penalty: f64) -> Self {
        self.0.penalty = Some(penalty);
        self
    }

    /// Straight pieces of a curve between quantiles, 1 to 32. Chosen by cross-validation if not given.
    pub fn pieces(mut self, pieces: usize) -> Self {
        self.0.pieces = Some(pieces);
        self
    }

    /// Straight lines over standardised numbers in place of curves, as plain logistic regression has them.
    pub fn linear(mut self, linear: bool) -> Self {
        self.0.linear = linear;
        self
    }

    /// Pairs of features with points of their own; default [`PairCount::Auto`], at most 64.
    pub fn pairs(mut self, pairs: PairCount) -> Self {
        self.0.pairs = pairs;
        self
    }

    /// Parts of the training rows in cross-validation, 2 to 20; default 5.
    pub fn folds(mut self, folds: usize) -> Self {
        self.0.folds = folds;
        self
    }

    /// Fewest training rows of a category that get points of their own; default 20. Rarer ones share one value.
    pub fn min_count(mut self, min_count: usize) -> Self {
        self.0.min_count = min_count;
        self
    }

    /// Share of rows that are held out for the evaluation, 0.05 to 0.5; default 0.2.
    pub fn holdout(mut self, holdout: f64) -> Self {
        self.0.holdout = holdout;
        self
    }

    /// Whether to train once more on all rows after the quality was measured on the held-out ones; default yes.
    pub fn refit(mut self, refit: bool) -> Self {
        self.0.refit = refit;
        self
    }

    /// Where the tiers part; default [`Tiers::Contract`].
    pub fn tiers(mut self, tiers: Tiers) -> Self {
        self.0.tiers = tiers;
        self
    }

    /// Seed of the split into training and held-out rows and of the folds; default 42.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// The same parameters, if every one is in its range.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] names the first that is not.
    pub fn check(self) -> Result<ValidParams, ModelError> {
        let ValidParams { penalty, pieces, pairs, folds, min_count, holdout, .. } = self.0;
        let refuse = |name, value, range| Err(ModelError::Parameter { name, value, range });
        // Without any penalty a category that never converts would need infinite points.
        if let Some(penalty) = penalty.filter(|penalty| !(1e-6..=1e4).contains(penalty)) {
            return refuse("penalty", penalty, "between 0.000001 and 10000");
        }
        if let Some(pieces) = pieces.filter(|pieces| !(1..=32).contains(pieces)) {
            return refuse("pieces", pieces as f64, "between 1 and 32");
        }
        if let PairCount::Exactly(count @ 65..) = pairs {
            return refuse("pairs", count as f64, "at most 64");
        }
        if !(2..=20).contains(&folds) {
            return refuse("folds", folds as f64, "between 2 and 20");
        }
        if min_count == 0 {
            return refuse("min-count", 0.0, "at least 1");
        }
        if !(0.05..=0.5).contains(&holdout) {
            return refuse("holdout", holdout, "between 0.05 and 0.5");
        }
        Ok(self.0)
    }
}

impl ValidParams {
    /// L2 penalty, on the scale of the summed loss, if it was given.
    pub fn penalty(&self) -> Option<f64> {
        self.penalty
    }

    /// Straight pieces of a curve, if they were given.
    pub fn pieces(&self) -> Option<usize> {
        self.pieces
    }

    /// Whether numbers enter as straight lines.
    pub fn linear(&self) -> bool {
        self.linear
    }

    /// Pairs of features with points of their own.
    pub fn pairs(&self) -> PairCount {
        self.pairs
    }

    /// Parts of the training rows in cross-validation.
    pub fn folds(&self) -> usize {
        self.folds
    }

    /// Fewest training rows of a category with points of its own.
    pub fn min_count(&self) -> usize {
        self.min_count
    }

    /// Share of rows held out.
    pub fn holdout(&self) -> f64 {
        self.holdout
    }

    /// Whether the model is trained once more on all rows.
    pub fn refit(&self) -> bool {
        self.refit
    }

    /// Where the tiers part.
    pub fn tiers(&self) -> Tiers {
        self.tiers
    }

    /// Seed of the split and of the folds.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
