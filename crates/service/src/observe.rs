//! What happens around every request: its id, its trace, its time, its line in the log, its count in the metrics.
//!
//! [`Observe`] is the outermost layer. It also gives a failure its body, so that the id in the body is the one in the
//! header and in the log. It decides nothing about the request and never reads the body. A panic below it is the last thing
//! it observes: that request is answered 500, and all others go on.

use std::{
    future::{Future, Ready, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    rc::Rc,
    time::Instant,
};

use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{
        ConnectionType, Method,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    web::Data,
};
use futures_util::FutureExt;

use crate::{
    auth::Client,
    in_flight::InFlight,
    log::{Access, report_failure},
    metrics::{Answered, PANIC},
    panicked::Panicked,
    problem::{PROBLEM_JSON, Problem},
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

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let id = RequestId::give(request.headers_mut());
        let trace = self.state.tracer.begin(request.headers());
        let in_flight = InFlight::enter(Rc::clone(&self.state), &request);
        let method = request.method().clone();
        // What a panic leaves half done belongs to its request alone and is dropped with it; what requests share are atomics.
        let answer = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let Ok(answer) = answer else {
                return Err(panicked(in_flight.state(), &method, &id, trace, started));
            };
            let observed = async {
                let (mut response, problem) =
                    completed(answer.await?.map_into_boxed_body(), &id, trace);
                if in_flight.state().is_draining() {
                    // The client's next request goes to an instance that stays, or at least not into a connection that the
                    // end of the drain closes at the very moment it is sent.
                    response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
                }
                record(&response, problem, in_flight.state(), &id, trace, started);
                Ok(response)
            };
            match AssertUnwindSafe(observed).catch_unwind().await {
                Ok(end) => end.map(|response| in_flight.until_sent(response)),
                Err(_) => Err(panicked(in_flight.state(), &method, &id, trace, started)),
            }
        })
    }
}

/// Counts a request that panicked outside its handler: what it asked for is gone with it.
fn panicked(
    state: &Shared,
    method: &Method,
    id: &RequestId,
    trace: Option<Trace>,
    started: Instant,
) -> Error {
    let answer = Panicked::new(id);
    report_failure(id.as_str(), trace, &"it panicked");
    state.metrics.requests.observe(&Answered {
        route: Route::Unmatched,
        method,
        status: answer.status_code(),
        duration: started.elapsed(),
        request_bytes: 0,
        response_bytes: answer.bytes(),
        problem: Some(PANIC),
    });
    answer.into()
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
        report_failure(id.as_str(), trace, cause);
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

#[cfg(test)]
mod tests {
    use std::{
        future::Ready,
        io::{Read, Write},
        net::TcpStream,
    };

    use actix_web::{App, Error, FromRequest, HttpRequest, HttpServer, dev::Payload, rt, web};

    use super::Observe;
    use crate::state::Shared;

    /// An extractor that panics, which happens before any handler runs.
    struct Bomb;

    impl FromRequest for Bomb {
        type Error = Error;
        type Future = Ready<Result<Self, Error>>;

        fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
            panic!("secret text of a panic")
        }
    }

    /// One request and its answer, each on a connection that closes after it.
    fn asked(address: std::net::SocketAddr, path: &str) -> String {
        let mut socket = TcpStream::connect(address).expect("a connection");
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nX-Request-ID: r-1\r\nConnection: close\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).expect("written");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("the answer, then the end");
        answer
    }

    #[actix_web::test]
    async fn a_panic_is_answered_and_counted_and_its_worker_serves_on() {
        let state = Shared::of_test(&[]);
        let shared = state.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/early", web::get().to(|_: Bomb| async { "never" }))
                .route("/late", web::get().to(|| async { panic_later().await }))
                .route("/good", web::get().to(|| async { "good" }))
                .wrap(Observe::new(shared.clone()))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        rt::spawn(server);
        let answers = web::block(move || {
            ["/early", "/good", "/late", "/good"].map(|path| asked(address, path))
        });
        let answers = answers.await.expect("no panic of the client");
        for answer in [&answers[0], &answers[2]] {
            assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
            assert!(answer.contains("content-type: application/problem+json"), "{answer}");
            assert!(answer.contains("x-request-id: r-1"), "{answer}");
            assert!(answer.contains("\"request_id\":\"r-1\""), "{answer}");
            assert!(!answer.contains("secret"), "{answer}");
        }
        assert!(answers[1].ends_with("good") && answers[3].ends_with("good"));
        let page =
            String::from_utf8(state.metrics.page(Vec::new()).expect("a page")).expect("UTF-8");
        assert!(page.contains("\nhttp_panics_total 2\n"), "{page}");
        let labels = r#"endpoint="unmatched",exception_type="panic",method="GET",status="500""#;
        assert!(page.contains(&format!("http_errors_total{{{labels}}} 2\n")), "{page}");
        assert_eq!(state.metrics.requests.active().get(), 0);
        handle.stop(false).await;
    }

    async fn panic_later() -> &'static str {
        tokio::task::yield_now().await;
        panic!("secret text of a panic")
    }
}
