//! A [`Run`] back to its four files.
//!
//! All four are rendered before the first is touched, and each is written beside its place and renamed: a reader sees
//! the old file or the new one, never half of one. `_stats.csv` comes last, so that whoever sees it new finds the
//! others new. Rows that come in while the test runs are [`HistoryWriter`](crate::HistoryWriter)'s.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    error::StatsError, exception::Exception, failure::Failure, paths::Paths, paths::with_ending,
    run::Run,
};

/// Writes `run` as the four files behind `prefix`, replacing what is there; missing folders are created.
///
/// Endpoints are sorted by name, then method, as Locust does. Response times are rounded to the microsecond, current
/// rates to six decimals. The run's notes are not written.
///
/// # Errors
///
/// If the run holds what [`read`](crate::read) would refuse or take for something else (a number that is not finite,
/// more failures than requests, two endpoints of one name and method, an Aggregated row of another name): nothing is
/// written then. Or if the system refuses to write.
pub fn write(prefix: &Path, run: &Run) -> Result<(), StatsError> {
    let path = Paths::of(prefix).history;
    let history = run.history.to_csv(&path)?;
    put(prefix, run, Some((path, history)))
}

/// Renews all files but the history, for a run that is still going on: its history belongs to a
/// [`HistoryWriter`](crate::HistoryWriter), which appends.
///
/// # Errors
///
/// As [`write()`]; the run's history is not looked at.
pub fn write_snapshots(prefix: &Path, run: &Run) -> Result<(), StatsError> {
    put(prefix, run, None)
}

/// Puts the rendered history, if any, and the other three in place.
fn put(prefix: &Path, run: &Run, history: Option<(PathBuf, Vec<u8>)>) -> Result<(), StatsError> {
    let Paths { summary, failures, exceptions, .. } = Paths::of(prefix);
    let last = (summary.clone(), run.summary.to_csv(&summary)?);
    let files = [
        (exceptions.clone(), Exception::to_csv(&run.exceptions, &exceptions)?),
        (failures.clone(), Failure::to_csv(&run.failures, &failures)?),
    ];
    create_folder_of(&summary)?;
    for (path, bytes) in files.into_iter().chain(history).chain([last]) {
        replace(&path, &bytes).map_err(|cause| StatsError::Write { path, cause })?;
    }
    Ok(())
}

/// Creates the folder that `path` lies in, and those above it.
pub(crate) fn create_folder_of(path: &Path) -> Result<(), StatsError> {
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(|cause| StatsError::Write { path: folder, cause })
}

/// Puts `bytes` at `path` in one step: nobody ever reads half of them.
///
/// They are written beside it (`PATH.tmp`) and renamed. What is there and is no file, such as `/dev/stdout`, is written to
/// and stays what it is.
///
/// # Errors
///
/// The system's own, when it refuses to write or to rename; what was at `path` is untouched then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return fs::write(path, bytes);
    }
    let beside = with_ending(path, ".tmp");
    let done = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        // The first error is the one to tell; half a file must not stay either way.
        let _ = fs::remove_file(&beside);
    }
    done
}
