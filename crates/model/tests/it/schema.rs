//! The built-in schema is the contract's, and no schema contradicts itself.

use lead_model::{Feature, Kind, ModelError, Presence, Schema};

fn feature(name: &str) -> Feature {
    Feature {
        name: name.to_owned(),
        group: "group".to_owned(),
        kind: Kind::Real,
        min: Some(0.0),
        max: Some(1.0),
        presence: Presence::Required,
        levels: Vec::new(),
        missing: Vec::new(),
        decimal: None,
        meaning: "meaning".to_owned(),
        unit: None,
        phrase: "phrase".to_owned(),
        denial: None,
    }
}

fn refusal(features: Vec<Feature>) -> String {
    match Schema::new("mine", features) {
        Err(error @ ModelError::Schema { .. }) => error.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn the_built_in_schema_has_fifty_features_in_five_groups() {
    let schema = Schema::b2b();
    let groups: Vec<_> = schema
        .features()
        .chunk_by(|a, b| a.group == b.group)
        .map(|group| (group[0].group.as_str(), group.len()))
        .collect();
    let expected = [
        ("firmographics", 10),
        ("engagement", 15),
        ("behavioural", 15),
        ("attribution", 5),
        ("product", 5),
    ];
    assert_eq!(groups, expected);
    let required = schema.features().iter().filter(|f| f.presence == Presence::Required);
    assert_eq!(required.count(), 23);
}

#[test]
fn every_name_is_found_where_it_stands() {
    let schema = Schema::b2b();
    for (position, feature) in schema.features().iter().enumerate() {
        assert_eq!(schema.position(&feature.name), Some(position));
    }
    for stranger in ["", "bounce_rat", "bounce_rate_", "BOUNCE_RATE", "lead_id"] {
        assert_eq!(schema.position(stranger), None);
    }
}

#[test]
fn the_built_in_schema_survives_json() {
    let schema = Schema::b2b();
    let json = serde_json::to_string(&schema).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
}

#[test]
fn contradictions_are_refused_with_their_reason() {
    let flawed = |change: fn(&mut Feature)| {
        let mut flawed = feature("a");
        change(&mut flawed);
        refusal(vec![feature("b"), flawed])
    };
    let refusals = [
        refusal(vec![]),
        refusal(vec![feature("a"), feature("b"), feature("a")]),
        flawed(|f| f.name = "new\nline".to_owned()),
        flawed(|f| f.name = String::new()),
        flawed(|f| f.min = Some(2.0)),
        flawed(|f| f.max = Some(f64::NAN)),
        flawed(|f| f.presence = Presence::Default(3.0)),
        flawed(|f| (f.kind, f.max) = (Kind::Flag, Some(0.5))),
        flawed(|f| (f.kind, f.max) = (Kind::Integer, Some(1e30))),
        flawed(|f| f.levels = vec!["yes".to_owned()]),
        flawed(|f| (f.kind, f.max, f.levels) = (Kind::Flag, Some(1.0), vec!["no".to_owned()])),
        flawed(|f| (f.kind, f.levels) = (Kind::Category, vec!["a".to_owned(), "a".to_owned()])),
        flawed(|f| (f.kind, f.levels) = (Kind::Category, vec![" a".to_owned()])),
        flawed(|f| f.missing = vec!["NA".to_owned()]),
    ];
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    schema mine is not sound: it has 0 features
    schema mine is not sound: feature a appears twice
    schema mine is not sound: feature name "new\nline" is empty or holds a control character
    schema mine is not sound: feature name "" is empty or holds a control character
    schema mine is not sound: range 2 to 1 of a does not suit the kind real
    schema mine is not sound: range 0 to NaN of a does not suit the kind real
    schema mine is not sound: default 3 of a is not one of its values (out_of_range)
    schema mine is not sound: range 0 to 0.5 of a does not suit the kind flag
    schema mine is not sound: range 0 to 1000000000000000000000000000000 of a does not suit the kind integer
    schema mine is not sound: 1 levels of a do not suit the kind real
    schema mine is not sound: 1 levels of a do not suit the kind flag
    schema mine is not sound: text "a" of a means two things
    schema mine is not sound: text " a" of a is empty or has white space around it
    schema mine is not sound: a has missing tokens but is not optional
    "#);
}
