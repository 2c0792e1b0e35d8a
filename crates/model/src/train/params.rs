//! What can be chosen about a training.
//!
//! [`Params`] is what somebody asks for; [`Params::check`] turns it into [`ValidParams`], the only thing that
//! [`train`](super::train) accepts, as linfa does with its own parameters.

use crate::error::ModelError;

/// Parameters as asked for, with defaults that suit some ten thousand rows.
///
/// ```
/// use lead_model::train::Params;
///
/// assert!(Params::default().penalty(2.0).check().is_ok());
/// assert!(Params::default().penalty(-1.0).check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Params(ValidParams);

/// Parameters that a training can run with.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidParams {
    penalty: f64,
    pieces: usize,
    min_count: usize,
    holdout: f64,
    max_iterations: u64,
    seed: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self(ValidParams {
            penalty: 5.0,
            pieces: 6,
            min_count: 20,
            holdout: 0.2,
            max_iterations: 2000,
            seed: 42,
        })
    }
}

impl Params {
    /// L2 penalty on the rises of the curves, on the scale of the summed loss; default 5. More makes curves flatter.
    pub fn penalty(mut self, penalty: f64) -> Self {
        self.0.penalty = penalty;
        self
    }

    /// Most straight pieces of a curve, 1 to 32; default 6.
    pub fn pieces(mut self, pieces: usize) -> Self {
        self.0.pieces = pieces;
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

    /// Most iterations of the optimiser; default 2000.
    pub fn max_iterations(mut self, max_iterations: u64) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// Seed of the split into training and held-out rows; default 42.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }

    /// The same parameters, if every one is in its range.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] names the first that is not.
    pub fn check(self) -> Result<ValidParams, ModelError> {
        let ValidParams { penalty, pieces, min_count, holdout, max_iterations, .. } = self.0;
        let refuse = |name, value, range| Err(ModelError::Parameter { name, value, range });
        // Without any penalty a category that never converts would need infinite points.
        if !(1e-6..=1e4).contains(&penalty) {
            return refuse("penalty", penalty, "between 0.000001 and 10000");
        }
        if !(1..=32).contains(&pieces) {
            return refuse("pieces", pieces as f64, "between 1 and 32");
        }
        if min_count == 0 {
            return refuse("min-count", 0.0, "at least 1");
        }
        if !(0.05..=0.5).contains(&holdout) {
            return refuse("holdout", holdout, "between 0.05 and 0.5");
        }
        if max_iterations == 0 {
            return refuse("max-iterations", 0.0, "at least 1");
        }
        Ok(self.0)
    }
}

impl ValidParams {
    /// L2 penalty, on the scale of the summed loss.
    pub fn penalty(&self) -> f64 {
        self.penalty
    }

    /// Most straight pieces of a curve.
    pub fn pieces(&self) -> usize {
        self.pieces
    }

    /// Fewest training rows of a category with points of its own.
    pub fn min_count(&self) -> usize {
        self.min_count
    }

    /// Share of rows held out.
    pub fn holdout(&self) -> f64 {
        self.holdout
    }

    /// Most iterations of the optimiser.
    pub fn max_iterations(&self) -> u64 {
        self.max_iterations
    }

    /// Seed of the split.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
