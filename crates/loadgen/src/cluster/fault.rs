//! Why a worker ended without being told to, and what the program exits with.
//!
//! That it ends so is decided in [`runner`](super::runner); what is refused on the command line is no fault of these.

use std::time::Duration;

use thiserror::Error;

use crate::cli::Master;
use crate::exit;
use crate::files::FileError;

/// Why a worker ended without being told to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// No master acknowledged the worker.
    #[error(
        "Failed to connect to the Locust master: {}:{} ({reason}); is it started with --master, and are host and port right?",
        master.host, master.port
    )]
    NoMaster {
        /// Where it was looked for.
        master: Master,
        /// What was last known of it.
        reason: String,
    },
    /// The master gave no sign any more.
    #[error("Didn't get heartbeat from master in over {}s", silence.as_secs())]
    Silent {
        /// How long it was waited for.
        silence: Duration,
    },
    /// The generator broke.
    #[error("the load generator broke: {0}")]
    Broken(String),
    /// The log's file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system refused what a worker needs.
    #[error("cannot start the worker: {0}")]
    Refused(#[from] std::io::Error),
}

impl WorkerError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoMaster { .. } => exit::IMPOSSIBLE,
            Self::Silent { .. } | Self::Broken(_) | Self::File(_) | Self::Refused(_) => {
                exit::NO_RESULT
            }
        }
    }
}
