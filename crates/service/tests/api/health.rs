//! `/`, `/health`, `/health/ready`, `/health/live`, `/status` and `/docs`.

use serde_json::Value;

use crate::test_app::{TestApp, redacted};

#[actix_web::test]
async fn the_bodies_read_as_the_contract_says() {
    let app = TestApp::start();
    let mut bodies = Vec::new();
    for path in ["/", "/health", "/health/ready", "/health/live", "/status"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/json");
        let body = answer.text().await.expect("text");
        let changing =
            ["timestamp", "uptime_seconds", "hostname", "service_version", "model_version"];
        bodies.push(format!("{path}\n{}", redacted(&body, &changing)));
    }
    insta::assert_snapshot!(bodies.join("\n"));
}

#[actix_web::test]
async fn timestamps_are_utc_with_microseconds_and_an_offset() {
    let app = TestApp::start();
    for path in ["/health", "/health/ready", "/health/live", "/status", "/resources"] {
        let body: Value = app.get(path).await.json().await.expect("JSON");
        let timestamp = body["timestamp"].as_str().expect("a string");
        assert_eq!(timestamp.len(), "2026-11-23T18:33:12.000042+00:00".len(), "{timestamp}");
        assert!(timestamp.ends_with("+00:00"), "{timestamp}");
    }
}

#[actix_web::test]
async fn uptime_grows() {
    let app = TestApp::start();
    let uptime = async || -> f64 {
        let body: Value = app.get("/health/live").await.json().await.expect("JSON");
        body["uptime_seconds"].as_f64().expect("a number")
    };
    let first = uptime().await;
    assert!(first > 0.0 && uptime().await > first);
}

#[actix_web::test]
async fn every_kind_of_problem_has_its_heading_in_the_documentation() {
    let app = TestApp::start();
    let answer = app.get("/docs").await;
    assert_eq!(answer.headers()["content-type"], "text/markdown; charset=utf-8");
    let page = answer.text().await.expect("text");
    for name in [
        "key-missing",
        "key-wrong",
        "invalid-leads",
        "invalid-parameter",
        "batch-too-long",
        "body-too-large",
        "body-unreadable",
        "not-json",
        "encoded",
        "not-found",
        "method-not-allowed",
        "internal",
        "other",
    ] {
        assert!(page.lines().any(|line| line == format!("#### {name}")), "{name}");
    }
}
