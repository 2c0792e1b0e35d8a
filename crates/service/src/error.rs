//! Status and title of every failure, in one table.
//!
//! [`ApiError`] says what went wrong; [`ApiError::row`] says how that looks on the wire. Bodies follow RFC 9457
//! (`application/problem+json`). They name the place of a fault and what is expected there, and never repeat what was
//! sent. Handlers and extractors return the error; its body is a [`Problem`](crate::problem::Problem), which `observe` writes,
//! because only it knows the request's id.
//!
//! Two kinds of answers are not made here: 400, 408 and 431 for a request head that is no HTTP, which actix answers
//! without a body before any code of ours runs, and the 503 of a draining service, which is an answer and no failure.

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use lead_model::{BatchError, Faults};

use crate::{keys::Scope, models::LibraryError, tensor_fault::TensorFault};

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
    #[error("Send the leads as application/x-ndjson, one a line.")]
    NotLines,
    #[error("Send the body without Content-Encoding.")]
    Encoded,
    #[error(
        "The model's file does not say how its training rows were distributed; train it again to compare leads with them."
    )]
    NoReference,
    #[error("Drift is not measured: DRIFT_WINDOW is 0.")]
    DriftOff,
    #[error(
        "No challenger is set; PUT one to /api/v1/admin/challenger, or start with CHALLENGER_PATH."
    )]
    NoChallenger,
    #[error("The model cannot be the challenger: {0}.")]
    ChallengerRefused(String),
    #[error("The request body must be {expected}.")]
    InvalidSettings { expected: &'static str },
    #[error("Not Found")]
    NotFound,
    #[error("Method Not Allowed")]
    MethodNotAllowed { allow: &'static str },
    #[error("{}", .0.detail())]
    Model(LibraryError),
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
    #[error("a thread could not be started: {0}")]
    Thread(std::io::Error),
    #[error("the response could not be written: {0}")]
    Response(#[from] serde_json::Error),
    #[error("the work on the models ended in a panic")]
    Models,
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
            Self::NotLines => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-lines", "Body is not NDJSON")
            }
            Self::Encoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoded", "Encoded body"),
            Self::NoReference | Self::DriftOff => {
                (StatusCode::NOT_FOUND, "no-drift", "Drift is not measured")
            }
            Self::NoChallenger => (StatusCode::NOT_FOUND, "no-challenger", "No challenger"),
            Self::ChallengerRefused(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "challenger-refused", "Challenger refused")
            }
            Self::InvalidSettings { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid-settings", "Settings not valid")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "No such path"),
            Self::MethodNotAllowed { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed")
            }
            Self::Model(error) => model_row(error),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }
}

/// The same for what kept another model from going live.
const fn model_row(error: &LibraryError) -> (StatusCode, &'static str, &'static str) {
    match error {
        LibraryError::Refused(_) | LibraryError::Empty(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "model-refused", "Model refused")
        }
        LibraryError::Incompatible { .. } => {
            (StatusCode::CONFLICT, "model-incompatible", "Model not compatible")
        }
        LibraryError::Names(_) | LibraryError::Twice(_) | LibraryError::Ambiguous => {
            (StatusCode::CONFLICT, "model-ambiguous", "Model not told apart")
        }
        LibraryError::Unknown => (StatusCode::NOT_FOUND, "model-unknown", "No such model"),
        LibraryError::NoPrevious => {
            (StatusCode::CONFLICT, "no-previous-model", "No previous model")
        }
        LibraryError::Interrupted => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error")
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

impl From<LibraryError> for ApiError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Interrupted => Self::Internal(InternalError::Models),
            refused => Self::Model(refused),
        }
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

/// What the contract's short sentence leaves open where no key of the usual kind helps.
fn how_to_get(scope: Scope) -> &'static str {
    match scope {
        Scope::Score => "",
        Scope::Metrics => ", with the scope metrics",
        Scope::Admin => {
            ", with the scope admin: `lead-service keys new --id NAME --scopes admin --file keys.json` makes one, and \
             KEY_FILE makes it known to the service"
        }
    }
}

/// The number of faults in words.
pub(crate) fn counted(faults: &Faults) -> String {
    match (faults.len(), faults.is_truncated()) {
        (1, false) => "1 fault".to_owned(),
        (count, false) => format!("{count} faults"),
        (count, true) => format!("more than {count} faults"),
    }
}
