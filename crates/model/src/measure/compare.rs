//! [`compare`]: two models on the same leads.
//!
//! Both are measured on every lead, so what they share of chance cancels out: differences are known far better than either
//! measure itself.

use serde::Serialize;

use super::{Outcome, auc::Placements, counts, loss::surprise, normal, stability, tenths};
use crate::score::CutPoints;

/// Beyond this p value chance explains a difference well enough.
const CHANCE: f64 = 0.05;

/// How much better or worse the second of two models is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Leads measured on.
    pub rows: u64,
    /// Leads among them that converted.
    pub positives: u64,
    /// Whether both give every lead the same probability.
    pub identical: bool,
    /// Area under the ROC curve of either model.
    pub auc: [f64; 2],
    /// The second AUC less the first: above 0 the second ranks better (DeLong et al. 1988, paired).
    pub auc_difference: Difference,
    /// Log loss of either model, in nats per lead.
    pub log_loss: [f64; 2],
    /// The second log loss less the first: below 0 the second predicts better (paired normal test over leads).
    pub log_loss_difference: Difference,
    /// Leads by tier: a row per tier of the first model, a column per tier of the second, A first.
    pub flips: [[u64; 5]; 5],
    /// Population stability index of the second model's probabilities against tenths of the first one's.
    pub stability: f64,
}

/// A difference and what chance has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The difference measured.
    pub value: f64,
    /// Its 95 % interval; not a number where too few leads say anything.
    pub interval: [f64; 2],
    /// How often chance alone would bring a difference at least as large; two-sided. Not a number, in JSON null, where too few
    /// leads say anything.
    pub p: f64,
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The second is better in ranking, in probabilities, or in both, and worse in neither.
    Better,
    /// The second is worse in one or both, and better in neither.
    Worse,
    /// The second is better in one and worse in the other.
    Mixed,
    /// Chance explains all differences, or there are too few leads of an outcome to say.
    Same,
}

/// Compares probabilities `a` and `b` of the same leads; `cut_points` are those of either model.
///
/// # Panics
/// If the three lists are not equally long.
pub fn compare(
    a: &[f64],
    b: &[f64],
    converted: &[bool],
    cut_points: [&CutPoints; 2],
) -> Comparison {
    assert!(
        a.len() == b.len() && a.len() == converted.len(),
        "probabilities are of the same leads"
    );
    let outcomes = [a, b].map(|scores| {
        scores.iter().copied().zip(converted.iter().copied()).collect::<Vec<Outcome>>()
    });
    let [first, second] = outcomes.each_ref().map(|outcomes| Placements::of(outcomes));
    let losses = outcomes
        .each_ref()
        .map(|outcomes| outcomes.iter().map(|&outcome| surprise(outcome)).collect::<Vec<_>>());
    let changes: Vec<f64> = losses[1].iter().zip(&losses[0]).map(|(b, a)| b - a).collect();
    let (change, variance) = mean_and_variance(&changes);
    let ends = tenths(a);
    Comparison {
        rows: a.len() as u64,
        positives: converted.iter().filter(|&&converted| converted).count() as u64,
        identical: a == b,
        auc: [first.auc(), second.auc()],
        auc_difference: Difference::of(
            second.auc() - first.auc(),
            first.variance_of_difference(&second),
        ),
        log_loss: losses.each_ref().map(|losses| mean_and_variance(losses).0),
        log_loss_difference: Difference::of(change, variance),
        flips: flips(a, b, cut_points),
        stability: stability(&counts(a, &ends), &counts(b, &ends)),
    }
}

impl Comparison {
    /// What the two differences come to, where chance explains those whose p value is 0.05 or more.
    pub fn verdict(&self) -> Verdict {
        if self.auc_difference.p.is_nan() {
            // A single conversion is no more to be relied upon for the probabilities.
            return Verdict::Same;
        }
        let ranking = self.auc_difference.sign();
        let probabilities = -self.log_loss_difference.sign();
        match (ranking.max(probabilities), ranking.min(probabilities)) {
            (1, -1) => Verdict::Mixed,
            (1, _) => Verdict::Better,
            (_, -1) => Verdict::Worse,
            _ => Verdict::Same,
        }
    }

    /// How many leads changed their tier.
    pub fn flipped(&self) -> u64 {
        self.rows - (0..5).map(|tier| self.flips[tier][tier]).sum::<u64>()
    }
}

impl Difference {
    fn of(value: f64, variance: f64) -> Self {
        Self {
            value,
            interval: normal::interval(value, variance),
            p: normal::p_value(value, variance),
        }
    }

    /// 1 or -1 where chance does not explain the difference, otherwise 0.
    pub fn sign(&self) -> i8 {
        match self.p < CHANCE {
            true if self.value > 0.0 => 1,
            true => -1,
            false => 0,
        }
    }
}

/// The mean of some values and the variance of that mean.
fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, squares / (count - 1.0) / count)
}

fn flips(a: &[f64], b: &[f64], cut_points: [&CutPoints; 2]) -> [[u64; 5]; 5] {
    let tier = |which: usize, score: f64| usize::from(5 - cut_points[which].bucket(score).get());
    let mut flips = [[0; 5]; 5];
    for (&a, &b) in a.iter().zip(b) {
        flips[tier(0, a)][tier(1, b)] += 1;
    }
    flips
}

#[cfg(test)]
mod tests {
    use super::{Verdict, compare};
    use crate::score::CutPoints;

    const CUTS: [&CutPoints; 2] = [&CutPoints::CONTRACT; 2];

    #[test]
    fn a_model_is_no_better_than_itself() {
        let (scores, converted) = ([0.2, 0.9, 0.4, 0.7, 0.1], [false, true, false, true, true]);
        let comparison = compare(&scores, &scores, &converted, CUTS);
        assert_eq!(comparison.auc_difference.value, 0.0);
        assert_eq!([comparison.auc_difference.p, comparison.log_loss_difference.p], [1.0, 1.0]);
        assert_eq!((comparison.flipped(), comparison.stability), (0, 0.0));
        assert_eq!((comparison.verdict(), comparison.identical), (Verdict::Same, true));
    }

    #[test]
    fn one_conversion_says_nothing_about_ranking() {
        let (a, b) = ([0.2, 0.9, 0.4, 0.3], [0.9, 0.2, 0.4, 0.3]);
        let difference = compare(&a, &b, &[false, true, false, false], CUTS).auc_difference;
        assert_eq!((difference.value, difference.sign()), (-1.0, 0));
        assert!(difference.p.is_nan() && difference.interval.iter().all(|end| end.is_nan()));
    }

    #[test]
    fn a_clearly_better_model_is_called_so_from_either_side() {
        let converted: Vec<bool> = (0..200).map(|row| row % 2 == 0).collect();
        let spread = |row: usize| 0.2 * (row % 13) as f64 / 13.0;
        let good: Vec<f64> =
            (0..200).map(|row| if row % 2 == 0 { 0.6 } else { 0.5 } + spread(row)).collect();
        let poor: Vec<f64> = (0..200).map(|row| 0.4 + spread(row * 7 + 3)).collect();
        assert_eq!(compare(&poor, &good, &converted, CUTS).verdict(), Verdict::Better);
        assert_eq!(compare(&good, &poor, &converted, CUTS).verdict(), Verdict::Worse);
    }

    #[test]
    fn tiers_are_set_off_against_each_other() {
        let comparison = compare(&[0.9, 0.5, 0.1], &[0.9, 0.1, 0.1], &[true, false, false], CUTS);
        assert_eq!(
            (comparison.flips[0][0], comparison.flips[2][4], comparison.flips[4][4]),
            (1, 1, 1)
        );
        assert_eq!(comparison.flipped(), 1);
    }
}
