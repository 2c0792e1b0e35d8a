//! The Open Inference Protocol, version 2, as `KServe`, Triton and `MLServer` speak it over REST.
//!
//! [`Inference`] is the request, [`inferred`] writes the answer. One tensor holds the leads, a row each, its columns in
//! schema order; `null` is a value that is not given. Tensors in binary are not taken.

use lead_model::{Lead, Schema, Score};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, Type},
};

use super::numbers::{self, Numbers};
use crate::{
    error::ApiError,
    models::Live,
    object::{Object, objects},
    tensor_fault::TensorFault,
};

/// What the tensor of leads is called in a model's description; a request may name it as it likes.
pub(crate) const INPUT: &str = "features";

/// Types whose values are numbers in JSON.
const NUMBERS: [&str; 10] =
    ["FP64", "FP32", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"];

/// A request to score the rows of a tensor.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InferenceRequest)]
pub(crate) struct Inference {
    /// Echoed, and no more.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// One tensor.
    #[schema(min_items = 1, max_items = 1)]
    #[serde(deserialize_with = "objects")]
    inputs: Vec<Input>,
    /// The outputs that are wanted; all of them if none is named.
    #[serde(default, deserialize_with = "objects")]
    outputs: Vec<Wanted>,
}

/// The leads, a row each, under any name; its columns are the features in model order.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InferenceInput)]
struct Input {
    /// The number of leads, and the number of features.
    #[schema(min_items = 2, max_items = 2)]
    shape: Vec<u64>,
    #[schema(schema_with = number_types)]
    datatype: String,
    #[schema(schema_with = numbers::schema)]
    data: Numbers,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InferenceOutputName)]
struct Wanted {
    #[schema(schema_with = output_names)]
    name: String,
}

fn number_types() -> ObjectBuilder {
    let described = "FP64, or another type whose values are numbers in JSON.";
    ObjectBuilder::new()
        .enum_values(Some(NUMBERS))
        .schema_type(Type::String)
        .description(Some(described))
}

fn output_names() -> ObjectBuilder {
    ObjectBuilder::new().enum_values(Some(OUTPUTS.map(Output::name))).schema_type(Type::String)
}

impl Inference {
    /// Reads a request; what its tensor holds is looked at by [`Inference::leads`].
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let read = serde_json::from_slice::<Object<Self>>(body).map(|Object(request)| request);
        read.map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let (code, what) = match error.classify() {
                serde_json::error::Category::Data => (
                    "wrong_type",
                    "is no inference request: inputs[] with name, shape, datatype and data are expected",
                ),
                _ => ("invalid_json", "is not valid JSON"),
            };
            let detail = format!("The body {what}; see line {line}, column {column}.");
            ApiError::InvalidTensors(vec![TensorFault::new("", code, detail)])
        })
    }

    /// The rows as leads of the model's schema, `id/row` each.
    pub(crate) fn leads(&mut self, schema: &Schema, limit: usize) -> Result<Vec<Lead>, ApiError> {
        let columns = schema.len();
        let [input] = self.inputs.as_mut_slice() else {
            let detail = format!("Send one input, a tensor of shape [n, {columns}].");
            return Err(fault("/inputs", "wrong_type", detail));
        };
        if !NUMBERS.contains(&input.datatype.as_str()) {
            let detail = "The datatype must be FP64, or another one whose values are JSON numbers.";
            return Err(fault("/inputs/0/datatype", "wrong_type", detail));
        }
        let rows = match input.shape.as_slice() {
            [rows, width] if *width == columns as u64 => *rows,
            _ => {
                let detail = format!("The shape must be [n, {columns}], a row per lead.");
                return Err(fault("/inputs/0/shape", "wrong_type", detail));
            }
        };
        if rows > limit as u64 {
            return Err(ApiError::BatchTooLong { limit });
        }
        let Numbers { values, nested } = std::mem::take(&mut input.data);
        if rows.checked_mul(columns as u64) != Some(values.len() as u64) {
            let detail = format!(
                "The data must hold {rows} times {columns} values, as the shape says, and holds {}.",
                values.len()
            );
            return Err(fault("/inputs/0/data", "wrong_type", detail));
        }
        let (mut leads, mut faults) = (Vec::new(), Vec::new());
        for (row, values) in values.chunks_exact(columns).enumerate() {
            match Lead::from_values(schema, row.to_string(), values) {
                Ok(lead) => leads.push(lead),
                Err(found) => faults.extend(found.iter().map(|fault| {
                    let column = fault.pointer[1..].parse::<usize>().unwrap_or_default();
                    let pointer = match nested {
                        true => format!("/inputs/0/data/{row}/{column}"),
                        false => format!("/inputs/0/data/{}", row * columns + column),
                    };
                    TensorFault::new(pointer, fault.code.as_str(), fault.detail.clone())
                })),
            }
        }
        if faults.is_empty() { Ok(leads) } else { Err(ApiError::InvalidTensors(faults)) }
    }

    /// The outputs that are wanted, in the order of [`OUTPUTS`].
    pub(crate) fn outputs(&self) -> Result<Vec<Output>, ApiError> {
        if self.outputs.is_empty() {
            return Ok(OUTPUTS.to_vec());
        }
        let known = |wanted: &Wanted| OUTPUTS.iter().any(|output| output.name() == wanted.name);
        if let Some(position) = self.outputs.iter().position(|wanted| !known(wanted)) {
            let names = OUTPUTS.map(Output::name).join(", ");
            let pointer = format!("/outputs/{position}/name");
            return Err(fault(&pointer, "unknown_name", format!("The outputs are {names}.")));
        }
        let asked = |output: &Output| self.outputs.iter().any(|want| want.name == output.name());
        Ok(OUTPUTS.iter().copied().filter(asked).collect())
    }
}

fn fault(pointer: &str, code: &'static str, detail: impl Into<String>) -> ApiError {
    ApiError::InvalidTensors(vec![TensorFault::new(pointer, code, detail)])
}

/// One number or word per lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Probability,
    LogOdds,
    Bucket,
    Tier,
}

/// Every output, in the order they are answered.
pub(crate) const OUTPUTS: [Output; 4] =
    [Output::Probability, Output::LogOdds, Output::Bucket, Output::Tier];

impl Output {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::LogOdds => "log_odds",
            Self::Bucket => "bucket",
            Self::Tier => "tier",
        }
    }

    pub(crate) const fn datatype(self) -> &'static str {
        match self {
            Self::Probability | Self::LogOdds => "FP64",
            Self::Bucket => "INT32",
            Self::Tier => "BYTES",
        }
    }
}

/// What the leads score.
#[derive(Serialize, ToSchema)]
#[schema(as = InferenceAnswer)]
pub(crate) struct InferenceAnswer<'a> {
    model_name: &'a str,
    model_version: &'a str,
    /// As it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<&'a str>,
    outputs: Vec<Tensor<'a>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = InferenceOutput)]
struct Tensor<'a> {
    name: &'static str,
    shape: [usize; 1],
    datatype: &'static str,
    /// A number or a text per lead.
    #[schema(value_type = Vec<Value>)]
    data: Column<'a>,
}

struct Column<'a>(Output, &'a [Score]);

/// The answer to a request whose leads scored so.
pub(crate) fn inferred(
    model: &Live,
    id: Option<&str>,
    outputs: &[Output],
    scores: &[Score],
) -> Result<Vec<u8>, serde_json::Error> {
    let tensor = |&output: &Output| Tensor {
        name: output.name(),
        shape: [scores.len()],
        datatype: output.datatype(),
        data: Column(output, scores),
    };
    serde_json::to_vec(&InferenceAnswer {
        model_name: &model.scorer.artifact().name,
        model_version: model.version(),
        id,
        outputs: outputs.iter().map(tensor).collect(),
    })
}

impl Serialize for Column<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(output, scores) = self;
        match output {
            Output::Probability => serializer.collect_seq(scores.iter().map(|s| s.probability)),
            Output::LogOdds => serializer.collect_seq(scores.iter().map(|s| s.log_odds)),
            Output::Bucket => serializer.collect_seq(scores.iter().map(|s| s.bucket.get())),
            Output::Tier => serializer.collect_seq(scores.iter().map(|s| s.tier.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use lead_model::Schema;

    use super::Inference;

    #[test]
    fn a_shape_of_more_values_than_can_be_counted_is_refused() {
        let body = br#"{"inputs": [{"shape": [9223372036854775808, 50], "datatype": "FP64", "data": []}]}"#;
        let mut request = Inference::parse(body).expect("the right form");
        // Half of 2^64 rows of 50 values would count as none of them.
        assert!(request.leads(&Schema::b2b(), usize::MAX).is_err());
    }
}
