//! The loss of logistic regression, and Newton's method on it.
//!
//! linfa's search ends near the optimum, at a point that depends on how the machine at hand rounds. From there a few
//! Newton steps lead to the optimum itself, to the last digits, with sums in a fixed order and `libm` alone; that is what
//! makes a model file the same on every machine. The loss is linfa's:
//! `sum log(1 + exp(-y z)) + penalty / 2 * |weights|^2`, the intercept free.

use ndarray::Array2;

use crate::{error::ModelError, score::logistic};

/// Rows taken at a time for the Hessian: a block of some 200 columns stays in the second-level cache.
const BLOCK: usize = 256;
/// Newton steps at most; from linfa's point three or four suffice.
const STEPS: usize = 12;
/// Largest step after which the next one would only be rounding: the digits that are right double with every step.
const LAST_STEP: f64 = 1e-9;

/// A design with its labels. Weights come with the intercept last.
pub(super) struct Loss<'a> {
    columns: Vec<&'a [f64]>,
    converted: &'a [bool],
    penalty: f64,
}

impl<'a> Loss<'a> {
    pub(super) fn new(design: &'a Array2<f64>, converted: &'a [bool], penalty: f64) -> Self {
        let transposed = design.t().to_slice().expect("the design is column-major");
        let columns = transposed.chunks_exact(design.nrows()).collect();
        Self { columns, converted, penalty }
    }

    /// Largest component, without sign, of the gradient of the mean loss.
    pub(super) fn slope(&self, weights: &[f64]) -> f64 {
        let gradient = self.gradient(weights, &self.probabilities(weights));
        let largest = gradient.iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
        largest / self.converted.len() as f64
    }

    /// Goes from near the optimum to the optimum.
    ///
    /// # Errors
    /// [`ModelError::Trainer`] if the Hessian is singular, which the penalty excludes unless numbers overflow.
    pub(super) fn sharpen(&self, weights: &mut [f64]) -> Result<(), ModelError> {
        for _ in 0..STEPS {
            let probabilities = self.probabilities(weights);
            let step = solve(self.hessian(&probabilities), self.gradient(weights, &probabilities))
                .ok_or_else(|| ModelError::Trainer("the Hessian is singular".to_owned()))?;
            weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= step);
            let size = step.iter().fold(0.0_f64, |size, step| size.max(step.abs()));
            if size < LAST_STEP {
                break;
            }
        }
        Ok(())
    }

    /// Log-odds of every row.
    fn log_odds(&self, weights: &[f64]) -> Vec<f64> {
        let mut log_odds = vec![weights[weights.len() - 1]; self.converted.len()];
        for (column, &weight) in self.columns.iter().zip(weights) {
            log_odds.iter_mut().zip(*column).for_each(|(sum, entry)| *sum += weight * entry);
        }
        log_odds
    }

    fn probabilities(&self, weights: &[f64]) -> Vec<f64> {
        self.log_odds(weights).into_iter().map(logistic).collect()
    }

    fn gradient(&self, weights: &[f64], probabilities: &[f64]) -> Vec<f64> {
        let errors: Vec<_> = probabilities
            .iter()
            .zip(self.converted)
            .map(|(probability, &converted)| probability - f64::from(u8::from(converted)))
            .collect();
        let mut gradient: Vec<_> = self
            .columns
            .iter()
            .zip(weights)
            .map(|(column, weight)| dot(column, &errors) + self.penalty * weight)
            .collect();
        gradient.push(dot(&vec![1.0; errors.len()], &errors));
        gradient
    }

    /// Lower triangle of the second derivatives, row by row.
    fn hessian(&self, probabilities: &[f64]) -> Vec<Vec<f64>> {
        let width = self.columns.len();
        let ones = vec![1.0; probabilities.len()];
        let mut columns = self.columns.clone();
        columns.push(&ones);
        let mut hessian: Vec<_> = (0..=width).map(|row| vec![0.0; row + 1]).collect();
        for start in (0..probabilities.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(probabilities.len());
            let curvature: Vec<_> =
                probabilities[start..end].iter().map(|p| p * (1.0 - p)).collect();
            for (row, column) in hessian.iter_mut().zip(&columns) {
                let weighted: Vec<_> =
                    column[start..end].iter().zip(&curvature).map(|(x, c)| x * c).collect();
                for (entry, other) in row.iter_mut().zip(&columns) {
                    *entry += dot(&weighted, &other[start..end]);
                }
            }
        }
        for (position, row) in hessian.iter_mut().enumerate().take(width) {
            row[position] += self.penalty;
        }
        hessian
    }
}

/// Scalar product in eight partial sums: fast, and always in the same order.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (left, left_rest) = left.as_chunks::<8>();
    let (right, right_rest) = right.as_chunks::<8>();
    for (left, right) in left.iter().zip(right) {
        for (sum, (l, r)) in sums.iter_mut().zip(left.iter().zip(right)) {
            *sum += l * r;
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(l, r)| l * r).sum();
    sums.iter().sum::<f64>() + rest
}

/// Solves `matrix x = right` by Cholesky's method; `None` unless the matrix is positive definite.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let order = right.len();
    for row in 0..order {
        let (above, below) = matrix.split_at_mut(row);
        let current = &mut below[0];
        for column in 0..row {
            let sum = dot(&current[..column], &above[column][..column]);
            current[column] = (current[column] - sum) / above[column][column];
        }
        let rest = current[row] - dot(&current[..row], &current[..row]);
        if !(rest > 0.0 && rest.is_finite()) {
            return None;
        }
        current[row] = rest.sqrt();
        right[row] = (right[row] - dot(&current[..row], &right[..row])) / current[row];
    }
    for row in (0..order).rev() {
        right[row] /= matrix[row][row];
        let known = right[row];
        for (column, value) in right[..row].iter_mut().enumerate() {
            *value -= matrix[row][column] * known;
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::solve;

    #[test]
    fn a_system_of_equations_is_solved() {
        let matrix = vec![vec![4.0], vec![2.0, 5.0], vec![1.0, 3.0, 6.0]];
        let x = solve(matrix, vec![9.0, 20.0, 25.0]).unwrap();
        let row = |a: f64, b: f64, c: f64| a * x[0] + b * x[1] + c * x[2];
        assert!((row(4.0, 2.0, 1.0) - 9.0).abs() < 1e-12);
        assert!((row(2.0, 5.0, 3.0) - 20.0).abs() < 1e-12);
        assert!((row(1.0, 3.0, 6.0) - 25.0).abs() < 1e-12);
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused() {
        assert_eq!(solve(vec![vec![1.0], vec![2.0, 1.0]], vec![1.0, 1.0]), None);
    }
}
