//! How steep is a series? The Theil-Sen slope, which one wild value cannot sway (Theil 1950; Sen 1968).

use super::median::median;

/// The slopes of so many values take 16 MB; blocks of ten seconds are more than that after five hours and a half.
const MOST_SLOPED: usize = 2000;

/// The median of the slopes between all pairs, per step; `None` for fewer than two values.
///
/// Of a very long series the medians of neighbours are taken first, since all its slopes would not fit into memory.
pub(crate) fn theil_sen(values: &[f64]) -> Option<f64> {
    let step = values.len().div_ceil(MOST_SLOPED);
    if step > 1 {
        let joined: Vec<f64> = values.chunks_exact(step).filter_map(median).collect();
        return theil_sen(&joined).map(|slope| slope / step as f64);
    }
    let from = |(i, earlier): (usize, &f64)| {
        let (later, earlier) = (values[i + 1..].iter(), *earlier);
        later.enumerate().map(move |(gap, later)| (later - earlier) / (gap + 1) as f64)
    };
    let slopes: Vec<f64> = values.iter().enumerate().flat_map(from).collect();
    median(&slopes)
}

#[cfg(test)]
mod tests {
    use super::theil_sen;
    use crate::statistics::fixture::{close, trends};

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

    #[test]
    fn one_value_has_no_slope() {
        assert_eq!(theil_sen(&[1.0]), None);
    }
}
