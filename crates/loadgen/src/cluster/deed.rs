//! What a worker can be told to do.
//!
//! [`Deed`]s are plain data: [`Life`](super::life::Life) decides on them, the [`worker`](super::worker()) does them.

use std::time::Duration;

use super::classes::Classes;
use super::message::Said;

/// How a worker's life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parting {
    /// The master said so.
    Dismissed,
    /// A signal said so.
    Signalled,
    /// The generator broke.
    Broken,
}

/// A test that is to begin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    /// Base URL of the service, where the master has one.
    pub(super) host: Option<String>,
    /// For requests in flight when users stop.
    pub(super) stop_timeout: Duration,
    /// Users to begin with.
    pub(super) users: u32,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    /// Tell the master.
    Say(Said),
    /// Tell the master what was seen since the last report, and that so many users run.
    Report(Classes),
    /// Forget what was seen and not yet reported.
    Forget,
    /// Begin a test.
    Start(Job),
    /// Let so many users run from now on.
    Users(u32),
    /// End the users; requests in flight have the test's time.
    Stop,
    /// End the users; requests in flight have as long as a master waits that quits.
    StopSoon,
    /// End the users and what is in flight.
    StopNow,
    /// Connect anew.
    Reconnect,
    /// Tell the person at this end.
    Inform(String),
    /// Warn the person at this end.
    Warn(String),
    /// End the worker.
    Part(Parting),
}

/// A master's time span: nothing where it says none, or none that can be.
pub(super) fn seconds(given: Option<f64>) -> Duration {
    given.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default()
}
