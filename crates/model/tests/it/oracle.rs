//! The slow and obvious reader of leads: `serde_json` first, then one rule after the other.
//!
//! The real reader is held against it by property tests and by the fuzzer.

use std::fmt;

use lead_model::{Feature, ID_LIMIT, Kind, Presence, Schema};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// JSON as `serde_json` reads it, with every member kept, repeated ones too.
#[derive(Debug)]
pub(crate) enum Json {
    Object(Vec<(String, Self)>),
    Array,
    Number(f64),
    Text(String),
    Bool(bool),
    Null,
}

struct JsonVisitor;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        while items.next_element::<Json>()?.is_some() {}
        Ok(Json::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

/// Id and values of the lead in JSON, NaN where one is missing; `None` if anything is wrong with it.
pub(crate) fn read(schema: &Schema, json: Json) -> Option<(String, Vec<f64>)> {
    let Json::Object(mut members) = json else { return None };
    members.sort_by(|a, b| a.0.cmp(&b.0));
    let [(features, Json::Object(entries)), (lead_id, Json::Text(id))] = members.as_slice() else {
        return None;
    };
    if features != "features" || lead_id != "lead_id" || id.len() > ID_LIMIT {
        return None;
    }
    let mut values: Vec<Option<f64>> = vec![None; schema.len()];
    for (name, json) in entries {
        let position = schema.features().iter().position(|feature| feature.name == *name)?;
        let value = value(&schema.features()[position], json)?;
        if values[position].replace(value).is_some() {
            return None;
        }
    }
    let filled = values.iter().zip(schema.features());
    let filled = filled.map(|(value, feature)| value.or_else(|| absent(feature)));
    Some((id.clone(), filled.collect::<Option<Vec<_>>>()?))
}

fn absent(feature: &Feature) -> Option<f64> {
    match feature.presence {
        Presence::Required => None,
        Presence::Default(value) => Some(value),
        Presence::Optional => Some(f64::NAN),
    }
}

fn value(feature: &Feature, json: &Json) -> Option<f64> {
    let missing = (feature.presence == Presence::Optional).then_some(f64::NAN);
    let named = !feature.levels.is_empty();
    match json {
        Json::Null => missing,
        Json::Number(number) => numbered(feature, *number),
        Json::Bool(truth) if feature.kind == Kind::Flag => {
            let word = truth.to_string();
            let usual = named.then_some(f64::from(u8::from(*truth)));
            if feature.missing.contains(&word) { missing } else { level(feature, &word).or(usual) }
        }
        Json::Text(text) => {
            let text = text.trim();
            if text.is_empty() || feature.missing.iter().any(|token| token == text) {
                return missing;
            }
            let unseen = (named && feature.kind == Kind::Category).then_some(feature.levels.len());
            level(feature, text).or(unseen.map(|unseen| unseen as f64))
        }
        Json::Bool(_) | Json::Array | Json::Object(_) => None,
    }
}

fn level(feature: &Feature, text: &str) -> Option<f64> {
    feature.levels.iter().position(|level| level == text).map(|level| level as f64)
}

fn numbered(feature: &Feature, number: f64) -> Option<f64> {
    let spells = |text: &String| numeral(feature, text) == Some(number);
    if feature.missing.iter().any(spells) {
        return Some(f64::NAN);
    }
    let spelled = level(feature, &number.to_string());
    let level = spelled.or(feature.levels.iter().position(spells).map(|level| level as f64));
    let numerals = feature.levels.iter().any(|text| numeral(feature, text).is_some());
    match (level, numerals, feature.kind) {
        (Some(level), true, _) => Some(level),
        (None, true, Kind::Category) => Some(feature.levels.len() as f64),
        (None, true, _) => None,
        (_, false, Kind::Category) if !feature.levels.is_empty() => None,
        (_, false, _) => feature.check(number).ok(),
    }
}

/// The number that a text is, as the feature writes numbers.
fn numeral(feature: &Feature, text: &str) -> Option<f64> {
    if let Some(decimal) = feature.decimal {
        return decimal.parse(text);
    }
    let digits = text.bytes().all(|byte| b"0123456789.eE+-".contains(&byte));
    if digits { text.parse().ok() } else { None }
}
