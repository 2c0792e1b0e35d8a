//! How much wider chance reaches where neighbours in a series are alike (Hamed and Rao, A Modified Mann-Kendall Trend
//! Test for Autocorrelated Data, Journal of Hydrology 204, 1998).
//!
//! A machine that is slow for half a minute is slow in three blocks, and a trend test takes that for three witnesses.
//! The variance of S grows by
//!
//! ```text
//! 1 + 2/(n(n-1)(n-2)) * sum over k of (n-k)(n-k-1)(n-k-2) r_k
//! ```
//!
//! with `r_k` the autocorrelation, at distance k, of the ranks of the values without their Theil-Sen slope. Only what
//! stands out of chance at 95 % is added. Of a dozen values hardly anything does: this widens long series and leaves
//! short ones nearly as they are.
//!
//! A slope taken away leaves a step where it was, and neighbours on either side of it are alike for no other reason: the
//! larger the step, the less it would count. [`variance_factor_beside_step`] takes the step away instead.

use super::{step::left_beside, theil_sen::theil_sen};

/// The furthest neighbours that are looked at: further ones of a few dozen values tell more of chance than of the
/// machine.
const FURTHEST: usize = 3;

/// The two-sided 95 % quantile of the normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// Values this close to one another, relative to the largest, are equal.
const SAME: f64 = 1e-12;

/// The factor by which the variance of S grows (or shrinks, where neighbours differ on purpose); 1 where nothing stands
/// out of chance, and for fewer values than a neighbourhood has.
pub(crate) fn variance_factor(values: &[f64]) -> f64 {
    if values.len() <= FURTHEST {
        return 1.0;
    }
    let Some(slope) = theil_sen(values) else { return 1.0 };
    let level: Vec<f64> =
        values.iter().enumerate().map(|(i, value)| value - slope * i as f64).collect();
    factor(&level)
}

/// The same of the values without their best single step; `None` if no step stands out clearly.
pub(crate) fn variance_factor_beside_step(values: &[f64]) -> Option<f64> {
    left_beside(values, best_split(values)?).map(|left| factor(&left))
}

/// Where the ranks of both sides differ most, by the sum of squares between them; either side has a neighbourhood.
fn best_split(values: &[f64]) -> Option<usize> {
    let n = values.len();
    let mean = (n as f64 + 1.0) / 2.0;
    let mut sum = 0.0;
    let squares = ranks(values).into_iter().zip(1..).map(|(rank, before)| {
        sum += rank - mean;
        (before, sum * sum / (before as f64 * n.saturating_sub(before) as f64))
    });
    let beside = FURTHEST..=n.saturating_sub(FURTHEST);
    squares
        .filter(|(before, _)| beside.contains(before))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(before, _)| before)
}

/// The factor of values that have neither slope nor step.
fn factor(level: &[f64]) -> f64 {
    let ranks = ranks(level);
    let n = level.len() as f64;
    let mean = (n + 1.0) / 2.0;
    let spread: f64 = ranks.iter().map(|rank| (rank - mean).powi(2)).sum();
    if spread == 0.0 {
        return 1.0;
    }
    let correlation = |k: usize| {
        let products = ranks.iter().zip(&ranks[k..]).map(|(a, b)| (a - mean) * (b - mean));
        products.sum::<f64>() / spread
    };
    let triples = |n: f64| n * (n - 1.0) * (n - 2.0);
    let sum: f64 = (1..=FURTHEST)
        .map(|k| (k, correlation(k)))
        .filter(|(_, r)| r.abs() > Z95 / n.sqrt())
        .map(|(k, r)| triples(n - k as f64) * r)
        .sum();
    1.0 + 2.0 * sum / triples(n)
}

/// The rank of each value, from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut placed = 0;
    // What is left of equal values when a slope is taken away differs in its last digits.
    let size = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    for tied in order.chunk_by(|&a, &b| (values[a] - values[b]).abs() <= SAME * size) {
        let shared = placed as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for &position in tied {
            ranks[position] = shared;
        }
        placed += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{variance_factor, variance_factor_beside_step};
    use crate::statistics::fixture::{close, trends};

    #[test]
    fn variance_factors_match_pymannkendall() {
        let cases = trends();
        let known = cases.iter().filter_map(|case| Some((&case.values, case.variance_factor?)));
        assert!(known.clone().filter(|(_, factor)| *factor > 1.0).count() > 15);
        for (values, expected) in known {
            let factor = variance_factor(values);
            assert!(close(factor, expected), "{factor}, not {expected}: {values:?}");
        }
    }

    #[test]
    fn a_step_is_no_likeness_of_neighbours_and_a_line_is_no_step() {
        let wavering = |i: usize| [0.0, 3.0, 1.0, 4.0, 2.0][i * 3 % 5];
        let step: Vec<f64> =
            (0..28).map(|i| wavering(i) + if i < 14 { 80.0 } else { 160.0 }).collect();
        assert!(variance_factor(&step) > 2.0, "{}", variance_factor(&step));
        assert!(variance_factor_beside_step(&step).unwrap() <= 1.0);
        let line: Vec<f64> = (0..28).map(|i| i as f64).collect();
        assert_eq!(variance_factor_beside_step(&line), None);
        assert_eq!(variance_factor_beside_step(&[7.0; 28]), None);
        assert_eq!(variance_factor_beside_step(&[1.0; 4]), None);
    }

    #[test]
    fn too_few_values_have_no_neighbourhood() {
        for count in 0..4 {
            assert_eq!(variance_factor(&vec![1.0; count]), 1.0);
        }
    }
}
