//! Why base and head could not be compared.
//!
//! Like [`GateError`], neither a pass nor a regression, with the exit code [`exit::NOT_JUDGED`](crate::exit::NOT_JUDGED).

use std::path::PathBuf;

use crate::{error::GateError, prefix::FolderError};

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
        "{}: not comparable with {}, {difference}; measure base and head with the same scenario, load and time",
        path.display(), other.display()
    )]
    Unlike {
        /// A run.
        path: PathBuf,
        /// The run it was held against.
        other: PathBuf,
        /// What the first has and the other has not.
        difference: String,
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

    /// None of the figures that shall decide is in the files.
    #[error("the files hold none of the figures that shall decide; name others with --decide")]
    NothingToDecide,
}
