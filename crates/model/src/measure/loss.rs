//! What wrong probabilities cost: the logarithm of the likelihood, and the squared error.

use super::Outcome;

/// How far probabilities are kept from 0 and 1, so that the logarithm stays finite where a model was certain and wrong.
const CERTAIN: f64 = 1e-15;

/// Mean negative log-likelihood, in nats per lead.
pub fn log_loss(outcomes: &[Outcome]) -> f64 {
    mean(outcomes, surprise)
}

/// Negative log-likelihood of one outcome, in nats.
pub(super) fn surprise((probability, converted): Outcome) -> f64 {
    let probability = probability.clamp(CERTAIN, 1.0 - CERTAIN);
    -libm::log(if converted { probability } else { 1.0 - probability })
}

/// The log loss of always saying the share of `positives` among `rows`: what a model must stay below to say anything.
pub fn base_log_loss(positives: u64, rows: u64) -> f64 {
    let entropy = |part: u64| {
        let share = part as f64 / rows as f64;
        if part == 0 { 0.0 } else { -share * libm::log(share) }
    };
    entropy(positives) + entropy(rows - positives)
}

/// Mean squared error of the probability.
pub fn brier(outcomes: &[Outcome]) -> f64 {
    mean(outcomes, |(probability, converted)| {
        let error = probability - f64::from(u8::from(converted));
        error * error
    })
}

pub(super) fn mean(outcomes: &[Outcome], of: impl Fn(Outcome) -> f64) -> f64 {
    outcomes.iter().map(|&outcome| of(outcome)).sum::<f64>() / outcomes.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{base_log_loss, brier, log_loss};

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn losses_equal_those_computed_by_hand() {
        let outcomes = [(0.1, false), (0.4, true), (0.4, false), (0.8, true)];
        let nats = -(0.9_f64.ln() + 0.4_f64.ln() + 0.6_f64.ln() + 0.8_f64.ln()) / 4.0;
        assert_near(log_loss(&outcomes), nats);
        assert_near(brier(&outcomes), (0.01 + 0.36 + 0.16 + 0.04) / 4.0);
    }

    #[test]
    fn a_certain_mistake_costs_much_but_not_everything() {
        assert!(log_loss(&[(0.0, true)]).is_finite());
        assert!(log_loss(&[(1.0, false)]) > 30.0);
    }

    #[test]
    fn the_base_rate_costs_its_entropy() {
        assert_near(base_log_loss(5, 10), std::f64::consts::LN_2);
        assert_eq!([base_log_loss(0, 10), base_log_loss(10, 10)], [0.0, 0.0]);
    }
}
