//! Requests and answers byte by byte, for what a well-behaved client would never do.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    lead::lead,
    test_app::{KEY, TestApp},
};

/// A connection on which the head and the first half of a lead have been sent, and the other half.
pub(crate) async fn half_sent(app: &TestApp, path: &str, lead_id: &str) -> (TcpStream, String) {
    let body = lead(lead_id).to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut socket = TcpStream::connect(app.address).await.expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.expect("written");
    (socket, second.to_owned())
}

/// The next answer on a connection: its head, and as much body as it announces.
pub(crate) async fn answer(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(socket.read_u8().await.expect("a whole head"));
    }
    let head = String::from_utf8(answer).expect("ASCII");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.expect("the whole body");
    head + &String::from_utf8(body).expect("UTF-8")
}

/// Sends `head`, then one byte after another until the service answers or closes; returns all it said.
pub(crate) async fn dribbled(app: &TestApp, head: &str, drop: &[u8]) -> String {
    let socket = TcpStream::connect(app.address).await.expect("a connection");
    dribbled_on(socket, head, drop).await
}

/// The same on a connection that has been used before.
pub(crate) async fn dribbled_on(mut socket: TcpStream, head: &str, drop: &[u8]) -> String {
    socket.write_all(head.as_bytes()).await.expect("written");
    let (mut reader, mut writer) = socket.into_split();
    let drops = async {
        loop {
            actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
            // The service may have closed already: what it said is still to be read.
            if writer.write_all(drop).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut said = Vec::new();
    tokio::select! {
        // A connection that was cut ends by a reset as well as by an end.
        _ = reader.read_to_end(&mut said) => {}
        () = drops => {}
    }
    String::from_utf8(said).expect("UTF-8")
}
