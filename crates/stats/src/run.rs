//! The four files of a run as one.
//!
//! [`read`] joins them into a [`Run`] and checks that they belong together. Only `_stats.csv` is required. Nothing is
//! derived here: rates, intervals and trends are computed by whoever asks for them.

use std::path::Path;

use crate::{
    error::StatsError, exception::Exception, failure::Failure, history::History, note::Note,
    paths::Paths, summary::Summary,
};

/// What a load test left behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// The whole run, endpoint by endpoint (`_stats.csv`).
    pub summary: Summary,
    /// The run, second by second (`_stats_history.csv`).
    pub history: History,
    /// The kinds of failed requests (`_failures.csv`), in file order.
    pub failures: Vec<Failure>,
    /// The kinds of errors in the scenario itself (`_exceptions.csv`), in file order.
    pub exceptions: Vec<Exception>,
    /// What was tolerated while reading; not written.
    pub notes: Vec<Note>,
}

/// Reads the run behind `prefix`, such as `results/x/loadtest`.
///
/// A missing history, failures or exceptions file is noted and read as empty.
///
/// # Errors
///
/// If `_stats.csv` is missing, if a file is torn or of a Locust before 1.0, if a field does not hold what its column
/// promises, or if the files do not belong together (counts differ by more than one percent).
pub fn read(prefix: &Path) -> Result<Run, StatsError> {
    let paths = Paths::of(prefix);
    let mut notes = Vec::new();
    let summary = Summary::read(&paths.summary, &mut notes)?;
    let history = History::read(&paths.history, &mut notes)?;
    let history = or_absent(history, &paths.history, &mut notes);
    let failures = Failure::read_all(&paths.failures, summary.aggregated.failures, &mut notes)?;
    let failures = or_absent(failures, &paths.failures, &mut notes);
    let exceptions =
        or_absent(Exception::read_all(&paths.exceptions)?, &paths.exceptions, &mut notes);
    Ok(Run { summary, history, failures, exceptions, notes })
}

/// What a file held, or nothing and a note that there is no such file.
fn or_absent<T: Default>(read: Option<T>, path: &Path, notes: &mut Vec<Note>) -> T {
    read.unwrap_or_else(|| {
        notes.push(Note::new(path, "no such file; taken as empty"));
        T::default()
    })
}
