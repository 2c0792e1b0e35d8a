//! Logistic regression by linfa, checked.
//!
//! The only file that names linfa. Its traps are met here: it takes the more frequent class for the positive one, so
//! signs are turned where needed; it returns whatever it has when its iterations run out, so the slope of the loss is
//! measured; it is an order of magnitude faster on column-major records, so that is what it gets.

use linfa::{DatasetBase, traits::Fit as _};
use linfa_logistic::{FittedLogisticRegression, LogisticRegression};
use ndarray::{Array1, Array2};

use super::{ValidParams, newton::Loss};
use crate::error::ModelError;

/// Slope of the mean loss at which linfa's search may end; Newton's method goes on from there.
const SEARCH_TOLERANCE: f64 = 1e-4;
/// Largest slope of the mean loss, in any direction, of a fit that counts as converged.
const TOLERANCE: f64 = 1e-6;
/// Weights are rounded to this many per unit. Machines differ some 1e-13 after Newton's method, so they agree on the
/// rounded weights; the rounding moves no probability by more than about 1e-8.
const GRID: f64 = 1e8;

/// Weights of the design's columns, and the intercept.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) weights: Vec<f64>,
    pub(super) intercept: f64,
    /// What linfa's model says of every training row, in log-odds of conversion.
    pub(super) log_odds: Vec<f64>,
}

/// Fits `converted` to the columns of `design`, which must be column-major and finite.
///
/// linfa searches from zero, Newton's method sharpens and the result is rounded; linfa then confirms that point by
/// fitting once more from it, and its model is the result.
pub(super) fn fit(
    design: Array2<f64>,
    converted: &[bool],
    params: &ValidParams,
) -> Result<Fit, ModelError> {
    let dataset = DatasetBase::new(design, Array1::from(converted.to_vec()));
    let loss = Loss::new(&dataset.records, converted, params.penalty());
    let tolerance = SEARCH_TOLERANCE * converted.len() as f64;
    let regression = LogisticRegression::default()
        .alpha(params.penalty())
        .max_iterations(params.max_iterations())
        .gradient_tolerance(tolerance);

    let searched = regression.clone().fit(&dataset).map_err(|error| refused(&error))?;
    let sign = orientation(&searched);
    let mut weights = oriented(&searched, sign);
    converged(&loss, &weights, SEARCH_TOLERANCE * 10.0)?;
    loss.sharpen(&mut weights)?;
    weights.iter_mut().for_each(|weight| *weight = round(*weight));
    let start = weights.iter().map(|weight| sign * weight).collect();

    let confirmed =
        regression.initial_params(start).fit(&dataset).map_err(|error| refused(&error))?;
    let weights = oriented(&confirmed, orientation(&confirmed));
    converged(&loss, &weights, TOLERANCE)?;
    let plain = dataset.records.dot(confirmed.params()) + confirmed.intercept();
    let log_odds = (plain * orientation(&confirmed)).to_vec();
    let (intercept, weights) = weights.split_last().expect("the intercept is the last weight");
    Ok(Fit { weights: weights.to_vec(), intercept: *intercept, log_odds })
}

/// `value` on the grid of the model file.
pub(super) fn round(value: f64) -> f64 {
    (value * GRID).round() / GRID
}

/// 1 if linfa models the probability of conversion, -1 if that of the opposite.
fn orientation(fitted: &FittedLogisticRegression<f64, bool>) -> f64 {
    if fitted.labels().pos.class { 1.0 } else { -1.0 }
}

/// The weights for conversion, the intercept last.
fn oriented(fitted: &FittedLogisticRegression<f64, bool>, sign: f64) -> Vec<f64> {
    fitted.params().iter().chain([&fitted.intercept()]).map(|weight| sign * weight).collect()
}

fn converged(loss: &Loss<'_>, weights: &[f64], tolerance: f64) -> Result<(), ModelError> {
    let gradient = loss.slope(weights);
    if gradient <= tolerance {
        return Ok(());
    }
    Err(ModelError::NotConverged { gradient, tolerance })
}

fn refused(error: &linfa_logistic::error::Error) -> ModelError {
    ModelError::Trainer(error.to_string())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, ShapeBuilder};

    use super::{Fit, fit};
    use crate::train::Params;

    /// A column that follows the outcome in nine rows of ten, and one that has nothing to do with it.
    fn design(converted: &[bool]) -> Array2<f64> {
        Array2::from_shape_fn((converted.len(), 2).f(), |(row, column)| match column {
            0 => f64::from(u8::from(converted[row] != (row % 10 == 0))),
            _ => (row % 7) as f64 / 7.0,
        })
    }

    fn fitted(converted: &[bool]) -> Fit {
        fit(design(converted), converted, &Params::default().check().unwrap()).unwrap()
    }

    #[test]
    fn weights_mean_conversion_whatever_the_share_of_conversions() {
        for every in [10, 3, 2] {
            let rare: Vec<_> = (0..1000).map(|row| row * row % every == 1).collect();
            let frequent: Vec<_> = rare.iter().map(|converted| !converted).collect();
            for converted in [rare, frequent] {
                let fit = fitted(&converted);
                assert!(fit.weights[0] > 1.0, "{:?} for one in {every}", fit.weights);
                assert!(fit.weights[1].abs() < 0.5, "{:?} for one in {every}", fit.weights);
            }
        }
    }

    #[test]
    fn the_opposite_outcome_has_the_opposite_weights() {
        let converted: Vec<_> = (0..500).map(|row| row % 5 == 0).collect();
        let opposite: Vec<_> = converted.iter().map(|converted| !converted).collect();
        let params = Params::default().check().unwrap();
        let one = fit(design(&converted), &converted, &params).unwrap();
        let other = fit(design(&converted), &opposite, &params).unwrap();
        let pairs =
            one.weights.iter().zip(&other.weights).chain([(&one.intercept, &other.intercept)]);
        assert!(pairs.into_iter().all(|(a, b)| (a + b).abs() < 1e-7));
    }

    #[test]
    fn the_log_odds_are_those_of_the_weights() {
        let converted: Vec<_> = (0..500).map(|row| row % 4 == 0).collect();
        let fit = fitted(&converted);
        let sums = design(&converted).dot(&Array1::from(fit.weights)) + fit.intercept;
        assert!(sums.iter().zip(&fit.log_odds).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn one_outcome_only_is_refused() {
        let converted = vec![true; 50];
        assert!(fit(design(&converted), &converted, &Params::default().check().unwrap()).is_err());
    }
}
