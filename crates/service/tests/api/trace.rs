//! W3C Trace Context: `traceparent` in and out.

use reqwest::{Method, Response};
use serde_json::json;

use crate::{
    lead::lead,
    test_app::{TestApp, problem},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// The four parts of the answer's header.
fn answered(response: &Response) -> [String; 4] {
    let header = response.headers()["traceparent"].to_str().expect("ASCII");
    let parts: Vec<String> = header.split('-').map(str::to_owned).collect();
    parts.try_into().expect("four parts")
}

async fn sent(app: &TestApp, traceparent: &str) -> Response {
    let request = app.request(Method::POST, "/api/v1/score").header("traceparent", traceparent);
    request.json(&lead("x")).send().await.expect("an answer")
}

#[actix_web::test]
async fn a_callers_trace_is_in_header_and_log_with_a_span_of_our_own() {
    let app = TestApp::start();
    let answer = sent(&app, &format!("00-{TRACE}-{PARENT}-01")).await;
    let [version, trace, span, flags] = answered(&answer);
    assert_eq!((version.as_str(), trace.as_str(), flags.as_str()), ("00", TRACE, "01"));
    assert_ne!(span, PARENT);
    let line = &app.logged()[0];
    assert_eq!((&line["trace_id"], &line["span_id"]), (&json!(TRACE), &json!(span)));
    // The id of the request is another thing: a trace may hold many requests.
    assert_eq!(answer.headers()["x-request-id"].len(), 36);
}

#[actix_web::test]
async fn each_request_of_a_trace_has_a_span_of_its_own() {
    let app = TestApp::start();
    let traceparent = format!("00-{TRACE}-{PARENT}-00");
    let [_, _, first, flags] = answered(&sent(&app, &traceparent).await);
    let [_, _, second, _] = answered(&sent(&app, &traceparent).await);
    assert_ne!(first, second);
    assert_eq!(flags, "00", "what the caller does not keep is not kept for it");
}

#[actix_web::test]
async fn what_is_no_traceparent_begins_a_new_trace() {
    let app = TestApp::start();
    for odd in [
        "",
        "nonsense",
        &format!("ff-{TRACE}-{PARENT}-01"),
        &format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
        &format!("00-{}-{PARENT}-01", "0".repeat(32)),
        &format!("00-{TRACE}-{}-01", "0".repeat(16)),
        &format!("00-{TRACE}-{PARENT}-01-more"),
        &"0".repeat(60_000),
    ] {
        let answer = sent(&app, odd).await;
        assert_eq!(answer.status(), 200);
        let [version, trace, span, flags] = answered(&answer);
        assert_eq!((version.as_str(), flags.as_str()), ("00", "02"));
        assert_eq!((trace.len(), span.len()), (32, 16));
        assert!(trace != TRACE && span != PARENT, "{trace} {span}");
    }
}

#[actix_web::test]
async fn a_version_of_the_future_is_read_as_far_as_it_is_known() {
    let app = TestApp::start();
    let answer = sent(&app, &format!("7e-{TRACE}-{PARENT}-09-what-it-may-say")).await;
    let [version, trace, _, flags] = answered(&answer);
    assert_eq!((version.as_str(), trace.as_str(), flags.as_str()), ("00", TRACE, "01"));
}

#[actix_web::test]
async fn a_request_without_a_trace_is_given_none() {
    let app = TestApp::start();
    let request = app.request(Method::GET, "/health").header("tracestate", "vendor=7731");
    let answer = request.send().await.expect("an answer");
    assert!(answer.headers().get("traceparent").is_none());
    assert!(answer.headers().get("tracestate").is_none());
    assert!(app.logged()[0].get("trace_id").is_none());
}

#[actix_web::test]
async fn failures_are_traced_as_well() {
    let app = TestApp::start();
    for (path, status) in [("/api/v1/score", 422), ("/nothing", 404), ("/health", 405)] {
        let request = app
            .request(Method::POST, path)
            .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
            .header("tracestate", "vendor=7731")
            .json(&json!({}));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answered(&answer)[1], TRACE, "{path}");
        assert!(answer.headers().get("tracestate").is_none());
        problem(answer, status).await;
    }
    let lines = app.logged();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line["trace_id"] == TRACE), "{lines:?}");
}
