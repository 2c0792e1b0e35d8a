//! Explanations add up, are sorted, and read as sentences.

use lead_model::{
    Axis, Curve, Explanation, FeatureCurve, Kind, Lead, Levels, Pair, Ramp, Scorecard, Scorer,
    synth::Leads,
};
use proptest::prelude::*;

use crate::{
    compiled::{feature, scorer},
    scorer::committed,
};

fn lead(seed: u64) -> Lead {
    Leads::new(seed).next().unwrap().lead
}

#[test]
fn the_reasons_of_a_lead_read_as_sentences() {
    let scorer = committed();
    let lead = lead(7);
    let why = scorer.explain(&lead);
    let lines = |reasons: Vec<String>| reasons.join("\n");
    insta::assert_snapshot!(format!(
        "{:.3} after {:.3}\n{}\n--\n{}",
        why.probability,
        why.base_probability,
        lines(why.positive(4).map(ToString::to_string).collect()),
        lines(why.negative(4).map(ToString::to_string).collect()),
    ));
}

#[test]
fn the_service_can_return_it_as_json() {
    let scorer = small();
    let lead =
        Lead::from_json(scorer.schema(), br#"{"lead_id": "", "features": {"f0": 3, "f1": 1}}"#);
    insta::assert_json_snapshot!(scorer.explain(&lead.unwrap()));
}

#[test]
fn gaps_are_named_and_counted() {
    let scorer = small();
    let lead =
        Lead::from_json(scorer.schema(), br#"{"lead_id": "", "features": {"f1": 0}}"#).unwrap();
    let why = scorer.explain(&lead);
    assert_eq!(why.imputed, 0.5);
    let texts: Vec<_> = why.contributions.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "F0 is not known and f1 is no, together: -8.3 pts",
            "F0 is not known: -4.1 pts",
            "F1 is no: +1.7 pts",
        ]
    );
}

/// A number and a flag, and what they say together.
fn small() -> Scorer {
    let ramp = Ramp { knots: vec![0.0, 4.0], points: vec![-0.5, 0.5], missing: -0.25 };
    let (values, points) = (vec![0.0, 1.0], vec![0.1, -0.1]);
    let flag = Levels { values, points, unseen: 0.0, missing: 0.0 };
    let curves = [Curve::Ramp(ramp), Curve::Levels(flag)].into_iter().enumerate();
    let pair = Pair {
        features: ["f0".to_owned(), "f1".to_owned()],
        axes: [Axis::Knots(vec![0.0, 4.0]), Axis::Levels(vec![0.0, 1.0])],
        points: vec![vec![0.0, 0.4, 0.0, 0.0], vec![0.0, 0.8, 0.0, 0.0], vec![-0.5, 0.0, 0.0, 0.0]],
        rows: Vec::new(),
    };
    let scorecard = Scorecard {
        intercept: -1.0,
        curves: curves
            .map(|(at, curve)| FeatureCurve { feature: format!("f{at}"), curve })
            .collect(),
        pairs: vec![pair],
    };
    scorer(vec![feature(0, Kind::Integer), feature(1, Kind::Flag)], scorecard)
}

fn adds_up(why: &Explanation<'_>) {
    let log_odds: f64 = why.contributions.iter().map(|reason| reason.log_odds).sum();
    assert!((why.base_log_odds + log_odds - why.log_odds).abs() < 1e-9);
    let points: f64 = why.contributions.iter().map(|reason| reason.probability).sum();
    assert!((why.base_probability + points - why.probability).abs() < 1e-12);
}

#[test]
fn the_average_lead_has_contributions_that_cancel() {
    // Log-odds that return exactly to the base, and almost: the ratio of the differences has no digits left.
    for rest in [0.0, 1e-16, 1e-12, 1e-7, 1e-4] {
        let curve = |points: f64| {
            Curve::Ramp(Ramp { knots: vec![0.0], points: vec![points], missing: 0.0 })
        };
        let curves = [2.0, -2.0 + rest].into_iter().enumerate();
        let curves = curves
            .map(|(at, points)| FeatureCurve { feature: format!("f{at}"), curve: curve(points) });
        let scorecard = Scorecard { intercept: -1.0, curves: curves.collect(), pairs: Vec::new() };
        let scorer = scorer(vec![feature(0, Kind::Real), feature(1, Kind::Real)], scorecard);
        let body = br#"{"lead_id": "", "features": {"f0": 0, "f1": 0}}"#;
        let lead = Lead::from_json(scorer.schema(), body).unwrap();
        let why = scorer.explain(&lead);
        adds_up(&why);
        let p = 1.0 / (1.0 + 1.0_f64.exp());
        let nearly = 2.0 * p * (1.0 - p);
        assert!((why.contributions[0].probability - nearly).abs() < 1e-4);
    }
}

proptest! {
    #[test]
    fn contributions_add_up_and_fall_in_size(seed: u64) {
        let scorer = committed();
        let lead = lead(seed);
        let why = scorer.explain(&lead);
        adds_up(&why);
        prop_assert_eq!(why.log_odds.to_bits(), scorer.score(&lead).log_odds.to_bits());
        let sizes: Vec<_> = why.contributions.iter().map(|reason| reason.log_odds.abs()).collect();
        prop_assert!(sizes.is_sorted_by(|one, next| one >= next));
        prop_assert!(why.positive(5).all(|reason| reason.probability > 0.0));
        prop_assert!(why.negative(5).all(|reason| reason.probability < 0.0));
        prop_assert_eq!(why.top(3).count(), 3);
    }
}
