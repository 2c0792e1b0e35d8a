//! Is a short series rising? The Mann-Kendall test, which asks only for the order of its values.
//!
//! S is the number of pairs that rise minus those that fall, and p is how likely chance alone would rise as clearly
//! (Mann 1945; Kendall, Rank Correlation Methods; variance with ties as in Gilbert 1987). It takes the values as
//! independent of one another; what to do where they are not is [`hamed_rao`](super::hamed_rao)'s.

/// Below this length the distribution of S is counted out exactly; from here on the normal approximation is close.
const EXACT_BELOW: usize = 10;

/// The result of a one-sided Mann-Kendall test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MannKendall {
    /// Rising pairs minus falling pairs.
    pub(crate) s: i64,
    /// The probability that an unordered series has an S as large as this.
    pub(crate) p: f64,
    /// The variance of S in an unordered series; 0 for equal values.
    variance: f64,
}

impl MannKendall {
    /// The probability if the variance of S is so many times larger, because the values depend on one another; never
    /// smaller than that of independent values.
    pub(crate) fn p_if_wider(&self, factor: f64) -> f64 {
        if factor > 1.0 && self.variance > 0.0 {
            self.p.max(normal_p(self.s, self.variance * factor))
        } else {
            self.p
        }
    }
}

/// Tests for a rise; equal values are ties and count neither way. A series of equal values has p = 1.
pub(crate) fn mann_kendall(values: &[f64]) -> MannKendall {
    let later = |i: usize| values[i + 1..].iter().map(move |later| sign(later - values[i]));
    let s = (0..values.len()).flat_map(later).sum();
    let ties = tie_sizes(values);
    let variance = variance(values.len(), &ties);
    let p = match ties.len() {
        0 | 1 => 1.0,
        _ if values.len() < EXACT_BELOW => exact_p(s, values.len(), &ties),
        _ => normal_p(s, variance),
    };
    MannKendall { s, p, variance }
}

fn sign(difference: f64) -> i64 {
    i64::from(difference > 0.0) - i64::from(difference < 0.0)
}

/// How many times each distinct value occurs.
fn tie_sizes(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect()
}

/// P(S >= s) over all orders of the same values.
///
/// The number of orders with k inversions is the k-th coefficient of the q-multinomial of the tie sizes, and
/// S is the number of untied pairs minus twice the inversions.
fn exact_p(s: i64, n: usize, ties: &[usize]) -> f64 {
    let mut orders: Vec<u64> = vec![1];
    let mut placed = 0;
    for &size in ties {
        placed += size;
        orders = product(&orders, &gaussian_binomial(placed, size));
    }
    let tied_pairs: usize = ties.iter().map(|t| t * (t - 1) / 2).sum();
    let untied_pairs = (n * (n - 1) / 2 - tied_pairs) as i64;
    let as_extreme: u64 = orders
        .iter()
        .enumerate()
        .filter(|(inversions, _)| untied_pairs - 2 * *inversions as i64 >= s)
        .map(|(_, c)| c)
        .sum();
    as_extreme as f64 / orders.iter().sum::<u64>() as f64
}

/// The coefficients of the Gaussian binomial `[n choose k]` in q, by Pascal's rule `[n,k] = [n-1,k-1] + q^k [n-1,k]`.
fn gaussian_binomial(n: usize, k: usize) -> Vec<u64> {
    if k == 0 || k == n {
        return vec![1];
    }
    let mut sum = vec![0; k * (n - k) + 1];
    for (power, count) in gaussian_binomial(n - 1, k - 1).into_iter().enumerate() {
        sum[power] += count;
    }
    for (power, count) in gaussian_binomial(n - 1, k).into_iter().enumerate() {
        sum[power + k] += count;
    }
    sum
}

fn product(left: &[u64], right: &[u64]) -> Vec<u64> {
    let mut result = vec![0; left.len() + right.len() - 1];
    for (i, a) in left.iter().enumerate() {
        for (j, b) in right.iter().enumerate() {
            result[i + j] += a * b;
        }
    }
    result
}

/// The variance of S over all orders, corrected for ties.
fn variance(n: usize, ties: &[usize]) -> f64 {
    let term = |t: usize| t as f64 * (t as f64 - 1.0) * (2.0 * t as f64 + 5.0);
    (term(n) - ties.iter().map(|&t| term(t)).sum::<f64>()) / 18.0
}

/// P(S >= s) by the normal approximation, with S corrected for its steps of two.
fn normal_p(s: i64, variance: f64) -> f64 {
    let z = (s - s.signum()) as f64 / variance.sqrt();
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::mann_kendall;
    use crate::statistics::fixture::{close, trends};

    /// By counting all orders below ten values, by pymannkendall and scipy from there on: with ties and without.
    #[test]
    fn s_and_p_match_the_count_over_all_orders_and_other_programs() {
        let cases = trends();
        assert!(cases.iter().any(|case| case.values.len() < 10 && case.p < 0.01));
        for case in cases {
            let test = mann_kendall(&case.values);
            assert_eq!(test.s, case.s, "S of {:?}", case.values);
            assert!(close(test.p, case.p), "p of {:?} is {}, not {}", case.values, test.p, case.p);
        }
    }

    #[test]
    fn a_wider_variance_makes_p_larger_and_never_smaller() {
        let rising = mann_kendall(&[1., 3., 2., 5., 4., 6., 8., 7., 10., 9., 3.]);
        assert!(rising.p_if_wider(2.0) > rising.p);
        assert_eq!(rising.p_if_wider(0.5), rising.p);
        assert_eq!(mann_kendall(&[7.0; 12]).p_if_wider(2.0), 1.0);
        let ten: Vec<f64> = [1., 3., 2., 5., 4., 6., 8., 7., 10., 9.].into();
        let test = mann_kendall(&ten);
        assert_eq!(test.s, 37);
        // Z = 36 / sqrt(125 * 4) = 1.60997; its upper tail by scipy 1.16.3.
        assert!(close(test.p_if_wider(4.0), 0.053_702_318_165_126_86), "{}", test.p_if_wider(4.0));
    }
}
