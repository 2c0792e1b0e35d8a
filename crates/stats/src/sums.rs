//! Do the rows add up to their total?
//!
//! The files of a run are written one after the other, and so are their rows: a generator that was stopped in between
//! leaves a difference. [`check_sum`] lets a small one pass with a note and refuses a large one, since files that do
//! not belong together cannot be judged. It compares counts only, never times.

use std::path::Path;

use crate::{error::StatsError, note::Note};

/// Rows may miss their total by one part in this many: the last pass of a writer that runs once a second is about one
/// percent of a run of two minutes.
const TOLERATED_PART: u128 = 100;

/// What was added up, and where.
pub(crate) struct Sum<'a> {
    pub(crate) path: &'a Path,
    /// The last line that was added up.
    pub(crate) line: u64,
    pub(crate) column: &'static str,
    pub(crate) counts: &'a mut dyn Iterator<Item = u64>,
}

/// A note if the counts differ from `aggregated`, an error if they do by more than one percent of it.
pub(crate) fn check_sum(sum: Sum<'_>, aggregated: u64) -> Result<Option<Note>, StatsError> {
    let Sum { path, line, column, counts } = sum;
    let sum: u128 = counts.map(u128::from).sum();
    let difference = sum.abs_diff(u128::from(aggregated));
    if difference * TOLERATED_PART > u128::from(aggregated) {
        return Err(StatsError::Sums { path: path.to_owned(), line, column, sum, aggregated });
    }
    let text =
        || format!("column {column:?} adds up to {sum}, but the Aggregated row says {aggregated}");
    Ok((difference > 0).then(|| Note::new(path, text())))
}
