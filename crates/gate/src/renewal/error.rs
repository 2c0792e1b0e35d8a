//! Why runs did not become a baseline.

use std::{io, path::PathBuf};

use crate::{
    error::{GateError, PolicyError},
    exit,
    prefix::FolderError,
};

/// Why runs did not become a baseline; nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// The rules are wrong.
    #[error(transparent)]
    Policy(#[from] PolicyError),

    /// The baseline that is to be renewed cannot be read.
    #[error(transparent)]
    Old(Box<GateError>),

    /// One of the runs is no run, or not comparable with the baseline that is to be renewed.
    #[error("{source}")]
    Run {
        /// Why.
        source: Box<GateError>,
    },

    /// Too few runs.
    #[error(
        "{found}, a baseline needs {needed} or more: fewer do not show how much the machine varies; five are better"
    )]
    TooFew {
        /// How many were given, in words.
        found: String,
        /// How many are needed.
        needed: usize,
    },

    /// The reason says nothing.
    #[error("the reason is empty; say in a few words why this regression is accepted")]
    NoReason,

    /// One run was given twice.
    #[error("{} and {} are the same run; give each run once", first.display(), second.display())]
    SameRun {
        /// The run.
        first: PathBuf,
        /// The same run.
        second: PathBuf,
    },

    /// Two of the runs are of different loads.
    #[error("{}: not comparable with {}: {difference}; give runs of one load", path.display(), first.display())]
    Unlike {
        /// The run.
        path: PathBuf,
        /// The first run.
        first: PathBuf,
        /// What is different, about the first one as "it".
        difference: String,
    },

    /// The old baseline is of another machine.
    #[error(
        "{}: it was made on another machine ({difference}); keep one file for each kind of machine: give another --out",
        path.display()
    )]
    OtherMachine {
        /// The baseline.
        path: PathBuf,
        /// What is different, about the baseline as "it".
        difference: String,
    },

    /// The old pinned reference is of another load than the runs.
    #[error(
        "{}: its pinned reference is of another load: {difference}; pin the new runs as well (--pin), or give another --out",
        path.display()
    )]
    OtherPin {
        /// The baseline.
        path: PathBuf,
        /// What is different, about the reference as "it".
        difference: String,
    },

    /// A folder without a run, or with several.
    #[error(transparent)]
    Folder(#[from] FolderError),

    /// Runs that fail by the rules.
    #[error(
        "{failed}; a baseline of runs that fail would let the next ones pass: mend the cause, or accept it: \
         --accept-regression \"reason\""
    )]
    Failing {
        /// Runs, rules and figures, in words.
        failed: String,
    },

    /// The system refuses to write.
    #[error("{}: cannot be written: {cause}; give --out a file in a folder that exists", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}

impl RenewalError {
    /// The exit code: [`exit::FAIL`] for runs that fail, [`exit::USAGE`] for what was typed, else [`exit::NOT_JUDGED`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failing { .. } => exit::FAIL,
            Self::Policy(_) | Self::TooFew { .. } | Self::NoReason | Self::Write { .. } => {
                exit::USAGE
            }
            _ => exit::NOT_JUDGED,
        }
    }
}
