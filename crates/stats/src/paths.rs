//! Where a run's files lie.
//!
//! [`Paths`] appends Locust's four endings, and our fifth, to the prefix given as `--csv`. It touches no disk.

use std::path::{Path, PathBuf};

/// The files of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `PREFIX_stats.csv`: one row per endpoint and the total.
    pub summary: PathBuf,
    /// `PREFIX_stats_history.csv`: one row per second (and, with full history, per endpoint).
    pub history: PathBuf,
    /// `PREFIX_failures.csv`: one row per kind of failed request.
    pub failures: PathBuf,
    /// `PREFIX_exceptions.csv`: one row per kind of error in the scenario itself.
    pub exceptions: PathBuf,
    /// `PREFIX_verdict.json`: what `lead-loadgen` says of the run itself; Locust leaves none.
    pub verdict: PathBuf,
}

impl Paths {
    /// The files behind `prefix`, as `--csv` means it: `results/x/loadtest` names `results/x/loadtest_stats.csv`.
    pub fn of(prefix: &Path) -> Self {
        Self {
            summary: with_ending(prefix, "_stats.csv"),
            history: with_ending(prefix, "_stats_history.csv"),
            failures: with_ending(prefix, "_failures.csv"),
            exceptions: with_ending(prefix, "_exceptions.csv"),
            verdict: with_ending(prefix, "_verdict.json"),
        }
    }

    /// All of them, whether they exist or not.
    pub fn all(&self) -> [&Path; 5] {
        [&self.summary, &self.history, &self.failures, &self.exceptions, &self.verdict]
            .map(PathBuf::as_path)
    }
}

/// The prefix with `ending` appended to its last component: a dot in the prefix is no extension to replace.
pub(crate) fn with_ending(prefix: &Path, ending: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}
