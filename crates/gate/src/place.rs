//! Where something was written that a policy is made of.

use std::{fmt, path::PathBuf};

/// Where a rule or a part of it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the built-in table.
    BuiltIn,
    /// In a rules file.
    File {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
    },
    /// On the command line, behind `--set`.
    Option(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("the built-in rules"),
            Self::File { path, line, column } => {
                write!(f, "{}: line {line}, column {column}", path.display())
            }
            Self::Option(text) => write!(f, "--set {text:?}"),
        }
    }
}
