//! What Locust's master and its workers say to each other, as bytes.
//!
//! Every message is a msgpack array of three: type, data, and the worker's id. [`Said`] is what a worker says, [`Heard`] what
//! it hears; the names of both are Locust's (`runners.py`, `rpc/protocol.py`). When which of them is said is
//! [`Life`](super::life::Life)'s and [`Bond`](super::bond::Bond)'s.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::classes::Classes;
use super::report::Report;

/// What is sent in place of a version: "do not compare". Locust's master compares a worker's version with its own and warns
/// where they differ; ours is none of Locust's, so that there is nothing to compare.
const NO_VERSION: i8 = -1;

/// What a worker says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// I am here and idle.
    ClientReady,
    /// I live.
    Heartbeat(Pulse),
    /// I have heard how many users there shall be.
    Spawning,
    /// So many run.
    SpawningComplete(Classes),
    /// What was seen since the last report.
    Stats(Box<Report>),
    /// My users have stopped.
    ClientStopped,
    /// What hinders me, for the master's page.
    Exception(String),
    /// I leave.
    Quit,
}

/// How a worker is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Pulse {
    /// What it does.
    pub(super) state: State,
    /// CPU in percent of one core, as Locust's workers count it; above 100 for more than one.
    pub(super) current_cpu_usage: f64,
    /// Resident memory in bytes.
    pub(super) current_memory_usage: u64,
}

/// What a worker does, in the three words that a master knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Nothing.
    Ready,
    /// It starts or ends users.
    Spawning,
    /// Its users run.
    Running,
}

#[derive(Serialize)]
struct Spawned<'c> {
    user_classes_count: &'c Classes,
    user_count: u64,
}

#[derive(Serialize)]
struct Thrown<'t> {
    msg: &'t str,
    traceback: &'t str,
}

impl Said {
    /// The message's bytes, in the name of a worker.
    pub(super) fn to_bytes(&self, id: &str) -> Vec<u8> {
        match self {
            Self::ClientReady => bytes("client_ready", NO_VERSION, id),
            Self::Heartbeat(pulse) => bytes("heartbeat", pulse, id),
            Self::Spawning => bytes("spawning", (), id),
            Self::SpawningComplete(classes) => {
                let user_count = classes.values().sum();
                bytes("spawning_complete", Spawned { user_classes_count: classes, user_count }, id)
            }
            Self::Stats(report) => bytes("stats", report, id),
            Self::ClientStopped => bytes("client_stopped", (), id),
            // The page groups exceptions by their traceback.
            Self::Exception(text) => bytes("exception", Thrown { msg: text, traceback: text }, id),
            Self::Quit => bytes("quit", (), id),
        }
    }
}

/// Structs become maps, as Python's dictionaries do; the envelope is a tuple and becomes an array.
fn bytes(kind: &str, data: impl Serialize, id: &str) -> Vec<u8> {
    rmp_serde::to_vec_named(&(kind, data, id))
        .expect("messages are plain data, and memory takes them")
}

/// What a worker hears.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// You are known, by this number; masters up to 2.10.2 give none.
    Ack(Option<u64>),
    /// So many users shall run.
    Spawn(Box<Spawn>),
    /// All workers together have started theirs.
    SpawningComplete,
    /// No user shall run.
    Stop,
    /// It is over.
    Quit,
    /// I live.
    Heartbeat,
    /// Connect anew.
    Reconnect,
    /// Something that needs nothing of us.
    Other(String),
}

/// How many users of each class shall run here, and on what.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Spawn {
    /// When it was said, in the master's Unix seconds; what was said earlier is out of date.
    pub(super) timestamp: f64,
    /// How many in all, not how many more.
    pub(super) user_classes_count: Classes,
    /// Base URL of the service, where the master has one.
    #[serde(default)]
    pub(super) host: Option<String>,
    /// Seconds for requests in flight to end when users stop.
    #[serde(default)]
    pub(super) stop_timeout: Option<f64>,
}

#[derive(Deserialize)]
struct Acknowledged {
    #[serde(default)]
    index: Option<u64>,
}

/// Why bytes are no message.
#[derive(Debug, Error)]
#[error("a message of the master cannot be read: {0}")]
pub(super) struct Garbled(#[from] rmp_serde::decode::Error);

impl Heard {
    /// Reads a message.
    pub(super) fn of_bytes(bytes: &[u8]) -> Result<Self, Garbled> {
        let (kind, _, _): (String, IgnoredAny, IgnoredAny) = rmp_serde::from_slice(bytes)?;
        Ok(match kind.as_str() {
            "ack" => {
                let (_, data, _): (IgnoredAny, Option<Acknowledged>, IgnoredAny) =
                    rmp_serde::from_slice(bytes)?;
                Self::Ack(data.and_then(|data| data.index))
            }
            "spawn" => {
                let (_, spawn, _): (IgnoredAny, Spawn, IgnoredAny) = rmp_serde::from_slice(bytes)?;
                Self::Spawn(Box::new(spawn))
            }
            "spawning_complete" => Self::SpawningComplete,
            "stop" => Self::Stop,
            "quit" => Self::Quit,
            "heartbeat" => Self::Heartbeat,
            "reconnect" => Self::Reconnect,
            _ => Self::Other(kind),
        })
    }
}
