//! Logistic regression by linfa, checked.
//!
//! The only file that names linfa. Its model is the one of record: what our own search has found is handed to it as a start,
//! linfa weighs every column anew, and its weights are the result. Its traps are met here: it takes the more frequent class
//! for the positive one, so signs are turned where needed; it returns whatever it has when its iterations run out, so the
//! slope of the loss is measured; it is an order of magnitude faster on column-major records, so that is what it gets.

use linfa::{DatasetBase, traits::Fit as _};
use linfa_logistic::{FittedLogisticRegression, LogisticRegression};
use ndarray::{Array1, Array2, ShapeBuilder};
use rayon::prelude::*;

use super::design::Design;
use crate::error::ModelError;

/// Slope of the mean loss at which linfa may end: rounding the start leaves about a tenth of it.
pub(super) const TOLERANCE: f64 = 1e-6;
/// Far more than linfa needs from any start; it says nothing when they run out, so the slope is measured afterwards.
const ITERATIONS: u64 = 2000;
/// Weights are rounded to this many per unit. Machines differ some 1e-13 after Newton's method, so they agree on the
/// rounded weights; the rounding moves no probability by more than about 1e-8.
const GRID: f64 = 1e8;

/// linfa's model of a design.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// As the design's weights, the intercept last.
    pub(super) weights: Vec<f64>,
    /// What linfa's model says of every training row, in log-odds of conversion.
    pub(super) log_odds: Vec<f64>,
}

/// Lets linfa fit `converted` to the design's columns from `start` on, until the mean loss has slope `tolerance`.
///
/// # Errors
/// [`ModelError::Trainer`] if linfa refuses.
pub(super) fn fit(
    design: &Design,
    converted: &[bool],
    start: &[f64],
    penalty: f64,
    tolerance: f64,
) -> Result<Fit, ModelError> {
    let columns: Vec<_> = (0..design.width()).filter(|&weight| design.is_free(weight)).collect();
    let rows = converted.len();
    let mut records = Array2::zeros((rows, columns.len()).f());
    let memory = records.as_slice_memory_order_mut().expect("a new matrix is in one piece");
    memory.par_chunks_mut(rows).zip(&columns).for_each(|(target, &weight)| {
        target.iter_mut().zip(design.column(weight)).for_each(|(target, value)| *target = value);
    });
    let dataset = DatasetBase::new(records, Array1::from(converted.to_vec()));
    // linfa takes the more frequent outcome for the positive one, and the first if there are as many of either.
    let positives = converted.iter().filter(|converted| **converted).count();
    let frequent = 2 * positives > rows || (2 * positives == rows && converted[0]);
    let sign = if frequent { 1.0 } else { -1.0 };
    let intercept = start[design.width()];
    let begin = columns.iter().map(|&weight| start[weight] / design.scale(weight));
    let begin = begin.chain([intercept]).map(|weight| sign * weight).collect();
    let fitted = LogisticRegression::default()
        .alpha(penalty)
        .max_iterations(ITERATIONS)
        .gradient_tolerance(tolerance * rows as f64)
        .initial_params(begin)
        .fit(&dataset)
        .map_err(|error| ModelError::Trainer(error.to_string()))?;
    let sign = orientation(&fitted);
    let mut weights = vec![0.0; design.width() + 1];
    for (&weight, fitted) in columns.iter().zip(fitted.params()) {
        weights[weight] = sign * fitted * design.scale(weight);
    }
    weights[design.width()] = sign * fitted.intercept();
    let plain = dataset.records.dot(fitted.params()) + fitted.intercept();
    Ok(Fit { weights, log_odds: (plain * sign).to_vec() })
}

/// `value` on the grid of the model file.
pub(super) fn round(value: f64) -> f64 {
    (value * GRID).round() / GRID
}

/// 1 if linfa models the probability of conversion, -1 if that of the opposite.
fn orientation(fitted: &FittedLogisticRegression<f64, bool>) -> f64 {
    if fitted.labels().pos.class { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::{Fit, TOLERANCE, fit};
    use crate::train::{
        Table,
        basis::{Pieces, Term},
        design::Design,
        search::Problem,
    };

    const FEATURES: usize = 14;
    const PENALTY: f64 = 2.0;

    fn design(table: &Table) -> Design {
        let terms: Vec<_> = table.schema().features()[..FEATURES]
            .iter()
            .zip(table.columns())
            .map(|(feature, column)| Term::choose(feature, column, Pieces::Most(4), 20))
            .collect();
        Design::new(&terms, table.columns(), &(0..table.len()).collect::<Vec<_>>())
    }

    fn fitted(design: &Design, converted: &[bool]) -> Fit {
        fit(design, converted, &vec![0.0; design.width() + 1], PENALTY, 1e-9).unwrap()
    }

    /// linfa from nothing and our own search from nothing end at one model: neither is only told what the other found.
    #[test]
    fn linfa_and_our_search_find_the_same_optimum_on_their_own() {
        let table = Table::synthetic(3000, 5);
        let design = design(&table);
        let rows = std::iter::once(0..table.len()).collect();
        let problem =
            Problem::new(&design, table.converted(), rows, design.penalties(PENALTY, PENALTY));
        let mut weights = problem.base_rate();
        problem.sharpen(&mut weights).unwrap();
        let mut own = Vec::new();
        design.log_odds(&weights, 0..table.len(), &mut own);
        let theirs = fitted(&design, table.converted()).log_odds;
        let logistic = crate::score::logistic;
        let apart = own.iter().zip(&theirs).map(|(a, b)| (logistic(*a) - logistic(*b)).abs());
        let largest = apart.fold(0.0, f64::max);
        assert!(largest < 1e-6, "{largest:e}");
        let again = fit(&design, table.converted(), &weights, PENALTY, TOLERANCE).unwrap();
        assert_eq!(again.weights.len(), weights.len());
        let moved = again.weights.iter().zip(&weights).map(|(a, b)| (a - b).abs());
        assert!(moved.fold(0.0, f64::max) < 1e-12, "linfa moved away from the optimum");
    }

    #[test]
    fn the_log_odds_are_those_of_the_weights_whatever_the_share_of_conversions() {
        let table = Table::synthetic(1000, 6);
        let design = design(&table);
        let opposite: Vec<_> = table.converted().iter().map(|converted| !converted).collect();
        for converted in [table.converted(), &opposite] {
            let fit = fitted(&design, converted);
            let mut log_odds = Vec::new();
            design.log_odds(&fit.weights, 0..table.len(), &mut log_odds);
            assert!(log_odds.iter().zip(&fit.log_odds).all(|(a, b)| (a - b).abs() < 1e-9));
            // A lead that converted has the better odds, on average.
            let mean = |of: bool| {
                let picked: Vec<_> =
                    log_odds.iter().zip(converted).filter(|(_, c)| **c == of).collect();
                picked.iter().map(|(z, _)| **z).sum::<f64>() / picked.len() as f64
            };
            assert!(mean(true) > mean(false) + 0.5);
        }
    }

    #[test]
    fn one_outcome_only_is_refused() {
        let table = Table::synthetic(100, 1);
        let design = design(&table);
        assert!(fit(&design, &[true; 100], &vec![0.0; design.width() + 1], PENALTY, 1e-6).is_err());
    }
}
