//! Bodies and requests that nobody should send.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    lead::{lead, lead_text_with},
    test_app::{TestApp, problem},
};

/// Bodies that are wrong in one way each.
pub(crate) fn bad_bodies() -> Vec<Vec<u8>> {
    let whole = lead("x").to_string();
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "\0",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "-",
        "-0",
        "\"",
        "\"x\"",
        "{]",
        "[}",
        "{\"\"",
        "{\"\":",
        "{\"lead_id\"",
        "{\"lead_id\":",
        "{\"lead_id\":}",
        "{'lead_id':'x'}",
        "{lead_id:1}",
        "{\"lead_id\":\"x\",\"features\":",
        "{\"lead_id\":\"x\",\"features\":{}}",
        "{\"lead_id\":\"x\",\"features\":[]}",
        "{\"lead_id\":\"x\",\"features\":null}",
        "{\"lead_id\":null,\"features\":{}}",
        "{\"lead_id\":[],\"features\":1}",
        "\u{feff}{}",
        "// comment\n{}",
        "{}{}",
        "{},",
        "{\"a\":1}x",
        "\"\\ud800\"",
        "\"\\u12\"",
        "\"\\x\"",
        "01",
        "1.",
        ".1",
        "1e",
        "0x10",
        "1_000",
        "+1",
        "NaN",
        "Infinity",
        "undefined",
        "<xml/>",
        "a=b&c=d",
    ]
    .map(|body| body.as_bytes().to_vec())
    .to_vec();
    for literal in [
        "-",
        "-1",
        "+1",
        "1e400",
        "-1e400",
        "1e-400x",
        "01",
        "1.",
        ".5",
        "1,5",
        "\"1\"",
        "true",
        "null",
        "[]",
        "{}",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x1",
        "1e999999999",
        "1 2",
        "",
    ] {
        bodies.push(lead_text_with("bounce_rate", literal).into_bytes());
    }
    bodies.push(lead_text_with("company_growth_rate", &"9".repeat(400)).into_bytes());
    bodies.push(
        lead_text_with("company_growth_rate", &format!("[{}", "[".repeat(10_000))).into_bytes(),
    );
    bodies.push("[".repeat(50_000).into_bytes());
    bodies.push("{\"a\":".repeat(10_000).into_bytes());
    bodies.push(lead(&"x".repeat(20_000)).to_string().into_bytes());
    bodies.push(vec![0xff, 0xfe, b'{', 0]);
    bodies.push(b"{\"lead_id\":\"\xff\xfe\",\"features\":{}}".to_vec());
    bodies.push(b"{\"lead_id\":\"\xed\xa0\x80\",\"features\":{}}".to_vec());
    bodies.extend(
        [1, whole.len() / 3, whole.len() / 2, whole.len() - 1]
            .map(|end| whole.as_bytes()[..end].to_vec()),
    );
    bodies
}

#[actix_web::test]
async fn every_bad_body_is_answered_as_one_and_the_next_request_is_served() {
    let app = TestApp::start();
    for path in ["/api/v1/score", "/api/v1/score/batch"] {
        for body in bad_bodies() {
            if path.ends_with("batch") && body == b"[]" {
                continue;
            }
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let answer = app.post_raw(path, body).await;
            assert_eq!(answer.status(), 422, "{path} {shown}");
            let problem: Value = problem(answer, 422).await;
            assert!(!problem["errors"].as_array().expect("errors").is_empty(), "{path} {shown}");
        }
        assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 200);
    }
}

/// One random change to a good body.
fn mutation() -> impl Strategy<Value = (prop::sample::Index, Change)> {
    let change = prop_oneof![
        any::<u8>().prop_map(Change::Replace),
        any::<u8>().prop_map(Change::Insert),
        Just(Change::Remove),
        Just(Change::Cut),
        prop::collection::vec(any::<u8>(), 0..12).prop_map(Change::Splice),
    ];
    (any::<prop::sample::Index>(), change)
}

#[derive(Debug, Clone)]
enum Change {
    Replace(u8),
    Insert(u8),
    Remove,
    Cut,
    Splice(Vec<u8>),
}

fn changed(mut body: Vec<u8>, (place, change): &(prop::sample::Index, Change)) -> Vec<u8> {
    if body.is_empty() {
        return body;
    }
    let place = place.index(body.len());
    match change {
        Change::Replace(byte) => body[place] = *byte,
        Change::Insert(byte) => body.insert(place, *byte),
        Change::Remove => drop(body.remove(place)),
        Change::Cut => body.truncate(place),
        Change::Splice(bytes) => drop(body.splice(place..place, bytes.iter().copied())),
    }
    body
}

#[test]
fn no_mutilated_body_is_ever_the_services_fault() {
    let runtime = actix_web::rt::System::new();
    let app = runtime.block_on(async { TestApp::start() });
    let config = proptest::test_runner::Config { failure_persistence: None, ..Default::default() };
    let changes = prop::collection::vec(mutation(), 1..4);
    let law = proptest::test_runner::TestRunner::new(config).run(
        &(changes, any::<bool>()),
        |(changes, batch)| {
            let good = if batch { format!("[{0},{0}]", lead("x")) } else { lead("x").to_string() };
            let body = changes.iter().fold(good.into_bytes(), changed);
            let path = if batch { "/api/v1/score/batch" } else { "/api/v1/score" };
            let status = runtime.block_on(app.post_raw(path, body)).status().as_u16();
            proptest::prop_assert!([200, 422].contains(&status), "{status}");
            Ok(())
        },
    );
    law.expect("every body is scored or refused");
}

#[actix_web::test]
async fn requests_that_are_hardly_http_cost_their_connection_only() {
    let app = TestApp::start();
    for request in [
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
            .to_owned(),
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            .to_owned(),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(200_000)),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Many: 1\r\n".repeat(200)),
    ] {
        let mut socket = TcpStream::connect(app.address).await.expect("a connection");
        // The service may refuse and close before everything is written.
        let _ = socket.write_all(request.as_bytes()).await;
        let mut answer = [0; 12];
        if socket.read_exact(&mut answer).await.is_ok() {
            assert!(answer.starts_with(b"HTTP/1.1 4"), "{:?}", String::from_utf8_lossy(&answer));
        }
        assert_eq!(app.get("/health").await.status(), 200, "{request:.40}");
    }
}

#[actix_web::test]
async fn a_client_that_leaves_halfway_leaves_nothing_behind() {
    let app = TestApp::start();
    for _ in 0..5 {
        let mut socket = TcpStream::connect(app.address).await.expect("a connection");
        let head = format!(
            "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nContent-Length: 1000\r\n\r\n{{",
            crate::test_app::KEY
        );
        socket.write_all(head.as_bytes()).await.expect("written");
    }
    while app.metric("http_requests_active").await > 1.0 {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(app.request(Method::GET, "/health").send().await.expect("an answer").status(), 200);
}
