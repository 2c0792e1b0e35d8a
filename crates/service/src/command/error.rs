//! How a command fails.

use std::io;

use crate::keys::{KeyFileError, RateError};

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A key file that is faulty, or would be.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// A rate that is none.
    #[error("cannot make a key: {0}")]
    Rate(#[from] RateError),
    /// No random bits.
    #[error("cannot make a key: the system gives no random bits: {0}")]
    Random(#[from] getrandom::Error),
    /// Nobody reads.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
    /// A key that was added to a file and then got lost.
    #[error(
        "the key is in the key file and could not be shown: {0}; remove its entry and make another one"
    )]
    Lost(io::Error),
}
