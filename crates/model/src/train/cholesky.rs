//! [`Cholesky`]: the triangular factor of a positive definite matrix, for Newton's method.
//!
//! Dense and plain; sums run in a fixed order, so that every machine gets the same digits.

/// `L` of `matrix = L L'`, lower triangle, row by row in a square.
#[derive(Debug)]
pub(super) struct Cholesky {
    order: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors the lower triangle of `matrix`, a square of `order` rows; `None` unless it is positive definite.
    pub(super) fn new(mut matrix: Vec<f64>, order: usize) -> Option<Self> {
        for row in 0..order {
            let (above, below) = matrix.split_at_mut(row * order);
            let current = &mut below[..order];
            // Four columns at a time: the row is read once for all of them.
            for first in (0..row).step_by(LANES) {
                let last = (first + LANES).min(row);
                let rows = |column: usize| &above[column.min(row - 1) * order..][..order];
                let sums = dots(
                    &current[..first],
                    [rows(first), rows(first + 1), rows(first + 2), rows(first + 3)],
                );
                for (column, sum) in (first..last).zip(sums) {
                    let other = rows(column);
                    let rest = dot(&current[first..column], &other[first..column]);
                    current[column] = (current[column] - sum - rest) / other[column];
                }
            }
            let rest = current[row] - dot(&current[..row], &current[..row]);
            if !(rest > 0.0 && rest.is_finite()) {
                return None;
            }
            current[row] = rest.sqrt();
        }
        Some(Self { order, lower: matrix })
    }

    /// `x` of `matrix x = right`.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let row = |row: usize| &self.lower[row * self.order..][..=row];
        let mut x = right.to_vec();
        for position in 0..self.order {
            let entries = row(position);
            x[position] =
                (x[position] - dot(&entries[..position], &x[..position])) / entries[position];
        }
        for position in (0..self.order).rev() {
            let entries = row(position);
            x[position] /= entries[position];
            let known = x[position];
            for (value, entry) in x[..position].iter_mut().zip(entries) {
                *value -= entry * known;
            }
        }
        x
    }
}

/// Columns taken at a time.
const LANES: usize = 4;

/// Scalar products of `left` with the beginnings of four rows.
fn dots(left: &[f64], rows: [&[f64]; LANES]) -> [f64; LANES] {
    let mut sums = [[0.0; 4]; LANES];
    let chunks = rows.map(|row| row[..left.len()].as_chunks::<4>());
    let (left, left_rest) = left.as_chunks::<4>();
    for (at, left) in left.iter().enumerate() {
        for (sums, (chunks, _)) in sums.iter_mut().zip(&chunks) {
            for (sum, (l, r)) in sums.iter_mut().zip(left.iter().zip(&chunks[at])) {
                *sum += l * r;
            }
        }
    }
    let mut whole = [0.0; LANES];
    for ((whole, sums), (_, rest)) in whole.iter_mut().zip(sums).zip(chunks) {
        let rest: f64 = left_rest.iter().zip(rest).map(|(l, r)| l * r).sum();
        *whole = sums.iter().sum::<f64>() + rest;
    }
    whole
}

/// Scalar product in eight partial sums: fast, and always in the same order.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::Cholesky;

    #[test]
    fn a_system_of_equations_is_solved() {
        let matrix = vec![4.0, 0.0, 0.0, 2.0, 5.0, 0.0, 1.0, 3.0, 6.0];
        let x = Cholesky::new(matrix, 3).unwrap().solve(&[9.0, 20.0, 25.0]);
        let row = |a: f64, b: f64, c: f64| a * x[0] + b * x[1] + c * x[2];
        assert!((row(4.0, 2.0, 1.0) - 9.0).abs() < 1e-12);
        assert!((row(2.0, 5.0, 3.0) - 20.0).abs() < 1e-12);
        assert!((row(1.0, 3.0, 6.0) - 25.0).abs() < 1e-12);
    }

    #[test]
    fn a_larger_system_is_solved_too() {
        let order = 23;
        let entry = |r: usize, c: usize| {
            1.0 / (1.0 + (r as f64 - c as f64).abs()) + if r == c { 2.0 } else { 0.0 }
        };
        let matrix = (0..order * order).map(|at| entry(at / order, at % order)).collect();
        let expected: Vec<_> = (0..order).map(|k| k as f64 - 7.5).collect();
        let right: Vec<f64> =
            (0..order).map(|r| (0..order).map(|c| entry(r, c) * expected[c]).sum()).collect();
        let found = Cholesky::new(matrix, order).unwrap().solve(&right);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-10), "{found:?}");
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused() {
        assert!(Cholesky::new(vec![1.0, 0.0, 2.0, 1.0], 2).is_none());
    }
}
