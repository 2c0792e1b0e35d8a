//! The API key: who must have one, and that it is asked for first.

use actix_web::rt;
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp, problem},
};

const PROTECTED: [(&str, &str); 5] = [
    ("POST", "/api/v1/score"),
    ("POST", "/api/v1/score/batch"),
    ("GET", "/api/v1/model/info"),
    ("GET", "/api/v1/model/features"),
    ("GET", "/api/v1/model/importance"),
];

const PUBLIC: [&str; 8] =
    ["/", "/health", "/health/ready", "/health/live", "/status", "/resources", "/metrics", "/docs"];

#[actix_web::test]
async fn every_protected_endpoint_asks_for_a_key() {
    let app = TestApp::start();
    for (method, path) in PROTECTED {
        let method: Method = method.parse().expect("a method");
        let answer = app.anonymous(method.clone(), path).send().await.expect("an answer");
        assert_eq!(answer.headers()["www-authenticate"], "ApiKey");
        assert_eq!(problem(answer, 401).await["detail"], "API key required", "{path}");

        let wrong = app
            .anonymous(method, path)
            .header("X-API-Key", "wrong")
            .send()
            .await
            .expect("an answer");
        assert_eq!(wrong.headers()["www-authenticate"], "ApiKey");
        assert_eq!(problem(wrong, 401).await["detail"], "Invalid API key", "{path}");
    }
}

#[actix_web::test]
async fn an_empty_key_is_a_missing_one() {
    let app = TestApp::start();
    let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", "");
    assert_eq!(
        problem(request.send().await.expect("an answer"), 401).await["detail"],
        "API key required"
    );
}

#[actix_web::test]
async fn any_of_several_keys_opens_and_no_part_of_one_does() {
    let app = TestApp::start_with(&["--api-keys", "first-key, second-key"]);
    for (key, status) in [
        ("first-key", 200),
        ("second-key", 200),
        ("first-ke", 401),
        ("first-keyy", 401),
        ("FIRST-KEY", 401),
        ("first-key, second-key", 401),
    ] {
        let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", key);
        assert_eq!(request.send().await.expect("an answer").status(), status, "{key}");
    }
}

#[actix_web::test]
async fn public_endpoints_ask_for_none() {
    let app = TestApp::start();
    for path in PUBLIC {
        let answer = app.anonymous(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
    }
}

#[actix_web::test]
async fn without_keys_a_loopback_service_is_open() {
    let mut config = lead_service::Config::try_from(
        <lead_service::Args as clap::Parser>::try_parse_from([
            "lead-service",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--model-path",
            crate::test_app::model_path().to_str().expect("UTF-8"),
        ])
        .expect("right flags"),
    )
    .expect("a right configuration");
    config.keys.api = None;
    let app = TestApp::start_from(&config);
    let answer = app.anonymous(Method::POST, "/api/v1/score").json(&lead("lead-1")).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
}

#[actix_web::test]
async fn a_caller_without_a_key_does_not_reach_the_parser_or_the_map() {
    let app = TestApp::start();
    for body in ["not json", "", "[]", "{\"lead_id\": 1}"] {
        let request = app.anonymous(Method::POST, "/api/v1/score").body(body);
        assert_eq!(request.send().await.expect("an answer").status(), 401, "{body}");
    }
    let unknown =
        app.anonymous(Method::GET, "/api/v1/nothing-here").send().await.expect("an answer");
    assert_eq!(unknown.status(), 401);
}

#[actix_web::test]
async fn the_key_is_refused_before_the_body_has_come() {
    let app = TestApp::start();
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: wrong\r\nContent-Length: 1000\r\n\r\n";
    socket.write_all(head.as_bytes()).await.expect("written");
    // Not one byte of the body is sent; an answer that waited for it would never come.
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 401");
}

#[actix_web::test]
async fn no_key_right_or_wrong_reaches_the_log() {
    let app = TestApp::start_with(&["--log-level", "debug"]);
    let wrong = "wrong-key-9d21";
    app.post("/api/v1/score", &lead("lead-1")).await;
    let request = app.anonymous(Method::GET, "/api/v1/model/info").header("X-API-Key", wrong);
    request.send().await.expect("an answer");
    assert_eq!(app.logged().len(), 2);
    let log = app.log.text();
    for key in [KEY, wrong] {
        assert!(!log.contains(&key[..4]), "{log}");
    }
    rt::task::yield_now().await;
}
