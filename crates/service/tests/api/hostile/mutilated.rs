//! Good bodies with random changes, and clients that leave halfway.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use reqwest::Method;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{lead::lead, test_app::TestApp};

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
