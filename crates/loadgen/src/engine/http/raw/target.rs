//! The raw target: connections of one thread, and requests on them.
//!
//! An idle connection is taken from the end of a list (the one that rested least) and put back after a whole answer. One
//! that the target had closed in the meantime is noticed before anything is written on it: it counts as reopened, and the
//! request goes out on another. A request of which a single byte may have been written is never sent again, since the target
//! may have acted on it: its failure is counted.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use http_body_util::Full;
use hyper::Uri;
use tokio::net::TcpStream;

use super::stream::Stream;
use super::tls::Tls;
use super::wire::{Lost, Message, Wire};
use crate::engine::http::answer::Answer;
use crate::engine::http::failure::{self, Stage};
use crate::engine::http::kit::Kit;
use crate::engine::preflight::Reached;
use crate::engine::target::{Reply, Request, Target, Targets};
use crate::failure::Failure;
use crate::phases::Phases;
use crate::plan::{Origin, Plan};
use crate::scenario::Corpus;

/// Opens a raw target per thread.
#[derive(Debug)]
pub struct RawTargets<'p> {
    plan: &'p Plan,
    corpus: Arc<Corpus>,
    reached: Reached,
}

impl<'p> RawTargets<'p> {
    /// Targets for a plan's service, which was `reached` before; `corpus` is what answers are checked against.
    pub fn new(plan: &'p Plan, corpus: Arc<Corpus>, reached: Reached) -> Self {
        Self { plan, corpus, reached }
    }
}

impl Targets for RawTargets<'_> {
    type Target = RawTarget;

    fn open(&self, worker: usize) -> Result<RawTarget, Box<dyn Error + Send + Sync>> {
        let Plan { target, scenario, insecure, .. } = self.plan;
        let kit = Kit::new(self.plan, Arc::clone(&self.corpus))?;
        kit.note(|phases| {
            phases.reopened = Some(0);
            self.reached.note_lookup(worker, phases);
        });
        let paths = scenario.tasks.iter().map(|task| path(target, task.path.fixed()));
        Ok(RawTarget {
            kit,
            paths: paths.collect::<Result<_, _>>()?,
            target: target.clone(),
            address: self.reached.address(),
            tls: target.is_https().then(|| Tls::new(target, *insecure)).transpose()?,
            idle: RefCell::default(),
        })
    }
}

/// What stands in the request line.
fn path(target: &Origin, path: Option<&str>) -> Result<Uri, hyper::http::uri::InvalidUri> {
    let url = target.join(path.unwrap_or_default());
    match url.query() {
        None => url.path().parse(),
        Some(query) => format!("{}?{query}", url.path()).parse(),
    }
}

/// One thread's connections with its templates.
pub struct RawTarget {
    kit: Kit,
    /// By task.
    paths: Vec<Uri>,
    target: Origin,
    address: SocketAddr,
    tls: Option<Tls>,
    idle: RefCell<Vec<Wire>>,
}

impl fmt::Debug for RawTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawTarget").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Target for RawTarget {
    async fn send(&self, request: Request) -> Reply {
        let message = self.message(&request);
        let began = Instant::now();
        let exchange = match message {
            Ok(message) => self.kit.within(began, pin!(self.exchange(message, began))).await,
            Err(failure) => Err(failure),
        };
        self.kit.reply(&request, began, exchange)
    }

    fn take_phases(&self) -> Phases {
        self.kit.take_phases()
    }
}

impl RawTarget {
    fn message(&self, request: &Request) -> Result<Message, Failure> {
        let template = self.kit.template(request);
        let mut message = Message::new(Full::new(request.body().cloned().unwrap_or_default()));
        *message.method_mut() = template.method.clone();
        *message.headers_mut() = template.headers(request);
        *message.uri_mut() = match request.path() {
            Some(own) => path(&self.target, Some(own)).map_err(|fault| failure::of_path(&fault))?,
            None => self.paths[request.task()].clone(),
        };
        Ok(message)
    }

    /// Sends on a connection that stands, else on a new one, and reads to the last byte.
    async fn exchange(&self, mut message: Message, began: Instant) -> Result<Answer, Failure> {
        loop {
            let idle = self.take_idle();
            let is_fresh = idle.is_none();
            let (mut wire, sent) = match idle {
                Some(wire) => (wire, began),
                // Boxed because it is seldom: without it every request is smaller.
                None => (Box::pin(self.connect()).await?, Instant::now()),
            };
            match wire.exchange(message, sent).await {
                Ok(answer) => {
                    self.keep(wire);
                    return Ok(answer);
                }
                Err(Lost::Unsent(unsent)) if !is_fresh => message = *unsent,
                Err(lost) => return Err(lost.into_failure()),
            }
            self.kit.note(|phases| *phases.reopened.get_or_insert(0) += 1);
        }
    }

    fn keep(&self, wire: Wire) {
        if wire.is_reusable() {
            self.idle.borrow_mut().push(wire);
        }
    }

    fn take_idle(&self) -> Option<Wire> {
        self.idle.borrow_mut().pop()
    }

    async fn connect(&self) -> Result<Wire, Failure> {
        let lost = |fault| failure::of_transport(&fault, Stage::Connecting);
        let began = Instant::now();
        let tcp = TcpStream::connect(self.address).await.map_err(lost)?;
        tcp.set_nodelay(true).map_err(lost)?;
        let connected = Instant::now();
        self.kit.note(|phases| phases.connect.record(connected.duration_since(began)));
        let stream = match &self.tls {
            None => Stream::Plain(tcp),
            Some(tls) => {
                let stream = tls.shake_hands(tcp).await.map_err(lost)?;
                self.kit.note(|phases| phases.tls.record(connected.elapsed()));
                Stream::Encrypted(Box::new(stream))
            }
        };
        self.kit.note(|phases| phases.opened += 1);
        let wire = Wire::new(stream).await;
        wire.map_err(|fault| failure::of_transport(&fault, Stage::Connecting))
    }
}
