//! Request bodies to try the service with.
//!
//! They are made up from the schema: the document asks for no key, and the leads in a model's file were real ones.

use lead_model::{Feature, Kind, Presence, Schema};
use serde_json::{Map, Value, json};

use super::number;
use crate::wire::INPUT;

/// A lead with a value for each feature.
pub(super) fn lead(schema: &Schema, id: &str) -> Value {
    let features: Map<_, _> = schema
        .features()
        .iter()
        .map(|feature| {
            let value = match feature.levels.first() {
                Some(level) => level.as_str().into(),
                None => number::json(value(feature)),
            };
            (feature.name.clone(), value)
        })
        .collect();
    json!({"lead_id": id, "features": features})
}

/// Two leads.
pub(super) fn batch(schema: &Schema) -> Value {
    json!([lead(schema, "lead-1"), lead(schema, "lead-2")])
}

/// The same two, a line each.
pub(super) fn lines(schema: &Schema) -> Value {
    let lines = ["lead-1", "lead-2"].map(|id| format!("{}\n", lead(schema, id)));
    lines.concat().into()
}

/// The same lead as a tensor of one row.
pub(super) fn inference(schema: &Schema) -> Value {
    let data: Vec<_> = schema.features().iter().map(|known| number::json(value(known))).collect();
    json!({
        "id": "request-1",
        "inputs": [{"name": INPUT, "shape": [1, data.len()], "datatype": "FP64", "data": data}],
    })
}

/// A number that the feature takes; a level by its place.
fn value(feature: &Feature) -> f64 {
    if !feature.levels.is_empty() {
        return 0.0;
    }
    let (low, high) = feature.bounds();
    match (feature.presence, feature.kind, feature.min.zip(feature.max)) {
        (Presence::Default(value), _, _) => value,
        (_, Kind::Real, Some((low, high))) => low.midpoint(high),
        (_, Kind::Flag, _) => 0.0,
        _ => 1.0_f64.clamp(low, high),
    }
}
