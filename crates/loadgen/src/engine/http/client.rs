//! HTTP through reqwest.
//!
//! [`HttpTargets`] opens an [`HttpTarget`] per thread: its own client, its own connections, requests prepared as
//! templates. A latency runs from the sending to the last byte of the body; checking the answer comes after it. Two
//! things reqwest hides: a request that met a kept-alive connection just as the server closed it is sent again silently,
//! and its latency holds both attempts; and how long connecting took. (A layer around its connector would tell, at 0.8 us
//! of every request: reqwest clones its connector for each. `RawTarget` measures it for nothing.)

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{Client, Url, redirect, retry};

use super::answer::Answer;
use super::failure::{self, Stage};
use super::kit::Kit;
use super::ports::Ports;
use crate::engine::preflight::Reached;
use crate::engine::target::{Reply, Request, Target, Targets};
use crate::failure::Failure;
use crate::phases::Phases;
use crate::plan::{Origin, Plan};
use crate::scenario::Corpus;

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
        Self { plan, corpus, reached }
    }

    fn client(&self) -> reqwest::Result<Client> {
        // Users that come later keep their connections, too.
        let connections = match self.plan.is_steered {
            true => usize::MAX,
            false => (self.plan.load.concurrency().get() as usize).div_ceil(self.plan.workers()),
        };
        client(self.plan, self.reached, connections)
    }
}

/// One client: HTTP/1.1, no proxy, no redirect, no retry, and room to keep so many connections.
pub(super) fn client(plan: &Plan, reached: Reached, connections: usize) -> reqwest::Result<Client> {
    // Whoever came first has set a provider, and any provider serves.
    let _already_set = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        // Only a limit of zero spares each request a copy of itself.
        .retry(retry::never().max_retries_per_request(0))
        .http1_only()
        .pool_max_idle_per_host(connections)
        .pool_idle_timeout(None)
        .tcp_nodelay(true)
        .tls_danger_accept_invalid_certs(plan.insecure)
        .resolve(plan.target.host(), reached.address());
    // Without TLS there is no reason to read, or to miss, the system's certificates.
    if plan.target.is_https() { builder } else { builder.tls_certs_only([]) }.build()
}

impl Targets for HttpTargets<'_> {
    type Target = HttpTarget;

    fn open(&self, worker: usize) -> Result<HttpTarget, Box<dyn std::error::Error + Send + Sync>> {
        let kit = Kit::new(self.plan, Arc::clone(&self.corpus))?;
        kit.note(|phases| self.reached.note_lookup(worker, phases));
        let tasks = self.plan.scenario.tasks.iter();
        let url = |path: Option<&str>| self.plan.target.join(path.unwrap_or_default());
        Ok(HttpTarget {
            client: self.client()?,
            urls: tasks.map(|task| url(task.path.fixed())).collect(),
            target: self.plan.target.clone(),
            ports: Ports::default(),
            kit,
        })
    }
}

/// One thread's client with its templates.
#[derive(Debug)]
pub struct HttpTarget {
    client: Client,
    /// By task.
    urls: Vec<Url>,
    target: Origin,
    ports: Ports,
    kit: Kit,
}

impl Target for HttpTarget {
    async fn send(&self, request: Request) -> Reply {
        let prepared = self.prepared(&request);
        let began = Instant::now();
        let exchange = self.kit.within(began, pin!(self.exchange(prepared, began))).await;
        self.kit.reply(&request, began, exchange)
    }

    fn take_phases(&self) -> Phases {
        self.kit.take_phases()
    }
}

impl HttpTarget {
    fn prepared(&self, request: &Request) -> reqwest::Request {
        let template = self.kit.template(request);
        let url = match request.path() {
            Some(path) => self.target.join(path),
            None => self.urls[request.task()].clone(),
        };
        let mut prepared = reqwest::Request::new(template.method.clone(), url);
        *prepared.headers_mut() = template.headers(request);
        *prepared.body_mut() = request.body().cloned().map(reqwest::Body::from);
        prepared
    }

    /// Sends and reads to the last byte.
    async fn exchange(&self, request: reqwest::Request, began: Instant) -> Result<Answer, Failure> {
        let lost = |error: reqwest::Error| {
            let stage = if error.is_connect() { Stage::Connecting } else { Stage::Talking };
            failure::of_transport(&error, stage)
        };
        let mut response = self.client.execute(request).await.map_err(lost)?;
        let connection = response.extensions().get::<HttpInfo>();
        if connection.is_some_and(|connection| self.ports.is_new(connection.local_addr().port())) {
            self.kit.note(|phases| phases.opened += 1);
        }
        // When it had a connection reqwest does not tell.
        let mut answer = Answer::headed(response.status(), began);
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            answer.push(chunk);
        }
        Ok(answer)
    }
}
