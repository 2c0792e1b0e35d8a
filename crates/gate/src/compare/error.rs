//! Why base and head could not be compared.
//!
//! Like [`GateError`], neither a pass nor a regression, with the exit code [`exit::NOT_JUDGED`]; but a figure that was asked
//! for and is in no file is wrong usage.

use std::path::PathBuf;

use super::measure::Measure;
use crate::{error::GateError, exit, prefix::FolderError};

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// One of the runs is none, or its load generator calls it invalid.
    #[error("a run of the {side} is unusable: {source}")]
    Run {
        /// `base` or `head`.
        side: &'static str,
        /// What is wrong with it.
        source: Box<GateError>,
    },

    /// A folder without a run, or with several.
    #[error(transparent)]
    Folder(#[from] FolderError),

    /// One run twice.
    #[error(
        "{} and {} are the same run: it was given twice or copied, and would only confirm itself; give each run once",
        first.display(), second.display()
    )]
    SameRun {
        /// The run.
        first: PathBuf,
        /// The run again.
        second: PathBuf,
    },

    /// The sides measured different things.
    #[error(
        "{}: this run is not comparable with {}: {difference}; measure base and head with the same scenario, load and time",
        path.display(), other.display()
    )]
    Unlike {
        /// A run.
        path: PathBuf,
        /// The run it was held against.
        other: PathBuf,
        /// What is different, about the other as "it".
        difference: String,
    },

    /// Most requests of the base failed.
    #[error(
        "{}: {failures} of this base run's {requests} requests failed{also}: its response times are those of failures, and \
         nothing can be told by them; mend the base, or the URL and token it is loaded with", path.display()
    )]
    FailedBase {
        /// The run.
        path: PathBuf,
        /// Its failures.
        failures: u64,
        /// Its requests.
        requests: u64,
        /// What became of the head, as a clause that begins with a comma; empty if most of its requests were answered.
        also: String,
    },

    /// Pairs were asked for where there are none.
    #[error(
        "{base} runs of the base and {head} of the head are no pairs; give as many of each, or leave --pairing away"
    )]
    NoPairs {
        /// Runs of the base.
        base: usize,
        /// Runs of the head.
        head: usize,
    },

    /// A figure that shall decide is not in the files.
    #[error(
        "--decide {}: {} does not hold it, so it could not be decided; name another of what all runs hold ({holds}), or \
         let the load test write it", missing.as_str(), path.display()
    )]
    NothingToDecide {
        /// The figure.
        missing: Measure,
        /// The first run without it.
        path: PathBuf,
        /// What could decide instead.
        holds: String,
    },
}

impl CompareError {
    /// The exit code: wrong words are told from runs that cannot be compared.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NothingToDecide { .. } => exit::USAGE,
            _ => exit::NOT_JUDGED,
        }
    }
}
