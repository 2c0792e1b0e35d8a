//! How the service leaves.

use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp},
};

/// Long enough that no test waits for its end: a second word cuts it short.
const LONG: &str = "3600";

#[actix_web::test]
async fn a_draining_service_is_not_ready_but_alive_and_still_scores() {
    let app = TestApp::start_with(&["--drain-delay", LONG]);
    app.wait_for_ready(200).await;
    app.say_stop().await;
    app.wait_for_ready(503).await;
    let ready: Value = app.get("/health/ready").await.json().await.expect("JSON");
    assert_eq!(ready["status"], "draining");
    assert!(ready["timestamp"].is_string());
    assert_eq!(app.get("/health/live").await.status(), 200);
    assert_eq!(app.get("/health").await.status(), 200);
    let status: Value = app.get("/status").await.json().await.expect("JSON");
    assert_eq!(status["status"], "draining");
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 200);
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}

#[actix_web::test]
async fn a_draining_service_answers_and_then_closes_the_connection() {
    let app = TestApp::start_with(&["--drain-delay", LONG]);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let kept = health_on(&mut socket).await;
    assert!(kept.starts_with("http/1.1 200") && !kept.contains("connection: close"), "{kept}");

    app.say_stop().await;
    app.wait_for_ready(503).await;
    // The next request on the same connection is answered like any other and is the last one there.
    let last = health_on(&mut socket).await;
    assert!(
        last.starts_with("http/1.1 200") && last.contains("\r\nconnection: close\r\n"),
        "{last}"
    );
    assert_eq!(socket.read(&mut [0; 1]).await.expect("the end"), 0);
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}

/// The answer to one request on a connection that may be kept, in lower case; it is short enough to come in one piece.
async fn health_on(socket: &mut TcpStream) -> String {
    socket.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("written");
    let mut answer = [0; 4_096];
    let length = socket.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..length]).to_lowercase()
}

#[actix_web::test]
async fn a_request_in_flight_is_finished_before_the_end() {
    let app = TestApp::start();
    let body = lead("in-flight").to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    // It is in flight once it is counted beside the request that asks.
    while app.metric("http_requests_active").await < 2.0 {}

    app.say_stop().await;
    // The socket closes for others while the one in flight is waited for.
    while TcpStream::connect(app.address).await.is_ok() {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    socket.write_all(second.as_bytes()).await.expect("written");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("the answer, then the end");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"lead_id\":\"in-flight\""), "{answer}");
    app.ended().await.expect("an end without an error");
}

#[actix_web::test]
async fn a_further_word_ends_the_wait_for_a_request_that_never_ends() {
    let app = TestApp::start_with(&["--shutdown-timeout", LONG]);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: 1000\r\n\r\n{{"
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    while app.metric("http_requests_active").await < 2.0 {}
    app.say_stop().await;
    while TcpStream::connect(app.address).await.is_ok() {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}

#[actix_web::test]
async fn an_idle_connection_does_not_hold_the_end_up() {
    let app = TestApp::start();
    app.request(Method::GET, "/health").send().await.expect("an answer");
    let _idle = TcpStream::connect(app.address).await.expect("a connection");
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}
