//! What Locust wrote before 1.1, recognised in order to be refused.
//!
//! - Up to 0.13.2: two files, `_requests.csv` and `_distribution.csv`.
//! - 0.13.3 and 0.14: one header for both, but in 0.13.3 the percentiles of `_stats.csv` cover only the last ten
//!   seconds (locust #1198). The file does not say which of the two made it.
//! - 1.0: today's columns, but texts are quoted without escaping the quotes in them, and the last row has no line end,
//!   so that a torn number cannot be told from a whole one.
//!
//! Nothing else depends on a version: what can be read is read by column name.

use std::path::{Path, PathBuf};

use crate::{error::StatsError, paths::with_ending};

/// Columns that only Locust before 1.0 wrote, in lower case.
const OLD_COLUMNS: [&str; 3] = ["# requests", "# failures", "requests failed/s"];

/// How `_stats.csv` begins where it was put together without a CSV writer.
pub(crate) const UNESCAPED_START: &[u8] = b"\"Type\",";

/// Refuses a header (of trimmed names) that Locust before 1.0 wrote.
pub(crate) fn refuse_old_header(path: &Path, names: &[String]) -> Result<(), StatsError> {
    let is_old = |name: &&String| OLD_COLUMNS.contains(&name.to_lowercase().as_str());
    let reason = "Locust before 1.0 wrote this file, and its percentiles may cover only the last ten seconds";
    match names.iter().find(is_old) {
        Some(column) => Err(legacy(path.to_owned(), column, reason)),
        None => Ok(()),
    }
}

/// Refuses a `_stats.csv` that Locust 1.0 or older wrote, whose every header name is quoted and last line has no end.
pub(crate) fn refuse_unescaped(
    path: &Path,
    start: &[u8],
    is_finished: bool,
) -> Result<(), StatsError> {
    let reason =
        "Locust 1.0 or older wrote this file, without escaping quotes and without a last line end";
    if start == UNESCAPED_START && !is_finished {
        return Err(legacy(path.to_owned(), "Type", reason));
    }
    Ok(())
}

/// The error for a `_stats.csv` that is not there: missing, or never written because Locust was too old.
pub(crate) fn missing_summary(path: &Path) -> StatsError {
    let reason =
        "Locust before 0.13.3 wrote this file instead of _stats.csv, without rates of failure";
    match two_file_layout(path) {
        Some(path) => legacy(path, "Method", reason),
        None => StatsError::Missing { path: path.to_owned() },
    }
}

/// The `_requests.csv` beside the `_stats.csv` at `path`, if there is one.
fn two_file_layout(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix("_stats.csv")?;
    Some(with_ending(&path.with_file_name(name), "_requests.csv")).filter(|path| path.is_file())
}

fn legacy(path: PathBuf, column: &str, reason: &'static str) -> StatsError {
    StatsError::Legacy { path, column: column.to_owned(), reason }
}
