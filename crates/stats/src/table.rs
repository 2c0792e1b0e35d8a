//! A CSV file with a header.
//!
//! [`Table`] goes through a file row by row and holds no more than one of them. It survives what real files have (byte
//! order mark, any line ends, blank lines, quoted commas and newlines) and refuses a row that may go on where the file
//! ends, a row without end, and more rows than any test leaves. What a row means is left to the row types; lines and ends
//! of the file are [`source`](crate::source)'s.

use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::{
    columns::Columns,
    error::StatsError,
    layout::Layout,
    legacy,
    row::{Row, shortened},
    source::{LONGEST_ROW_BYTES, Source},
};

/// No file with more rows is read: a day of history with ten endpoints has 950,400.
const MOST_ROWS: u64 = 1_000_000;

/// One file: what its header says, and its rows one after the other.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    columns: Columns,
    reader: csv::Reader<Source>,
    record: ByteRecord,
    rows: u64,
}

impl Table {
    /// Opens the file at `path` and reads its header, or gives `None` if there is no file.
    pub(crate) fn open(path: &Path, layout: &Layout) -> Result<Option<Self>, StatsError> {
        let Some(source) = Source::open(path, legacy::UNESCAPED_START.len())? else {
            return Ok(None);
        };
        legacy::refuse_unescaped(path, source.start(), source.is_finished())?;
        // Rows of another length are let through, because our own error names the column.
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
        let names = header_of(path, &mut reader, layout)?;
        legacy::refuse_old_header(path, &names)?;
        let columns = Columns::find(path, names, layout)?;
        Ok(Some(Self {
            path: path.to_owned(),
            columns,
            reader,
            record: ByteRecord::new(),
            rows: 0,
        }))
    }

    /// The next row below the header, checked to have as many fields as the header and a line end.
    pub(crate) fn next_row(&mut self) -> Option<Result<Row<'_>, StatsError>> {
        let byte = self.reader.position().byte();
        self.reader.get_mut().allow_row_from(byte);
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => Some(self.row(byte)),
            Err(error) => Some(Err(failed(&self.path, &mut self.reader, byte, error))),
        }
    }

    /// The file the table is read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the last line that holds anything, counted from 1, once all rows have been read.
    pub(crate) fn last_line(&self) -> u64 {
        self.reader.get_ref().last_line()
    }

    fn row(&mut self, byte: u64) -> Result<Row<'_>, StatsError> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(StatsError::TooManyRows { path: self.path.clone(), limit: MOST_ROWS });
        }
        let line = self.reader.get_mut().line_at(byte);
        let row = Row::new(&self.path, &self.columns, &self.record, line)?;
        if ends_torn(&self.reader) {
            return Err(row.torn("the row has no line end".to_owned()));
        }
        Ok(row)
    }
}

/// The trimmed names in the header of a file.
fn header_of(
    path: &Path,
    reader: &mut csv::Reader<Source>,
    layout: &Layout,
) -> Result<Vec<String>, StatsError> {
    let header = match reader.byte_headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(failed(path, reader, 0, error)),
    };
    let names: Vec<_> =
        header.iter().map(|name| shortened(String::from_utf8_lossy(name).trim())).collect();
    let torn = |column: &str, problem: &str| StatsError::Torn {
        path: path.to_owned(),
        line: 1,
        column: column.to_owned(),
        problem: problem.to_owned(),
    };
    match names.last() {
        None => Err(torn(layout.before[0], "the file is empty")),
        Some(last) if ends_torn(reader) => Err(torn(last, "the header has no line end")),
        Some(_) => Ok(names),
    }
}

/// The error for what began at `byte` and could not be read.
fn failed(
    path: &Path,
    reader: &mut csv::Reader<Source>,
    byte: u64,
    error: csv::Error,
) -> StatsError {
    let source = reader.get_mut();
    let path = path.to_owned();
    if source.is_stopped() {
        let line = source.line_at(byte);
        return StatsError::EndlessRow { path, line, limit_bytes: LONGEST_ROW_BYTES };
    }
    StatsError::Read { path, cause: error.into() }
}

/// Whether `reader` has come to an end of its file that is no end of a line: whatever it read last may go on.
fn ends_torn(reader: &csv::Reader<Source>) -> bool {
    let source = reader.get_ref();
    source.ends_at(reader.position().byte()) && !source.is_finished()
}
