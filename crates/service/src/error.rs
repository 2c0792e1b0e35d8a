//! Status and body of every failure, in one table.
//!
//! [`ApiError`] says what went wrong; [`ApiError::row`] says how that looks on the wire. Bodies follow RFC 9457
//! (`application/problem+json`). They name the place of a fault and what is expected there, and never repeat what was
//! sent. Handlers and extractors return the error; `observe` writes the body, because only it knows the request's id.
//!
//! Two kinds of answers are not made here: 400, 408 and 431 for a request head that is no HTTP, which actix answers
//! without a body before any code of ours runs, and the 503 of a draining service, which is an answer and no failure.

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use lead_model::{BatchError, Faults};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{keys::Scope, metrics::PANIC, route::Route, wire::TensorFault};

/// The media type of every error body.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Everything that a request can fail with. The message is the `detail` of the answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("API key required{}", how_to_get(*.0))]
    KeyMissing(Scope),
    #[error("Invalid API key")]
    KeyWrong,
    #[error("The API key does not have the scope {0}, which this path asks for.")]
    ScopeMissing(Scope),
    #[error(
        "Too many wrong API keys have come from this address; a right one is let through at any time."
    )]
    WrongKeys { retry_after_s: u64 },
    #[error("This API key has sent requests faster than its rate allows.")]
    RateLimited { retry_after_s: u64 },
    #[error("The request body has {}; see errors.", counted(.0))]
    InvalidLeads(Faults),
    #[error("The tensors are not as the model takes them; see errors.")]
    InvalidTensors(Vec<TensorFault>),
    #[error("No model of this name and version is served.")]
    NoSuchModel,
    #[error("The query parameter {name} must be {expected}.")]
    InvalidParameter { name: &'static str, expected: &'static str },
    #[error("Maximum {limit} leads per batch request")]
    BatchTooLong { limit: usize },
    #[error("The request body is larger than the {limit} bytes that this endpoint accepts.")]
    BodyTooLarge { limit: usize },
    #[error("The request body ended early or was framed wrongly.")]
    BodyUnreadable,
    #[error("The request body did not come in within {seconds} seconds.")]
    BodyTimeout { seconds: f64 },
    #[error("Too many requests are in flight; try again in a second.")]
    TooBusy,
    #[error("Send the body as application/json.")]
    NotJson,
    #[error("Send the body without Content-Encoding.")]
    Encoded,
    #[error("Not Found")]
    NotFound,
    #[error("Method Not Allowed")]
    MethodNotAllowed { allow: &'static str },
    #[error("Internal server error")]
    Internal(#[from] InternalError),
}

/// A failure of the service itself. What exactly failed is for the log; the caller learns that it was not the request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InternalError {
    #[error("the handler panicked; the log's line before this one says where")]
    Panicked,
    #[error("the model's score is not a number")]
    ScoreNotFinite,
    #[error("the metrics page could not be written: {0}")]
    MetricsPage(#[from] prometheus::Error),
    #[error("the response could not be written: {0}")]
    Response(#[from] serde_json::Error),
}

impl ApiError {
    /// Status, name and title. The name is the last part of the problem's `type` and a heading in the API document.
    pub(crate) const fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::KeyMissing(_) => (StatusCode::UNAUTHORIZED, "key-missing", "API key missing"),
            Self::KeyWrong => (StatusCode::UNAUTHORIZED, "key-wrong", "API key not valid"),
            Self::ScopeMissing(_) => {
                (StatusCode::FORBIDDEN, "scope-missing", "API key without the scope")
            }
            Self::WrongKeys { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "wrong-keys", "Too many wrong API keys")
            }
            Self::RateLimited { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many requests")
            }
            Self::InvalidLeads(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid-leads", "Body not valid")
            }
            Self::InvalidParameter { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid-parameter", "Query parameter not valid")
            }
            Self::InvalidTensors(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid-tensors", "Tensors not valid")
            }
            Self::NoSuchModel => (StatusCode::NOT_FOUND, "no-such-model", "No such model"),
            Self::BatchTooLong { .. } => {
                (StatusCode::BAD_REQUEST, "batch-too-long", "Too many leads")
            }
            Self::BodyTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "Body too large")
            }
            Self::BodyUnreadable => {
                (StatusCode::BAD_REQUEST, "body-unreadable", "Body not readable")
            }
            Self::BodyTimeout { .. } => {
                (StatusCode::REQUEST_TIMEOUT, "body-timeout", "Body too slow")
            }
            Self::TooBusy => (StatusCode::SERVICE_UNAVAILABLE, "too-busy", "Too busy"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "Body is not JSON"),
            Self::Encoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoded", "Encoded body"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "No such path"),
            Self::MethodNotAllowed { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed")
            }
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }

    fn errors(&self) -> Option<Errors<'_>> {
        match self {
            Self::InvalidLeads(faults) => Some(Errors::Leads(faults)),
            Self::InvalidTensors(faults) => Some(Errors::Tensors(faults)),
            Self::InvalidParameter { name, expected } => Some(Errors::Parameter { name, expected }),
            _ => None,
        }
    }
}

/// Status and headers only; `observe` adds the body.
impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::KeyMissing(_) | Self::KeyWrong => {
                response.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey")));
            }
            Self::WrongKeys { retry_after_s } | Self::RateLimited { retry_after_s } => {
                response.insert_header((RETRY_AFTER, HeaderValue::from(*retry_after_s)));
            }
            Self::TooBusy => {
                response.insert_header((RETRY_AFTER, HeaderValue::from_static("1")));
            }
            // What is still to come of the body would be taken for the next request.
            Self::BodyTimeout { .. } => {
                response.force_close();
            }
            Self::MethodNotAllowed { allow } => {
                response.insert_header((ALLOW, HeaderValue::from_static(allow)));
            }
            _ => {}
        }
        response.finish()
    }
}

impl From<Faults> for ApiError {
    fn from(faults: Faults) -> Self {
        Self::InvalidLeads(faults)
    }
}

impl From<BatchError> for ApiError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::TooMany { limit, .. } => Self::BatchTooLong { limit },
            BatchError::Faulty(faults) => Self::InvalidLeads(faults),
        }
    }
}

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
                Self::Ours(error) => error.errors(),
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

/// The faults of a body or of a query parameter, in one form.
enum Errors<'a> {
    Leads(&'a Faults),
    Tensors(&'a [TensorFault]),
    Parameter { name: &'static str, expected: &'static str },
}

/// One fault.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
struct Entry<'a> {
    /// Where it is: an RFC 6901 pointer into the body, or `/query/` and the name of a parameter.
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
            Self::Parameter { name, expected } => serializer.collect_seq([Entry {
                pointer: &format!("/query/{name}"),
                code: "wrong_type",
                detail: &format!("must be {expected}"),
            }]),
        }
    }
}

/// What the contract's short sentence leaves open where no key of the usual kind helps.
fn how_to_get(scope: Scope) -> &'static str {
    match scope {
        Scope::Score => "",
        Scope::Metrics => ", with the scope metrics",
        Scope::Admin => {
            ", with the scope admin: `lead-service keys new --scopes admin` makes one, and KEY_FILE makes it known to \
             the service"
        }
    }
}

fn counted(faults: &Faults) -> String {
    match (faults.len(), faults.is_truncated()) {
        (1, false) => "1 fault".to_owned(),
        (count, false) => format!("{count} faults"),
        (count, true) => format!("more than {count} faults"),
    }
}
