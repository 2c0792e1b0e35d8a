//! What is measured, as a trait.
//!
//! A [`Target`] answers one [`Request`] after another within one thread; [`Targets`] opens one per thread. Behind them
//! stands HTTP in earnest and a script in tests, so that every number of a report can be asserted exactly. Counting is
//! the worker's.

use std::future::Future;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderName, HeaderValue};
use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;
use crate::phases::Phases;
use crate::scenario::Call;

/// Later than any run, and still a time that a clock can add up to: where there is no end, and for users that never come.
pub(super) const NEVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// One request of a user, ready to be sent.
#[derive(Debug)]
pub struct Request {
    call: Call,
    is_measured: bool,
}

impl Request {
    pub(super) fn new(call: Call, is_measured: bool) -> Self {
        Self { call, is_measured }
    }

    /// Position of the task in the scenario.
    pub fn task(&self) -> usize {
        self.call.task
    }

    /// Whether it counts: none of the warm-up does, however long it takes.
    pub fn is_measured(&self) -> bool {
        self.is_measured
    }

    /// What is sent, nothing for a task without a body.
    pub fn body(&self) -> Option<&Bytes> {
        self.call.body.as_ref()
    }

    /// The path below the base URL, where it differs from request to request; otherwise the task's own counts.
    pub fn path(&self) -> Option<&str> {
        self.call.own.as_ref()?.path.as_deref()
    }

    /// Headers that differ from request to request; they replace others of the same name.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.call.own.as_ref().map_or(&[], |own| &own.headers)
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// From the sending to the last byte of the answer, or to the failure.
    pub latency: Duration,
    /// From the sending to the answer's head; nothing when there was none.
    pub first_byte: Option<Duration>,
    /// Bytes of the answer's body.
    pub bytes: u64,
    /// Whether the answer is right.
    pub outcome: Result<(), Failure>,
}

/// What time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's.
    System,
    /// The runtime's own, which jumps to the next event.
    Simulated,
}

/// Something that answers requests, used by one thread.
pub trait Target: 'static {
    /// Sends a request and waits for the whole answer. Dropping the future gives the request up.
    fn send(&self, request: Request) -> impl Future<Output = Reply>;

    /// What happened below the requests since the last call; nothing where there is nothing below. Times of requests are
    /// those of [measured](Request::is_measured) ones, so that they are the ones that the tables count.
    fn take_phases(&self) -> Phases {
        Phases::default()
    }
}

/// Opens a target for each thread.
pub trait Targets: Sync {
    /// What is opened.
    type Target: Target;

    /// Opens the target of a worker; called once, on the worker's own thread, within its runtime.
    ///
    /// # Errors
    ///
    /// When no request could ever be sent; the run then does not start.
    fn open(&self, worker: usize)
    -> Result<Self::Target, Box<dyn std::error::Error + Send + Sync>>;

    /// What time is in the runtimes of this target.
    fn clock(&self) -> Clock {
        Clock::System
    }

    /// Makes the runtime of a worker's thread; a test may hand out one whose clock is [`Clock::Simulated`].
    ///
    /// # Errors
    ///
    /// When the system refuses one.
    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().build()
    }
}
