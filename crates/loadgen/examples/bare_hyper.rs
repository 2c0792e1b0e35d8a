//! The least that a generator on hyper can cost: one body over and over, nothing drawn, recorded or checked.
//!
//! `cargo run --release -p lead-loadgen --example bare_hyper -- ADDRESS CONNECTIONS SECONDS FILE` posts the file to
//! `/api/v1/score`, all connections in one thread. It shows in `cargo xtask bench loadgen` what reqwest costs, and what a
//! transport without it could reach; any answer but 200 ends it.

#[path = "bare/order.rs"]
mod order;

use std::error::Error;
use std::rc::Rc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet, spawn_local};

use order::Order;

fn main() -> Result<(), Box<dyn Error>> {
    let order = Rc::new(Order::read()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, load(Rc::clone(&order)))?;
    order.tell()
}

async fn load(order: Rc<Order>) -> Result<(), Box<dyn Error>> {
    let mut users = JoinSet::new();
    for _ in 0..order.connections.get() {
        users.spawn_local(ask(Rc::clone(&order)));
    }
    while let Some(ended) = users.join_next().await {
        ended??;
    }
    Ok(())
}

/// One after the other on one connection.
async fn ask(order: Rc<Order>) -> Result<(), Box<dyn Error>> {
    let socket = TcpStream::connect(&order.address).await?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    spawn_local(connection);
    let host = HeaderValue::from_str(&order.address)?;
    loop {
        let request = request(&host, order.body.clone())?;
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("answered {}", answer.status()).into());
        }
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        if !order.goes_on() {
            return Ok(());
        }
    }
}

fn request(host: &HeaderValue, body: Bytes) -> hyper::http::Result<Request<Full<Bytes>>> {
    Request::post("/api/v1/score")
        .header(HOST, host.clone())
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .body(Full::new(body))
}
