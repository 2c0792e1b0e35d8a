//! Requests that follow each other on one connection, and those that ask before they send.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp},
    wire::answer,
};

fn scoring(lead_id: &str) -> String {
    let body = lead(lead_id).to_string();
    let length = body.len();
    format!(
        "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

#[actix_web::test]
async fn requests_sent_without_waiting_are_answered_in_their_order() {
    let app = TestApp::start();
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    // More than actix holds back at once, with a refusal between them.
    let ids: Vec<String> = (0..40).map(|index| format!("lead-{index}")).collect();
    let refused = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    let all: String = ids.iter().map(|id| scoring(id) + refused).collect();
    socket.write_all(all.as_bytes()).await.expect("written");
    for id in ids {
        let scored = answer(&mut socket).await;
        assert!(scored.starts_with("HTTP/1.1 200 "), "{scored}");
        assert!(scored.contains(&format!("\"lead_id\":\"{id}\"")), "{scored}");
        assert!(answer(&mut socket).await.starts_with("HTTP/1.1 404 "));
    }
}

#[actix_web::test]
async fn a_client_that_asks_before_it_sends_is_told_to_go_on() {
    let app = TestApp::start();
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let request = scoring("asked").replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    socket.write_all(format!("{head}\r\n\r\n").as_bytes()).await.expect("written");
    assert_eq!(answer(&mut socket).await, "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(body.as_bytes()).await.expect("written");
    let scored = answer(&mut socket).await;
    assert!(scored.starts_with("HTTP/1.1 200 ") && scored.contains("\"asked\""), "{scored}");
}

#[actix_web::test]
async fn a_client_that_asks_for_too_much_is_refused_before_it_sends() {
    let app = TestApp::start();
    for (key, length, status) in [(KEY, 1 << 30, "413"), ("no such key", 1_000, "401")] {
        let mut socket = TcpStream::connect(app.address).await.expect("a connection");
        let head = format!(
            "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nExpect: 100-continue\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.expect("written");
        // actix says it before it asks us; the answer comes without a byte of the body all the same.
        assert_eq!(answer(&mut socket).await, "HTTP/1.1 100 Continue\r\n\r\n");
        let refused = answer(&mut socket).await;
        assert!(refused.starts_with(&format!("HTTP/1.1 {status} ")), "{refused}");
        assert!(refused.contains("connection: close"), "{refused}");
    }
}
