//! [`Problem`]: penalised logistic regression on a [`Design`], and the search for its optimum.
//!
//! The loss is linfa's: `sum log(1 + exp(-y z)) + sum penalty_j / 2 * weight_j^2`, the intercept free. Newton's method with
//! second derivatives that may be from nearby (a *chord*): one factor serves many penalties, folds and steps, since what it
//! lacks in precision costs a step or two, and each step only sums over the rows once.

use std::ops::Range;

use super::{
    cholesky::{Cholesky, dot},
    design::Design,
};
use crate::{error::ModelError, score::logistic};

/// Steps with one factor before a new one is made.
const CHORD_STEPS: usize = 12;
/// Factors before the search gives up.
const FACTORS: usize = 30;
/// Smallest part of a step that is tried before a new factor is made.
const SHORTEST: f64 = 1.0 / 16.0;
/// Largest last step of a search to the last digits: the digits that are right double with every step of Newton's method.
const LAST_STEP: f64 = 1e-9;
/// Keeps the logarithm finite where a model is certain and wrong.
const CERTAIN: f64 = 1e-18;

/// What is to be minimised: the loss on some rows of a design. Weights come with the intercept last.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    design: &'a Design,
    converted: &'a [bool],
    /// The rows that count.
    rows: Vec<Range<usize>>,
    /// One per weight without the intercept; the weights may end before the design's last parts.
    penalties: Vec<f64>,
}

impl<'a> Problem<'a> {
    pub(super) fn new(
        design: &'a Design,
        converted: &'a [bool],
        rows: Vec<Range<usize>>,
        penalties: Vec<f64>,
    ) -> Self {
        Self { design, converted, rows, penalties }
    }

    /// The model that says the base rate of every row.
    pub(super) fn base_rate(&self) -> Vec<f64> {
        let positives =
            self.rows.iter().flat_map(|rows| &self.converted[rows.clone()]).filter(|c| **c);
        let share = positives.count() as f64 / self.len() as f64;
        let mut weights = vec![0.0; self.penalties.len() + 1];
        weights[self.penalties.len()] = libm::log(share / (1.0 - share));
        weights
    }

    fn len(&self) -> usize {
        self.rows.iter().map(ExactSizeIterator::len).sum()
    }

    /// The objective at `weights`; its gradient goes into `gradient`.
    fn evaluate(&self, weights: &[f64], gradient: &mut Vec<f64>) -> f64 {
        gradient.clear();
        gradient.resize(weights.len(), 0.0);
        let (mut log_odds, mut loss) = (Vec::new(), 0.0);
        for rows in &self.rows {
            self.design.log_odds(weights, rows.clone(), &mut log_odds);
            loss += errors(&mut log_odds, &self.converted[rows.clone()]);
            self.design.gather(&log_odds, rows.clone(), gradient);
        }
        for ((slope, weight), penalty) in gradient.iter_mut().zip(weights).zip(&self.penalties) {
            *slope += penalty * weight;
            loss += 0.5 * penalty * weight * weight;
        }
        loss
    }

    /// Largest component, without sign, of the gradient of the mean loss.
    pub(super) fn slope(&self, weights: &[f64]) -> f64 {
        let mut gradient = Vec::new();
        self.evaluate(weights, &mut gradient);
        gradient.iter().fold(0.0_f64, |most, slope| most.max(slope.abs())) / self.len() as f64
    }

    /// Second derivatives of the loss at `weights` over the rows that count, without the penalties.
    pub(super) fn hessian(&self, weights: &[f64]) -> Hessian {
        let mut curvature = vec![0.0; self.design.rows()];
        let mut log_odds = Vec::new();
        for rows in &self.rows {
            self.design.log_odds(weights, rows.clone(), &mut log_odds);
            for (curvature, z) in curvature[rows.clone()].iter_mut().zip(&log_odds) {
                let p = logistic(*z);
                *curvature = p * (1.0 - p);
            }
        }
        Hessian { order: self.design.width() + 1, entries: self.design.hessian(&curvature) }
    }

    /// Goes downhill from `weights` until a further step would lower the mean loss by less than `tolerance`.
    ///
    /// # Errors
    /// [`ModelError::NotConverged`] if that takes too long, [`ModelError::Trainer`] if numbers overflow.
    pub(super) fn descend(
        &self,
        weights: &mut Vec<f64>,
        factor: &Factor,
        tolerance: f64,
    ) -> Result<(), ModelError> {
        let enough = tolerance * self.len() as f64;
        if self.chord(weights, factor, enough) {
            return Ok(());
        }
        for _ in 0..FACTORS {
            let factor = self.factor(weights)?;
            if self.chord(weights, &factor, enough) {
                return Ok(());
            }
        }
        Err(ModelError::NotConverged { gradient: self.slope(weights), tolerance })
    }

    /// Goes from near the optimum to the optimum.
    ///
    /// # Errors
    /// As [`Problem::descend`].
    pub(super) fn sharpen(&self, weights: &mut [f64]) -> Result<(), ModelError> {
        let mut gradient = Vec::new();
        for _ in 0..FACTORS {
            let factor = self.factor(weights)?;
            // The second step with a factor costs a hundredth of the first.
            for _ in 0..3 {
                self.evaluate(weights, &mut gradient);
                let step = factor.solve(&gradient);
                let longest = step.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
                weights.iter_mut().zip(&step).for_each(|(weight, part)| *weight -= part);
                if longest < LAST_STEP {
                    return Ok(());
                }
            }
        }
        Err(ModelError::NotConverged { gradient: self.slope(weights), tolerance: LAST_STEP })
    }

    fn factor(&self, weights: &[f64]) -> Result<Factor, ModelError> {
        self.hessian(weights).factor(&self.penalties, 1.0)
    }

    /// Steps with one factor; whether they came to the end.
    fn chord(&self, weights: &mut Vec<f64>, factor: &Factor, enough: f64) -> bool {
        let (mut gradient, mut next) = (Vec::new(), Vec::new());
        let mut value = self.evaluate(weights, &mut gradient);
        for _ in 0..CHORD_STEPS {
            let step = factor.solve(&gradient);
            let promise = dot(&step, &gradient);
            if promise / 2.0 < enough {
                return true;
            }
            let mut part = 1.0;
            loop {
                let tried: Vec<_> = weights.iter().zip(&step).map(|(w, s)| w - part * s).collect();
                let found = self.evaluate(&tried, &mut next);
                if found < value - 1e-4 * part * promise {
                    (*weights, value) = (tried, found);
                    std::mem::swap(&mut gradient, &mut next);
                    break;
                }
                part /= 2.0;
                if part < SHORTEST {
                    return false;
                }
            }
        }
        false
    }
}

/// Second derivatives by weight, the intercept last: lower triangle of a square, row by row.
#[derive(Debug)]
pub(super) struct Hessian {
    order: usize,
    entries: Vec<f64>,
}

/// A factor over the weights that rows touch; the others stay at zero, where they are optimal.
#[derive(Debug)]
pub(super) struct Factor {
    active: Vec<usize>,
    cholesky: Cholesky,
}

impl Factor {
    /// The step of Newton's method for this gradient.
    fn solve(&self, gradient: &[f64]) -> Vec<f64> {
        let right: Vec<_> = self.active.iter().map(|&weight| gradient[weight]).collect();
        let mut step = vec![0.0; gradient.len()];
        for (&weight, part) in self.active.iter().zip(self.cholesky.solve(&right)) {
            step[weight] = part;
        }
        step
    }
}

impl Hessian {
    /// Factors `share` times the derivatives of the first weights, as many as there are penalties, with the penalties.
    ///
    /// # Errors
    /// [`ModelError::Trainer`] if the matrix is singular, which penalties exclude unless numbers overflow.
    pub(super) fn factor(&self, penalties: &[f64], share: f64) -> Result<Factor, ModelError> {
        let entry = |row: usize, column: usize| self.entries[row * self.order + column];
        let mut from: Vec<_> = (0..penalties.len()).filter(|&at| entry(at, at) > 0.0).collect();
        let mut active = from.clone();
        // The intercept's row is the last one, whatever is left out before it.
        from.push(self.order - 1);
        active.push(penalties.len());
        let order = from.len();
        let mut matrix = vec![0.0; order * order];
        for (row, (target, &below)) in matrix.chunks_exact_mut(order).zip(&from).enumerate() {
            for (target, &beside) in target[..=row].iter_mut().zip(&from) {
                *target = share * entry(below, beside);
            }
            target[row] += penalties.get(active[row]).copied().unwrap_or_default();
        }
        let cholesky = Cholesky::new(matrix, order)
            .ok_or_else(|| ModelError::Trainer("its second derivatives are singular".to_owned()))?;
        Ok(Factor { active, cholesky })
    }
}

/// Turns log-odds into errors, probability minus outcome, and sums up the loss.
fn errors(log_odds: &mut [f64], converted: &[bool]) -> f64 {
    let mut loss = 0.0;
    // One logarithm for the product of several likelihoods, which stays far above the smallest number.
    for (log_odds, converted) in log_odds.chunks_mut(16).zip(converted.chunks(16)) {
        let mut product = 1.0;
        for (z, &converted) in log_odds.iter_mut().zip(converted) {
            let p = logistic(*z);
            let (likelihood, error) = if converted { (p, p - 1.0) } else { (1.0 - p, p) };
            product *= likelihood.max(CERTAIN);
            *z = error;
        }
        loss -= libm::log(product);
    }
    loss
}

/// The log loss of each row.
pub(super) fn losses(log_odds: &[f64], converted: &[bool]) -> impl Iterator<Item = f64> {
    log_odds.iter().zip(converted).map(|(&z, &converted)| {
        let p = logistic(z);
        -libm::log(if converted { p } else { 1.0 - p }.max(CERTAIN))
    })
}

/// The same weights with zeros for further ones before the intercept.
pub(super) fn widened(weights: &[f64], width: usize) -> Vec<f64> {
    let (intercept, rest) = weights.split_last().expect("the intercept is the last weight");
    let mut widened = rest.to_vec();
    widened.resize(width, 0.0);
    widened.push(*intercept);
    widened
}
