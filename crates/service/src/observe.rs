//! What happens around every request: its id, its trace, its time, its line in the log, its count in the metrics.
//!
//! [`Observe`] is the outermost layer. It also gives a failure its body, so that the id in the body is the one in the
//! header and in the log. It decides nothing about the request and never reads the body.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
    time::Instant,
};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    web::Data,
};

use crate::{
    auth::Client,
    error::{PROBLEM_JSON, Problem},
    log::Access,
    metrics::Answered,
    request_id::{RequestId, X_REQUEST_ID},
    route::Route,
    state::Shared,
    trace::{Served, TRACEPARENT, Trace},
    wire::BodyBytes,
};

/// Observes every request of a worker.
#[derive(Debug, Clone)]
pub(crate) struct Observe {
    state: Data<Shared>,
}

impl Observe {
    /// Counts and logs into `state`.
    pub(crate) fn new(state: Data<Shared>) -> Self {
        Self { state }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Observe
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Observed<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Observed { inner, state: Rc::new(self.state.clone()) }))
    }
}

/// The service behind the observer.
#[derive(Debug)]
pub(crate) struct Observed<S> {
    inner: S,
    /// Counted by `Rc`, because a worker's requests never leave its thread and need not fight over an atomic.
    state: Rc<Data<Shared>>,
}

impl<S, B> Service<ServiceRequest> for Observed<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let id = RequestId::of(request.headers());
        request.extensions_mut().insert(id.clone());
        let trace = self.state.tracer.begin(request.headers());
        let in_flight = InFlight::enter(Rc::clone(&self.state));
        let answer = self.inner.call(request);
        Box::pin(async move {
            let (response, problem) = completed(answer.await?.map_into_boxed_body(), &id, trace);
            record(&response, problem, &in_flight.state, &id, trace, started);
            Ok(response)
        })
    }
}

/// The answer with its id, and with a problem's body where it failed; the problem's name beside it.
fn completed(
    mut response: ServiceResponse<BoxBody>,
    id: &RequestId,
    trace: Option<Trace>,
) -> (ServiceResponse<BoxBody>, Option<&'static str>) {
    response.headers_mut().insert(X_REQUEST_ID, id.to_header());
    if let Some(trace) = trace {
        response.headers_mut().insert(TRACEPARENT, trace.to_header());
    }
    let Some(error) = response.response().error() else { return (response, None) };
    let problem = Problem::of(error, response.status());
    if let Some(cause) = problem.cause() {
        let (trace_id, span_id) = trace.map(|trace| (trace.trace_id, trace.span_id)).unzip();
        tracing::error!(
            request_id = id.as_str(),
            trace_id = trace_id.map(tracing::field::display),
            span_id = span_id.map(tracing::field::display),
            %cause,
            "request failed"
        );
    }
    let route = response.request().app_data::<Route>().copied().unwrap_or(Route::Unmatched);
    let (name, body) = (problem.name(), problem.body(id.as_str(), route));
    response.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
    (response.map_body(|_, _| BoxBody::new(body)), Some(name))
}

/// Counts and logs the answer.
fn record(
    response: &ServiceResponse<BoxBody>,
    problem: Option<&'static str>,
    state: &Shared,
    id: &RequestId,
    trace: Option<Trace>,
    started: Instant,
) {
    let request = response.request();
    let answered = Answered {
        route: request.app_data::<Route>().copied().unwrap_or(Route::Unmatched),
        method: request.method(),
        status: response.status(),
        duration: started.elapsed(),
        request_bytes: request_bytes(response),
        response_bytes: match response.response().body().size() {
            BodySize::Sized(bytes) => bytes,
            BodySize::None | BodySize::Stream => 0,
        },
        problem,
    };
    state.metrics.requests.observe(&answered);
    if let Some(trace) = &trace {
        state.tracer.end(trace, &served(request, &answered, id));
    }
    let extensions = request.extensions();
    let access = Access {
        request_id: id.as_str(),
        method: answered.method.as_str(),
        route: answered.route.label(),
        path: request.path(),
        status: answered.status.as_u16(),
        duration: answered.duration,
        bytes_in: answered.request_bytes,
        bytes_out: answered.response_bytes,
        client: extensions.get::<Client>().map(Client::id),
        trace,
    };
    access.write_to(&state.journal, &state.selection);
}

/// What a span says about the request.
fn served<'a>(request: &HttpRequest, answered: &Answered<'a>, id: &'a RequestId) -> Served<'a> {
    Served {
        route: (answered.route != Route::Unmatched).then(|| answered.route.label()),
        method: answered.method,
        secure: request.app_config().secure(),
        version: request.version(),
        status: answered.status,
        problem: answered.problem,
        duration: answered.duration,
        request_id: id.as_str(),
    }
}

/// The size of the request's body: as announced, or as read where it came in chunks.
fn request_bytes(response: &ServiceResponse<BoxBody>) -> u64 {
    let request = response.request();
    match request.headers().get(CONTENT_LENGTH) {
        Some(length) => length.to_str().ok().and_then(|length| length.parse().ok()).unwrap_or(0),
        None => request.extensions().get::<BodyBytes>().map_or(0, |read| read.0),
    }
}

/// Counts a request as in flight until it is answered or its client is gone.
struct InFlight {
    state: Rc<Data<Shared>>,
}

impl InFlight {
    fn enter(state: Rc<Data<Shared>>) -> Self {
        state.metrics.requests.active().inc();
        Self { state }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.state.metrics.requests.active().dec();
    }
}
