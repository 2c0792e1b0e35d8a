//! Is a short series rising? Two order-based answers that one wild value cannot sway.
//!
//! [`mann_kendall`] says how likely chance alone would rise as clearly (Mann 1945; Kendall, Rank Correlation Methods;
//! variance with ties as in Gilbert 1987). [`theil_sen`] says how steep the rise is (Theil 1950; Sen 1968). This is
//! plain arithmetic on slices: what the series means, and what is too much, is decided elsewhere.

/// Below this length the distribution of S is counted out exactly; from here on the normal approximation is close.
const EXACT_BELOW: usize = 10;

/// The slopes of so many values take 16 MB; blocks of ten seconds are more than that after five hours and a half.
const MOST_SLOPED: usize = 2000;

/// The result of a one-sided Mann-Kendall test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MannKendall {
    /// Rising pairs minus falling pairs.
    pub(crate) s: i64,
    /// The probability that an unordered series has an S as large as this.
    pub(crate) p: f64,
}

/// Tests for a rise; equal values are ties and count neither way. A series of equal values has p = 1.
pub(crate) fn mann_kendall(values: &[f64]) -> MannKendall {
    let s = pairs(values).map(|(_, earlier, later)| sign(later - earlier)).sum();
    let ties = tie_sizes(values);
    let p = match ties.len() {
        0 | 1 => 1.0,
        _ if values.len() < EXACT_BELOW => exact_p(s, values.len(), &ties),
        _ => normal_p(s, values.len(), &ties),
    };
    MannKendall { s, p }
}

/// The median of the slopes between all pairs, per step; `None` for fewer than two values.
///
/// Of a very long series the medians of neighbours are taken first, since all its slopes would not fit into memory.
pub(crate) fn theil_sen(values: &[f64]) -> Option<f64> {
    let step = values.len().div_ceil(MOST_SLOPED);
    if step > 1 {
        let joined: Vec<f64> = values.chunks_exact(step).filter_map(median).collect();
        return theil_sen(&joined).map(|slope| slope / step as f64);
    }
    let slopes: Vec<f64> =
        pairs(values).map(|(steps, earlier, later)| (later - earlier) / steps as f64).collect();
    median(&slopes)
}

/// The middle value, or the mean of the two middle ones; `None` for no values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// Every pair in time order: how far apart, the earlier value, the later value.
fn pairs(values: &[f64]) -> impl Iterator<Item = (usize, f64, f64)> {
    values.iter().enumerate().flat_map(move |(i, &earlier)| {
        values[i + 1..].iter().enumerate().map(move |(gap, &later)| (gap + 1, earlier, later))
    })
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

/// P(S >= s) by the normal approximation, with the variance corrected for ties and S for its steps of two.
fn normal_p(s: i64, n: usize, ties: &[usize]) -> f64 {
    let term = |t: usize| (t * (t - 1) * (2 * t + 5)) as f64;
    let variance = (term(n) - ties.iter().map(|&t| term(t)).sum::<f64>()) / 18.0;
    let z = (s - s.signum()) as f64 / variance.sqrt();
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::{mann_kendall, median, theil_sen};

    fn check(values: &[f64], s: i64, p: f64, slope: f64) {
        let test = mann_kendall(values);
        assert_eq!(test.s, s, "S of {values:?}");
        assert!((test.p - p).abs() <= 1e-12, "p of {values:?} is {} instead of {p}", test.p);
        assert!((theil_sen(values).unwrap() - slope).abs() < 1e-12, "slope of {values:?}");
    }

    /// p by enumeration of all permutations in Python; without ties the same as scipy 1.17.1
    /// `kendalltau(method="exact", alternative="greater")`. Slopes: scipy `theilslopes`.
    #[test]
    fn short_series_match_the_count_over_all_permutations() {
        check(&[1., 2., 3., 4., 5., 6., 7., 8.], 28, 2.480_158_730_158_73e-5, 1.0);
        check(&[8., 7., 6., 5., 4., 3., 2., 1.], -28, 1.0, -1.0);
        check(
            &[3., 1., 4., 2., 6., 5., 8., 7.],
            18,
            0.015_575_396_825_396_826,
            0.916_666_666_666_666_7,
        );
        check(
            &[10.1, 10.4, 9.8, 10.9, 11.2, 10.7, 11.9, 12.3, 12.1],
            26,
            0.002_943_121_693_121_693_2,
            0.3,
        );
    }

    #[test]
    fn short_series_with_ties_match_the_count_over_all_permutations() {
        check(&[5., 5., 5., 6., 6., 7., 7., 8.], 23, 0.000_595_238_095_238_095_3, 0.5);
        check(&[12., 12., 13., 12., 13., 13., 12., 14.], 11, 0.089_285_714_285_714_28, 0.2);
    }

    /// Z of pymannkendall 1.4.3 `original_test`, its upper tail by scipy 1.17.1 `norm.sf`.
    #[test]
    fn long_series_match_pymannkendall() {
        let tied = [50., 50., 51., 50., 52., 51., 52., 53., 52., 53., 54., 53.];
        check(&tied, 48, 0.000_453_522_611_177_578_1, 1.0 / 3.0);
        let noise = [50.2, 49.1, 51.3, 50.8, 48.9, 49.7, 50.1, 51.0, 49.5, 50.4];
        check(&noise, 1, 0.5, 0.022_222_222_222_221_748);
        let ramp: Vec<f64> = (0..20).map(|i| f64::from(100 + 3 * i + (7 * i) % 11)).collect();
        check(&ramp, 156, 2.466_970_133_569_362_7e-7, 3.0);
        let falling = [20., 19., 19., 18., 17., 18., 16., 15., 15., 14., 13., 13.];
        check(&falling, -60, 0.999_977_902_072_886, -2.0 / 3.0);
    }

    #[test]
    fn a_week_of_values_has_its_slope_without_all_pairs_in_memory() {
        let week: Vec<f64> = (0..60_480).map(|i| 100.0 + 0.25 * f64::from(i)).collect();
        assert!((theil_sen(&week).unwrap() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn a_constant_series_is_no_trend() {
        check(&[7.0; 12], 0, 1.0, 0.0);
        check(&[7.0; 8], 0, 1.0, 0.0);
    }

    #[test]
    fn nothing_has_no_median_and_one_value_no_slope() {
        assert_eq!(median(&[]), None);
        assert_eq!(theil_sen(&[1.0]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0, 10.0]), Some(2.5));
    }
}
