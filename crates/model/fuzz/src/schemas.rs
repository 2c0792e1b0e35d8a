//! Schemas to read leads with, and models to score them with.

use lead_model::{
    Artifact, Axis, Curve, CutPoints, Feature, FeatureCurve, Kind, Levels, Pair, Presence, Ramp,
    Schema, Scorecard, Scorer,
};

/// Features of every kind, with names that JSON escapes, levels, sentinels, and words for missing.
pub fn odd_schema() -> Schema {
    let mut features = vec![
        feature("plain", Kind::Real, Presence::Required, &[], &[]),
        feature("a\"quote\"", Kind::Real, Presence::Optional, &[], &["NA", "999"]),
        feature("back\\slash", Kind::Integer, Presence::Default(3.0), &[], &[]),
        feature("Größe 😀/~", Kind::Integer, Presence::Optional, &[], &["-1", "n/a"]),
        feature("flag", Kind::Flag, Presence::Optional, &[], &[]),
        feature("named flag", Kind::Flag, Presence::Optional, &["nein", "ja"], &["?"]),
        feature("numbered flag", Kind::Flag, Presence::Required, &["1", "2"], &[]),
        feature("lead_id", Kind::Category, Presence::Optional, &["a", "b", "(other)"], &["Select"]),
        feature("features", Kind::Category, Presence::Default(1.0), &["1", "2.0", "07", "7"], &[]),
        feature("tier", Kind::Category, Presence::Required, &[], &[]),
    ];
    (features[0].min, features[0].max) = (Some(-1.0), Some(1e6));
    features[2].min = Some(0.0);
    (features[9].min, features[9].max) = (Some(1.0), Some(3.0));
    Schema::new("odd", features).expect("the table above is sound")
}

fn feature(
    name: &str,
    kind: Kind,
    presence: Presence,
    levels: &[&str],
    missing: &[&str],
) -> Feature {
    let (min, max) = if kind == Kind::Flag { (Some(0.0), Some(1.0)) } else { (None, None) };
    let mut feature = Schema::b2b().features()[0].clone();
    feature.name = name.to_owned();
    (feature.kind, feature.presence, feature.min, feature.max) = (kind, presence, min, max);
    feature.levels = levels.iter().map(|&level| level.to_owned()).collect();
    feature.missing = missing.iter().map(|&token| token.to_owned()).collect();
    feature
}

/// A model of `schema` in the likeness of `template`, with steep curves, and a pair of the first two features.
pub fn scorer_of(template: &Artifact, schema: Schema) -> Scorer {
    let mut artifact = template.clone();
    let curve = |feature: &Feature| {
        let curve = match feature.kind {
            Kind::Real => Curve::Ramp(Ramp {
                knots: vec![-1.0, 0.0, 7.0],
                points: vec![-9.0, 2.0, 1e6],
                missing: 0.3,
            }),
            _ => Curve::Levels(Levels {
                values: vec![0.0, 2.0],
                points: vec![-1e6, 4.0],
                unseen: 0.5,
                missing: -0.7,
            }),
        };
        FeatureCurve { feature: feature.name.clone(), curve }
    };
    let names = [0, 1].map(|position| schema.features()[position].name.clone());
    let pair = Pair {
        features: names,
        axes: [Axis::Knots(vec![0.0, 1.0]), Axis::Levels(vec![0.0])],
        points: vec![vec![1.0, -2.0, 3.0], vec![0.0, 1e6, -1.0], vec![5.0, 5.5, -6.0]],
        rows: Vec::new(),
    };
    artifact.scorecard = Scorecard {
        intercept: -0.5,
        curves: schema.features().iter().map(curve).collect(),
        pairs: vec![pair],
    };
    artifact.training.importance = vec![0.0; schema.len()];
    (artifact.schema, artifact.reference, artifact.golden) = (schema, None, Vec::new());
    artifact.cut_points = CutPoints::CONTRACT;
    Scorer::new(artifact).expect("the model above is sound")
}
