//! The real target: HTTP through reqwest.
//!
//! [`HttpTargets`] opens an [`HttpTarget`] per thread: its own client, its own connections, requests prepared as
//! templates. A latency runs from the sending to the last byte of the body; checking the answer comes after it. One
//! thing reqwest hides: a request that met a kept-alive connection just as the server closed it is sent again silently,
//! and its latency holds both attempts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Client, Url, redirect, retry};

use super::check::check;
use super::failure;
use super::preflight::Reached;
use super::target::{Reply, Request, Target, Targets};
use crate::failure::Failure;
use crate::plan::{Origin, Plan};
use crate::scenario::{Corpus, Expect, Task};

/// Who we are, in every access log of the target.
const AGENT: &str = concat!("lead-loadgen/", env!("CARGO_PKG_VERSION"));

/// More of a body than this is counted but not kept: no right answer is larger, and a wrong one must not fill the memory.
const MOST_KEPT_BYTES: usize = 1 << 20;

/// Opens a client per thread.
#[derive(Debug)]
pub struct HttpTargets<'p> {
    plan: &'p Plan,
    corpus: Arc<Corpus>,
    reached: Reached,
}

impl<'p> HttpTargets<'p> {
    /// Targets for a plan's service, which was `reached` before; `corpus` is what answers are checked against.
    pub fn new(plan: &'p Plan, corpus: Arc<Corpus>, reached: Reached) -> Self {
        // Whoever came first has set a provider, and any provider serves.
        let _already_set = rustls::crypto::ring::default_provider().install_default();
        Self { plan, corpus, reached }
    }

    /// One client: HTTP/1.1, no proxy, no redirect, no retry, and room to keep every connection.
    fn client(&self) -> reqwest::Result<Client> {
        let connections =
            (self.plan.load.concurrency().get() as usize).div_ceil(self.plan.workers());
        let builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            // Only a limit of zero spares each request a copy of itself.
            .retry(retry::never().max_retries_per_request(0))
            .http1_only()
            .pool_max_idle_per_host(connections)
            .pool_idle_timeout(None)
            .tcp_nodelay(true)
            .connect_timeout(self.plan.timeout)
            .resolve(self.plan.target.host(), self.reached.address());
        // Without TLS there is no reason to read, or to miss, the system's certificates.
        if self.plan.target.is_https() { builder } else { builder.tls_certs_only([]) }.build()
    }
}

impl Targets for HttpTargets<'_> {
    type Target = HttpTarget;

    fn open(&self, _worker: usize) -> Result<HttpTarget, Box<dyn std::error::Error + Send + Sync>> {
        Ok(HttpTarget {
            client: self.client()?,
            templates: self
                .plan
                .scenario
                .tasks
                .iter()
                .map(|task| Template::new(task, self.plan))
                .collect(),
            corpus: Arc::clone(&self.corpus),
            timeout: self.plan.timeout,
            target: self.plan.target.clone(),
        })
    }
}

/// One thread's client with its templates.
#[derive(Debug)]
pub struct HttpTarget {
    client: Client,
    templates: Vec<Template>,
    corpus: Arc<Corpus>,
    timeout: Duration,
    target: Origin,
}

/// A request but for its body.
#[derive(Debug)]
struct Template {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    name: String,
    expect: Expect,
}

impl Template {
    fn new(task: &Task, plan: &Plan) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if task.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(key) = &plan.api_key {
            headers.insert(HeaderName::from_static("x-api-key"), key.header());
        }
        for (name, value) in task.fixed_headers() {
            headers.insert(name, value);
        }
        Self {
            method: task.method.into(),
            url: plan.target.join(task.path.fixed().unwrap_or_default()),
            headers,
            name: task.name.clone(),
            expect: task.expect.clone(),
        }
    }

    fn request(&self, sent: &Request, target: &Origin) -> reqwest::Request {
        let url = sent.path().map_or_else(|| self.url.clone(), |path| target.join(path));
        let mut request = reqwest::Request::new(self.method.clone(), url);
        request.headers_mut().clone_from(&self.headers);
        for (name, value) in sent.headers() {
            request.headers_mut().insert(name, value.clone());
        }
        *request.body_mut() = sent.body().cloned().map(reqwest::Body::from);
        request
    }
}

impl Target for HttpTarget {
    async fn send(&self, request: Request) -> Reply {
        let template = &self.templates[request.task()];
        let prepared = template.request(&request, &self.target);
        let began = Instant::now();
        let exchange = tokio::time::timeout(self.timeout, self.exchange(prepared)).await;
        let latency = began.elapsed();
        match exchange {
            Err(_) => failed(latency, failure::of_timeout(self.timeout)),
            Ok(Err(broken)) => failed(latency, failure::of_transport(&broken)),
            Ok(Ok(answer)) => Reply {
                latency,
                first_byte: Some(answer.headed.duration_since(began)),
                bytes: answer.bytes,
                outcome: self.judge(template, &request, &answer),
            },
        }
    }
}

impl HttpTarget {
    /// Sends and reads to the last byte.
    async fn exchange(&self, request: reqwest::Request) -> reqwest::Result<Answer> {
        let mut response = self.client.execute(request).await?;
        let mut answer = Answer {
            status: response.status(),
            headed: Instant::now(),
            bytes: 0,
            body: Whole::default(),
        };
        while let Some(chunk) = response.chunk().await? {
            answer.bytes += chunk.len() as u64;
            answer.body.push(chunk);
        }
        Ok(answer)
    }

    fn judge(
        &self,
        template: &Template,
        request: &Request,
        answer: &Answer,
    ) -> Result<(), Failure> {
        if !template.expect.status.contains(answer.status.as_u16()) {
            return Err(failure::of_status(answer.status, &template.name));
        }
        check(&template.expect, request.call(), &self.corpus, answer.body.bytes())
            .map_err(failure::of_answer)
    }
}

/// A request without an answer that could be judged.
fn failed(latency: Duration, failure: Failure) -> Reply {
    Reply { latency, first_byte: None, bytes: 0, outcome: Err(failure) }
}

/// A complete answer.
struct Answer {
    status: reqwest::StatusCode,
    /// When its head was there.
    headed: Instant,
    bytes: u64,
    body: Whole,
}

/// A body from its chunks; the usual single chunk is kept without a copy.
#[derive(Default)]
struct Whole {
    first: Bytes,
    joined: Vec<u8>,
}

impl Whole {
    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.joined.is_empty() {
            self.first = chunk;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        let room = MOST_KEPT_BYTES.saturating_sub(self.joined.len());
        self.joined.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    fn bytes(&self) -> &[u8] {
        if self.joined.is_empty() { &self.first } else { &self.joined }
    }
}
