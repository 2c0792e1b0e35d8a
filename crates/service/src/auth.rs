//! The API key, checked before a byte of the body is read.
//!
//! [`RequireKey`] wraps everything below `/api/v1`: without a valid `X-API-Key` a request goes no further, and a key is
//! never logged. Which keys are valid is [`ApiKeys`]' to say; who may do what (scopes) is not
//! asked here.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
};

use actix_web::{
    Error,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::header::{HeaderMap, HeaderName},
};

use crate::{config::ApiKeys, error::ApiError};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Lets only requests with a valid key through; without keys, everyone.
#[derive(Debug, Clone)]
pub(crate) struct RequireKey {
    keys: Option<Arc<ApiKeys>>,
}

impl RequireKey {
    /// Requires one of these keys.
    pub(crate) fn new(keys: Option<Arc<ApiKeys>>) -> Self {
        Self { keys }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let Some(keys) = &self.keys else { return Ok(()) };
        match headers.get(&X_API_KEY) {
            None => Err(ApiError::KeyMissing),
            Some(key) if key.is_empty() => Err(ApiError::KeyMissing),
            Some(key) if keys.admits(key.as_bytes()) => Ok(()),
            Some(_) => Err(ApiError::KeyWrong),
        }
    }
}

impl<S> Transform<S, ServiceRequest> for RequireKey
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Guarded { inner, require: self.clone() }))
    }
}

/// The routes behind the key.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    inner: S,
    require: RequireKey,
}

impl<S> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match self.require.check(request.headers()) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(refused) => Box::pin(ready(Ok(request.error_response(refused)))),
        }
    }
}
