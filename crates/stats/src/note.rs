//! What was tolerated while reading.
//!
//! A [`Note`] is a sentence for a person, tied to a file. It never changes a number: what would, is a
//! [`StatsError`](crate::StatsError). Whether a note matters is for the reader of the run to decide.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// One oddity of a run's files that does not make them wrong; displayed as `file: text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file it is about.
    pub file: PathBuf,
    /// What was tolerated, as a lowercase fragment.
    pub text: String,
}

impl Note {
    pub(crate) fn new(file: &Path, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.text)
    }
}
