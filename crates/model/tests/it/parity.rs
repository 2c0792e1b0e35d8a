//! The same model as scikit-learn's, where both can say the same: straight lines, one penalty.
//!
//! The fixture holds tightly converged fits with `alpha = 1 / C`; the script that made it and the versions it used are named in
//! it.

use lead_model::{
    Curve, Feature, Kind, Presence, Schema,
    train::{PairCount, Params, Progress, Table, train},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    columns: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    x: Vec<Vec<f64>>,
    y: Vec<u8>,
    fits: Vec<Reference>,
}

/// What scikit-learn found.
#[derive(Deserialize)]
struct Reference {
    alpha: f64,
    coefficients: Vec<f64>,
    intercept: f64,
    probabilities: Vec<f64>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("fixtures/parity.json")).unwrap()
}

fn feature(position: usize) -> Feature {
    Feature {
        name: format!("x{position}"),
        group: String::new(),
        kind: Kind::Real,
        min: None,
        max: None,
        presence: Presence::Required,
        levels: Vec::new(),
        missing: Vec::new(),
        meaning: String::new(),
        unit: None,
        phrase: "{n}".to_owned(),
        denial: None,
        decimal: None,
    }
}

fn table(case: &Case, columns: usize, positive: u8) -> Table {
    let schema = Schema::new("parity", (0..columns).map(feature).collect()).unwrap();
    let column = |position| case.x.iter().map(|row| row[position]).collect();
    let converted = case.y.iter().map(|&y| y == positive).collect();
    Table::new(schema, (0..columns).map(column).collect(), converted, "parity").unwrap()
}

/// The columns are standardised, so the slope of a line is its coefficient.
fn slope(curve: &Curve) -> f64 {
    let Curve::Ramp(ramp) = curve else { panic!("not a ramp") };
    (ramp.points[1] - ramp.points[0]) / (ramp.knots[1] - ramp.knots[0])
}

/// Compares every fit of every case; the target may also be the opposite outcome, which turns every sign.
fn check(positive: u8) {
    let fixture = fixture();
    let sign = if positive == 1 { 1.0 } else { -1.0 };
    for case in &fixture.cases {
        let table = table(case, fixture.columns, positive);
        for reference in &case.fits {
            let params = Params::default()
                .linear(true)
                .penalty(reference.alpha)
                .pairs(PairCount::Exactly(0))
                .check()
                .unwrap();
            let artifact = train(&table, &params, "parity", "0", &Progress::none()).unwrap();
            let place = format!("{}, alpha {}", case.name, reference.alpha);
            let curves = &artifact.scorecard.curves;
            for (entry, &expected) in curves.iter().zip(&reference.coefficients) {
                let off = (sign * slope(&entry.curve) - expected).abs() / expected.abs().max(1e-3);
                assert!(off < 1e-4, "{place}: {} is {off:e} off", entry.feature);
            }
            let at_zero: f64 = curves.iter().map(|entry| entry.curve.points(0.0)).sum();
            let intercept = sign * (artifact.scorecard.intercept + at_zero);
            assert!((intercept - reference.intercept).abs() < 1e-4, "{place}: {intercept}");
            for (row, &expected) in case.x.iter().zip(&reference.probabilities) {
                let points = curves.iter().zip(row).map(|(entry, &x)| entry.curve.points(x));
                let z = sign * (artifact.scorecard.intercept + points.sum::<f64>());
                let off = (1.0 / (1.0 + (-z).exp()) - expected).abs();
                assert!(off < 1e-6, "{place}: a probability is {off:e} off");
            }
        }
    }
}

#[test]
fn straight_lines_agree_with_scikit_learn() {
    check(1);
}

#[test]
fn the_opposite_outcome_agrees_with_scikit_learn_too() {
    check(0);
}
