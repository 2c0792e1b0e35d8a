//! [`Rows`]: what a worker knows of a block, whatever its format, and [`Form`], the format that told it.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use super::{blocks::Block, text::Style};

/// Names that the model does not know are told up to here, per block; a file with more has a new one in every row.
const IGNORED_LIMIT: usize = 100;

/// The format of the input: turns a block into rows, and knows how they were written.
pub(super) trait Form: Sync {
    /// The columns of the output that stand before the scores.
    fn names(&self) -> &[String];

    /// Reads all rows of a block into `rows`, which is empty.
    fn read(&self, block: &mut Block, rows: &mut Rows);

    /// Appends the cells of a row that has no fault, one for each of [`Form::names`].
    fn cells<'b>(&self, block: &'b Block, row: &'b Row, cells: &mut Vec<Cell<'b>>);

    /// The same cells as they stand in the input, where the output is of the same form: a row of CSV, or an object of
    /// JSON without its closing brace.
    fn verbatim<'b>(&self, block: &'b Block, row: &'b Row, style: Style) -> Option<Cow<'b, [u8]>>;

    /// The line that names those columns, as it stands in the input.
    fn headline(&self, style: Style) -> Option<&[u8]>;
}

/// A value on its way from the input to the output.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'b> {
    /// Nothing.
    Null,
    /// A number, `true`, or `false`.
    Bare(Cow<'b, str>),
    /// A text.
    Text(Cow<'b, str>),
}

/// The rows of one block.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// One per feature in schema order, one value per row; rows with a fault have NaN where none could be read.
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) rows: Vec<Row>,
    /// In the order of rows; a row may have several.
    pub(super) faults: Vec<RowFault>,
    /// Rows without any content, which are none.
    pub(super) blank: u64,
    /// Names of members that are no features.
    pub(super) ignored: BTreeSet<String>,
}

/// One row, and where it stands.
#[derive(Debug)]
pub(super) struct Row {
    /// Its line, from 1; in a Parquet file the number of the row.
    pub(super) line: u64,
    /// Its bytes within the block; in a batch its position.
    pub(super) place: Range<usize>,
    /// Nameless cells at its end that a row of CSV leaves out.
    pub(super) lacking: usize,
    pub(super) id: Id,
    /// Whether it is a lead: it has no fault.
    pub(super) sound: bool,
}

/// How a row is called.
#[derive(Debug)]
pub(super) enum Id {
    /// By these bytes of the block.
    Place(Range<usize>),
    /// By this text.
    Text(Box<str>),
    /// Not at all: its line stands in.
    None,
}

/// What is wrong with a row, and where; never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowFault {
    /// As [`Row::line`].
    pub(super) line: u64,
    /// The feature, or another part of the row; empty for the row itself.
    pub(super) column: String,
    /// A stable word for programs.
    pub(super) code: &'static str,
    /// A sentence for people.
    pub(super) detail: String,
}

impl Rows {
    /// Forgets the rows of the last block and keeps their room.
    pub(super) fn clear(&mut self, features: usize) {
        self.columns.resize_with(features, Vec::new);
        self.columns.iter_mut().for_each(Vec::clear);
        self.rows.clear();
        self.faults.clear();
        self.ignored.clear();
        self.blank = 0;
    }

    /// Appends one value per feature.
    pub(super) fn push_values(&mut self, values: impl IntoIterator<Item = f64>) {
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
    }

    /// Appends no value for every feature.
    pub(super) fn push_none(&mut self) {
        self.columns.iter_mut().for_each(|column| column.push(f64::NAN));
    }

    /// Notes that a name says nothing to the model.
    pub(super) fn ignore(&mut self, name: String) {
        if self.ignored.len() < IGNORED_LIMIT {
            self.ignored.insert(name);
        }
    }

    pub(super) fn fault(
        &mut self,
        line: u64,
        column: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        self.faults.push(RowFault { line, column: column.into(), code, detail: detail.into() });
    }
}
