//! How far two distributions lie apart: the population stability index.
//!
//! The index itself is that of [`Drift`](crate::Drift), where its formula stands; here are the bins of scores.

use crate::drift::psi;

/// Bins of equal size.
const PARTS: usize = 10;

/// The population stability index of counts in the same bins; 0 for equal shares, or where either side has no rows.
pub fn stability(reference: &[u64], now: &[u64]) -> f64 {
    psi(reference, now)
}

/// Ends of ten bins that hold as many of these scores each as ties allow; the last bin has no end.
pub fn tenths(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ends = (1..PARTS).filter_map(|part| sorted.get((part * sorted.len() / PARTS).max(1) - 1));
    let mut ends: Vec<f64> = ends.copied().collect();
    ends.dedup();
    ends
}

/// How many scores lie in each bin: above one end, up to and with the next.
pub fn counts(scores: &[f64], ends: &[f64]) -> Vec<u64> {
    let mut counts = vec![0; ends.len() + 1];
    for &score in scores {
        counts[ends.partition_point(|&end| end < score)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{counts, stability, tenths};

    #[test]
    fn equal_shares_are_stable_and_moved_ones_are_not() {
        assert_eq!(stability(&[10, 20, 0], &[30, 60, 0]), 0.0);
        let moved = stability(&[50, 50], &[80, 20]);
        let by_hand = 0.3 * (0.8_f64 / 0.5).ln() - 0.3 * (0.2_f64 / 0.5).ln();
        assert!((moved - by_hand).abs() < 1e-12);
        assert!(stability(&[100, 0], &[0, 100]).is_finite());
        assert_eq!(stability(&[], &[1]), 0.0);
    }

    #[test]
    fn tenths_hold_a_tenth_each_where_ties_allow() {
        let scores: Vec<f64> = (1..=100).map(|row| f64::from(row) / 100.0).collect();
        assert_eq!(counts(&scores, &tenths(&scores)), [10; 10]);
        assert_eq!(counts(&[0.5; 7], &tenths(&[0.5; 7])), [7, 0]);
        assert!(tenths(&[]).is_empty());
    }
}
