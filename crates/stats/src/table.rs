//! A CSV file with a header.
//!
//! [`Table`] holds a whole file and yields its [`Row`]s. It survives what real files have (byte order mark, any line
//! ends, blank lines, quoted commas and newlines) and refuses a row that may go on where the file ends. What a row
//! means is left to the row types.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use csv::ByteRecord;

use crate::{
    columns::Columns,
    error::StatsError,
    layout::Layout,
    legacy,
    row::{Row, shortened},
};

/// No larger file is read: a day of history with ten endpoints is about 200 MB.
const LARGEST_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// One file: its bytes and what its header says.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    bytes: Vec<u8>,
    columns: Columns,
}

impl Table {
    /// Reads the file at `path`, or gives `None` if there is none.
    pub(crate) fn open(path: &Path, layout: &Layout) -> Result<Option<Self>, StatsError> {
        let Some(bytes) = bytes_of(path)? else { return Ok(None) };
        legacy::refuse_unescaped(path, &bytes)?;
        let names = header_of(path, &bytes, layout)?;
        legacy::refuse_old_header(path, &names)?;
        let columns = Columns::find(path, names, layout)?;
        Ok(Some(Self { path: path.to_owned(), bytes, columns }))
    }

    /// The rows below the header, each checked to have as many fields as the header and a line end.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows { table: self, reader: csv_reader(&self.bytes), line: 1, counted: 0 }
    }

    /// The file the table was read from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the last line that holds anything, counted from 1.
    pub(crate) fn last_line(&self) -> u64 {
        let blank = self.bytes.iter().rev().take_while(is_line_end).count();
        1 + lines_in(&self.bytes[..self.bytes.len() - blank])
    }
}

/// The rows of a [`Table`], in file order.
pub(crate) struct Rows<'t> {
    table: &'t Table,
    reader: csv::Reader<&'t [u8]>,
    /// The line of the byte at `counted`, from 1. The reader's own count is one behind after a CRLF.
    line: u64,
    counted: usize,
}

impl<'t> Iterator for Rows<'t> {
    type Item = Result<Row<'t>, StatsError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => Some(self.row(record)),
            Err(error) => Some(Err(unreadable(&self.table.path, error.into()))),
        }
    }
}

impl<'t> Rows<'t> {
    fn row(&mut self, record: ByteRecord) -> Result<Row<'t>, StatsError> {
        let Table { path, bytes, columns } = self.table;
        let line = self.line_of(&record);
        let row = Row::new(path, columns, record, line)?;
        if ends_torn(&self.reader, bytes) {
            return Err(row.torn("the row has no line end".to_owned()));
        }
        Ok(row)
    }

    /// The line on which `record`, which follows all others so far, begins.
    fn line_of(&mut self, record: &ByteRecord) -> u64 {
        let bytes = &self.table.bytes;
        // A record's position is the end of the one before it, line ends and blank lines not yet skipped.
        let end = record.position().map_or(0, csv::Position::byte);
        let end = usize::try_from(end).unwrap_or(bytes.len());
        let start = end + bytes[end..].iter().take_while(is_line_end).count();
        self.line += lines_in(&bytes[self.counted..start]);
        self.counted = start;
        self.line
    }
}

/// The trimmed names in the header of a file of these bytes.
fn header_of(path: &Path, bytes: &[u8], layout: &Layout) -> Result<Vec<String>, StatsError> {
    let mut reader = csv_reader(bytes);
    let header = reader.byte_headers().map_err(|error| unreadable(path, error.into()))?;
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
        Some(last) if ends_torn(&reader, bytes) => Err(torn(last, "the header has no line end")),
        Some(_) => Ok(names),
    }
}

/// The bytes of a file, or `None` if there is none.
fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, StatsError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| unreadable(path, error))?,
    };
    if file.metadata().map_err(|error| unreadable(path, error))?.len() > LARGEST_FILE_BYTES {
        return Err(StatsError::TooLarge {
            path: path.to_owned(),
            limit_bytes: LARGEST_FILE_BYTES,
        });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    Ok(Some(bytes))
}

fn csv_reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    // Rows of another length are let through, because our own error names the column.
    csv::ReaderBuilder::new().flexible(true).from_reader(bytes)
}

/// Whether `reader` has come to an end of `bytes` that is no end of a line: whatever it read last may go on.
fn ends_torn(reader: &csv::Reader<&[u8]>, bytes: &[u8]) -> bool {
    reader.position().byte() == bytes.len() as u64 && !bytes.ends_with(b"\n")
}

fn is_line_end(byte: &&u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
}

fn unreadable(path: &Path, cause: io::Error) -> StatsError {
    StatsError::Read { path: path.to_owned(), cause }
}
