//! How often a key may come, and how often a wrong one.

use reqwest::{Method, Response};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    key_file::{KeyFile, entry, entry_with, status},
    key_scopes::open_service,
    lead::lead,
    test_app::{KEY, TestApp, problem},
};

/// One request in 1,000 s after the burst: no test takes that long.
const HARDLY: [&str; 4] = ["--rate-limit", "0.001", "--rate-burst", "2"];

fn retry_after(response: &Response) -> u64 {
    let header = response.headers()["retry-after"].to_str().expect("ASCII");
    header.parse().expect("whole seconds")
}

#[actix_web::test]
async fn a_key_beyond_its_rate_is_told_when_to_come_again() {
    let app = TestApp::start_with(&HARDLY);
    for _ in 0..2 {
        assert_eq!(app.post("/api/v1/score", &lead("lead-1")).await.status(), 200);
    }
    let refused = app.post("/api/v1/score", &lead("lead-1")).await;
    assert!((1..=1_000).contains(&retry_after(&refused)), "{}", retry_after(&refused));
    let refused = problem(refused, 429).await;
    assert_eq!(refused["type"], "/docs#rate-limited");
    assert_eq!(app.metric("requests_shed_total{reason=\"rate\"}").await, 1.0);
}

#[actix_web::test]
async fn the_rate_is_checked_before_the_body_has_come() {
    let app = TestApp::start_with(&HARDLY);
    for _ in 0..2 {
        app.get("/api/v1/model/info").await;
    }
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: 1000\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 429");
}

#[actix_web::test]
async fn a_batch_costs_one_request_and_health_metrics_and_admin_cost_none() {
    let flags = [&HARDLY[..], &["--admin-api-keys", "the-admin-key"]].concat();
    let app = TestApp::start_with(&flags);
    let batch = json!([lead("a"), lead("b"), lead("c")]);
    for _ in 0..2 {
        assert_eq!(app.post("/api/v1/score/batch", &batch).await.status(), 200);
    }
    assert_eq!(app.post("/api/v1/score/batch", &batch).await.status(), 429);
    for path in ["/health", "/health/ready", "/metrics", "/status"] {
        assert_eq!(app.get(path).await.status(), 200, "{path}");
    }
    for _ in 0..5 {
        let admin = app.anonymous(Method::GET, "/api/v1/admin/nothing-here");
        let answer = admin.header("X-API-Key", "the-admin-key").send().await.expect("an answer");
        assert_eq!(answer.status(), 404);
    }
}

#[actix_web::test]
async fn every_key_has_its_own_rate_and_the_files_wins() {
    let file = KeyFile::of(&[
        entry("usual", "usual-key"),
        entry_with("slow", "slow-key", &json!({"rate": 0.001, "burst": 1})),
        entry_with("fast", "fast-key", &json!({"rate": 1_000_000})),
    ]);
    let typed = file.typed();
    let app = TestApp::start_with(&[&HARDLY[..], &["--key-file", &typed]].concat());
    for (key, passing) in [("usual-key", 2), ("slow-key", 1), ("fast-key", 6), (KEY, 2)] {
        let mut passed = 0;
        for _ in 0..6 {
            passed += usize::from(status(&app, key).await == 200);
        }
        assert_eq!(passed, passing, "{key}");
    }
}

#[actix_web::test]
async fn without_keys_all_callers_share_one_rate() {
    let app = open_service(&HARDLY);
    let mut statuses = Vec::new();
    for key in ["one", "two", "three"] {
        statuses.push(status(&app, key).await.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[actix_web::test]
async fn an_address_of_many_wrong_keys_is_slowed_and_a_right_key_from_it_never() {
    let app = TestApp::start();
    for count in 0..10 {
        assert_eq!(status(&app, &format!("guess-{count}")).await, 401);
    }
    let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", "guess-10");
    let refused = request.send().await.expect("an answer");
    assert!((1..=6).contains(&retry_after(&refused)), "{}", retry_after(&refused));
    assert_eq!(problem(refused, 429).await["type"], "/docs#wrong-keys");
    assert_eq!(status(&app, KEY).await, 200, "all clients of a balancer have one address");
    assert_eq!(status(&app, "").await, 401, "a forgotten key is no guess");
    assert_eq!(app.metric("auth_failures_total{reason=\"wrong\"}").await, 10.0);
    assert_eq!(app.metric("auth_failures_total{reason=\"throttled\"}").await, 1.0);
    assert_eq!(app.metric("auth_failures_total{reason=\"missing\"}").await, 1.0);
}
