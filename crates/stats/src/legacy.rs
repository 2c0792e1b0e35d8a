//! What Locust wrote before 1.0, recognised in order to be refused.
//!
//! Locust 0.13.3 and 0.14 wrote the same header, but in 0.13.3 the percentiles of `_stats.csv` cover only the last ten
//! seconds (locust #1198). The file does not say which of the two made it, so both are refused, as are the two files
//! (`_requests.csv`, `_distribution.csv`) of the versions before them.

use std::path::{Path, PathBuf};

use crate::{error::StatsError, paths::with_ending};

/// Columns that only Locust before 1.0 wrote, in lower case.
const OLD_COLUMNS: [&str; 3] = ["# requests", "# failures", "requests failed/s"];

/// The error for a header (of trimmed names) that Locust before 1.0 wrote.
pub(crate) fn refuse_old_header(path: &Path, names: &[String]) -> Result<(), StatsError> {
    let old = names.iter().find(|name| OLD_COLUMNS.contains(&name.to_lowercase().as_str()));
    match old {
        Some(column) => Err(StatsError::Legacy {
            path: path.to_owned(),
            column: column.clone(),
            reason: "Locust before 1.0 wrote this file, and its percentiles may cover only the last ten seconds",
        }),
        None => Ok(()),
    }
}

/// The error for a `_stats.csv` that is not there: missing, or never written because Locust was too old.
pub(crate) fn missing_summary(path: &Path) -> StatsError {
    match two_file_layout(path) {
        Some(path) => StatsError::Legacy {
            path,
            column: "Method".to_owned(),
            reason: "Locust before 0.13.3 wrote this file instead of _stats.csv, without rates of failure",
        },
        None => StatsError::Missing { path: path.to_owned() },
    }
}

/// The `_requests.csv` beside the `_stats.csv` at `path`, if there is one.
fn two_file_layout(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix("_stats.csv")?;
    Some(with_ending(&path.with_file_name(name), "_requests.csv")).filter(|path| path.is_file())
}
