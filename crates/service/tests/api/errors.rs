//! Paths, methods and sizes that are not served.

use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp, problem},
};

#[actix_web::test]
async fn an_unknown_path_is_not_found() {
    let app = TestApp::start();
    for path in [
        "/nothing",
        "/nothing/",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/score",
        "/api/v1/nothing",
        "/Health",
    ] {
        assert_eq!(problem(app.get(path).await, 404).await["detail"], "Not Found", "{path}");
    }
}

#[actix_web::test]
async fn a_slash_too_many_is_redirected_within_the_service() {
    let app = TestApp::start();
    let answer = app.post("/api/v1/score/?include_details=1", &lead("lead-1")).await;
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.headers()["location"], "/api/v1/score?include_details=1");
    for elsewhere in ["//evil.example/", "//evil.example/health/", "/\\evil.example/"] {
        assert_eq!(app.get(elsewhere).await.status(), 404, "{elsewhere}");
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start();
    for (method, path, allow) in [
        (Method::GET, "/api/v1/score", "POST"),
        (Method::HEAD, "/api/v1/score", "POST"),
        (Method::PUT, "/api/v1/score/batch", "POST"),
        (Method::POST, "/health", "GET, HEAD"),
        (Method::DELETE, "/metrics", "GET, HEAD"),
        (Method::POST, "/api/v1/model/info", "GET, HEAD"),
        (Method::OPTIONS, "/status", "GET, HEAD"),
    ] {
        let answer = app.request(method.clone(), path).send().await.expect("an answer");
        assert_eq!(answer.headers()["allow"], allow, "{method} {path}");
        assert_eq!(answer.status(), 405);
        if method != Method::HEAD {
            assert_eq!(problem(answer, 405).await["detail"], "Method Not Allowed");
        }
    }
}

#[actix_web::test]
async fn head_answers_like_get_without_the_body() {
    let app = TestApp::start();
    for path in [
        "/",
        "/health",
        "/health/ready",
        "/health/live",
        "/status",
        "/metrics",
        "/api/v1/model/info",
        "/docs",
    ] {
        let head = app.request(Method::HEAD, path).send().await.expect("an answer");
        assert_eq!(head.status(), 200, "{path}");
        assert!(
            head.headers()["content-length"]
                .to_str()
                .expect("ASCII")
                .parse::<u64>()
                .expect("a length")
                > 0
        );
        assert_eq!(head.bytes().await.expect("nothing").len(), 0);
    }
}

#[actix_web::test]
async fn a_body_that_announces_too_much_is_refused_unread() {
    let app = TestApp::start_with(&["--max-score-bytes", "4096", "--max-batch-bytes", "8192"]);
    for (path, limit) in [("/api/v1/score", 4096), ("/api/v1/score/batch", 8192)] {
        let mut socket = TcpStream::connect(app.address).await.expect("a connection");
        let length = limit + 1;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {length}\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.expect("written");
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).await.expect("an answer before the body");
        assert_eq!(&answer, b"HTTP/1.1 413", "{path}");
    }
}

#[actix_web::test]
async fn a_body_in_chunks_is_refused_where_it_grows_too_large() {
    let app = TestApp::start_with(&["--max-score-bytes", "4096"]);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    let chunk = format!("800\r\n{}\r\n", " ".repeat(0x800));
    for _ in 0..3 {
        socket.write_all(chunk.as_bytes()).await.expect("written");
    }
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("an answer before the end");
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[actix_web::test]
async fn a_body_of_exactly_the_limit_is_served_whole_or_in_chunks() {
    let text = lead("lead-1").to_string();
    let app = TestApp::start_with(&["--max-score-bytes", &text.len().to_string()]);
    assert_eq!(app.post_raw("/api/v1/score", text.clone()).await.status(), 200);
    assert_eq!(
        problem(app.post_raw("/api/v1/score", text.clone() + " ").await, 413).await["status"],
        413
    );

    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let mut request = format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    for piece in text.as_bytes().chunks(100) {
        let piece = str::from_utf8(piece).expect("ASCII");
        request.push_str(&format!("{:x}\r\n{piece}\r\n", piece.len()));
    }
    request.push_str("0\r\n\r\n");
    socket.write_all(request.as_bytes()).await.expect("written");
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[actix_web::test]
async fn the_body_of_a_refusal_reads_well() {
    let app = TestApp::start();
    let request =
        app.anonymous(Method::POST, "/api/v1/score").header("X-Request-ID", "r-1").json(&json!({}));
    let body = request.send().await.expect("an answer").text().await.expect("text");
    insta::assert_snapshot!(body, @r##"{"type":"/docs#key-missing","title":"API key missing","status":401,"detail":"API key required","request_id":"r-1"}"##);
}
