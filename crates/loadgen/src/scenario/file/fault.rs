//! What is wrong with a scenario file, and where.

use std::path::PathBuf;

use thiserror::Error;

/// Why a scenario file cannot be followed. As text: file, line, key, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// The file cannot be opened or is no UTF-8.
    #[error("cannot read {}: {reason}; lead-loadgen --print-scenario shows one to begin with", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Something in it is wrong.
    #[error("{}, line {line}: {what}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Which key, what is wrong with it, and what to do.
        what: String,
    },
}
