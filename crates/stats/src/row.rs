//! One row of a file, by column name.
//!
//! [`Row`] gives its fields as checked values and names file, line and column of those it refuses. It knows no
//! column's meaning: the row types ask for what they need, with the names of their own layout.

use std::path::Path;

use csv::ByteRecord;

use crate::{
    cell::{self, NO_PERCENTILE},
    columns::Columns,
    error::StatsError,
    percentiles::Percentiles,
};

/// Fields and names are shown up to here: a stray quote can pull half a file into one field.
const SHOWN_CHARS: usize = 40;

/// One row: as many fields as the header has names.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    path: &'t Path,
    columns: &'t Columns,
    record: &'t ByteRecord,
    /// Where the row begins, counted from 1.
    line: u64,
}

impl<'t> Row<'t> {
    /// The row that `record` is, if it has a field for each name.
    pub(crate) fn new(
        path: &'t Path,
        columns: &'t Columns,
        record: &'t ByteRecord,
        line: u64,
    ) -> Result<Self, StatsError> {
        let (found, expected) = (record.len(), columns.names().len());
        let row = Self { path, columns, record, line };
        if found < expected {
            return Err(row.torn(format!("the row ends after {found} of {expected} fields")));
        }
        if found > expected {
            let problem = format!(
                "the row has {found} fields under {expected} names; is there a decimal comma or an unquoted text in \
                 it? Use the file that the load generator wrote"
            );
            return Err(row.bad_row(&columns.names()[expected - 1], problem));
        }
        Ok(row)
    }

    /// The text in `column`; bytes that are no UTF-8 become U+FFFD. Empty if the file lacks an optional column.
    pub(crate) fn text(&self, column: &'static str) -> String {
        String::from_utf8_lossy(self.field(column)).into_owned()
    }

    /// The whole number from zero up in `column`.
    pub(crate) fn count(&self, column: &'static str) -> Result<u64, StatsError> {
        str::from_utf8(self.field(column))
            .ok()
            .and_then(cell::parse_count)
            .ok_or_else(|| self.bad_cell(column, "a whole number from 0 up"))
    }

    /// The whole number in `column`, which counts some of `total`.
    pub(crate) fn count_of(&self, column: &'static str, total: u64) -> Result<u64, StatsError> {
        let count = self.count(column)?;
        if count > total {
            return Err(self.bad_cell(column, "no more failures than requests"));
        }
        Ok(count)
    }

    /// The number in `column`.
    pub(crate) fn number(&self, column: &'static str) -> Result<f64, StatsError> {
        parse_number(self.field(column)).ok_or_else(|| self.bad_cell(column, "a number from 0 up"))
    }

    /// The percentiles of the row: all, or none if all are `N/A`.
    pub(crate) fn percentiles(&self) -> Result<Percentiles, StatsError> {
        let columns = self.columns.percentiles();
        if columns.iter().all(|&(_, at)| &self.record[at] == NO_PERCENTILE.as_bytes()) {
            return Ok(Percentiles::none());
        }
        // To the size: a history has some hundred thousand of these lists.
        let mut pairs = Vec::with_capacity(columns.len());
        for &(fraction, at) in columns {
            let expected = "milliseconds from 0 up, or N/A in the whole row";
            let ms = parse_number(&self.record[at])
                .ok_or_else(|| self.bad_cell(&self.columns.names()[at], expected))?;
            pairs.push((fraction, ms));
        }
        Ok(Percentiles::of_columns(pairs))
    }

    /// The error for a row that is not whole: its last field may be cut off as well.
    pub(crate) fn torn(&self, problem: String) -> StatsError {
        let last = self.record.len().clamp(1, self.columns.names().len()) - 1;
        let column = self.columns.names()[last].clone();
        StatsError::Torn { path: self.path.to_owned(), line: self.line, column, problem }
    }

    /// The error for a row that must not be there.
    pub(crate) fn bad_row(&self, column: &str, problem: String) -> StatsError {
        StatsError::Row {
            path: self.path.to_owned(),
            line: self.line,
            column: column.to_owned(),
            problem,
        }
    }

    /// The error for a field that does not hold what its column promises.
    fn bad_cell(&self, column: &str, expected: &'static str) -> StatsError {
        let at = self.columns.names().iter().position(|name| name.eq_ignore_ascii_case(column));
        let field = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        StatsError::Cell {
            path: self.path.to_owned(),
            line: self.line,
            column: column.to_owned(),
            expected,
            found: shortened(&String::from_utf8_lossy(field)),
        }
    }

    fn field(&self, column: &'static str) -> &[u8] {
        self.columns.at(column).map_or(&[], |at| &self.record[at])
    }
}

/// The beginning of a text from a file, for a message. No column of the contract has a name this long.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

fn parse_number(field: &[u8]) -> Option<f64> {
    str::from_utf8(field).ok().and_then(cell::parse_number)
}
