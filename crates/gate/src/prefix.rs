//! A run as people name it: by its prefix, by its summary, or by the folder that holds it and no other.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How a summary's name ends; the rest is the prefix of its run.
const SUMMARY_SUFFIX: &str = "_stats.csv";

/// Why a folder names no run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// It cannot be read.
    #[error("{}: cannot be read: {source}; give the folder or the --csv prefix of a run", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// There is no run in it.
    #[error("{}: no file here ends with _stats.csv; give the folder or the --csv prefix of a run", path.display())]
    NoRun {
        /// The folder.
        path: PathBuf,
    },

    /// There are several runs in it, none of which was named.
    #[error("{}: {} runs lie here ({}, ...); give one by its --csv prefix", path.display(), names.len(), names[0])]
    SeveralRuns {
        /// The folder.
        path: PathBuf,
        /// The runs' summaries.
        names: Vec<String>,
    },
}

/// The prefix of the run whose summary this is; `None` for a file of another name.
pub(crate) fn of_summary(summary: &Path) -> Option<PathBuf> {
    summary.to_str().and_then(|text| text.strip_suffix(SUMMARY_SUFFIX)).map(PathBuf::from)
}

/// The prefix of a run that was given by its prefix, its summary, or the folder that holds it and no other.
pub(crate) fn find(given: &Path) -> Result<PathBuf, FolderError> {
    if !given.is_dir() {
        return Ok(of_summary(given).filter(|_| given.is_file()).unwrap_or(given.to_owned()));
    }
    let unreadable = |source| FolderError::Unreadable { path: given.to_owned(), source };
    let mut runs = Vec::new();
    for entry in fs::read_dir(given).map_err(unreadable)? {
        runs.extend(of_summary(&entry.map_err(unreadable)?.path()));
    }
    runs.sort();
    match runs.len() {
        0 => Err(FolderError::NoRun { path: given.to_owned() }),
        1 => Ok(runs.remove(0)),
        _ => {
            let name = |run: &PathBuf| format!("{}{SUMMARY_SUFFIX}", run.display());
            let names = runs.iter().map(name).collect();
            Err(FolderError::SeveralRuns { path: given.to_owned(), names })
        }
    }
}
