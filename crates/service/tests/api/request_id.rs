//! The one id of a request.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    lead::lead,
    test_app::{TestApp, problem},
};

#[actix_web::test]
async fn the_callers_id_is_in_header_body_and_log() {
    let app = TestApp::start();
    let request = app
        .request(Method::POST, "/api/v1/score")
        .header("X-Request-ID", "trace-17")
        .json(&lead("x"));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.headers()["x-request-id"], "trace-17");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["request_id"], "trace-17");
    assert_eq!(app.logged()[0]["request_id"], "trace-17");
}

#[actix_web::test]
async fn an_id_is_made_where_none_is_given_and_never_twice() {
    let app = TestApp::start();
    let mut ids = Vec::new();
    for _ in 0..20 {
        let answer = app.post("/api/v1/score", &lead("x")).await;
        let header = answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(body["request_id"], header.as_str());
        assert_eq!(header.len(), 36, "a UUID: {header}");
        ids.push(header);
    }
    let logged: Vec<String> = app
        .logged()
        .iter()
        .map(|line| line["request_id"].as_str().expect("a string").to_owned())
        .collect();
    assert_eq!(logged, ids);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

#[actix_web::test]
async fn failures_carry_the_id_as_well() {
    let app = TestApp::start();
    for (path, body, status) in [
        ("/api/v1/score", json!({}), 422),
        ("/api/v1/score/batch", json!([[]]), 422),
        ("/nothing", json!({}), 404),
        ("/health", json!({}), 405),
    ] {
        let request =
            app.request(Method::POST, path).header("X-Request-ID", "trace-18").json(&body);
        let problem = problem(request.send().await.expect("an answer"), status).await;
        assert_eq!(problem["request_id"], "trace-18", "{path}");
    }
}

#[actix_web::test]
async fn an_id_that_is_not_fit_to_repeat_is_replaced() {
    let app = TestApp::start();
    let long = "x".repeat(129);
    for odd in ["a b", "<script>", "\"", "{}", "a;b", &long] {
        let request = app.request(Method::GET, "/health").header("X-Request-ID", odd);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers()["x-request-id"].len(), 36, "{odd}");
    }
}
