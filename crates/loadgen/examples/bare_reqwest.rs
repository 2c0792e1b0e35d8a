//! The least that a generator on reqwest can cost: one body over and over, nothing drawn, recorded or checked.
//!
//! `cargo run --release -p lead-loadgen --example bare_reqwest -- ADDRESS CONNECTIONS SECONDS FILE` posts the file to
//! `/api/v1/score`, with the same client settings as the real target and all connections in one thread. It is the
//! yardstick of `cargo xtask bench loadgen`; any answer but 200 ends it.

#[path = "bare/order.rs"]
mod order;

use std::error::Error;
use std::rc::Rc;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Request, Url, redirect, retry};
use tokio::task::{JoinSet, LocalSet};

use order::Order;

fn main() -> Result<(), Box<dyn Error>> {
    let order = Rc::new(Order::read()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, load(Rc::clone(&order)))?;
    order.tell()
}

async fn load(order: Rc<Order>) -> Result<(), Box<dyn Error>> {
    let client = client(order.connections.get())?;
    let url = Url::parse(&format!("http://{}/api/v1/score", order.address))?;
    let mut users = JoinSet::new();
    for _ in 0..order.connections.get() {
        users.spawn_local(ask(client.clone(), url.clone(), Rc::clone(&order)));
    }
    while let Some(ended) = users.join_next().await {
        ended??;
    }
    Ok(())
}

/// One after the other on one connection.
async fn ask(client: Client, url: Url, order: Rc<Order>) -> reqwest::Result<()> {
    loop {
        let mut request = Request::new(Method::POST, url.clone());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(order.body.clone().into());
        client.execute(request).await?.error_for_status()?.bytes().await?;
        if !order.goes_on() {
            return Ok(());
        }
    }
}

fn client(connections: usize) -> reqwest::Result<Client> {
    let _already_set = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never().max_retries_per_request(0))
        .http1_only()
        .pool_max_idle_per_host(connections)
        .pool_idle_timeout(None)
        .tcp_nodelay(true)
        .tls_certs_only([])
        .build()
}
