//! Rows of a CSV file, handed out to requests.
//!
//! [`Feeder`] holds the rows in memory; which one is next is decided when a request draws, by its [`RowOrder`].

use std::io::Read;
use std::path::Path;

use thiserror::Error;

use super::escape::{Word, is_bare};

/// More than this is no feeder but a data set: it stays in memory for the whole run.
const MOST_BYTES: u64 = 64 << 20;

/// In which order rows are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowOrder {
    /// Any row each time.
    #[default]
    Random,
    /// One after the other over all users together, and again from the first.
    Sequential,
    /// As sequential, in an order mixed once by the seed.
    Shuffle,
}

impl RowOrder {
    /// All orders.
    pub const ALL: [Self; 3] = [Self::Random, Self::Sequential, Self::Shuffle];

    /// The word in a scenario file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sequential => "sequential",
            Self::Shuffle => "shuffle",
        }
    }
}

/// Rows with named columns; there is at least one.
#[derive(Debug, Clone)]
pub struct Feeder {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
    order: RowOrder,
}

#[derive(Debug, Clone)]
struct Cell {
    text: Box<str>,
    is_bare: bool,
}

/// Why a file gives no rows.
#[derive(Debug, Error)]
pub enum FeederError {
    /// It cannot be opened or read.
    #[error("cannot read it ({0}); the path counts from the scenario's folder")]
    Unreadable(std::io::Error),
    /// It is larger than a feeder may be.
    #[error("it is larger than {} MB; rows are kept in memory, so give a sample of it", MOST_BYTES >> 20)]
    TooLarge,
    /// It is not CSV in UTF-8.
    #[error("it is not CSV in UTF-8 ({0})")]
    NotCsv(csv::Error),
    /// It has no row.
    #[error("it has no row below its header; give it one at least")]
    Empty,
    /// Its header names a column twice.
    #[error("its header names the column '{0}' twice; rename one")]
    Twice(String),
}

impl Feeder {
    /// Reads a CSV file whose first line names the columns.
    ///
    /// # Errors
    ///
    /// [`FeederError`] when it cannot be read, is no CSV, or has no row.
    pub fn open(path: &Path, order: RowOrder) -> Result<Self, FeederError> {
        let file = std::fs::File::open(path).map_err(FeederError::Unreadable)?;
        let size = file.metadata().map_err(FeederError::Unreadable)?.len();
        if size > MOST_BYTES { Err(FeederError::TooLarge) } else { Self::read(file, order) }
    }

    /// Reads CSV whose first line names the columns; each row must have as many.
    ///
    /// # Errors
    ///
    /// As [`Feeder::open`].
    pub fn read(reader: impl Read, order: RowOrder) -> Result<Self, FeederError> {
        let mut reader = csv::Reader::from_reader(reader.take(MOST_BYTES));
        let header = reader.headers().map_err(FeederError::NotCsv)?;
        // What spreadsheets put before a header is none of the first column's name.
        let columns: Vec<String> = header
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        if let Some(at) = (1..columns.len()).find(|&at| columns[..at].contains(&columns[at])) {
            return Err(FeederError::Twice(columns[at].clone()));
        }
        let cell = |text: &str| Cell { text: text.into(), is_bare: is_bare(text) };
        let rows = reader.records().map(|row| Ok(row?.iter().map(cell).collect()));
        let rows = rows.collect::<Result<Vec<_>, _>>().map_err(FeederError::NotCsv)?;
        if rows.is_empty() { Err(FeederError::Empty) } else { Ok(Self { columns, rows, order }) }
    }

    /// The columns' names.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows there are.
    #[expect(clippy::len_without_is_empty, reason = "a feeder is never empty")]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// In which order they are taken.
    pub fn order(&self) -> RowOrder {
        self.order
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> Word<'_> {
        let cell = &self.rows[row][column];
        Word { text: &cell.text, is_bare: cell.is_bare }
    }
}

#[cfg(test)]
mod tests {
    use super::{Feeder, RowOrder};

    fn read(text: &str) -> Result<Feeder, String> {
        Feeder::read(text.as_bytes(), RowOrder::Random).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_file_has_named_columns_and_rows() {
        let feeder = read("\u{feff}id, name\n007,\"Smith, \"\"Bob\"\"\"\n8,x\n").unwrap();
        assert_eq!(
            (feeder.columns(), feeder.len()),
            (&["id".to_owned(), "name".to_owned()][..], 2)
        );
        assert_eq!(feeder.cell(0, 1).text, "Smith, \"Bob\"");
        assert!(!feeder.cell(0, 0).is_bare && feeder.cell(1, 0).is_bare);
    }

    #[test]
    fn what_is_no_feeder_is_refused_with_the_next_step() {
        assert!(read("id,name\n").unwrap_err().contains("has no row"));
        assert!(read("id,id\n1,2\n").unwrap_err().contains("'id' twice"));
        assert!(read("id,name\n1\n").unwrap_err().contains("not CSV"));
    }
}
