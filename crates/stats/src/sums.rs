//! Do the rows add up to their total?
//!
//! The files of a run are written one after the other, and so are their rows: a generator that was stopped in between
//! leaves a difference. [`check_sum`] lets a small one pass with a note and refuses a large one, since files that do
//! not belong together cannot be judged. It compares counts only, never times.

use crate::{error::StatsError, note::Note, table::Table};

/// Rows may miss their total by one part in this many: the last pass of a writer that runs once a second is about one
/// percent of a run of two minutes.
const TOLERATED_PART: u128 = 100;

/// A note if the `counts` in a `column` of `table` do not add up to `aggregated`, an error if they miss it by more
/// than one percent.
pub(crate) fn check_sum(
    table: &Table,
    column: &'static str,
    counts: impl Iterator<Item = u64>,
    aggregated: u64,
) -> Result<Option<Note>, StatsError> {
    let sum: u128 = counts.map(u128::from).sum();
    let difference = sum.abs_diff(u128::from(aggregated));
    if difference * TOLERATED_PART > u128::from(aggregated) {
        let (path, line) = (table.path().to_owned(), table.last_line());
        return Err(StatsError::Sums { path, line, column, sum, aggregated });
    }
    let text =
        || format!("column {column:?} adds up to {sum}, but the Aggregated row says {aggregated}");
    Ok((difference > 0).then(|| Note::new(table.path(), text())))
}
