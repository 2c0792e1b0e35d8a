//! The log: one JSON line per request.

use reqwest::Method;
use serde_json::json;

use crate::{lead::lead, test_app::TestApp};

#[actix_web::test]
async fn a_request_leaves_one_line_with_everything_that_is_asked_for_later() {
    let app = TestApp::start();
    let answer = app.post("/api/v1/score?include_details=1", &lead("lead-7731")).await;
    let bytes = answer.bytes().await.expect("a body").len();
    let lines = app.logged();
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["message"], "request");
    assert_eq!(line["method"], "POST");
    assert_eq!(line["path"], "/api/v1/score");
    assert_eq!(line["status"], 200);
    assert_eq!(line["bytes"], bytes);
    assert!(line["duration_ms"].as_f64().expect("a number") > 0.0, "{line}");
    let timestamp = line["timestamp"].as_str().expect("a string");
    assert_eq!((timestamp.len(), &timestamp[26..]), (32, "+00:00"));
    assert!(!app.log.text().contains("7731"), "nothing of the body is logged");
}

#[actix_web::test]
async fn the_level_follows_the_status() {
    let app = TestApp::start();
    app.get("/health").await;
    app.get("/nothing").await;
    app.post("/api/v1/score", &json!({})).await;
    let levels: Vec<_> = app.logged().iter().map(|line| line["level"].clone()).collect();
    assert_eq!(levels, ["INFO", "WARN", "WARN"]);
}

#[actix_web::test]
async fn a_higher_level_silences_what_went_well() {
    let app = TestApp::start_with(&["--log-level", "WARNING"]);
    app.get("/health").await;
    app.get("/nothing?token=7731").await;
    let lines = app.logged();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["path"], "/nothing");
    assert!(!app.log.text().contains("7731"), "queries are not logged");
}

#[actix_web::test]
async fn what_a_caller_sends_cannot_forge_a_line() {
    let app = TestApp::start();
    let request =
        app.request(Method::GET, "/x%0a{\"level\":\"ERROR\"}").header("X-Request-ID", "a\tb");
    request.send().await.expect("an answer");
    assert_eq!(app.logged().len(), 1);
}
