//! Strategies of proptest for schemas, leads, scorecards, and model files of every kind.
//!
//! Everything drawn here is sound: what [`Schema::new`] and [`Scorer::new`](lead_model::Scorer::new) take without a word,
//! however odd. Damaging it is left to the tests. Strategies that depend on a schema take it by reference and borrow
//! nothing.

mod model;

use std::collections::BTreeSet;

use lead_model::{Decimal, Feature, Kind, Lead, Presence, Schema};
use proptest::{collection::vec, prelude::*, sample::select};

pub(crate) use crate::spelling::{Draw, body, drawn, quoted, spelled};
pub(crate) use model::{artifact, curve, cut_points, pair};

/// Texts that readers stumble over: escapes of JSON and CSV, words that mean something elsewhere, numbers, other scripts.
const TEXTS: [&str; 28] = [
    "a",
    "b",
    "bounce_rate",
    "lead_id",
    "features",
    "yes",
    "No",
    "true",
    "null",
    "NA",
    "unknown",
    "Select",
    "0",
    "1",
    "2",
    "-1",
    "999",
    "3.5",
    "1e3",
    "inf",
    "NaN",
    "(other)",
    "a\"b",
    "back\\slash",
    "a/b~c",
    "Größe 😀",
    "two words",
    "x,y;z\tq",
];

/// A schema of 1 to 8 features of every kind, with levels, missing tokens, and names of any letters.
pub(crate) fn schema() -> impl Strategy<Value = Schema> {
    (text(), vec(feature(), 1..8)).prop_map(|(name, mut features)| {
        let names = distinct(features.iter().map(|feature| feature.name.clone()));
        features.iter_mut().zip(names).for_each(|(feature, name)| feature.name = name);
        Schema::new(name, features).expect("what is drawn here is sound")
    })
}

/// A feature that a schema takes.
pub(crate) fn feature() -> impl Strategy<Value = Feature> {
    let kinds = select(vec![Kind::Real, Kind::Integer, Kind::Flag, Kind::Category]);
    let texts =
        (name(), text(), text(), proptest::option::of(text()), proptest::option::of(text()));
    let words = (vec(text(), 0..6), vec(text(), 0..3), any::<bool>());
    let marks = proptest::option::weighted(0.3, select(vec![Decimal::Point, Decimal::Comma]));
    let ends = (proptest::option::of(number()), proptest::option::of(number()));
    (kinds, texts, (words, marks), ends, 0..3_u8, draw()).prop_map(
        |(
            kind,
            (name, meaning, phrase, unit, denial),
            ((levels, missing, named), marks),
            ends,
            presence,
            draw,
        )| {
            let (min, max) = range(kind, ends);
            let mut feature = Feature {
                name,
                group: "group".to_owned(),
                kind,
                min,
                max,
                presence: Presence::Required,
                levels: Vec::new(),
                missing: Vec::new(),
                decimal: marks.filter(|_| matches!(kind, Kind::Real | Kind::Integer)),
                meaning,
                unit,
                phrase,
                denial,
            };
            let mut texts = distinct(levels.iter().chain(&missing).map(|text| word(text)));
            let tokens = texts.split_off(levels.len());
            match kind {
                Kind::Category if named => feature.levels = texts,
                Kind::Flag if named => feature.levels = vec!["(no)".to_owned(), "(yes)".to_owned()],
                _ => {}
            }
            match presence {
                0 => {}
                1 => feature.presence = Presence::Default(drawn(&feature, draw)),
                _ => {
                    // A word that every flag knows cannot also mean that it is not known.
                    let known = |token: &String| {
                        kind == Kind::Flag
                            && Feature { missing: Vec::new(), ..feature.clone() }
                                .parse(token)
                                .is_ok()
                    };
                    let missing = tokens.into_iter().filter(|token| !known(token)).collect();
                    feature.presence = Presence::Optional;
                    feature.missing = missing;
                }
            }
            feature
        },
    )
}

/// A lead of `schema`, with features missing or left to their default where it may be.
pub(crate) fn lead(schema: &Schema) -> impl Strategy<Value = Lead> + use<> {
    let schema = schema.clone();
    let draws = vec((proptest::bool::weighted(0.2), draw()), schema.len());
    (text(), draws).prop_map(move |(id, draws)| {
        let mut members = Vec::new();
        for (feature, (absent, draw)) in schema.features().iter().zip(draws) {
            let value = drawn(feature, draw);
            if !(value.is_nan() || absent && feature.presence != Presence::Required) {
                members.push((feature.name.clone(), spelled(feature, value)));
            }
        }
        Lead::from_json(&schema, body(&id, &members).as_bytes())
            .expect("what is drawn here is sound")
    })
}

/// A schema and a few of its leads.
pub(crate) fn schema_and_leads() -> impl Strategy<Value = (Schema, Vec<Lead>)> {
    schema().prop_flat_map(|schema| (Just(schema.clone()), vec(lead(&schema), 1..6)))
}

/// A text of any letters; short ones shrink to `a`.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let short = any::<String>().prop_map(|text| text.chars().take(12).collect::<String>());
    prop_oneof![3 => select(TEXTS.to_vec()).prop_map(str::to_owned), 1 => short]
}

/// A text that may name a feature.
fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| {
        let name: String = text.chars().filter(|letter| !letter.is_control()).collect();
        if name.is_empty() { "nameless".to_owned() } else { name }
    })
}

/// A text that may name a level or stand for a missing value.
fn word(text: &str) -> String {
    let word = text.trim();
    if word.is_empty() { "blank".to_owned() } else { word.to_owned() }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let unlike = |mut text: String| {
        while !seen.insert(text.clone()) {
            text.push('\'');
        }
        text
    };
    texts.map(unlike).collect()
}

/// A finite number: small, an integer, or of any size.
pub(crate) fn number() -> impl Strategy<Value = f64> {
    let any = any::<f64>().prop_map(|x| if x.is_finite() { x } else { 0.0 });
    let small = -100..1000_i32;
    prop_oneof![2 => small.prop_map(f64::from), 2 => -10.0..10.0_f64, 1 => any]
}

pub(crate) fn draw() -> impl Strategy<Value = Draw> {
    (0..8_u8, 0.0..1.0_f64, number())
}

/// Ends of a range that suit the kind, in order.
fn range(kind: Kind, ends: (Option<f64>, Option<f64>)) -> (Option<f64>, Option<f64>) {
    if kind == Kind::Flag {
        return (Some(0.0), Some(1.0));
    }
    let suit = |end: f64| {
        let limit = lead_model::INTEGER_LIMIT;
        if kind == Kind::Real { end } else { end.round().clamp(-limit, limit) }
    };
    match (ends.0.map(suit), ends.1.map(suit)) {
        (Some(low), Some(high)) => (Some(low.min(high)), Some(low.max(high))),
        open => open,
    }
}

/// At most `size` numbers in and around the range of `feature`, strictly rising, apart enough for a line between them.
fn at(feature: &Feature, size: usize) -> impl Strategy<Value = Vec<f64>> + use<> {
    let feature = feature.clone();
    vec((draw(), any::<bool>()), size).prop_map(move |draws| {
        let value = |(draw, beyond): (Draw, bool)| {
            let value = if beyond { draw.2 } else { drawn(&feature, draw) };
            let value = if value.is_nan() { 0.0 } else { value };
            if feature.kind == Kind::Real { value } else { value.round() }
        };
        let mut at: Vec<f64> = draws.into_iter().map(value).collect();
        at.sort_by(f64::total_cmp);
        at.dedup_by(|next, last| !(1e-200..f64::INFINITY).contains(&(*next - *last)));
        at
    })
}
