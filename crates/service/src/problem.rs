//! [`Problem`]: the body of a failed answer, by RFC 9457.
//!
//! Which failure has which status, name and title is the table in [`error`](crate::error).

use actix_web::{
    Error,
    http::{StatusCode, header::HeaderValue},
};
use lead_model::Faults;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{
    error::{ApiError, InternalError},
    metrics::PANIC,
    models::Remark,
    route::Route,
    tensor_fault::TensorFault,
};

/// The media type of every error body.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A failed answer, whoever refused it: one of ours, or a layer of actix that has no words of ours for it.
#[derive(Debug)]
pub(crate) enum Problem<'a> {
    Ours(&'a ApiError),
    Others(StatusCode),
}

impl<'a> Problem<'a> {
    /// The problem behind an answer of this status.
    pub(crate) fn of(error: &'a Error, status: StatusCode) -> Self {
        error.as_error::<ApiError>().map_or(Self::Others(status), Self::Ours)
    }

    /// Its name, for the metric of errors.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Ours(ApiError::Internal(InternalError::Panicked)) => PANIC,
            Self::Ours(error) => error.row().1,
            Self::Others(_) => "other",
        }
    }

    /// What failed in the service itself, for the log.
    pub(crate) fn cause(&self) -> Option<&InternalError> {
        match self {
            Self::Ours(ApiError::Internal(cause)) => Some(cause),
            _ => None,
        }
    }

    /// The body of the answer of this endpoint.
    pub(crate) fn body(&self, request_id: &str, route: Route) -> Vec<u8> {
        let (status, name, title) = match self {
            Self::Ours(error) => error.row(),
            Self::Others(status) => {
                (*status, "other", status.canonical_reason().unwrap_or("Refused"))
            }
        };
        let detail = match self {
            Self::Ours(error) => error.to_string(),
            // The layer's own message might repeat what was sent.
            Self::Others(_) => format!("{title}."),
        };
        let members = Members {
            r#type: format_args!("/docs#{name}"),
            title,
            status: status.as_u16(),
            detail: &detail,
            request_id,
            error: route.is_inference().then_some(&detail),
            errors: match self {
                Self::Ours(error) => errors(error),
                Self::Others(_) => None,
            },
        };
        serde_json::to_vec(&members).expect("strings and numbers are always JSON")
    }
}

/// A failure: the members of RFC 9457, and three of ours at the end.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Members<'a> {
    /// The kind of failure, as the address of its description.
    #[schema(value_type = String, format = "uri-reference")]
    r#type: std::fmt::Arguments<'a>,
    /// The kind of failure in words; the same for each of its kind.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What happened this time. Never repeats what was sent.
    detail: &'a str,
    /// The same as in the header `X-Request-ID`, and in the log.
    request_id: &'a str,
    /// What the Open Inference Protocol calls `detail`; only under `/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<&'a str>,
    /// Every fault that was found, where there may be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Entry<'_>>, required = false)]
    errors: Option<Errors<'a>>,
}

/// The faults of a body, of a query parameter or of a model, in one form.
enum Errors<'a> {
    Leads(&'a Faults),
    Tensors(&'a [TensorFault]),
    Parameter { name: &'static str, expected: &'static str },
    Model(Vec<Remark<'a>>),
}

/// One fault.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct Entry<'a> {
    /// Where it is: an RFC 6901 pointer into the body, or into the lead where leads are judged one by one; `/query/` and the
    /// name of a parameter; of a model `/files/` or `/features/` and a name.
    pointer: &'a str,
    /// What it is, for programs.
    code: &'a str,
    /// What it is, for people.
    detail: &'a str,
}

impl Serialize for Errors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leads(faults) => serializer.collect_seq(faults.iter().map(|fault| Entry {
                pointer: &fault.pointer,
                code: fault.code.as_str(),
                detail: &fault.detail,
            })),
            Self::Tensors(faults) => serializer.collect_seq(*faults),
            Self::Model(remarks) => serializer.collect_seq(remarks.iter().map(|remark| Entry {
                pointer: &remark.pointer,
                code: remark.code,
                detail: &remark.detail,
            })),
            Self::Parameter { name, expected } => serializer.collect_seq([Entry {
                pointer: &format!("/query/{name}"),
                code: "wrong_type",
                detail: &format!("must be {expected}"),
            }]),
        }
    }
}

/// Where exactly a fault lies, if it can be said.
fn errors(error: &ApiError) -> Option<Errors<'_>> {
    match error {
        ApiError::InvalidLeads(faults) => Some(Errors::Leads(faults)),
        ApiError::InvalidTensors(faults) => Some(Errors::Tensors(faults)),
        ApiError::InvalidParameter { name, expected } => Some(Errors::Parameter { name, expected }),
        ApiError::Model(error) => {
            Some(error.remarks()).filter(|remarks| !remarks.is_empty()).map(Errors::Model)
        }
        _ => None,
    }
}
