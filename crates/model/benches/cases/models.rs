//! The models that are measured: the committed one, and two that make scoring harder.

use lead_model::{Artifact, Axis, Curve, Feature, Kind, Lead, Levels, Pair, Ramp, Schema, Scorer};

/// Straight pieces of every curve of [`ramps`].
const PIECES: usize = 16;

/// The committed model.
pub(crate) fn committed() -> Scorer {
    let file = include_bytes!("../../../../models/b2b-v1.json");
    Scorer::load(&file[..]).expect("the committed model verifies itself")
}

/// A model of 50 real features, whose every curve has 16 pieces: nothing can be looked up in a table.
///
/// Knots lie on quantiles of `leads`, or evenly where too few values are distinct.
pub(crate) fn ramps(leads: &[Lead]) -> Scorer {
    let mut artifact = committed().artifact().clone();
    let features = artifact.schema.features().iter().map(|feature| Feature {
        kind: Kind::Real,
        denial: None,
        ..feature.clone()
    });
    artifact.schema =
        Schema::new("real", features.collect()).expect("real numbers admit all others");
    for (at, entry) in artifact.scorecard.curves.iter_mut().enumerate() {
        let knots = knots(leads, at, PIECES);
        let points = knots.iter().enumerate().map(|(k, _)| wave(at + k)).collect();
        entry.curve = Curve::Ramp(Ramp { knots, points, missing: -0.1 });
    }
    ready(artifact)
}

/// The committed model with ten pairs: four of two numbers, four of a number and a flag, two of two flags.
pub(crate) fn pairs(leads: &[Lead]) -> Scorer {
    let mut artifact = committed().artifact().clone();
    let schema = artifact.schema.clone();
    let joined = [
        [0, 4],
        [1, 13],
        [2, 25],
        [3, 26],
        [12, 29],
        [17, 30],
        [18, 31],
        [40, 32],
        [33, 34],
        [35, 36],
    ];
    let axis = |at: usize| match schema.features()[at].kind {
        Kind::Flag => Axis::Levels(vec![0.0, 1.0]),
        _ => Axis::Knots(knots(leads, at, 7)),
    };
    artifact.scorecard.pairs = joined
        .iter()
        .map(|features| {
            let axes = features.map(axis);
            let [rows, columns] = axes.each_ref().map(Axis::cells);
            let row = |row| (0..columns).map(|column| wave(row * 5 + column) / 4.0).collect();
            let features = features.map(|at| schema.features()[at].name.clone());
            Pair { features, axes, points: (0..rows).map(row).collect(), rows: Vec::new() }
        })
        .collect();
    ready(artifact)
}

/// The committed model with a category of 3000 levels in place of the deployment preference.
pub(crate) fn levels() -> Scorer {
    let mut artifact = committed().artifact().clone();
    let entry = artifact.scorecard.curves.last_mut().expect("there are 50 curves");
    let values: Vec<_> = (0..3000).map(f64::from).collect();
    let points = (0..3000).map(wave).collect();
    entry.curve = Curve::Levels(Levels { values, points, unseen: 0.0, missing: 0.0 });
    ready(artifact)
}

/// A scorer of a model made here, which has no golden leads.
fn ready(mut artifact: Artifact) -> Scorer {
    artifact.golden.clear();
    artifact.reference = None;
    Scorer::new(artifact).expect("the model made here is sound")
}

/// Distinct quantiles of a feature, at most `pieces + 1`.
fn knots(leads: &[Lead], at: usize, pieces: usize) -> Vec<f64> {
    let mut values: Vec<_> = leads.iter().map(|lead| lead.values()[at]).collect();
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let mut knots: Vec<_> = (0..=pieces).map(|k| values[k * last / pieces]).collect();
    knots.dedup();
    if knots.len() <= pieces {
        let (low, high) = (values[0] - 1.0, values[last] + 1.0);
        knots = (0..=pieces).map(|k| low + (high - low) * k as f64 / pieces as f64).collect();
    }
    knots
}

/// Points that rise and fall.
fn wave(k: usize) -> f64 {
    ((k * 7) % 11) as f64 / 40.0 - 0.125
}
