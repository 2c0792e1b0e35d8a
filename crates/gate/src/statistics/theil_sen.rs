//! How steep is a series? The Theil-Sen slope, which one wild value cannot sway (Theil 1950; Sen 1968).

use super::median::{median, median_of};

/// The slopes of so many values take 16 MB; blocks of ten seconds are more than that after five hours and a half.
const MOST_SLOPED: usize = 2000;

/// The median of the slopes between all pairs, per step; `None` for fewer than two values.
///
/// Of a very long series the medians of neighbours are taken first, since all its slopes would not fit into memory: 52 MB
/// after ten hours. A line keeps its slope, and noise moves it by a small part of the slope's own standard error (by
/// less than half of it in 3,600 values, of which two are joined).
pub(crate) fn theil_sen(values: &[f64]) -> Option<f64> {
    let step = values.len().div_ceil(MOST_SLOPED);
    if step > 1 {
        let joined: Vec<f64> = values.chunks_exact(step).filter_map(median).collect();
        return slope(&joined).map(|slope| slope / step as f64);
    }
    slope(values)
}

fn slope(values: &[f64]) -> Option<f64> {
    let from = |(i, earlier): (usize, &f64)| {
        let (later, earlier) = (values[i + 1..].iter(), *earlier);
        later.enumerate().map(move |(gap, later)| (later - earlier) / (gap + 1) as f64)
    };
    let mut slopes = Vec::with_capacity(values.len() * values.len().saturating_sub(1) / 2);
    slopes.extend(values.iter().enumerate().flat_map(from));
    median_of(slopes)
}

#[cfg(test)]
mod tests {
    use super::{slope, theil_sen};
    use crate::statistics::{
        Dice,
        fixture::{close, trends},
    };

    #[test]
    fn slopes_match_scipy() {
        for case in trends() {
            let slope = theil_sen(&case.values).unwrap();
            assert!(close(slope, case.slope), "{slope}, not {}: {:?}", case.slope, case.values);
        }
    }

    #[test]
    fn a_week_of_values_has_its_slope_without_all_pairs_in_memory() {
        let week: Vec<f64> = (0..60_480).map(|i| 100.0 + 0.25 * f64::from(i)).collect();
        assert!((theil_sen(&week).unwrap() - 0.25).abs() < 1e-12);
    }

    /// The least-squares slope of n values with a deviation of 1 has a standard error of sqrt(12 / n^3).
    #[test]
    fn joining_neighbours_moves_a_slope_by_less_than_half_of_its_standard_error() {
        let n = 3600;
        let standard_error = (12.0 / f64::from(n).powi(3)).sqrt();
        let mut dice = Dice::new(3);
        let mut noise =
            || (0..12).map(|_| dice.below(1 << 20) as f64).sum::<f64>() / f64::from(1 << 20) - 6.0;
        for _ in 0..3 {
            let values: Vec<f64> = (0..n).map(|i| 0.001 * f64::from(i) + noise()).collect();
            let moved = (theil_sen(&values).unwrap() - slope(&values).unwrap()).abs();
            assert!(moved < 0.5 * standard_error, "{moved} of {standard_error}");
        }
    }

    #[test]
    fn one_value_has_no_slope() {
        assert_eq!(theil_sen(&[1.0]), None);
        assert_eq!(theil_sen(&[]), None);
    }
}
