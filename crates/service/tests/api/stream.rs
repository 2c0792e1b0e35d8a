//! `POST /api/v1/score/stream`: what a line is answered with.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    lead::{lead, lead_with, synthetic_leads},
    test_app::{TestApp, problem, redacted},
};

const PATH: &str = "/api/v1/score/stream";

/// The lines of the answer to `body`, each parsed.
async fn answers(app: &TestApp, body: impl Into<Vec<u8>>) -> Vec<Value> {
    let answer = app.post_raw(PATH, body).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let text = answer.text().await.expect("text");
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

#[actix_web::test]
async fn every_lead_has_the_score_of_a_single_answer() {
    let app = TestApp::start();
    let (_, leads): (Vec<_>, Vec<Value>) = synthetic_leads(150).into_iter().unzip();
    let lines: Vec<_> = leads.iter().map(Value::to_string).collect();
    let answers = answers(&app, lines.join("\n")).await;
    assert_eq!(answers.len(), 151);
    for (index, lead) in leads.iter().enumerate().step_by(10) {
        let single: Value = app.post("/api/v1/score", lead).await.json().await.expect("JSON");
        assert_eq!(answers[index]["score"], single["score"]);
    }
    for (index, (answer, lead)) in answers.iter().zip(&leads).enumerate() {
        assert_eq!(answer["line"], index + 1);
        assert_eq!(answer["lead_id"], lead["lead_id"]);
    }
    assert_eq!(answers[150]["summary"]["scored"], 150);
}

#[actix_web::test]
async fn the_lines_of_an_answer_read_as_documented() {
    let app = TestApp::start();
    let [good, bad] = [lead("a"), lead_with("bounce_rate", 3)];
    let body = format!("{good}\n\n{bad}\r\n  \t\r\n[]\n{{\"lead_id\":\n{}", lead("\"z\""));
    let answer = app.post_raw(PATH, body).await.text().await.expect("text");
    insta::assert_snapshot!(redacted(&answer, &["request_id", "raw_score", "bucket", "tier"]));
}

#[actix_web::test]
async fn blank_lines_are_counted_and_not_answered() {
    let app = TestApp::start();
    let good = lead("a").to_string();
    for (body, numbers, lines) in [
        (String::new(), vec![], 0),
        ("\n".to_owned(), vec![], 1),
        ("\r\n \n\t".to_owned(), vec![], 3),
        (good.clone(), vec![1], 1),
        (format!("{good}\n"), vec![1], 1),
        (format!("{good}\r\n\r\n"), vec![1], 2),
        (format!("\n\n{good}\n\n{good}"), vec![3, 5], 5),
    ] {
        let mut answers = answers(&app, body).await;
        let summary = answers.pop().expect("a summary");
        let found: Vec<_> = answers.iter().map(|answer| answer["line"].as_u64()).collect();
        assert_eq!(found, numbers.iter().copied().map(Some).collect::<Vec<_>>());
        assert_eq!(summary["summary"]["lines"], lines);
        assert_eq!(summary["summary"]["complete"], true);
    }
}

#[actix_web::test]
async fn the_summary_says_whose_scores_they_are() {
    let app = TestApp::start();
    let answer = app.post_raw(PATH, lead("a").to_string()).await;
    let id = answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    let text = answer.text().await.expect("text");
    let summary: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    let single: Value = app.post("/api/v1/score", &lead("a")).await.json().await.expect("JSON");
    assert_eq!(summary["summary"]["request_id"], id.as_str());
    assert_eq!(summary["summary"]["model"], single["model"]);
}

#[actix_web::test]
async fn a_line_that_is_too_long_has_an_error_and_the_next_one_its_score() {
    let app = TestApp::start_with(&["--max-score-bytes", "2000"]);
    let good = lead("a").to_string();
    let just = format!("{good}{}", " ".repeat(2_000 - good.len()));
    for long in [format!("{just} "), "x".repeat(500_000)] {
        let answers = answers(&app, format!("{just}\n{long}\n{just}\n{long}")).await;
        let outcome = |index: usize| {
            answers[index]["error"]["errors"][0]["code"].as_str().unwrap_or("scored")
        };
        assert_eq!([0, 1, 2, 3].map(outcome), ["scored", "too_long", "scored", "too_long"]);
        let sums = json!({"lines": 4, "scored": 2, "failed": 2});
        for (member, sum) in sums.as_object().expect("an object") {
            assert_eq!(&answers[4]["summary"][member], sum);
        }
    }
}

#[actix_web::test]
async fn a_byte_order_mark_or_bytes_that_are_no_text_spoil_their_line_only() {
    let app = TestApp::start();
    let good = lead("a").to_string();
    let body = [b"\xef\xbb\xbf", good.as_bytes(), b"\n\xff\xfe\n\0\n", good.as_bytes()].concat();
    let answers = answers(&app, body).await;
    for answer in &answers[..3] {
        assert_eq!(answer["error"]["errors"][0]["code"], "invalid_json", "{answer}");
    }
    assert!(answers[3]["score"].is_object());
}

#[actix_web::test]
async fn the_body_goes_by_any_name_of_ndjson_or_json() {
    let app = TestApp::start();
    let post = |kind: Option<&str>| {
        let request = app.request(Method::POST, PATH).body(lead("a").to_string());
        match kind {
            Some(kind) => request.header("Content-Type", kind),
            None => request,
        }
    };
    for kind in [
        "application/x-ndjson",
        "application/ndjson; charset=utf-8",
        "Application/JSONL",
        "application/json",
    ] {
        assert_eq!(post(Some(kind)).send().await.expect("an answer").status(), 200, "{kind}");
    }
    assert_eq!(post(None).send().await.expect("an answer").status(), 200);
    for kind in ["text/plain", "text/csv", "application/x-www-form-urlencoded", ""] {
        let refusal = problem(post(Some(kind)).send().await.expect("an answer"), 415).await;
        assert_eq!(refusal["type"], "/docs#not-lines");
    }
    let zipped = post(None).header("Content-Encoding", "gzip").send().await.expect("an answer");
    assert_eq!(problem(zipped, 415).await["type"], "/docs#encoded");
    // A single lead is not taken as lines elsewhere.
    let elsewhere = app.request(Method::POST, "/api/v1/score").body(lead("a").to_string());
    let elsewhere = elsewhere.header("Content-Type", "application/x-ndjson");
    problem(elsewhere.send().await.expect("an answer"), 415).await;
}

#[actix_web::test]
async fn a_key_is_asked_for_before_a_line_is_read() {
    let app = TestApp::start();
    let answer = app.anonymous(Method::POST, PATH).body("junk").send().await.expect("an answer");
    problem(answer, 401).await;
    assert_eq!(app.metric("streams_total{outcome=\"broken\"}").await, 0.0);
}

#[actix_web::test]
async fn a_stream_is_counted_by_its_lines_its_leads_and_its_bytes() {
    let app = TestApp::start();
    let body = format!("{}\n{}\n\n1\n", lead("a"), lead("b"));
    let answer = app.post_raw(PATH, body.clone()).await.text().await.expect("text");
    let labels = r#"{endpoint="/api/v1/score/stream",method="POST"}"#;
    for (series, expected) in [
        ("stream_lines_total{outcome=\"scored\"}".to_owned(), 2),
        ("stream_lines_total{outcome=\"failed\"}".to_owned(), 1),
        ("streams_total{outcome=\"complete\"}".to_owned(), 1),
        ("streams_total{outcome=\"broken\"}".to_owned(), 0),
        ("model_prediction_raw_scores_count{endpoint_provider=\"local\"}".to_owned(), 2),
        ("model_batch_size_count".to_owned(), 0),
        (format!("http_request_size_bytes_sum{labels}"), body.len()),
        (format!("http_response_size_bytes_sum{labels}"), answer.len()),
        (format!("http_response_size_bytes_count{labels}"), 1),
        (format!("http_request_duration_seconds_count{labels}"), 1),
    ] {
        assert_eq!(app.metric(&series).await, expected as f64, "{series}");
    }
}
