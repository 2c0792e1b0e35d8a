//! The API key, checked before a byte of the body is read.
//!
//! [`RequireKey`] wraps a group of routes: without a valid `X-API-Key` that has the group's scope, and has not come too
//! often, a request goes no further. Keys are never logged; whose key it was is, by the [`Client`] that is left for
//! `observe`. What is known of a key is [`keys`](crate::keys)' to say.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{self, Context, Poll},
    time::Duration,
};

use actix_web::{
    Error, HttpMessage,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::header::HeaderName,
    web::Data,
};
use futures_util::future::Either;
use jiff::Timestamp;
use pin_project_lite::pin_project;

use crate::{
    error::ApiError,
    keys::{Bucket, Known, Moment, Scope},
    log::Level,
    state::Shared,
};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Whose key opened a request, or would have.
#[derive(Debug, Clone)]
pub(crate) struct Client(Arc<str>);

impl Client {
    /// The id of the key.
    pub(crate) fn id(&self) -> &str {
        &self.0
    }
}

/// Lets only requests through whose key has one scope.
#[derive(Debug, Clone)]
pub(crate) struct RequireKey {
    state: Data<Shared>,
    scope: Scope,
}

/// Whose request it is, and why it goes no further.
type Verdict = (Option<Client>, Result<(), ApiError>);

impl RequireKey {
    /// Requires a key with this scope. Only scoring is open to everyone where no key is known at all, and only scoring
    /// takes from a key's rate: who administers or watches an overloaded service must not wait for it.
    pub(crate) fn new(state: Data<Shared>, scope: Scope) -> Self {
        Self { state, scope }
    }

    fn check(&self, request: &ServiceRequest) -> Verdict {
        let (keys, failures) = (&self.state.keys, &self.state.metrics.auth_failures);
        if self.scope == Scope::Score && keys.is_open() {
            return (None, self.take(keys.anonymous()));
        }
        let presented = request.headers().get(&X_API_KEY).filter(|key| !key.is_empty());
        let Some(presented) = presented else {
            failures.missing.inc();
            return (None, Err(ApiError::KeyMissing(self.scope)));
        };
        let ring = keys.current();
        let Some(known) = ring.find(presented.as_bytes()) else {
            return (None, Err(self.guessed(request)));
        };
        let client = Some(Client(Arc::clone(&known.id)));
        match known.validity.moment(Timestamp::now) {
            Moment::Within if !known.scopes.allow(self.scope) => {
                failures.scope.inc();
                (client, Err(ApiError::ScopeMissing(self.scope)))
            }
            Moment::Within if self.scope == Scope::Score => {
                (client, self.take(known.bucket.as_deref()))
            }
            Moment::Within => (client, Ok(())),
            outside => (client, Err(self.outside(request, known, outside))),
        }
    }

    /// Takes one request from a bucket, if there is one.
    fn take(&self, bucket: Option<&Bucket>) -> Result<(), ApiError> {
        let Some(bucket) = bucket else { return Ok(()) };
        bucket.take(self.state.keys.now_ns()).map_err(|wait| {
            self.state.metrics.shedding.rate.inc();
            ApiError::RateLimited { retry_after_s: whole_seconds(wait) }
        })
    }

    /// A known key before or after its time. Its sender is told no more than a guesser is; the log has the reason.
    fn outside(&self, request: &ServiceRequest, known: &Known, moment: Moment) -> ApiError {
        let failures = &self.state.metrics.auth_failures;
        let (reason, counter) = match moment {
            Moment::Before => ("not_yet_valid", &failures.not_yet_valid),
            Moment::Within | Moment::After => ("expired", &failures.expired),
        };
        match self.tried(request) {
            Ok(()) => {
                counter.inc();
                tracing::warn!(client = &*known.id, reason, "key refused");
                ApiError::KeyWrong
            }
            Err(throttled) => throttled,
        }
    }

    /// A key that nobody knows.
    fn guessed(&self, request: &ServiceRequest) -> ApiError {
        match self.tried(request) {
            Ok(()) => {
                self.state.metrics.auth_failures.wrong.inc();
                ApiError::KeyWrong
            }
            Err(throttled) => throttled,
        }
    }

    /// Counts one wrong key from the peer's address.
    fn tried(&self, request: &ServiceRequest) -> Result<(), ApiError> {
        let Some(peer) = request.peer_addr() else { return Ok(()) };
        let keys = &self.state.keys;
        keys.guesses().count(peer.ip(), keys.now_ns()).map_err(|wait| {
            self.state.metrics.auth_failures.throttled.inc();
            ApiError::WrongKeys { retry_after_s: whole_seconds(wait) }
        })
    }
}

/// `Retry-After` has no fractions; a second too many is better than a try too early.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
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
    type Future = Either<Opened<S::Future>, Ready<Result<ServiceResponse, Error>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let least = self.require.state.journal.level();
        match self.require.check(&request) {
            (client, Ok(())) => {
                Either::Left(Opened { answer: self.inner.call(request), client, least })
            }
            (client, Err(refused)) => {
                let response = request.error_response(refused);
                if let Some(client) = client {
                    leave(client, &response, least);
                }
                Either::Right(ready(Ok(response)))
            }
        }
    }
}

pin_project! {
    /// The answer of a route behind the key, on which the client is left. A type of its own, because a boxed future
    /// would be one more allocation a request.
    pub(crate) struct Opened<F> {
        #[pin]
        answer: F,
        client: Option<Client>,
        least: Level,
    }
}

impl<F> Future for Opened<F>
where
    F: Future<Output = Result<ServiceResponse, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let opened = self.project();
        let response = task::ready!(opened.answer.poll(context))?;
        if let Some(client) = opened.client.take() {
            leave(client, &response, *opened.least);
        }
        Poll::Ready(Ok(response))
    }
}

/// Leaves the client for the line in the log, if there will be one: it costs an allocation.
fn leave(client: Client, response: &ServiceResponse, least: Level) {
    if Level::of_status(response.status().as_u16()) >= least {
        response.request().extensions_mut().insert(client);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::whole_seconds;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        for (milliseconds, seconds) in [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (60_000, 60)] {
            assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), seconds);
        }
    }
}
