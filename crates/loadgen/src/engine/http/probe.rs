//! Questions beside the load.
//!
//! [`Probe`] asks the target for a document now and then, over a connection of its own and on the asking thread. What it
//! asks counts nowhere; an answer that is late, large, refused or no JSON is none.

use std::time::Duration;

use reqwest::header::{ACCEPT, HOST, HeaderValue, USER_AGENT};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::client::client;
use crate::engine::preflight::Reached;
use crate::plan::{ApiKey, Origin, Plan};

/// Who asks, so that an access log tells these questions from the load.
const AGENT: &str = concat!("lead-loadgen/", env!("CARGO_PKG_VERSION"), " (beside the load)");

/// A whole answer has so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// A longer answer is none of those that are asked for.
const MOST_BYTES: usize = 256 * 1024;

/// Asks one thing after another.
#[derive(Debug)]
pub(crate) struct Probe {
    runtime: Runtime,
    client: Client,
    target: Origin,
    host: HeaderValue,
    key: Option<ApiKey>,
}

impl Probe {
    /// For the target of a plan, which was `reached` before; nothing where the system refuses what it takes.
    pub(crate) fn open(plan: &Plan, reached: Reached) -> Option<Self> {
        Some(Self {
            runtime: Builder::new_current_thread().enable_all().build().ok()?,
            client: client(plan, reached, 1).ok()?,
            target: plan.target.clone(),
            host: HeaderValue::from_str(&plan.target.authority()).ok()?,
            key: plan.api_key.clone(),
        })
    }

    /// The document at a path, which begins with a slash; sent with the plan's key.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        let request = self
            .client
            .get(self.target.join(path))
            .header(HOST, &self.host)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(USER_AGENT, HeaderValue::from_static(AGENT));
        let request = match &self.key {
            Some(key) => request.header("x-api-key", key.header()),
            None => request,
        };
        let answer = async { tokio::time::timeout(PATIENCE, body(request)).await.ok().flatten() };
        serde_json::from_slice(&self.runtime.block_on(answer)?).ok()
    }
}

/// The body of an answer with status 200.
async fn body(request: RequestBuilder) -> Option<Vec<u8>> {
    let mut response = request.send().await.ok()?;
    if response.status() != StatusCode::OK {
        return None;
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return None;
        }
    }
    Some(body)
}
