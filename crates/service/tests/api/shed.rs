//! What happens when more comes in than is let through.

use std::sync::Arc;

use actix_web::rt;
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp, faults, problem},
    wire::{answer, half_sent},
};

const SHED: &str = "requests_shed_total{reason=\"in_flight\"}";

/// A service whose only place is taken by the returned connection.
async fn full() -> (TestApp, TcpStream) {
    let app = TestApp::start_with(&["--max-in-flight", "1", "--workers", "1"]);
    let (holder, _) = half_sent(&app, "/api/v1/score", "holder").await;
    // Health is not limited: it tells when the holder has its place.
    while app.metric("http_requests_active").await < 2.0 {}
    (app, holder)
}

#[actix_web::test]
async fn of_three_hundred_slow_bodies_a_hundred_are_let_through_and_the_rest_is_told_to_come_back()
{
    const CLIENTS: usize = 300;
    const PLACES: usize = 100;
    let app = Arc::new(TestApp::start_with(&["--max-in-flight", "100", "--workers", "1"]));
    let (go, gate) = watch::channel(false);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (app, mut gate) = (Arc::clone(&app), gate.clone());
            rt::spawn(async move {
                let (mut socket, rest) = half_sent(&app, "/api/v1/score", "slow").await;
                tokio::select! {
                    biased;
                    ready = socket.readable() => ready.expect("an answer"),
                    _ = gate.wait_for(|go| *go) => socket.write_all(rest.as_bytes()).await.expect("written"),
                }
                answer(&mut socket).await
            })
        })
        .collect();
    while app.metric(SHED).await < (CLIENTS - PLACES) as f64 {}

    for path in ["/", "/health", "/health/ready", "/health/live", "/status", "/metrics", "/docs"] {
        assert_eq!(app.get(path).await.status(), 200, "{path} is never refused");
    }
    // Refused before the key is looked at.
    let refused = app.anonymous(Method::GET, "/api/v1/model/info").send().await.expect("an answer");
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(problem(refused, 503).await["type"], "/docs#too-busy");

    go.send(true).expect("clients wait");
    let (mut scored, mut refused) = (0, 0);
    for client in clients {
        let answer = client.await.expect("no panic");
        if answer.starts_with("HTTP/1.1 200 ") {
            scored += 1;
        } else {
            assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
            assert!(answer.contains("\r\nretry-after: 1\r\n"), "{answer}");
            assert!(answer.contains("\"/docs#too-busy\""), "{answer}");
            refused += 1;
        }
    }
    assert_eq!((scored, refused), (PLACES, CLIENTS - PLACES));
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 200, "places are free again");
    assert_eq!(app.metric(SHED).await, (CLIENTS - PLACES + 1) as f64);
    assert_eq!(app.metric("http_requests_active").await, 1.0);
}

#[actix_web::test]
async fn a_refused_request_that_was_whole_keeps_its_connection() {
    let (app, _holder) = full().await;
    let body = lead("whole").to_string();
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let request = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..3 {
        socket.write_all(request.as_bytes()).await.expect("written");
        let refused = answer(&mut socket).await;
        assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
        assert!(!refused.contains("connection: close"), "{refused}");
    }
    let request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.write_all(request).await.expect("written");
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 200 "));
}

#[actix_web::test]
async fn a_refused_request_whose_body_is_still_to_come_is_answered_and_its_connection_closed() {
    let (app, _holder) = full().await;
    let (mut socket, _) = half_sent(&app, "/api/v1/score/batch", "half").await;
    let mut refused = String::new();
    socket.read_to_string(&mut refused).await.expect("the answer, then the end");
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("connection: close"), "{refused}");
}

#[actix_web::test]
async fn a_place_is_free_again_when_its_client_leaves() {
    let (app, holder) = full().await;
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 503);
    drop(holder);
    while app.metric("http_requests_active").await > 1.0 {}
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 200);
}

#[actix_web::test]
async fn operators_get_through_to_the_admin_routes() {
    let (app, _holder) = full().await;
    assert_eq!(app.get("/api/v1/admin/models").await.status(), 200);
    assert_eq!(app.get("/api/v1/administration").await.status(), 503);
}

#[actix_web::test]
async fn a_lead_id_has_512_bytes_at_most_alone_and_in_a_batch() {
    let app = TestApp::start();
    let (longest, too_long) = ("é".repeat(256), "é".repeat(256) + "x");
    assert_eq!(app.post("/api/v1/score", &lead(&longest)).await.status(), 200);
    let refused = problem(app.post("/api/v1/score", &lead(&too_long)).await, 422).await;
    assert_eq!(faults(&refused), [("/lead_id".to_owned(), "too_long".to_owned())]);
    let batch = json!([lead(&longest), lead(&too_long)]);
    let refused = problem(app.post("/api/v1/score/batch", &batch).await, 422).await;
    assert_eq!(faults(&refused), [("/1/lead_id".to_owned(), "too_long".to_owned())]);
}
