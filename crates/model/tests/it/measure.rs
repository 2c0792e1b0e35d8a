//! Measures equal those of scikit-learn and of DeLong's definition, and obey their laws.
//!
//! The fixture is written by `benches/sklearn/reference.py`, which states the definitions and versions.

use lead_model::{
    CutPoints,
    measure::{Outcome, auc, compare, quality},
};
use proptest::prelude::*;
use serde_json::Value;

fn cases() -> Vec<Value> {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/quality.json")).unwrap();
    fixture["cases"].as_array().unwrap().clone()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn converted(case: &Value) -> Vec<bool> {
    numbers(&case["outcome"]).into_iter().map(|outcome| outcome == 1.0).collect()
}

/// Quality is rounded to a millionth, so it may differ by half of one.
#[track_caller]
fn assert_near(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() < 5.1e-7, "{what}: {found} is not {expected}");
}

#[test]
fn every_measure_equals_the_reference() {
    for case in cases() {
        for which in ["a", "b"] {
            let outcomes: Vec<Outcome> =
                numbers(&case[which]).into_iter().zip(converted(&case)).collect();
            let found = quality(&outcomes, &CutPoints::CONTRACT);
            let expected = &case[format!("measures_{which}")];
            for (value, name) in [
                (found.auc, "roc_auc"),
                (found.pr_auc, "average_precision"),
                (found.log_loss, "log_loss"),
                (found.brier, "brier"),
                (found.calibration_error, "ece"),
            ] {
                assert_near(value, &expected[name], &format!("{} {which} {name}", case["name"]));
            }
            for end in 0..2 {
                assert_near(
                    found.auc_interval[end],
                    &expected["roc_auc_interval"][end],
                    "interval",
                );
            }
            check_reliability(&found, &expected["reliability"]);
            check_deciles(&found, &expected["deciles"]);
        }
    }
}

fn check_reliability(found: &lead_model::Quality, expected: &Value) {
    let filled = expected.as_array().unwrap().iter().enumerate();
    let filled: Vec<_> = filled.filter(|(_, bin)| bin["rows"] != 0).collect();
    assert_eq!(found.reliability.len(), filled.len());
    for (bin, (position, expected)) in found.reliability.iter().zip(filled) {
        assert_eq!((bin.from * 10.0).round(), position as f64);
        assert_eq!(bin.rows, expected["rows"].as_u64().unwrap());
        assert_near(bin.predicted, &expected["mean"], "mean prediction");
        assert_near(bin.observed, &expected["share"], "observed share");
    }
}

/// Where a border cuts through equal scores, the reference takes them in row order and we spread them.
fn check_deciles(found: &lead_model::Quality, expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(found.deciles.len(), expected.len());
    for (part, expected) in found.deciles.iter().zip(expected) {
        assert_eq!(part.rows, expected["rows"].as_u64().unwrap());
        if expected["tied"] == false {
            assert_eq!(part.positives, expected["positives"].as_u64().unwrap());
            assert_near(part.lift, &expected["lift"], "lift");
            assert_near(part.gain, &expected["gain"], "gain");
        }
    }
    assert_eq!(found.deciles.iter().map(|part| part.positives).sum::<u64>(), found.positives);
}

#[test]
fn paired_differences_equal_the_reference() {
    for case in cases() {
        let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
        let found = compare(&a, &b, &converted(&case), [&CutPoints::CONTRACT; 2]);
        let expected = &case["paired"];
        let difference = found.auc_difference;
        // The reference takes the second from the first, we the first from the second.
        assert_near(-difference.value, &expected["difference"], "difference");
        assert_near(difference.p, &expected["p"], "p value");
        let half_width = (difference.interval[1] - difference.interval[0]) / 2.0;
        assert_near(
            (half_width / 1.959_963_984_540_054).powi(2),
            &expected["variance"],
            "variance",
        );
        let losses = ["a", "b"].map(|which| &case[format!("measures_{which}")]["log_loss"]);
        assert_near(found.log_loss[0], losses[0], "log loss");
        assert_near(found.log_loss[1], losses[1], "log loss");
    }
}

#[test]
fn one_outcome_alone_is_measured_without_a_number_that_is_none() {
    for outcomes in [&[][..], &[(0.2, false), (0.9, false)], &[(0.2, true), (0.9, true)]] {
        let quality = quality(outcomes, &CutPoints::CONTRACT);
        assert_eq!((quality.auc, quality.auc_interval), (0.5, [0.0, 1.0]));
        let text = serde_json::to_string(&quality).unwrap();
        assert!(!text.contains("null"), "{text}");
    }
}

fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
    // Few different scores, so that ties are common.
    let outcome = (0_u8..=20, any::<bool>());
    prop::collection::vec(outcome.prop_map(|(score, won)| (f64::from(score) / 20.0, won)), 1..80)
}

proptest! {
    #[test]
    fn measures_stay_in_their_ranges_and_add_up(outcomes in outcomes()) {
        let quality = quality(&outcomes, &CutPoints::CONTRACT);
        let [low, high] = quality.auc_interval;
        prop_assert!(0.0 <= low && low <= quality.auc && quality.auc <= high && high <= 1.0);
        prop_assert!((0.0..=1.0).contains(&quality.pr_auc) && (0.0..=1.0).contains(&quality.brier));
        prop_assert!((0.0..=1.0).contains(&quality.calibration_error) && quality.log_loss >= 0.0);
        prop_assert!(quality.roc.len() <= 101);
        prop_assert!(quality.roc.windows(2).all(|p| p[0][0] <= p[1][0] && p[0][1] <= p[1][1]));
        let rows = quality.rows;
        prop_assert_eq!(quality.deciles.iter().map(|part| part.rows).sum::<u64>(), rows);
        prop_assert_eq!(quality.deciles.iter().map(|part| part.positives).sum::<u64>(), quality.positives);
        prop_assert!(quality.deciles.windows(2).all(|pair| pair[0].gain <= pair[1].gain));
        prop_assert_eq!(quality.reliability.iter().map(|bin| bin.rows).sum::<u64>(), rows);
        for tier in &quality.tiers {
            let all = tier.true_positives + tier.false_positives + tier.true_negatives + tier.false_negatives;
            prop_assert_eq!(all, rows);
        }
        prop_assert_eq!(quality.tiers[4].true_positives, quality.positives);
    }

    /// Only the order of the scores matters to the AUC, and turning it round turns the AUC round.
    #[test]
    fn the_auc_knows_only_the_order(outcomes in outcomes()) {
        let turned: Vec<Outcome> = outcomes.iter().map(|&(p, won)| (1.0 - p, won)).collect();
        let bent: Vec<Outcome> = outcomes.iter().map(|&(p, won)| (p * p, won)).collect();
        let value = auc(&outcomes);
        if value.is_finite() {
            prop_assert_eq!(auc(&bent), value);
            prop_assert!((auc(&turned) + value - 1.0).abs() < 1e-12);
        }
    }

    /// Comparing the other way round changes the signs and nothing else.
    #[test]
    fn a_comparison_turned_round_changes_its_signs(outcomes in outcomes(), shift in 0.0..0.3) {
        let a: Vec<f64> = outcomes.iter().map(|outcome| outcome.0).collect();
        let b: Vec<f64> =
            a.iter().zip(0_u8..).map(|(p, row)| f64::min(p + shift * f64::from(row % 3), 1.0)).collect();
        let won: Vec<bool> = outcomes.iter().map(|outcome| outcome.1).collect();
        let cuts = [&CutPoints::CONTRACT; 2];
        let (one, other) = (compare(&a, &b, &won, cuts), compare(&b, &a, &won, cuts));
        prop_assert!((one.log_loss_difference.value + other.log_loss_difference.value).abs() < 1e-9);
        prop_assert_eq!(one.flipped(), other.flipped());
        if one.auc_difference.value.is_finite() {
            prop_assert!((one.auc_difference.value + other.auc_difference.value).abs() < 1e-12);
        }
    }
}
