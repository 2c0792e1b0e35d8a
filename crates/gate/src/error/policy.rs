//! Why a policy is none.
//!
//! A [`PolicyError`] speaks of rules alone, whatever run they are for; that they also may not suit a run is told by it, too.

use std::path::PathBuf;

use crate::place::Place;

/// Why a set of rules is no policy.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// Nothing is demanded, so anything would pass.
    #[error("a policy without rules would pass anything; add a rule")]
    Empty,

    /// Two rules have one name.
    #[error("two rules are called {id:?}; give each its own id")]
    DuplicateId {
        /// The name.
        id: String,
    },

    /// A name that cannot stand in reports, or on the command line.
    #[error(
        "{id:?} is no name for a rule: write up to 60 letters, digits, '-', '_' and '.', beginning with a letter or digit; \
         \"run\" is taken"
    )]
    BadId {
        /// The name.
        id: String,
    },

    /// Parts of a rule that do not go together.
    #[error("rule {id:?} ({expr}): {what}")]
    Unsuited {
        /// The rule.
        id: String,
        /// Its expression.
        expr: String,
        /// What does not suit what, and what to write.
        what: String,
    },

    /// A place in a rules file, or a change of the command line, that cannot be understood.
    #[error("{place}: {what}")]
    Wrong {
        /// Where.
        place: Place,
        /// What is wrong, and what would do.
        what: String,
    },

    /// The rules file cannot be read, or must not be written.
    #[error("{}: {what}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        what: String,
    },

    /// Something that cannot be explained.
    #[error("{subject:?}: {what}")]
    Unexplained {
        /// What was asked about.
        subject: String,
        /// What there is.
        what: String,
    },
}
