//! `GET /metrics`.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{lead::lead, test_app::TestApp};

/// Uses every series once, so that the page shows all of them.
async fn used(app: &TestApp) -> String {
    app.post("/api/v1/score", &lead("x")).await;
    app.post("/api/v1/score/batch", &json!([lead("x"), lead("y")])).await;
    app.get("/metrics").await.text().await.expect("text")
}

#[actix_web::test]
async fn the_page_is_in_the_text_format() {
    let app = TestApp::start();
    assert_eq!(app.get("/metrics").await.headers()["content-type"], "text/plain; version=0.0.4");
}

/// Names, help, types and labels, without values: what dashboards and alerts are built on.
#[actix_web::test]
async fn every_metric_has_its_name_help_type_and_labels() {
    let app = TestApp::start();
    let page = used(&app).await;
    let mut shape = BTreeSet::new();
    for line in page.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let (keyword, rest) = comment.split_once(' ').expect("a keyword");
            let (name, text) = rest.split_once(' ').expect("a name");
            shape.insert(format!("{name} # {keyword} {text}"));
        } else if let Some((name, labels)) = line.split_once('{') {
            let labels: Vec<_> = labels
                .split(',')
                .filter_map(|label| label.split_once('=').map(|pair| pair.0))
                .collect();
            shape.insert(format!("{name}{{{}}}", labels.join(",")));
        }
    }
    insta::assert_snapshot!(shape.into_iter().collect::<Vec<_>>().join("\n"));
}

#[actix_web::test]
async fn the_contracts_buckets_are_all_there() {
    let app = TestApp::start();
    let page = used(&app).await;
    for (name, bounds) in [
        (
            "http_request_duration_seconds",
            "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 +Inf",
        ),
        (
            "model_prediction_latency_seconds",
            "0.001 0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 1 +Inf",
        ),
        ("model_prediction_buckets", "1 2 3 4 5 +Inf"),
        ("model_prediction_raw_scores", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1 +Inf"),
        ("model_batch_size", "1 5 10 25 50 75 100 +Inf"),
    ] {
        for bound in bounds.split(' ') {
            let label = format!("le=\"{bound}\"");
            let prefix = format!("{name}_bucket{{");
            let found = page.lines().any(|line| line.starts_with(&prefix) && line.contains(&label));
            assert!(found, "{name} {bound}");
        }
    }
}

#[actix_web::test]
async fn single_batch_and_model_requests_are_told_apart() {
    let app = TestApp::start();
    used(&app).await;
    app.get("/api/v1/model/info").await;
    app.get("/api/v1/model/importance").await;
    for (method, endpoint) in [
        ("POST", "/api/v1/score"),
        ("POST", "/api/v1/score/batch"),
        ("GET", "/api/v1/model/info"),
        ("GET", "/api/v1/model/importance"),
    ] {
        let labels = format!("{{endpoint=\"{endpoint}\",method=\"{method}\",status=\"200\"}}");
        assert_eq!(app.metric(&format!("http_requests_total{labels}")).await, 1.0, "{labels}");
    }
}

#[actix_web::test]
async fn all_unknown_paths_share_one_label() {
    let app = TestApp::start();
    for index in 0..5 {
        app.get(&format!("/nothing-{index}")).await;
        app.get(&format!("/api/v1/nothing-{index}")).await;
    }
    app.request("BREW".parse().expect("a token"), "/nothing").send().await.expect("an answer");
    let series = |method: &str| {
        format!("http_requests_total{{endpoint=\"unmatched\",method=\"{method}\",status=\"404\"}}")
    };
    assert_eq!(app.metric(&series("GET")).await, 10.0);
    assert_eq!(app.metric(&series("OTHER")).await, 1.0);
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(!page.contains("nothing-"), "no raw path becomes a label");
}

#[actix_web::test]
async fn leads_scores_and_batches_are_counted() {
    let app = TestApp::start();
    let answer: Value = app.post("/api/v1/score", &lead("x")).await.json().await.expect("JSON");
    let tier = answer["score"]["tier"].as_str().expect("a tier").to_owned();
    let batch: Value = (0..7).map(|_| lead("x")).collect();
    app.post("/api/v1/score/batch", &batch).await;
    let local = "endpoint_provider=\"local\"";
    assert_eq!(
        app.metric(&format!("model_predictions_total{{{local},tier=\"{tier}\"}}")).await,
        8.0
    );
    assert_eq!(app.metric(&format!("model_prediction_raw_scores_count{{{local}}}")).await, 8.0);
    assert_eq!(app.metric(&format!("model_prediction_buckets_count{{{local}}}")).await, 8.0);
    // One observation of time per request, whether it holds one lead or seven.
    assert_eq!(
        app.metric(&format!("model_prediction_latency_seconds_count{{{local}}}")).await,
        2.0
    );
    assert_eq!(app.metric("model_batch_size_count").await, 1.0);
    assert_eq!(app.metric("model_batch_size_sum").await, 7.0);
    let errors = format!("model_prediction_errors_total{{{local},error_type=\"not_finite\"}}");
    assert_eq!(app.metric(&errors).await, 0.0);
}

#[actix_web::test]
async fn sizes_are_those_of_the_bodies() {
    let app = TestApp::start();
    let text = lead("x").to_string();
    let answer = app.post_raw("/api/v1/score", text.clone()).await.bytes().await.expect("a body");
    let labels = "{endpoint=\"/api/v1/score\",method=\"POST\"}";
    assert_eq!(
        app.metric(&format!("http_request_size_bytes_sum{labels}")).await,
        text.len() as f64
    );
    assert_eq!(
        app.metric(&format!("http_response_size_bytes_sum{labels}")).await,
        answer.len() as f64
    );
}

#[actix_web::test]
async fn a_real_request_is_not_timed_as_zero() {
    let app = TestApp::start();
    app.post("/api/v1/score", &lead("x")).await;
    let labels = "{endpoint=\"/api/v1/score\",method=\"POST\"}";
    assert!(app.metric(&format!("http_request_duration_seconds_sum{labels}")).await > 0.0);
    assert!(
        app.metric("model_prediction_latency_seconds_sum{endpoint_provider=\"local\"}").await > 0.0
    );
}

#[actix_web::test]
async fn the_request_that_asks_is_the_only_one_in_flight() {
    let app = TestApp::start();
    used(&app).await;
    app.anonymous(Method::GET, "/nothing").send().await.expect("an answer");
    assert_eq!(app.metric("http_requests_active").await, 1.0);
}

#[actix_web::test]
async fn the_program_describes_itself() {
    let app = TestApp::start();
    let page = used(&app).await;
    let line = page.lines().find(|line| line.starts_with("application_info{")).expect("the metric");
    assert!(
        line.contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\""))
            && line.ends_with(" 1"),
        "{line}"
    );
    let resident = page.lines().find(|line| line.starts_with("process_resident_memory_bytes "));
    assert!(resident.is_some(), "the client library's own metrics are there");
}

/// What a value may be in: every gauge and histogram says one of these in its name or its help, while a counter's name
/// says what it counts.
const UNITS: [&str; 15] = [
    "always 1",
    "answers",
    "buckets",
    "bytes",
    "connections",
    "descriptors",
    "leads",
    "lines",
    "models",
    "percent",
    "probabilities",
    "ratio",
    "requests",
    "seconds",
    "threads",
];

#[actix_web::test]
async fn every_metric_is_explained_and_has_a_unit() {
    let app = TestApp::start();
    let page = used(&app).await;
    let mut help = BTreeMap::new();
    for line in page.lines().filter_map(|line| line.strip_prefix("# HELP ")) {
        let (name, text) = line.split_once(' ').expect("a text");
        assert!(help.insert(name, text).is_none(), "{name} is declared twice");
        assert!(text.ends_with('.') && text.len() > 10, "{name}: {text}");
        let words = format!("{name} {text}").to_lowercase();
        let said = name.ends_with("_total") || UNITS.iter().any(|unit| words.contains(unit));
        assert!(said, "{name} has no unit: {text}");
    }
    for line in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').expect("a type");
        assert!(help.contains_key(name), "{name} is not explained");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
        assert_ne!(kind, "untyped", "{name}");
    }
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().expect("a name");
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        assert!(
            help.contains_key(name) || family.is_some_and(|family| help.contains_key(family)),
            "{name} belongs to nothing that is explained"
        );
    }
}

#[actix_web::test]
async fn nothing_that_a_caller_chooses_becomes_a_label() {
    let app = TestApp::start();
    for (method, path) in [
        ("GET", "/health?q=chosen"),
        ("GET", "/health/chosen"),
        ("GET", "/api/v1/score/chosen"),
        ("GET", "/chosen%22%0a%7d"),
        ("CHOSEN", "/health"),
        ("POST", "/api/v1/score"),
    ] {
        let request = app
            .request(method.parse().expect("a token"), path)
            .header("X-API-Key", "chosen")
            .header("X-Request-ID", "chosen")
            .header("User-Agent", "chosen")
            .header("Content-Type", "chosen")
            .header("traceparent", "chosen")
            .body("{\"lead_id\":\"chosen\"}");
        request.send().await.expect("an answer");
    }
    app.post("/api/v1/score", &lead("chosen")).await;
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(!page.to_lowercase().contains("chosen"), "{page}");
}

#[actix_web::test]
async fn every_status_is_counted_under_its_own_label() {
    let app = TestApp::start_with(&["--drain-delay", "3600", "--max-score-bytes", "2000"]);
    let text = app.request(Method::POST, "/api/v1/score").header("Content-Type", "text/plain");
    let requests = [
        (200, app.request(Method::GET, "/health")),
        (307, app.request(Method::GET, "/health/")),
        (400, app.request(Method::POST, "/api/v1/score/batch").json(&vec![0; 101])),
        (401, app.anonymous(Method::GET, "/api/v1/model/info")),
        (404, app.request(Method::GET, "/nothing")),
        (405, app.request(Method::POST, "/health")),
        (413, app.request(Method::POST, "/api/v1/score").json(&"x".repeat(2_000))),
        (415, text.body("{}")),
        (422, app.request(Method::POST, "/api/v1/score").json(&json!({}))),
    ];
    let mut expected = BTreeSet::from(["503".to_owned()]);
    for (status, request) in requests {
        assert_eq!(request.send().await.expect("an answer").status(), status);
        expected.insert(status.to_string());
    }
    app.say_stop().await;
    app.wait_for_ready(503).await;
    let page = app.get("/metrics").await.text().await.expect("text");
    let series = |name: &str| -> Vec<String> {
        let of_family = page.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        of_family.map(str::to_owned).collect()
    };
    let total = |name: &str| -> f64 {
        let values = series(name).into_iter().map(|line| {
            line.rsplit_once(' ').expect("a value").1.parse::<f64>().expect("a number")
        });
        values.sum()
    };
    let status = |line: String| {
        line.split_once("status=\"").and_then(|(_, rest)| rest.split('"').next().map(str::to_owned))
    };
    let counted: BTreeSet<String> =
        series("http_requests_total").into_iter().filter_map(status).collect();
    assert_eq!(counted, expected);
    // Each request is counted once, wherever it is counted, and the one that asks not yet.
    let requests = app.logged().len() as f64 - 1.0;
    for name in [
        "http_requests_total",
        "http_request_duration_seconds_count",
        "http_request_size_bytes_count",
        "http_response_size_bytes_count",
    ] {
        assert_eq!(total(name), requests, "{name}");
    }
    assert!(total("http_errors_total") >= 1.0);
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}
