//! A CSV file with a header, in the making.
//!
//! [`Sheet`] renders rows under a [`Layout`] to bytes as Python's `csv.writer` does (CRLF, quotes only where needed);
//! [`Cells`] takes the values of one row and refuses what [`table`](crate::table) would not read back. It writes into
//! memory only: putting the bytes in place is left to [`write`](crate::write()) and [`live`](crate::live).

use std::path::{Path, PathBuf};

use csv::{QuoteStyle, Terminator};

use crate::{
    cell::{self, NO_PERCENTILE},
    error::StatsError,
    layout::Layout,
    percentiles::{self, Percentiles},
};

/// Rows on their way into a file.
pub(crate) struct Sheet {
    path: PathBuf,
    names: Vec<String>,
    fractions: Vec<f64>,
    writer: csv::Writer<Vec<u8>>,
    /// The row being written, counted from 1 with the header.
    line: u64,
}

impl Sheet {
    /// An empty sheet that will lie at `path`, with a percentile column for each of `fractions`.
    pub(crate) fn new(path: &Path, layout: &Layout, fractions: &[f64]) -> Self {
        let writer = csv::WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(Vec::new());
        let names = layout.header(fractions);
        Self { path: path.to_owned(), names, fractions: fractions.to_vec(), writer, line: 1 }
    }

    /// Writes the names of the columns.
    pub(crate) fn header(&mut self) -> Result<(), StatsError> {
        self.line += 1;
        self.writer.write_record(&self.names).map_err(|error| self.failed(error))
    }

    /// Writes one row of the values that `fill` puts into its cells, one for each column.
    pub(crate) fn row(&mut self, fill: impl FnOnce(&mut Cells<'_>)) -> Result<(), StatsError> {
        let mut cells = Cells {
            fractions: &self.fractions,
            texts: Vec::with_capacity(self.names.len()),
            fault: None,
        };
        fill(&mut cells);
        let Cells { texts, fault, .. } = cells;
        if let Some(Fault { at, value, problem }) = fault {
            return Err(self.unwritable(&self.names[at], value, problem));
        }
        self.line += 1;
        self.writer.write_record(texts).map_err(|error| self.failed(error))
    }

    /// The error for a `value` that has no place in the row to come.
    pub(crate) fn unwritable(
        &self,
        column: &str,
        value: String,
        problem: &'static str,
    ) -> StatsError {
        StatsError::Unwritable {
            path: self.path.clone(),
            line: self.line,
            column: column.to_owned(),
            value,
            problem,
        }
    }

    /// The bytes of the file.
    pub(crate) fn finish(self) -> Result<Vec<u8>, StatsError> {
        let path = self.path;
        self.writer
            .into_inner()
            .map_err(|error| StatsError::Write { path, cause: error.into_error() })
    }

    fn failed(&self, error: csv::Error) -> StatsError {
        StatsError::Write { path: self.path.clone(), cause: error.into() }
    }
}

/// The cells of one row, filled from left to right.
pub(crate) struct Cells<'s> {
    fractions: &'s [f64],
    texts: Vec<String>,
    /// The first value that has no place in its column.
    fault: Option<Fault>,
}

struct Fault {
    at: usize,
    value: String,
    problem: &'static str,
}

impl Cells<'_> {
    /// Any text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.texts.push(text.to_owned());
        self
    }

    /// A count.
    pub(crate) fn count(&mut self, count: u64) -> &mut Self {
        self.text(&count.to_string())
    }

    /// A count of some of `total`.
    pub(crate) fn count_of(&mut self, count: u64, total: u64) -> &mut Self {
        if count > total {
            self.refuse(count.to_string(), "there cannot be more failures than requests");
        }
        self.count(count)
    }

    /// A number in the form that `format` gives it.
    pub(crate) fn number(&mut self, number: f64, format: fn(f64) -> String) -> &mut Self {
        if !cell::is_writable(number) {
            self.refuse(number.to_string(), "the files hold finite numbers from 0 up");
        }
        // The sign of a negative zero means nothing.
        self.text(&format(number.abs()))
    }

    /// The percentiles of a row that counts `requests`: `N/A` in each column if there are none.
    pub(crate) fn percentiles(&mut self, percentiles: &Percentiles, requests: u64) -> &mut Self {
        if requests == 0 || percentiles.is_empty() {
            for _ in self.fractions {
                self.text(NO_PERCENTILE);
            }
            return self;
        }
        let same_columns = percentiles.iter().count() == self.fractions.len()
            && percentiles
                .iter()
                .zip(self.fractions)
                .all(|((fraction, _), &column)| percentiles::is_same(fraction, column));
        if !same_columns {
            self.refuse(format!("{percentiles:?}"), "all rows of a file have the same percentiles");
        }
        for (_, ms) in percentiles.iter() {
            self.number(ms, cell::milliseconds);
        }
        self
    }

    /// Remembers that the next cell's value has no place there, unless an earlier one has none either.
    pub(crate) fn refuse(&mut self, value: String, problem: &'static str) {
        let at = self.texts.len();
        self.fault.get_or_insert(Fault { at, value, problem });
    }
}
