//! Why a run could not be added to a history, or a history not be analysed.
//!
//! Messages are lowercase fragments that name the file and the line and end with what to do next, as those of
//! [`GateError`].

use std::{io, path::PathBuf};

use crate::{error::GateError, exit};

/// What is wrong with a history, or with what was to be added to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The run is none, or its load generator calls it invalid.
    #[error("the run cannot be added: {0}")]
    Run(Box<GateError>),

    /// There is no history.
    #[error("{}: no such file; add a run first: lead-gate history append", path.display())]
    Missing {
        /// The file that was looked for.
        path: PathBuf,
    },

    /// The history has no run in it.
    #[error("{}: there is no run in it; add one first: lead-gate history append", path.display())]
    Empty {
        /// The history.
        path: PathBuf,
    },

    /// The operating system refused to read a file.
    #[error("{}: cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },

    /// The operating system refused to write the history; it is as it was.
    #[error("{}: cannot be written: {cause}; the history is as it was", path.display())]
    Unwritable {
        /// The history.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },

    /// The history is larger than a program should read at once.
    #[error(
        "{}: larger than {limit_bytes} bytes, which is years of runs; is this the right file? Begin a new one",
        path.display()
    )]
    TooLarge {
        /// The history.
        path: PathBuf,
        /// The limit, in bytes.
        limit_bytes: u64,
    },

    /// A line is not what `history append` or `history ack` write.
    #[error("{}: line {line}: {problem}; mend or remove that line", path.display())]
    Line {
        /// The history.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },

    /// The run is in the history already.
    #[error(
        "{}: this run stands in line {line} already, as run {run}; add another one, or nothing", path.display()
    )]
    Again {
        /// The history.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The run.
        run: String,
    },

    /// The file given as the verdict of `check` is none.
    #[error(
        "{}: this is no verdict of lead-gate: {problem}; write one with lead-gate check --json", path.display()
    )]
    Judgement {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },

    /// The verdict of `check` is about another run.
    #[error(
        "{}: the verdict is about another run (the SHA-256 of its {role} is not this one's); check this run and give its \
         verdict",
        path.display()
    )]
    OtherRun {
        /// The file.
        path: PathBuf,
        /// The file of the run that differs: `summary` or `history`.
        role: &'static str,
    },

    /// No run of the history can be compared as asked.
    #[error("{}: no run has a key that begins with {key:?}; there are {known}", path.display())]
    UnknownKey {
        /// The history.
        path: PathBuf,
        /// What was asked for.
        key: String,
        /// The keys that exist.
        known: String,
    },

    /// No run, or more than one, goes by this name.
    #[error(
        "{}: {name:?} names {count} runs; give the name of one, or its commit, as lead-gate history analyze prints it",
        path.display()
    )]
    UnknownRun {
        /// The history.
        path: PathBuf,
        /// What was asked for.
        name: String,
        /// How many runs go by it.
        count: usize,
    },
}

impl HistoryError {
    /// The exit code that means it: what was typed ([`exit::USAGE`]), or what lies there ([`exit::NOT_JUDGED`]).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unwritable { .. } | Self::UnknownKey { .. } | Self::UnknownRun { .. } => {
                exit::USAGE
            }
            _ => exit::NOT_JUDGED,
        }
    }
}

impl From<GateError> for HistoryError {
    fn from(error: GateError) -> Self {
        Self::Run(Box::new(error))
    }
}
