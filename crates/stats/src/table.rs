//! A CSV file with a header, read by column name.
//!
//! [`Table`] reads a whole file and finds the columns of a [`Layout`] wherever they stand; [`Row`] gives its fields as
//! checked values. It survives what real files have (byte order mark, any line ends, blank lines, quoted commas and
//! newlines) and names file, line and column of what it refuses. What a row means is left to the row types.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use csv::ByteRecord;

use crate::{
    cell,
    error::StatsError,
    layout::Layout,
    legacy,
    percentiles::{self, Percentiles},
};

/// No larger file is read: a day of history with ten endpoints is about 200 MB.
const LARGEST_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// What Locust writes into every percentile column of a row without requests.
pub(crate) const NO_PERCENTILE: &str = "N/A";

/// One file: its bytes and what its header says.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    bytes: Vec<u8>,
    /// The header's names, trimmed.
    names: Vec<String>,
    /// Where each column of the layout stands; optional ones may be missing.
    columns: Vec<(&'static str, usize)>,
    /// Fraction and position of each percentile column.
    percentiles: Vec<(f64, usize)>,
}

impl Table {
    /// Reads the file at `path`, or gives `None` if there is none.
    pub(crate) fn open(path: &Path, layout: &Layout) -> Result<Option<Self>, StatsError> {
        let bytes = match bytes_of(path) {
            Ok(bytes) => bytes,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StatsError::Read { path: path.to_owned(), source }),
        };
        if bytes.len() as u64 > LARGEST_FILE_BYTES {
            return Err(StatsError::TooLarge {
                path: path.to_owned(),
                limit_bytes: LARGEST_FILE_BYTES,
            });
        }
        let mut table = Self {
            path: path.to_owned(),
            bytes,
            names: Vec::new(),
            columns: Vec::new(),
            percentiles: Vec::new(),
        };
        table.names = table.header(layout)?;
        legacy::refuse_old_header(path, &table.names)?;
        table.columns = table.positions(layout)?;
        if layout.percentiles {
            table.percentiles = table.percentile_positions()?;
        }
        Ok(Some(table))
    }

    /// The rows below the header, each checked to have as many fields as the header and a line end.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows { table: self, reader: csv_reader(&self.bytes) }
    }

    /// The number of the last line that holds anything, counted from 1.
    pub(crate) fn last_line(&self) -> u64 {
        let blank =
            self.bytes.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line_at(&self.bytes, self.bytes.len() - blank)
    }

    /// The header's names, trimmed.
    fn header(&self, layout: &Layout) -> Result<Vec<String>, StatsError> {
        let mut reader = csv_reader(&self.bytes);
        let header = reader.byte_headers().map_err(|error| self.unreadable(error))?;
        let names: Vec<_> = header.iter().map(|name| lossy(name).trim().to_owned()).collect();
        let torn = |column: &str, problem: &str| StatsError::Torn {
            path: self.path.clone(),
            line: 1,
            column: column.to_owned(),
            problem: problem.to_owned(),
        };
        match names.last() {
            None => Err(torn(layout.before[0], "the file is empty")),
            Some(last) if self.ends_torn(&reader) => Err(torn(last, "the header has no line end")),
            Some(_) => Ok(names),
        }
    }

    /// Where each column of `layout` stands.
    fn positions(&self, layout: &Layout) -> Result<Vec<(&'static str, usize)>, StatsError> {
        let mut columns = Vec::new();
        for name in layout.required() {
            let at = self.position(name)?.ok_or_else(|| self.bad_header(name, "is missing"))?;
            columns.push((name, at));
        }
        for &name in layout.optional {
            columns.extend(self.position(name)?.map(|at| (name, at)));
        }
        Ok(columns)
    }

    /// Where the one column called `name` stands, letter case aside.
    fn position(&self, name: &str) -> Result<Option<usize>, StatsError> {
        let mut found =
            (0..self.names.len()).filter(|&at| self.names[at].eq_ignore_ascii_case(name));
        let first = found.next();
        match found.next() {
            Some(_) => Err(self.bad_header(name, "appears twice")),
            None => Ok(first),
        }
    }

    /// Fraction and position of each column that is named like a percentile.
    fn percentile_positions(&self) -> Result<Vec<(f64, usize)>, StatsError> {
        let mut positions: Vec<(f64, usize)> = Vec::new();
        for (at, name) in self.names.iter().enumerate() {
            let Some(fraction) = percentiles::fraction_of(name) else { continue };
            if positions.iter().any(|&(other, _)| percentiles::is_same(other, fraction)) {
                return Err(self.bad_header(name, "appears twice"));
            }
            positions.push((fraction, at));
        }
        Ok(positions)
    }

    fn bad_header(&self, column: &str, problem: &'static str) -> StatsError {
        StatsError::Header { path: self.path.clone(), column: column.to_owned(), problem }
    }

    fn unreadable(&self, error: csv::Error) -> StatsError {
        StatsError::Read { path: self.path.clone(), source: error.into() }
    }

    /// Whether `reader` has come to an end that is no end of a line: whatever it read last may go on.
    fn ends_torn(&self, reader: &csv::Reader<&[u8]>) -> bool {
        reader.position().byte() == self.bytes.len() as u64 && !self.bytes.ends_with(b"\n")
    }
}

/// The rows of a [`Table`], in file order.
pub(crate) struct Rows<'t> {
    table: &'t Table,
    reader: csv::Reader<&'t [u8]>,
}

impl<'t> Iterator for Rows<'t> {
    type Item = Result<Row<'t>, StatsError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => {
                let start = record.position().map_or(0, csv::Position::byte);
                let row = Row { table: self.table, record, start };
                Some(row.whole(self.table.ends_torn(&self.reader)))
            }
            Err(error) => Some(Err(self.table.unreadable(error))),
        }
    }
}

/// One row: as many fields as the header has names.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    record: ByteRecord,
    /// The byte of the file where the row begins, or the line end before it.
    start: u64,
}

impl Row<'_> {
    /// The text in `column`; bytes that are no UTF-8 become U+FFFD. Empty if the file lacks an optional column.
    pub(crate) fn text(&self, column: &'static str) -> String {
        self.field(column).map(lossy).unwrap_or_default()
    }

    /// The whole number from zero up in `column`.
    pub(crate) fn count(&self, column: &'static str) -> Result<u64, StatsError> {
        cell::parse_count(&self.text(column))
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
        cell::parse_number(&self.text(column))
            .ok_or_else(|| self.bad_cell(column, "a number from 0 up"))
    }

    /// The percentiles of the row: all, or none if all are `N/A`.
    pub(crate) fn percentiles(&self) -> Result<Percentiles, StatsError> {
        let columns = &self.table.percentiles;
        if columns.iter().all(|&(_, at)| &self.record[at] == NO_PERCENTILE.as_bytes()) {
            return Ok(Percentiles::none());
        }
        let value = |&(fraction, at): &(f64, usize)| {
            let ms = cell::parse_number(&lossy(&self.record[at])).ok_or_else(|| {
                self.bad_cell(
                    &self.table.names[at],
                    "milliseconds from 0 up, or N/A in the whole row",
                )
            })?;
            Ok((fraction, ms))
        };
        columns.iter().map(value).collect()
    }

    /// The line on which the row begins, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        let bytes = &self.table.bytes;
        let start = usize::try_from(self.start).unwrap_or(bytes.len());
        let blank = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line_at(bytes, start + blank)
    }

    /// The error for a field that does not hold what its column promises.
    pub(crate) fn bad_cell(&self, column: &str, expected: &'static str) -> StatsError {
        // A stray quote can pull half a file into one field.
        const SHOWN_CHARS: usize = 40;
        let at = self.table.names.iter().position(|name| name.eq_ignore_ascii_case(column));
        let field = lossy(at.and_then(|at| self.record.get(at)).unwrap_or_default());
        StatsError::Cell {
            path: self.table.path.clone(),
            line: self.line(),
            column: column.to_owned(),
            expected,
            found: field.chars().take(SHOWN_CHARS).collect(),
        }
    }

    /// The error for a row that must not be there.
    pub(crate) fn bad_row(&self, column: &str, problem: impl Into<String>) -> StatsError {
        StatsError::Row {
            path: self.table.path.clone(),
            line: self.line(),
            column: column.to_owned(),
            problem: problem.into(),
        }
    }

    /// The row itself, if it has a field for each name and, being the last (`torn`), a line end.
    fn whole(self, torn: bool) -> Result<Self, StatsError> {
        let names = &self.table.names;
        let (found, expected) = (self.record.len(), names.len());
        if found > expected {
            let problem = format!(
                "the row has {found} fields under {expected} names; is there a decimal comma or an unquoted text in it? \
                 Use the file that the load generator wrote"
            );
            return Err(self.bad_row(&names[expected - 1], problem));
        }
        let problem = match () {
            () if found < expected => format!("the row ends after {found} of {expected} fields"),
            () if torn => "the row has no line end".to_owned(),
            () => return Ok(self),
        };
        let column = names[found.min(expected - 1)].clone();
        Err(StatsError::Torn { path: self.table.path.clone(), line: self.line(), column, problem })
    }

    fn field(&self, column: &'static str) -> Option<&[u8]> {
        let at = self.table.columns.iter().find(|(name, _)| *name == column)?.1;
        Some(&self.record[at])
    }
}

/// The bytes of a file, up to one more than the limit.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn csv_reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    // Rows of another length are let through, because our own error names the column.
    csv::ReaderBuilder::new().flexible(true).from_reader(bytes)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The number of the line that holds the byte at `at`, counted from 1.
fn line_at(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u64
}
