//! Strategies for scorecards and whole model files that load.

use lead_model::{
    Artifact, Axis, Bin, Curve, CutPoints, Feature, FeatureCurve, Golden, Histogram, Kind, Lead,
    Levels, Pair, Ramp, Reference, Schema, Scorecard, Scorer, Training,
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{at, schema_and_leads, text};

/// Curves of every shape for `schema`, sometimes with a pair or two, with points from tiny to enormous.
pub(crate) fn scorecard(schema: &Schema) -> impl Strategy<Value = Scorecard> + use<> {
    let names: Vec<_> = schema.features().iter().map(|feature| feature.name.clone()).collect();
    let curves: Vec<_> = schema.features().iter().map(|feature| curve(feature).boxed()).collect();
    let pairs = if schema.len() > 1 { 0..3 } else { 0..1 };
    let pairs = vec(pair(schema), pairs);
    (points(), curves, pairs).prop_map(move |(intercept, curves, pairs)| Scorecard {
        intercept,
        curves: names
            .iter()
            .zip(curves)
            .map(|(name, curve)| FeatureCurve { feature: name.clone(), curve })
            .collect(),
        pairs,
    })
}

/// A curve that suits `feature`.
pub(crate) fn curve(feature: &Feature) -> impl Strategy<Value = Curve> + use<> {
    let whole = feature.kind != Kind::Real;
    let size = prop_oneof![8 => 1..8_usize, 2 => 8..17_usize, 1 => 17..66_usize];
    let numbers = size.prop_flat_map({
        let feature = feature.clone();
        move |size| (at(&feature, size), vec(points(), size))
    });
    (any::<bool>(), numbers, points(), points()).prop_map(
        move |(levels, numbers, unseen, missing)| {
            let (mut at, points) = numbers;
            if levels && whole {
                // A category's numbers lie below 2^53.
                at.iter_mut().for_each(|value| *value = value.round().clamp(-9e15, 9e15));
                at.dedup();
                let points = points[..at.len()].to_vec();
                return Curve::Levels(Levels { values: at, points, unseen, missing });
            }
            let points = points[..at.len()].to_vec();
            Curve::Ramp(Ramp { knots: at, points, missing })
        },
    )
}

/// A pair of two features of `schema`, which must have two.
pub(crate) fn pair(schema: &Schema) -> impl Strategy<Value = Pair> + use<> {
    let features = schema.features().to_vec();
    let count = features.len();
    let positions = (0..count, 1..count.max(2)).prop_map(move |(a, step)| [a, (a + step) % count]);
    let shape = (positions, [1..5_usize, 1..5], any::<[bool; 2]>());
    shape.prop_flat_map(move |(positions, sizes, levels)| {
        let names = positions.map(|position| features[position].name.clone());
        let [first, second] = [0, 1].map(|side| {
            at(&features[positions[side]], sizes[side])
                .prop_map(move |at| if levels[side] { Axis::Levels(at) } else { Axis::Knots(at) })
        });
        (Just(names), first, second, vec(vec(points(), 8), 8)).prop_map(
            |(features, first, second, mut points)| {
                points.truncate(first.cells());
                points.iter_mut().for_each(|row| row.truncate(second.cells()));
                Pair { features, axes: [first, second], points, rows: Vec::new() }
            },
        )
    })
}

/// Four points that rise strictly between 0 and 1.
pub(crate) fn cut_points() -> impl Strategy<Value = CutPoints> {
    let inner =
        prop_oneof![4 => 1e-9..1.0_f64, 1 => select(vec![5e-324, 0.5, 1.0 - f64::EPSILON / 2.0])];
    vec(inner, 4).prop_filter_map("four different points", |mut points| {
        points.sort_by(f64::total_cmp);
        CutPoints::new(points.try_into().ok()?).ok()
    })
}

/// A model of an arbitrary schema that loads: its golden leads have its scores.
pub(crate) fn artifact() -> impl Strategy<Value = Artifact> {
    schema_and_leads().prop_flat_map(|(schema, leads)| {
        let parts = (scorecard(&schema), cut_points(), training(&schema), text(), text());
        let reference = proptest::option::of(reference(&schema));
        (parts, reference).prop_map(
            move |((scorecard, cut_points, training, name, version), reference)| {
                let schema = schema.clone();
                let artifact = Artifact {
                    name,
                    version,
                    schema,
                    scorecard,
                    cut_points,
                    training,
                    reference,
                    golden: Vec::new(),
                };
                with_golden(artifact, &leads)
            },
        )
    })
}

/// The artifact with the scores of these leads as its golden ones.
pub(crate) fn with_golden(mut artifact: Artifact, leads: &[Lead]) -> Artifact {
    artifact.golden.clear();
    let scorer = Scorer::new(artifact.clone()).expect("what is drawn here is sound");
    let golden = |lead: &Lead| {
        let score = scorer.score(lead);
        let values = lead.values().to_vec();
        Golden { values, log_odds: score.log_odds, probability: score.probability }
    };
    artifact.golden = leads.iter().map(golden).collect();
    artifact
}

fn training(schema: &Schema) -> impl Strategy<Value = Training> + use<> {
    let counts = any::<[u64; 6]>();
    let measures = vec(0.0..1.0_f64, 6);
    let importance = vec(0.0..10.0_f64, schema.len());
    let texts = (text(), proptest::option::of(text()), vec(text(), 0..3));
    (counts, measures, importance, texts, any::<bool>()).prop_map(
        |(counts, measures, importance, (source, newest_by, warnings), refitted)| Training {
            source,
            seed: counts[0],
            rows: counts[1],
            positives: counts[2],
            penalty: measures[0],
            pieces: counts[3],
            test_rows: counts[4],
            test_positives: counts[5],
            auc: measures[1],
            best_auc: refitted.then_some(measures[2]),
            log_loss: measures[3],
            brier: measures[4],
            calibration_error: measures[5],
            calibration: vec![Bin {
                from: 0.1,
                rows: counts[0],
                predicted: 0.15,
                observed: measures[0],
            }],
            importance,
            refitted,
            newest_by,
            selection: None,
            quality: None,
            warnings,
        },
    )
}

fn reference(schema: &Schema) -> impl Strategy<Value = Reference> + use<> {
    let histogram = |of: String, edges: BoxedStrategy<Vec<f64>>| {
        (edges, vec(0..1_000_000_u64, 10), 0..1000_u64).prop_map(
            move |(edges, mut counts, missing)| {
                counts.truncate(edges.len() + 1);
                let range = edges.first().map(|&first| [first, edges[edges.len() - 1]]);
                Histogram { of: of.clone(), edges, counts, missing, range }
            },
        )
    };
    let features: Vec<_> = schema
        .features()
        .iter()
        .map(|feature| histogram(feature.name.clone(), at(feature, 6).boxed()))
        .collect();
    let score = histogram("score".to_owned(), Just(vec![0.1, 0.2, 0.5]).boxed());
    (features, score).prop_map(|(features, score)| Reference { features, score })
}

/// Points in log-odds: mostly as a model has them, sometimes as large as one may be.
fn points() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -3.0..3.0_f64, 1 => -1e6..=1e6_f64, 1 => select(vec![0.0, -0.0, 5e-324, 1e6, -1e6])]
}
