//! What the service tells about its model, written once when the model is loaded.
//!
//! Three bodies: [`info`], [`features`] and [`importance`]. They are pure functions of the artifact. How the figures
//! were measured is the model crate's to say.

use lead_model::{Artifact, Feature, Lead, Training};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// How many features the short list of importance holds.
const TOP: usize = 10;

/// What is known of the live model.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelInfo)]
pub(crate) struct Info<'a> {
    version: &'a str,
    n_features: usize,
    /// Their names, in model order.
    #[schema(value_type = Vec<String>)]
    features: Names<'a>,
    metadata: Metadata<'a>,
}

/// The predecessor's members, and the training figures in place of its made-up date.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelMetadata)]
struct Metadata<'a> {
    name: &'a str,
    version: &'a str,
    #[schema(value_type = Vec<String>)]
    features: Names<'a>,
    n_features: usize,
    model_type: &'static str,
    /// The name of its schema.
    schema: &'a str,
    /// The probabilities at which the buckets part.
    cut_points: [f64; 4],
    /// What the model file says of the training and of what was measured.
    #[schema(value_type = Object, additional_properties)]
    training: &'a Training,
    is_stub: bool,
}

/// What a lead of the live model consists of.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelFeatures)]
pub(crate) struct Features<'a> {
    /// Their names, in model order.
    #[schema(value_type = Vec<String>)]
    features: Names<'a>,
    count: usize,
    /// Each with name, group, kind, range, presence and meaning, in model order.
    #[schema(value_type = Vec<Object>)]
    schema: &'a [Feature],
    /// A lead to try the model with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    example: Option<Box<RawValue>>,
}

/// What each feature moves on average.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelImportance)]
pub(crate) struct Importance<'a> {
    /// Mean absolute contribution in log-odds by feature, the weightiest first.
    #[schema(value_type = std::collections::HashMap<String, f64>)]
    importance: Ranked<'a>,
    /// The first ten as pairs of name and weight.
    #[schema(value_type = Vec<Vec<Value>>)]
    top_10: &'a [(&'a str, f64)],
}

/// The body of `GET /api/v1/model/info`.
pub(crate) fn info(artifact: &Artifact) -> Vec<u8> {
    let features = artifact.schema.features();
    json(&Info {
        version: &artifact.version,
        n_features: features.len(),
        features: Names(features),
        metadata: Metadata {
            name: &artifact.name,
            version: &artifact.version,
            features: Names(features),
            n_features: features.len(),
            model_type: "scorecard",
            schema: artifact.schema.name(),
            cut_points: artifact.cut_points.points(),
            training: &artifact.training,
            is_stub: false,
        },
    })
}

/// The body of `GET /api/v1/model/features`.
pub(crate) fn features(artifact: &Artifact) -> Vec<u8> {
    let schema = artifact.schema.features();
    json(&Features {
        features: Names(schema),
        count: schema.len(),
        schema,
        example: example(artifact),
    })
}

/// A lead to try the model with: of its golden leads the one about which it is least sure.
fn example(artifact: &Artifact) -> Option<Box<RawValue>> {
    let doubt = |probability: f64| (probability - 0.5).abs();
    let golden = artifact
        .golden
        .iter()
        .min_by(|left, right| doubt(left.probability).total_cmp(&doubt(right.probability)))?;
    let lead = Lead::from_values(&artifact.schema, "example", golden.values.as_slice()).ok()?;
    let mut body = Vec::new();
    lead.write_json(&artifact.schema, &mut body);
    RawValue::from_string(String::from_utf8(body).ok()?).ok()
}

/// The body of `GET /api/v1/model/importance`: mean absolute points per feature, the weightiest first, equals in schema
/// order.
pub(crate) fn importance(artifact: &Artifact) -> Vec<u8> {
    let names = artifact.schema.features().iter().map(|feature| feature.name.as_str());
    let mut ranked: Vec<(&str, f64)> =
        names.zip(artifact.training.importance.iter().copied()).collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1));
    json(&Importance { importance: Ranked(&ranked), top_10: &ranked[..TOP.min(ranked.len())] })
}

/// The features' names, in schema order.
struct Names<'a>(&'a [Feature]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|feature| &feature.name))
    }
}

/// An object whose members keep this order.
struct Ranked<'a>(&'a [(&'a str, f64)]);

impl Serialize for Ranked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("strings, numbers and lists of them are always JSON")
}
