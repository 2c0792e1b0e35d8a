//! Refuses a request early when too many are in flight already.
//!
//! [`Shed`] wraps the routes that do work, outside the key: it decides by one number, before a key is compared and before
//! a byte of the body is read. Health, metrics, pages and what operators need are mounted beside it and are never refused:
//! whoever has to relieve a full service must get through. The requests are counted by [`observe`](crate::observe); what a refusal looks like is [`error`](crate::error)'s.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{
    Error,
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};
use futures_util::future::Either;
use prometheus::{IntCounter, IntGauge};
use tokio::task::yield_now;

use crate::{error::ApiError, state::Shared};

/// Lets at most so many requests through at once.
#[derive(Debug, Clone)]
pub(crate) struct Shed {
    active: IntGauge,
    most: i64,
    shed: IntCounter,
}

impl Shed {
    /// Lets `MAX_IN_FLIGHT` requests through.
    pub(crate) fn new(state: &Shared) -> Self {
        Self {
            active: state.metrics.requests.active().clone(),
            most: state.limits.in_flight.into(),
            shed: state.metrics.shedding.in_flight.clone(),
        }
    }
}

impl<S> Transform<S, ServiceRequest> for Shed
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Shielded<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Shielded { inner, gate: self.clone() }))
    }
}

/// The routes behind the limit.
#[derive(Debug)]
pub(crate) struct Shielded<S> {
    inner: S,
    gate: Shed,
}

type Refusal = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;

impl<S> Service<ServiceRequest> for Shielded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Either<S::Future, Refusal>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        // This request is in the number already. Two that come at the same instant on two threads may both be refused for
        // one place; never are more let through than there are places.
        if self.gate.active.get() <= self.gate.most {
            return Either::Left(self.inner.call(request));
        }
        self.gate.shed.inc();
        Either::Right(refused(request))
    }
}

/// The refusal, a moment later: a body that came together with its head is then out of the way, and the connection, which
/// may be a load balancer's, can be used again. Of any other body nothing is waited for; the connection closes after the
/// answer.
fn refused(request: ServiceRequest) -> Refusal {
    let response = request.error_response(ApiError::TooBusy);
    Box::pin(async move {
        yield_now().await;
        Ok(response)
    })
}
