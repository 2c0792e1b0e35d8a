//! The answer to a request that panicked outside its handler.
//!
//! [`Panicked`] is complete, with id and body, because it is made where no layer is left to complete it. A handler's own
//! panic never gets here: it is an error of its request like any other.

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
    },
    web::Bytes,
};

use crate::{
    error::{ApiError, InternalError},
    problem::{PROBLEM_JSON, Problem},
    request_id::{RequestId, X_REQUEST_ID},
    route::Route,
};

/// A 500 that holds all it needs.
#[derive(Debug, thiserror::Error)]
#[error("the request panicked")]
pub(crate) struct Panicked {
    request_id: HeaderValue,
    body: Bytes,
}

impl Panicked {
    /// The answer to the request of this id.
    pub(crate) fn new(id: &RequestId) -> Self {
        let problem = ApiError::Internal(InternalError::Panicked);
        let body = Problem::Ours(&problem).body(id.as_str(), Route::Unmatched).into();
        Self { request_id: id.to_header(), body }
    }

    /// The size of its body.
    pub(crate) fn bytes(&self) -> u64 {
        self.body.len() as u64
    }
}

impl ResponseError for Panicked {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::build(self.status_code())
            .insert_header((CONTENT_TYPE, PROBLEM_JSON))
            .insert_header((X_REQUEST_ID, self.request_id.clone()))
            .body(self.body.clone())
    }
}
