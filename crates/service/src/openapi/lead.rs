//! The schema of a lead, from the schema of the live model.
//!
//! It says what `Lead::from_json` of the model crate takes. Where that is more lenient than a schema can say (spaces around
//! a text, a blank text for a value that is not known), the document names the usual form.

use lead_model::{Feature, ID_LIMIT, Kind, Presence, Schema};
use serde_json::Value;
use utoipa::openapi::{
    ArrayBuilder, Object, ObjectBuilder, Ref, RefOr, Schema as Component, Type,
    schema::{AdditionalProperties, AnyOfBuilder, SchemaType},
};

use super::number;

/// The name of a lead's schema among the document's components.
pub(super) const LEAD: &str = "Lead";
/// The same of a list of leads.
pub(super) const BATCH: &str = "Batch";

/// The same of its features.
const FEATURES: &str = "Features";

/// The components that a lead needs, by name.
pub(super) fn components(
    schema: &Schema,
    most_leads: usize,
) -> [(&'static str, RefOr<Component>); 3] {
    [
        (LEAD, lead().into()),
        (FEATURES, features(schema).into()),
        (
            BATCH,
            ArrayBuilder::new()
                .items(Ref::from_schema_name(LEAD))
                .max_items(Some(most_leads))
                .description(Some("Leads, scored in this order."))
                .into(),
        ),
    ]
}

fn lead() -> Object {
    let id = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(ID_LIMIT))
        .description(Some(format!("Repeated in the answer; at most {ID_LIMIT} bytes of UTF-8.")));
    ObjectBuilder::new()
        .description(Some("A lead, as the live model takes it."))
        .property("lead_id", id)
        .required("lead_id")
        .property("features", Ref::from_schema_name(FEATURES))
        .required("features")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .build()
}

fn features(schema: &Schema) -> Object {
    let named = ObjectBuilder::new()
        .description(Some(format!("The features of the schema {}.", schema.name())))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let all = schema.features().iter().fold(named, |object, known| {
        let object = object.property(known.name.clone(), feature(known));
        match known.presence {
            Presence::Required => object.required(known.name.clone()),
            Presence::Default(_) | Presence::Optional => object,
        }
    });
    all.build()
}

fn feature(feature: &Feature) -> RefOr<Component> {
    let values = described(values(feature), feature).build();
    if feature.missing.is_empty() {
        return values.into();
    }
    let words = ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .description(Some("Words for a value that is not known."))
        .enum_values(Some(feature.missing.iter().flat_map(|word| spellings(word))));
    AnyOfBuilder::new().item(values).item(words).into()
}

/// What the values look like.
fn values(feature: &Feature) -> ObjectBuilder {
    let optional = feature.presence == Presence::Optional;
    let typed = |kind: Type| {
        if optional { SchemaType::from_iter([kind, Type::Null]) } else { SchemaType::new(kind) }
    };
    let object = ObjectBuilder::new();
    match (feature.kind, feature.levels.as_slice()) {
        (Kind::Category, levels @ [_, ..]) => {
            let texts = object.examples(levels.iter().map(String::as_str));
            if levels.iter().any(|level| numeral(level).is_some()) {
                let kinds = [Type::String, Type::Number].into_iter();
                return texts.schema_type(SchemaType::from_iter(
                    kinds.chain(optional.then_some(Type::Null)),
                ));
            }
            let texts = texts.schema_type(typed(Type::String));
            if optional { texts } else { texts.pattern(Some(r"\S")) }
        }
        (Kind::Flag, levels @ [_, ..]) => {
            let mut every: Vec<Value> = levels.iter().flat_map(|level| spellings(level)).collect();
            if !levels.iter().any(|level| numeral(level).is_some()) {
                every.extend([0.into(), 1.into()]);
            }
            every.extend([false.into(), true.into()]);
            every.extend(optional.then_some(Value::Null));
            object.schema_type(SchemaType::AnyValue).enum_values(Some(every))
        }
        (Kind::Real, _) => object
            .schema_type(typed(Type::Number))
            .minimum(feature.min.map(number::bound))
            .maximum(feature.max.map(number::bound)),
        (Kind::Integer | Kind::Flag | Kind::Category, _) => {
            let (min, max) = feature.bounds();
            object
                .schema_type(typed(Type::Integer))
                .minimum(Some(number::bound(min)))
                .maximum(Some(number::bound(max)))
        }
    }
}

/// The same with what they mean, and what is taken where there is none.
fn described(values: ObjectBuilder, feature: &Feature) -> ObjectBuilder {
    let unit = feature.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
    let unseen = match (feature.kind, feature.levels.is_empty()) {
        (Kind::Category, false) => ". Any other text counts as a value that was never seen",
        _ => "",
    };
    let values = values.description(Some(format!("{}{unit}{unseen}.", feature.meaning)));
    match feature.presence {
        Presence::Default(value) => values.default(Some(number::json(value))),
        Presence::Required | Presence::Optional => values,
    }
}

/// A text, and the number that it spells.
fn spellings(text: &str) -> impl Iterator<Item = Value> {
    [Some(Value::from(text)), numeral(text).map(number::json)].into_iter().flatten()
}

fn numeral(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use lead_model::{Feature, Kind, Lead, Presence, Schema};
    use serde_json::{Value, json};

    use super::{LEAD, components};
    use crate::openapi::example;

    /// A feature of each kind that a model of one's own may have.
    fn schema() -> Schema {
        let feature =
            |name: &str, kind, range: [Option<f64>; 2], presence, texts: [&[&str]; 2]| Feature {
                name: name.to_owned(),
                group: "all".to_owned(),
                kind,
                min: range[0],
                max: range[1],
                presence,
                levels: texts[0].iter().copied().map(str::to_owned).collect(),
                missing: texts[1].iter().copied().map(str::to_owned).collect(),
                decimal: None,
                meaning: "What it says".to_owned(),
                unit: None,
                phrase: "{n}".to_owned(),
                denial: None,
            };
        let (free, flag) = ([None, None], [Some(0.0), Some(1.0)]);
        let none: [&[&str]; 2] = [&[], &[]];
        let features = vec![
            feature("share", Kind::Real, [Some(0.0), Some(1.0)], Presence::Required, none),
            feature(
                "age",
                Kind::Real,
                [Some(0.0), None],
                Presence::Optional,
                [&[], &["999", "n/a"]],
            ),
            feature("count", Kind::Integer, free, Presence::Default(3.0), none),
            feature("listed", Kind::Flag, [Some(0.0), Some(1.0)], Presence::Default(0.0), none),
            feature("asked", Kind::Flag, flag, Presence::Optional, [&["no", "yes"], &[]]),
            feature("source", Kind::Category, free, Presence::Required, [&["web", "fair"], &[]]),
            feature("region", Kind::Category, free, Presence::Optional, [&["1", "2"], &["?"]]),
            feature("code", Kind::Category, [Some(0.0), Some(4.0)], Presence::Default(0.0), none),
        ];
        Schema::new("own", features).expect("a sound schema")
    }

    fn validator(schema: &Schema) -> jsonschema::Validator {
        let schemas: serde_json::Map<_, _> = components(schema, 10)
            .into_iter()
            .map(|(name, component)| (name.to_owned(), json!(component)))
            .collect();
        let lead = format!("#/components/schemas/{LEAD}");
        let root = json!({"$ref": lead, "components": {"schemas": schemas}});
        jsonschema::draft202012::new(&root).expect("a sound schema")
    }

    #[test]
    fn the_document_takes_what_the_model_takes() {
        let schema = schema();
        let validator = validator(&schema);
        let good = example::lead(&schema, "x");
        let values = [
            json!(0),
            json!(1),
            json!(-1),
            json!(0.5),
            json!(5),
            json!(1.0),
            json!(999),
            json!(1e300),
            json!(1e19),
            json!(9_007_199_254_740_992_u64),
            json!(9_007_199_254_740_993_u64),
            json!(9_007_199_254_740_994_u64),
            json!(-9_007_199_254_740_993_i64),
            json!(-9_007_199_254_740_994_i64),
            json!("web"),
            json!("other"),
            json!("yes"),
            json!("maybe"),
            json!("1"),
            json!("7"),
            json!("999"),
            json!("n/a"),
            json!("?"),
            json!(true),
            json!(false),
            json!(null),
            json!([]),
            json!({}),
        ];
        for feature in schema.features() {
            for value in &values {
                let mut lead = good.clone();
                lead["features"][&feature.name] = value.clone();
                let taken = Lead::from_json(&schema, lead.to_string().as_bytes()).is_ok();
                assert_eq!(validator.is_valid(&lead), taken, "{} {value}", feature.name);
            }
            let mut lead = good.clone();
            lead["features"].as_object_mut().expect("an object").remove(&feature.name);
            let taken = Lead::from_json(&schema, lead.to_string().as_bytes()).is_ok();
            assert_eq!(validator.is_valid(&lead), taken, "without {}", feature.name);
        }
    }

    #[test]
    fn a_lead_has_its_two_members_and_known_features_only() {
        let schema = schema();
        let validator = validator(&schema);
        let good = example::lead(&schema, "x");
        assert!(validator.is_valid(&good));
        let odd = [
            ("/lead_id", json!(7)),
            ("/lead_id", json!("x".repeat(513))),
            ("/features", json!([])),
            ("/features/unknown", json!(1)),
            ("/more", json!(1)),
        ];
        for (place, value) in odd {
            let mut lead = good.clone();
            let (parent, name) = place.rsplit_once('/').expect("a pointer");
            lead.pointer_mut(parent).expect("an object")[name] = Value::clone(&value);
            assert!(!validator.is_valid(&lead), "{place} {value:.20}");
            assert!(Lead::from_json(&schema, lead.to_string().as_bytes()).is_err());
        }
    }

    #[test]
    fn examples_are_leads_of_the_built_in_schema_too() {
        let schema = Schema::b2b();
        let lead = example::lead(&schema, "x");
        assert!(validator(&schema).is_valid(&lead));
        assert!(Lead::from_json(&schema, lead.to_string().as_bytes()).is_ok());
    }
}
