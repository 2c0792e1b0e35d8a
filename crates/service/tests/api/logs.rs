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
    assert_eq!(line["route"], "/api/v1/score");
    assert_eq!(line["bytes_in"], lead("lead-7731").to_string().len());
    assert_eq!(line["bytes_out"], bytes);
    assert_eq!(line["client"], "API_KEYS/1");
    for member in ["trace_id", "span_id", "sample_rate", "suppressed"] {
        assert!(line.get(member).is_none(), "{member} has nothing to say: {line}");
    }
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

#[actix_web::test]
async fn what_went_well_is_sampled_and_what_failed_is_not() {
    let app = TestApp::start_with(&["--log-sample", "0"]);
    app.get("/health").await;
    app.get("/nothing").await;
    let lines = app.logged();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["status"], &lines[0]["route"]), (&json!(404), &json!("unmatched")));
    assert!(lines[0].get("sample_rate").is_none());
}

#[actix_web::test]
async fn a_sampled_line_says_its_rate_and_whole_traces_are_kept() {
    let app = TestApp::start_with(&["--log-sample", "0.25"]);
    // The last 14 digits decide: the highest quarter of them is kept.
    for (last, kept) in [("bfffffffffffff", false), ("c0000000000000", true)] {
        for _ in 0..3 {
            let traceparent = format!("00-4bf92f3577b34da6a3{last}-00f067aa0ba902b7-00");
            let request = app.request(Method::GET, "/health").header("traceparent", traceparent);
            request.send().await.expect("an answer");
        }
        let lines = app.logged();
        assert_eq!(lines.len(), if kept { 3 } else { 0 });
        assert!(lines.iter().all(|line| line["sample_rate"] == 0.25), "{lines:?}");
    }
}

#[actix_web::test]
async fn a_storm_of_one_refusal_hides_no_other_and_is_counted() {
    let app = TestApp::start_with(&["--log-failures-per-second", "1"]);
    const STORM: usize = 200;
    for _ in 0..STORM {
        app.anonymous(Method::GET, "/api/v1/model/info").send().await.expect("an answer");
    }
    app.get("/nothing").await;
    let lines = app.logged();
    let (refused, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["status"] == 401);
    assert_eq!((others.len(), &others[0]["status"]), (1, &json!(404)));
    // One line for each second that the storm took; each says what the one before left out, and the metric all of it.
    let told: u64 = refused.iter().filter_map(|line| line["suppressed"].as_u64()).sum();
    let left_out = app.metric("log_lines_suppressed_total").await;
    assert!(left_out > 0.0 && refused.len() < STORM);
    assert_eq!(refused.len() + left_out as usize, STORM);
    assert!(told <= left_out as u64);
}
