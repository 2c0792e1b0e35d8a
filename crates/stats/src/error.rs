//! Everything that can be wrong with a run's files.
//!
//! [`StatsError`] names the file, the line and the column, says what was expected, and what to do next. Its messages
//! are lowercase fragments that fit after "failed to read the run:". What is odd but harmless is no error: see
//! [`Note`](crate::Note). A message holds its cause, so there is no source to print behind it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a run's files could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// There is no `_stats.csv` behind the prefix.
    #[error(
        "{}: no such file; run the load test with --csv and give the same prefix here (the part before _stats.csv)",
        path.display()
    )]
    Missing {
        /// The file that was looked for.
        path: PathBuf,
    },

    /// The operating system refused to read a file.
    #[error("{}: cannot be read: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },

    /// A file is larger than any load test leaves behind.
    #[error(
        "{}: larger than {limit_bytes} bytes, which no load test leaves behind; is this the right file?",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit_bytes: u64,
    },

    /// A file has more rows than any load test leaves behind.
    #[error(
        "{}: more than {limit} rows, which no load test leaves behind; is this the right file?",
        path.display()
    )]
    TooManyRows {
        /// The file.
        path: PathBuf,
        /// The limit, in rows.
        limit: u64,
    },

    /// A row goes on for longer than any text of a load test: most often a quote that is never closed.
    #[error(
        "{}: line {line}: the row does not end within {limit_bytes} bytes; is there a quote that is never closed? Use \
         the file that the load generator wrote",
        path.display()
    )]
    EndlessRow {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where the row begins.
        line: u64,
        /// The limit, in bytes.
        limit_bytes: u64,
    },

    /// The file is of a Locust too old to be judged.
    #[error("{}: line 1, column {column:?}: {reason}; run the test again with Locust 1.1 or newer", path.display())]
    Legacy {
        /// The file.
        path: PathBuf,
        /// The column (or file) that gives the age away.
        column: String,
        /// Why its numbers cannot be used.
        reason: &'static str,
    },

    /// The header has not (or has twice) a column of the contract.
    #[error("{}: line 1, column {column:?}: {problem}; the header must name the columns as Locust does", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The file ends too early or a row has not as many fields as the header.
    #[error(
        "{}: line {line}, column {column:?}: {problem}; is the load generator still running? Wait until it has ended, \
         or run the test again",
        path.display()
    )]
    Torn {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where the row begins (or should have begun).
        line: u64,
        /// The first column that cannot be trusted.
        column: String,
        /// What is missing.
        problem: String,
    },

    /// A field does not hold what its column promises.
    #[error("{}: line {line}, column {column:?}: expected {expected}, found {found:?}{}", path.display(), hint(found))]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where the row begins.
        line: u64,
        /// The column's name.
        column: String,
        /// What the column holds.
        expected: &'static str,
        /// What the field holds instead, shortened.
        found: String,
    },

    /// A row that must not be there, or that says more than the header names.
    #[error("{}: line {line}, column {column:?}: {problem}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where the row begins.
        line: u64,
        /// The column that shows it.
        column: String,
        /// What is wrong with it, and the likely reason.
        problem: String,
    },

    /// Rows and their total differ by more than the one percent that a late row explains.
    #[error(
        "{}: line {line}, column {column:?}: the rows add up to {sum}, but the Aggregated row says {aggregated}: the \
         files do not belong together; was the load generator still running? Wait until it has ended, or run the \
         test again",
        path.display()
    )]
    Sums {
        /// The file whose rows were added up.
        path: PathBuf,
        /// The last line that was added up.
        line: u64,
        /// The column that was added up.
        column: &'static str,
        /// What its rows add up to.
        sum: u128,
        /// What the Aggregated row of `_stats.csv` says.
        aggregated: u64,
    },

    /// A value has no place in the file: read back, it would be refused or mean something else.
    #[error("{}: line {line}, column {column:?}: {value} cannot be written: {problem}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1 with the header, that was to be written.
        line: u64,
        /// The column's name.
        column: String,
        /// The value.
        value: String,
        /// Why it has no place there.
        problem: &'static str,
    },

    /// The generator's own verdict is torn, of another version, or contradicts itself.
    #[error(
        "{}: this is no verdict of lead-loadgen: {problem}; run the test again, with programs of one version",
        path.display()
    )]
    Verdict {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },

    /// The operating system refused to write a file.
    #[error("{}: cannot be written: {cause}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}

impl StatsError {
    /// The file the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing { path }
            | Self::Read { path, .. }
            | Self::TooLarge { path, .. }
            | Self::TooManyRows { path, .. }
            | Self::EndlessRow { path, .. }
            | Self::Legacy { path, .. }
            | Self::Header { path, .. }
            | Self::Torn { path, .. }
            | Self::Cell { path, .. }
            | Self::Row { path, .. }
            | Self::Sums { path, .. }
            | Self::Unwritable { path, .. }
            | Self::Verdict { path, .. }
            | Self::Write { path, .. } => path,
        }
    }

    /// The line of the row that could not be read, if the error is about a single row.
    pub(crate) fn row_line(&self) -> Option<u64> {
        match self {
            Self::Torn { line, .. } | Self::Cell { line, .. } | Self::Row { line, .. } => {
                Some(*line)
            }
            _ => None,
        }
    }
}

/// The usual reason for a number with a comma in it, as the end of a sentence.
fn hint(found: &str) -> &'static str {
    let looks_grouped =
        found.contains(',') && found.bytes().all(|byte| b"0123456789.,".contains(&byte));
    if looks_grouped {
        " (was the file saved by a spreadsheet? Use the one the load generator wrote)"
    } else {
        ""
    }
}
