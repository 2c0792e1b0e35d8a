//! The area under the ROC curve, and how far chance may have moved it.
//!
//! Variances by DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated receiver
//! operating characteristic curves", from midranks as Sun and Xu (2014), "Fast implementation of DeLong's algorithm", which
//! takes `n log n` steps.

use super::{Outcome, normal};

/// Area under the ROC curve: the probability that a converted lead is scored above another one, ties counting half.
///
/// NaN where all outcomes are the same.
pub fn auc(outcomes: &[Outcome]) -> f64 {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|outcome| outcome.1).count() as f64;
    let negatives = sorted.len() as f64 - positives;
    let mut below = 0.0;
    let mut wins = 0.0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let converted = tied.iter().filter(|outcome| outcome.1).count() as f64;
        let others = tied.len() as f64 - converted;
        wins += converted * (below + others / 2.0);
        below += others;
    }
    wins / (positives * negatives)
}

/// The 95 % interval of [`auc`], by DeLong's variance and the normal distribution, cut at 0 and 1.
///
/// Not transformed, so that it is what scikit-learn's users and pROC's default compute; close to 0 and 1, and with fewer than
/// some twenty leads of either outcome, it is too narrow, and around a perfect 1 it has no width. With fewer than two leads of an
/// outcome nothing is known: 0 to 1.
pub fn auc_interval(outcomes: &[Outcome]) -> [f64; 2] {
    let variance = Placements::of(outcomes).variance();
    if variance.is_nan() {
        return [0.0, 1.0];
    }
    normal::interval(auc(outcomes), variance).map(|end| end.clamp(0.0, 1.0))
}

/// Of every lead, the share of those with the other outcome that it is on the right side of; ties count half.
pub(super) struct Placements {
    /// Of converted leads, in row order.
    converted: Vec<f64>,
    /// Of the others, in row order.
    others: Vec<f64>,
}

impl Placements {
    pub(super) fn of(outcomes: &[Outcome]) -> Self {
        let score = |outcome: &Outcome| outcome.0;
        let among_all = midranks(outcomes.iter().map(score));
        let among_alike = |converted: bool| {
            midranks(outcomes.iter().filter(|outcome| outcome.1 == converted).map(score))
        };
        let (converted, others) = (among_alike(true), among_alike(false));
        let counts = (converted.len() as f64, others.len() as f64);
        let ranks = |class: bool| {
            let rows = among_all.iter().zip(outcomes);
            rows.filter(move |(_, outcome)| outcome.1 == class).map(|(&rank, _)| rank)
        };
        // What is left of a rank without the leads of one's own outcome are the others that lie lower.
        let share = |rank: f64, own: f64, others: f64| (rank - own) / others;
        Self {
            converted: ranks(true).zip(&converted).map(|(r, o)| share(r, *o, counts.1)).collect(),
            others: ranks(false).zip(&others).map(|(r, o)| 1.0 - share(r, *o, counts.0)).collect(),
        }
    }

    pub(super) fn auc(&self) -> f64 {
        mean(&self.converted)
    }

    /// The variance of the AUC; NaN with fewer than two leads of an outcome.
    pub(super) fn variance(&self) -> f64 {
        self.covariance(self)
    }

    /// The covariance of two AUCs of the same rows.
    fn covariance(&self, other: &Self) -> f64 {
        covariance(&self.converted, &other.converted) / self.converted.len() as f64
            + covariance(&self.others, &other.others) / self.others.len() as f64
    }

    /// The variance of the difference of two AUCs of the same rows, never negative; NaN with fewer than two leads of an
    /// outcome.
    pub(super) fn variance_of_difference(&self, other: &Self) -> f64 {
        let variance = self.variance() + other.variance() - 2.0 * self.covariance(other);
        // Not `max`, which takes the other number for a NaN.
        if variance < 0.0 { 0.0 } else { variance }
    }
}

/// Ranks from 1 in the order of the scores, which tied ones share.
fn midranks(scores: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<(f64, usize)> = scores.zip(0..).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; sorted.len()];
    let mut before = 0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let rank = before as f64 + (tied.len() as f64 + 1.0) / 2.0;
        tied.iter().for_each(|&(_, row)| ranks[row] = rank);
        before += tied.len();
    }
    ranks
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let means = (mean(a), mean(b));
    let products = a.iter().zip(b).map(|(a, b)| (a - means.0) * (b - means.1));
    products.sum::<f64>() / (a.len() as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::{Placements, auc, auc_interval, midranks};

    #[test]
    fn tied_scores_share_their_ranks() {
        assert_eq!(midranks([0.3, 0.1, 0.3, 0.9].into_iter()), [2.5, 1.0, 2.5, 4.0]);
    }

    #[test]
    fn the_mean_placement_is_the_area() {
        let outcomes = [(0.1, false), (0.4, true), (0.4, false), (0.8, true), (0.2, false)];
        assert_eq!(auc(&outcomes), 5.5 / 6.0);
        assert!((Placements::of(&outcomes).auc() - 5.5 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn one_lead_of_an_outcome_leaves_the_variance_of_a_difference_unknown() {
        let outcomes =
            |scores: [f64; 3]| [(scores[0], true), (scores[1], false), (scores[2], false)];
        let [one, other] =
            [[0.9, 0.1, 0.2], [0.15, 0.1, 0.2]].map(|scores| Placements::of(&outcomes(scores)));
        assert!(one.variance_of_difference(&other).is_nan());
    }

    #[test]
    fn one_lead_of_an_outcome_says_nothing_about_chance() {
        assert_eq!(auc_interval(&[(0.1, false), (0.4, true), (0.4, false)]), [0.0, 1.0]);
        assert_eq!(auc_interval(&[(0.1, false)]), [0.0, 1.0]);
        assert_eq!(auc_interval(&[]), [0.0, 1.0]);
    }
}
