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
//! (Boole's inequality). One odd value hides no step: the largest of all may lie before the place, or the smallest of all
//! behind it, if the rest is divided. Each of these is again one order of sets in C(n, k). What is divided without an odd
//! value counts as rarer than what has one, at whatever place, so that with one
//!
//! ```text
//! p = sum of 1 / C(n, j) over all places that count + 2 * sum of 1 / C(n, j) over the places as even
//! ```
//!
//! Both hold where each order of the values is as likely as any other. They are not if values take over their neighbours'
//! mood: a machine that someone else uses for the second half of a run looks like a server that grew slow. So a step that is
//! not clear is none: only what stands out of what is left beside it is looked at. That makes false alarms rarer and is no
//! proof; another run is. The caller believes the smaller p of this and of the trend test, which are two tests: at a level
//! alpha they are wrong in up to 2 alpha of the runs without either.

use super::median::median;

/// A step is one from as many standard deviations of what is left beside it. Values that only take over their
/// neighbours' mood hardly ever have one, and a line has none (2.7).
const CLEAR: f64 = 5.0;

/// The standard deviation of normal values over their median distance from the median.
const NORMAL_OVER_MEDIAN: f64 = 1.482_602_218_505_602;

/// A machine that is slow for half a minute is slow in three values, and that is a burst.
const FEWEST_BESIDE: usize = 4;

/// A place in a series behind which every value is larger than every one before it, but for one odd value at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// How many values lie before it.
    pub before: usize,
    /// The probability that chance divides a series at a place as even as this one, as well as this one is divided.
    pub p: f64,
}

/// The most even clear step up; `None` if no place divides the values, or none clearly.
pub(crate) fn clear_step(values: &[f64]) -> Option<Step> {
    let n = values.len();
    let is_clear = |before: &usize| left_beside(values, *before).is_some();
    if let Some(before) = most_even_division(values, Odd::None).filter(is_clear) {
        return Some(Step { before, p: p_of_division(n, before) });
    }
    let odd = [Odd::LargestBefore, Odd::SmallestBehind].map(|odd| most_even_division(values, odd));
    let before = odd.into_iter().flatten().filter(is_clear).min_by_key(|at| unevenness(n, *at))?;
    let p = p_of_division(n, FEWEST_BESIDE) + 2.0 * p_of_division(n, before);
    Some(Step { before, p: p.min(1.0) })
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

/// Which value a division may leave out.
#[derive(Clone, Copy, PartialEq)]
enum Odd {
    None,
    /// A burst: larger than all others, and before the step.
    LargestBefore,
    /// A lull: smaller than all others, and behind the step.
    SmallestBehind,
}

impl Odd {
    /// Where the one value lies that may be left out, if there is only one like it.
    fn place(self, values: &[f64]) -> Option<usize> {
        let is_more_odd = |a: f64, b: f64| match self {
            Self::None => false,
            Self::LargestBefore => a > b,
            Self::SmallestBehind => a < b,
        };
        let is_odd = |at: &usize| {
            let others = values.iter().enumerate().filter(|(other, _)| other != at);
            others.into_iter().all(|(_, other)| is_more_odd(values[*at], *other))
        };
        (0..values.len()).find(is_odd)
    }
}

/// The place nearest to the middle at which the largest value before it is smaller than the smallest behind it, without the
/// odd one.
fn most_even_division(values: &[f64], odd: Odd) -> Option<usize> {
    let left_out = if odd == Odd::None { None } else { Some(odd.place(values)?) };
    let counts = |at: usize| left_out != Some(at);
    let mut smallest_behind = vec![f64::INFINITY; values.len() + 1];
    for (at, value) in values.iter().enumerate().rev() {
        let behind = smallest_behind[at + 1];
        smallest_behind[at] = if counts(at) { value.min(behind) } else { behind };
    }
    let mut largest = f64::NEG_INFINITY;
    let places = (1..=values.len()).filter(|&before| {
        if counts(before - 1) {
            largest = values[before - 1].max(largest);
        }
        largest < smallest_behind[before]
    });
    // So many values that are not odd lie on either side.
    let [least, most] = match (odd, left_out) {
        (Odd::LargestBefore, Some(at)) => {
            [(FEWEST_BESIDE + 1).max(at + 1), values.len().saturating_sub(FEWEST_BESIDE)]
        }
        (Odd::SmallestBehind, Some(at)) => {
            [FEWEST_BESIDE, values.len().saturating_sub(FEWEST_BESIDE + 1).min(at)]
        }
        _ => [FEWEST_BESIDE, values.len().saturating_sub(FEWEST_BESIDE)],
    };
    places
        .filter(|before| (least..=most).contains(before))
        .min_by_key(|before| unevenness(values.len(), *before))
}

fn unevenness(n: usize, before: usize) -> usize {
    before.abs_diff(n - before)
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
    use super::{Odd, Step, clear_step, most_even_division, p_of_division};
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
        overlapping[2] = 162.5;
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
            most_even_division(&values, Odd::None).is_some()
        });
        // Only the middle place is left to eight values: 20,000 / 70, give or take four deviations.
        let divided = divided.count();
        assert!((219..=353).contains(&divided), "{divided}");
    }

    #[test]
    fn one_burst_before_a_step_or_one_lull_behind_it_does_not_hide_it() {
        let mut burst = levels(7, 7);
        burst[1] = 320.0;
        let mut lull = levels(7, 7);
        lull[9] = 40.0;
        for odd in [burst, lull] {
            let step = clear_step(&odd).unwrap();
            assert_eq!(step.before, 7);
            assert!(step.p > p_of_division(14, 4) && step.p < 0.01, "{}", step.p);
        }
        let mut two = levels(7, 7);
        (two[1], two[3]) = (320.0, 330.0);
        assert_eq!(clear_step(&two), None);
        // A lull before the step and a burst behind it are on the right side of it.
        let mut helpful = levels(7, 7);
        (helpful[1], helpful[9]) = (40.0, 320.0);
        assert_eq!(clear_step(&helpful), clear_step(&levels(7, 7)));
        // Three slow values and a lull among them are still a burst.
        let mut short = levels(10, 4);
        short[12] = 40.0;
        assert_eq!(clear_step(&short), None);
    }

    /// Each way of being divided is one of C(n, k): of eight values only the middle is left, and with an odd one of nine
    /// one place on either side of it.
    #[test]
    fn chance_divides_all_but_an_odd_value_no_more_often_than_p_says() {
        let mut dice = Dice::new(7);
        let mut divided = [0; 2];
        for _ in 0..20_000 {
            let values: Vec<f64> = (0..9).map(|_| dice.below(1 << 30) as f64).collect();
            for (count, odd) in divided.iter_mut().zip([Odd::LargestBefore, Odd::SmallestBehind]) {
                *count += usize::from(most_even_division(&values, odd).is_some());
            }
        }
        // 20,000 / 126, give or take four deviations.
        assert!(divided.iter().all(|count| (108..=209).contains(count)), "{divided:?}");
    }
}
