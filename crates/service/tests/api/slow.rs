//! Clients that are slow on purpose: each costs its own connection, and for a while only.

use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};

use crate::{
    test_app::{KEY, TestApp},
    wire::{answer, dribbled, dribbled_on, half_sent},
};

/// Longer than any test: what must not be the timer that cuts.
const LONG: &str = "3600";

#[actix_web::test]
async fn a_head_that_comes_in_drop_by_drop_is_cut_with_408() {
    let app = TestApp::start_with(&["--head-timeout", "1"]);
    let said = dribbled(&app, "GET /health HTTP/1.1\r\nHost: ", b"x").await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[actix_web::test]
async fn a_later_head_that_comes_in_drop_by_drop_is_cut_as_well() {
    let app = TestApp::start_with(&["--head-timeout", "2", "--keep-alive", "1"]);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.write_all(request).await.expect("written");
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 200 "));
    let said = dribbled_on(socket, "GET /health HTTP/1.1\r\nHost: ", b"x").await;
    assert_eq!(said, "", "there is nothing to answer");
    assert_eq!(app.metric("slow_clients_cut_total{stage=\"head\"}").await, 1.0);
}

#[actix_web::test]
async fn a_connection_with_a_request_in_flight_is_not_taken_for_an_idle_one() {
    let app = TestApp::start_with(&["--head-timeout", "2", "--keep-alive", "1", "--workers", "1"]);
    let (mut socket, rest) = half_sent(&app, "/api/v1/score", "patient").await;
    while app.metric("http_requests_active").await < 2.0 {}
    // One that began later is cut for nothing but refused pieces of a body: the watch has looked at both by then.
    let endless = "POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let said = dribbled(&app, endless, b"1\r\nx\r\n").await;
    assert!(said.starts_with("HTTP/1.1 404 "), "{said}");
    assert_eq!(app.metric("slow_clients_cut_total{stage=\"head\"}").await, 1.0);
    socket.write_all(rest.as_bytes()).await.expect("written");
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 200 "));
}

#[actix_web::test]
async fn a_body_that_comes_in_drop_by_drop_is_cut_with_408() {
    let app = TestApp::start_with(&["--body-timeout", "0.3", "--keep-alive", LONG]);
    for (path, framing, drop) in [
        ("/api/v1/score", "Content-Length: 60000", " "),
        ("/api/v1/score/batch", "Content-Length: 60000", " "),
        ("/api/v1/score", "Transfer-Encoding: chunked", "1\r\n \r\n"),
    ] {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n{framing}\r\n\r\n");
        let said = dribbled(&app, &head, drop.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        assert!(said.contains("connection: close"), "{said}");
        assert!(said.contains("\"/docs#body-timeout\""), "{said}");
        assert!(said.contains("within 0.3 seconds"), "{said}");
    }
    assert_eq!(app.metric("slow_clients_cut_total{stage=\"body\"}").await, 3.0);
    assert_eq!(app.metric("slow_clients_cut_total{stage=\"head\"}").await, 0.0);
    assert_eq!(app.metric("http_requests_active").await, 1.0);
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn a_client_that_reads_no_answers_is_cut() {
    let app = TestApp::start_with(&["--write-timeout", "0.5", "--keep-alive", LONG]);
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let mut socket = socket.connect(app.address).await.expect("a connection");
    // More answers than any buffer holds: they are tens of megabytes.
    let requests = "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
    socket.write_all(requests.as_bytes()).await.expect("written");
    while app.metric("http_connections_active").await < 2.0 {}
    // The one left is the connection that asks.
    while app.metric("http_connections_active").await > 1.0 {}
}

#[actix_web::test]
async fn closed_connections_are_no_longer_counted() {
    let app = TestApp::start();
    let sockets = [0; 10].map(|_| std::net::TcpStream::connect(app.address).expect("a connection"));
    while app.metric("http_connections_active").await < 11.0 {}
    drop(sockets);
    while app.metric("http_connections_active").await > 1.0 {}
}
