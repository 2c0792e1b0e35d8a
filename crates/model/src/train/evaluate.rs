//! How good probabilities are, measured on leads whose outcome is known.
//!
//! Pure functions of predictions and outcomes; which rows those are is decided by the recipe.

use crate::artifact::Bin;

/// Bins of the calibration table, of equal width.
const BINS: usize = 10;
/// Keeps the logarithm finite where a model was certain and wrong.
const CERTAIN: f64 = 1e-15;

/// A predicted probability and what happened.
pub(super) type Outcome = (f64, bool);

/// Area under the ROC curve: the probability that a converted lead is scored above another one, ties counting half.
pub(super) fn auc(outcomes: &[Outcome]) -> f64 {
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

/// Mean negative log-likelihood, in nats.
pub(super) fn log_loss(outcomes: &[Outcome]) -> f64 {
    mean(outcomes, |(probability, converted)| {
        let likelihood = if converted { probability } else { 1.0 - probability };
        -libm::log(likelihood.max(CERTAIN))
    })
}

/// Mean squared error of the probability.
pub(super) fn brier(outcomes: &[Outcome]) -> f64 {
    mean(outcomes, |(probability, converted)| {
        let error = probability - f64::from(u8::from(converted));
        error * error
    })
}

/// Predictions against observed rates, bin by bin; empty bins are left out.
pub(super) fn calibration(outcomes: &[Outcome]) -> Vec<Bin> {
    let mut bins: [Vec<Outcome>; BINS] = Default::default();
    for &outcome in outcomes {
        bins[((outcome.0 * BINS as f64) as usize).min(BINS - 1)].push(outcome);
    }
    let filled = bins.iter().enumerate().filter(|(_, bin)| !bin.is_empty());
    filled
        .map(|(position, bin)| Bin {
            from: position as f64 / BINS as f64,
            rows: bin.len() as u64,
            predicted: mean(bin, |outcome| outcome.0),
            observed: mean(bin, |outcome| f64::from(u8::from(outcome.1))),
        })
        .collect()
}

/// Expected calibration error: the bins' distance between prediction and observation, weighted by their rows.
pub(super) fn calibration_error(bins: &[Bin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.rows).sum();
    let distance = |bin: &Bin| bin.rows as f64 * (bin.predicted - bin.observed).abs();
    bins.iter().map(distance).sum::<f64>() / rows as f64
}

fn mean(outcomes: &[Outcome], of: impl Fn(Outcome) -> f64) -> f64 {
    outcomes.iter().map(|&outcome| of(outcome)).sum::<f64>() / outcomes.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{auc, brier, calibration, calibration_error, log_loss};

    /// Four leads small enough to compute by hand.
    const OUTCOMES: [(f64, bool); 4] = [(0.1, false), (0.4, true), (0.4, false), (0.8, true)];

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn measures_equal_those_computed_by_hand() {
        // Of the four pairs three are in order and one is tied.
        assert_near(auc(&OUTCOMES), 3.5 / 4.0);
        let nats = -(0.9_f64.ln() + 0.4_f64.ln() + 0.6_f64.ln() + 0.8_f64.ln()) / 4.0;
        assert_near(log_loss(&OUTCOMES), nats);
        assert_near(brier(&OUTCOMES), (0.01 + 0.36 + 0.16 + 0.04) / 4.0);
    }

    #[test]
    fn calibration_is_counted_in_bins() {
        let bins = calibration(&OUTCOMES);
        assert_eq!(
            bins.iter().map(|bin| (bin.from, bin.rows)).collect::<Vec<_>>(),
            [(0.1, 1), (0.4, 2), (0.8, 1)]
        );
        assert_near(bins[1].observed, 0.5);
        assert_near(calibration_error(&bins), (0.1 + 2.0 * 0.1 + 0.2) / 4.0);
    }

    #[test]
    fn a_certain_mistake_costs_much_but_not_everything() {
        assert!(log_loss(&[(0.0, true)]).is_finite());
        assert!(log_loss(&[(1.0, false)]) > 30.0);
    }
}
