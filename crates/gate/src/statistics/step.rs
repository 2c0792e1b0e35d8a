//! Did a series step up, once and clearly?
//!
//! A trend test knows the order of values and not their size: of twelve values that are three times as large from the
//! seventh on it sees hardly more than chance. [`clear_step`] asks another question: is every value behind some place
//! larger than every value before it? Of the orders of n different values a share of `1 / C(n, k)` has its k smallest
//! first, so no order is divided at a place as even as this one, or a more even one, more often than
//!
//! ```text
//! p = sum of 1 / C(n, j) over all j with C(n, j) >= C(n, k)
//! ```
//!
//! (Boole's inequality). Chance divides values like that without a gap, so a step that is not clear is none: only what
//! stands out of what is left beside it is looked at, and by that the trend test's own false alarms stay as they are.

use super::median::median;

/// A step is one from as many standard deviations of what is left beside it. Values that only take over their
/// neighbours' mood hardly ever have one, and a line has none (2.7).
const CLEAR: f64 = 5.0;

/// The standard deviation of normal values over their median distance from the median.
const NORMAL_OVER_MEDIAN: f64 = 1.482_602_218_505_602;

/// A machine that is slow for half a minute is slow in three values, and that is a burst.
const FEWEST_BESIDE: usize = 4;

/// A place in a series behind which every value is larger than every one before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// How many values lie before it.
    pub before: usize,
    /// The probability that chance divides a series at a place as even as this one.
    pub p: f64,
}

/// The most even clear step up; `None` if no place divides the values, or none clearly.
pub(crate) fn clear_step(values: &[f64]) -> Option<Step> {
    let before = most_even_division(values)?;
    left_beside(values, before)?;
    Some(Step { before, p: p_of_division(values.len(), before) })
}

/// What is left of a series without its step at a place, from the median before it to the median after it; `None` if no
/// step stands out clearly there.
pub(super) fn left_beside(values: &[f64], before: usize) -> Option<Vec<f64>> {
    let (before, after) = values.split_at(before);
    let [low, high] = [median(before)?, median(after)?];
    let left = before.iter().map(|value| value - low).chain(after.iter().map(|value| value - high));
    let left: Vec<f64> = left.collect();
    let distances: Vec<f64> = left.iter().map(|value| value.abs()).collect();
    let deviation = NORMAL_OVER_MEDIAN * median(&distances)?;
    let step = (high - low).abs();
    (step > 0.0 && step >= CLEAR * deviation).then_some(left)
}

/// The place nearest to the middle at which the largest value before it is smaller than the smallest behind it.
fn most_even_division(values: &[f64]) -> Option<usize> {
    let mut smallest_behind = vec![f64::INFINITY; values.len() + 1];
    for (at, value) in values.iter().enumerate().rev() {
        smallest_behind[at] = value.min(smallest_behind[at + 1]);
    }
    let mut largest = f64::NEG_INFINITY;
    let places = values.iter().zip(1..).filter_map(|(value, before)| {
        largest = value.max(largest);
        (largest < smallest_behind[before]).then_some(before)
    });
    let enough = FEWEST_BESIDE..=values.len().saturating_sub(FEWEST_BESIDE);
    places
        .filter(|before| enough.contains(before))
        .min_by_key(|before| before.abs_diff(values.len() - before))
}

/// The sum over all places at least as even; 1 at most.
fn p_of_division(n: usize, before: usize) -> f64 {
    let smaller_side = before.min(n - before);
    (smaller_side..=n - smaller_side).map(|place| 1.0 / choose(n, place)).sum::<f64>().min(1.0)
}

/// `n` over `k`, infinite where it is too large for a number.
fn choose(n: usize, k: usize) -> f64 {
    (1..=k.min(n - k)).fold(1.0, |product, i| product * (n + 1 - i) as f64 / i as f64)
}

#[cfg(test)]
mod tests {
    use super::{Step, clear_step, p_of_division};
    use crate::statistics::Dice;

    /// Values that waver by a few units around two levels.
    fn levels(low: usize, high: usize) -> Vec<f64> {
        let wavering = |i: usize| [0.0, 3.0, 1.0, 4.0, 2.0][i * 3 % 5];
        (0..low + high).map(|i| wavering(i) + if i < low { 80.0 } else { 160.0 }).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is_and_its_p_is_a_sum_of_shares() {
        let six = clear_step(&levels(6, 6)).unwrap();
        assert_eq!(six, Step { before: 6, p: 1.0 / 924.0 });
        let four = clear_step(&levels(4, 8)).unwrap();
        assert_eq!(four.before, 4);
        assert!((four.p - (2.0 / 495.0 + 2.0 / 792.0 + 1.0 / 924.0)).abs() < 1e-15, "{}", four.p);
        assert!(clear_step(&levels(1_000, 2_600)).unwrap().p < 1e-300);
    }

    #[test]
    fn a_burst_a_fall_a_line_and_what_is_not_divided_are_no_step() {
        assert_eq!(clear_step(&levels(9, 3)), None);
        let falling: Vec<f64> = levels(6, 6).into_iter().rev().collect();
        assert_eq!(clear_step(&falling), None);
        let line: Vec<f64> = (0..28).map(f64::from).collect();
        assert_eq!(clear_step(&line), None);
        let mut overlapping = levels(6, 6);
        overlapping[2] = 165.0;
        assert_eq!(clear_step(&overlapping), None);
        assert_eq!(clear_step(&[7.0; 28]), None);
        assert_eq!(clear_step(&[]), None);
    }

    /// By this arithmetic no step of so few values is rarer than one in a hundred, however large it is.
    #[test]
    fn ten_values_are_the_fewest_of_which_a_step_is_no_chance() {
        let rarest = |n: usize| p_of_division(n, n / 2);
        assert!(rarest(8) > 0.01 && rarest(9) > 0.01);
        assert!(rarest(10) < 0.01 && p_of_division(10, 4) > 0.01);
        assert!(rarest(11) < 0.01 && p_of_division(11, 4) > 0.01);
        assert!(p_of_division(12, 4) < 0.01 && p_of_division(12, 3) > 0.01);
    }

    #[test]
    fn chance_divides_values_no_more_often_than_p_says() {
        let mut dice = Dice::new(7);
        let n = 8;
        let divided = (0..20_000).filter(|_| {
            let values: Vec<f64> = (0..n).map(|_| dice.below(1 << 30) as f64).collect();
            super::most_even_division(&values).is_some()
        });
        // Only the middle place is left to eight values: 20,000 / 70, give or take four deviations.
        let divided = divided.count();
        assert!((219..=353).contains(&divided), "{divided}");
    }
}
