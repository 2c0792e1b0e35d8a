//! Parquet as input ([`Table`], [`Parquet`]) and output ([`Batches`]), through the arrow crates.
//!
//! Numbers, booleans, and texts are read, dictionary-coded ones too. A number is read as its shortest text would be where
//! the feature has levels or tokens that may look like numbers, so that a table scores alike in every format.

use std::{borrow::Cow, fs::File, sync::Arc};

use anyhow::{Context, Result, bail};
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, RecordBatchReader, StringArray,
};
use arrow_schema::{DataType, Field, Schema as Columns, SchemaRef};
use arrow_select::filter::filter_record_batch;
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{
    blocks::Block,
    column::{self, Column},
    csv::Places,
    rows::{Cell, Form, Id, Row, Rows},
    text::Style,
};
use crate::{
    schema::{CellReader, Schema},
    score::Score,
    sheet::Header,
};

/// Rows of a batch; 50 columns of numbers make 400 kB.
const BATCH: usize = 1024;

/// An open Parquet file.
#[derive(Debug)]
pub(super) struct Table {
    reader: ParquetRecordBatchReader,
    rows: u64,
    /// Rows in all.
    total: u64,
}

/// How the batches of a file are read.
#[derive(Debug)]
pub(super) struct Parquet<'a> {
    /// Position in the batch, position in the schema, and reader.
    wanted: Vec<(usize, usize, CellReader<'a>)>,
    absent: Vec<(usize, f64)>,
    id: Option<usize>,
    names: Vec<String>,
    /// Positions in the batch of the columns that stand before the scores.
    kept: Vec<usize>,
    columns: SchemaRef,
    ignored: Vec<String>,
}

impl Table {
    /// Opens a file and finds the features in it; only columns that are needed are read.
    pub(super) fn open<'a>(
        file: File,
        schema: &'a Schema,
        id: Option<&str>,
        keep: bool,
    ) -> Result<(Self, Parquet<'a>)> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).context("read Parquet")?;
        let total = builder.metadata().file_metadata().num_rows().max(0) as u64;
        let all = field_names(builder.schema())?;
        let ignored = Places::of(&all, schema, id)?.ignored;
        let is_read = |at: &usize| keep || !ignored.contains(&all[*at]);
        let mask = ProjectionMask::roots(builder.parquet_schema(), (0..all.len()).filter(is_read));
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build();
        let reader = reader.context("read Parquet")?;
        let form = Parquet::new(reader.schema(), schema, id, keep, ignored)?;
        Ok((Self { reader, rows: 0, total }, form))
    }

    /// How many rows the file has.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        let Some(batch) = self.reader.next() else { return Ok(None) };
        let batch = batch.context("read Parquet")?;
        let line = self.rows + 1;
        self.rows += batch.num_rows() as u64;
        let consumed = self.rows;
        Ok(Some(Block { batch: Some(batch), line, consumed, ..Block::default() }))
    }
}

impl<'a> Parquet<'a> {
    fn new(
        columns: SchemaRef,
        schema: &'a Schema,
        id: Option<&str>,
        keep: bool,
        ignored: Vec<String>,
    ) -> Result<Self> {
        let all = field_names(&columns)?;
        let Places { wanted, absent, id, .. } = Places::of(&all, schema, id)?;
        for &(column, ..) in &wanted {
            let field = columns.field(column);
            if !column::is_read(field.data_type()) {
                let (name, kind) = (field.name(), field.data_type());
                bail!("column {name} is of type {kind}; numbers, booleans, and texts are read");
            }
        }
        let kept = if keep { (0..all.len()).collect() } else { id.into_iter().collect::<Vec<_>>() };
        let names = match id {
            None if !keep => vec!["row".to_owned()],
            _ => kept.iter().map(|&at| all[at].clone()).collect(),
        };
        Ok(Self { wanted, absent, id, names, kept, columns, ignored })
    }

    /// Refuses columns that have no text, for an output that is text.
    pub(super) fn check_text(&self) -> Result<()> {
        for &at in &self.kept {
            let field = self.columns.field(at);
            if !column::is_read(field.data_type()) {
                let (name, kind) = (field.name(), field.data_type());
                bail!(
                    "column {name} is of type {kind}, which is not written as text; write Parquet, or leave out --keep"
                );
            }
        }
        Ok(())
    }

    /// Positions of the features without a column.
    pub(super) fn absent(&self) -> impl Iterator<Item = usize> {
        self.absent.iter().map(|&(position, _)| position)
    }

    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }
}

impl Form for Parquet<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, block: &mut Block, rows: &mut Rows) {
        let Some(batch) = &block.batch else { return };
        let count = batch.num_rows();
        let mut sound = vec![true; count];
        for (column, position, reader) in &self.wanted {
            let column = Column::of(batch.column(*column));
            let values = column.values(reader);
            for (at, value) in values.into_iter().enumerate() {
                let value = value.unwrap_or_else(|code| {
                    let (feature, line) = (reader.feature(), block.line + at as u64);
                    rows.fault(line, &feature.name, code.as_str(), feature.complaint(code));
                    sound[at] = false;
                    f64::NAN
                });
                rows.columns[*position].push(value);
            }
        }
        // Columns are read one after the other, but faults are told row by row.
        rows.faults.sort_by_key(|fault| fault.line);
        for &(position, value) in &self.absent {
            rows.columns[position].resize(count, value);
        }
        rows.rows.extend(sound.into_iter().enumerate().map(|(at, sound)| {
            let line = block.line + at as u64;
            Row { line, place: at..at + 1, lacking: 0, id: Id::None, sound }
        }));
    }

    fn cells<'b>(&self, block: &'b Block, row: &'b Row, cells: &mut Vec<Cell<'b>>) {
        if self.id.is_none() && self.kept.is_empty() {
            cells.push(Cell::Bare(row.line.to_string().into()));
        }
        let Some(batch) = &block.batch else { return };
        let column = |&at: &usize| Column::of(batch.column(at)).cell(row.place.start);
        cells.extend(self.kept.iter().map(column));
    }

    fn verbatim<'b>(&self, _: &'b Block, _: &'b Row, _: Style) -> Option<Cow<'b, [u8]>> {
        None
    }

    fn headline(&self, _: Style) -> Option<&[u8]> {
        None
    }
}

/// How rows become batches.
#[derive(Debug)]
pub(super) struct Batches {
    schema: SchemaRef,
    /// Columns of the input's batches to pass through; `None` where the input is text.
    kept: Option<Vec<usize>>,
}

impl Batches {
    /// Batches of rows that were text: `names` are those of all columns, the last ones for scores and reasons.
    pub(super) fn of_text(names: &[String], reasons: usize) -> Self {
        let before = names.len() - 3 - reasons;
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        let fields = names[..before].iter().map(text).chain(added(&names[before..]));
        Self { schema: Arc::new(Columns::new(fields.collect::<Vec<_>>())), kept: None }
    }

    /// Batches of rows that were batches; their columns keep their types.
    pub(super) fn of(form: &Parquet<'_>, names: &[String], reasons: usize) -> Self {
        if form.kept.is_empty() {
            return Self::of_text(names, reasons);
        }
        let before = form.kept.iter().map(|&at| form.columns.field(at).clone());
        let fields = before.chain(added(&names[names.len() - 3 - reasons..]));
        let schema = Arc::new(Columns::new(fields.collect::<Vec<_>>()));
        Self { schema, kept: Some(form.kept.clone()) }
    }

    /// What every batch looks like.
    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// All sound rows of a block.
    pub(super) fn rows(
        &self,
        form: &dyn Form,
        block: &Block,
        rows: &Rows,
        scores: &[Score],
        reasons: &[Vec<Option<String>>],
    ) -> RecordBatch {
        let sound: Vec<_> = (0..rows.rows.len()).filter(|&at| rows.rows[at].sound).collect();
        let mut columns = match (&self.kept, &block.batch) {
            (Some(kept), Some(batch)) => passed(batch, kept, rows),
            _ => texts(form, block, rows, &sound),
        };
        let numbers = sound.iter().map(|&at| scores[at].probability);
        columns.push(Arc::new(Float64Array::from_iter_values(numbers)));
        let buckets = sound.iter().map(|&at| i32::from(scores[at].bucket.get()));
        columns.push(Arc::new(Int32Array::from_iter_values(buckets)));
        let tiers = sound.iter().map(|&at| scores[at].tier.as_str());
        columns.push(Arc::new(StringArray::from_iter_values(tiers)));
        let lacking = self.schema.fields().len() - columns.len();
        columns.extend((0..lacking).map(|number| {
            let reason = |&at: &usize| reasons[at].get(number).and_then(Option::as_deref);
            Arc::new(sound.iter().map(reason).collect::<StringArray>()) as ArrayRef
        }));
        RecordBatch::try_new(self.schema(), columns)
            .expect("every column has its type and a value per row")
    }
}

/// The fields of scores and reasons.
fn added(names: &[String]) -> Vec<Field> {
    let kinds = [(DataType::Float64, false), (DataType::Int32, false), (DataType::Utf8, false)];
    let kinds = kinds.into_iter().chain(std::iter::repeat((DataType::Utf8, true)));
    names.iter().zip(kinds).map(|(name, (kind, null))| Field::new(name, kind, null)).collect()
}

/// Columns of the input without the rows that have a fault.
fn passed(batch: &RecordBatch, kept: &[usize], rows: &Rows) -> Vec<ArrayRef> {
    let mask: BooleanArray = rows.rows.iter().map(|row| Some(row.sound)).collect();
    let kept = batch.project(kept).expect("the columns were found in the file");
    filter_record_batch(&kept, &mask).expect("the mask is as long as the batch").columns().to_vec()
}

/// Columns of text out of rows of cells.
fn texts(form: &dyn Form, block: &Block, rows: &Rows, sound: &[usize]) -> Vec<ArrayRef> {
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); form.names().len()];
    let mut cells = Vec::new();
    for &at in sound {
        form.cells(block, &rows.rows[at], &mut cells);
        for (column, cell) in columns.iter_mut().zip(cells.drain(..)) {
            column.push(match cell {
                Cell::Null => None,
                Cell::Bare(text) | Cell::Text(text) => Some(text.into_owned()),
            });
        }
    }
    columns.into_iter().map(|column| Arc::new(StringArray::from(column)) as ArrayRef).collect()
}

/// The names of the columns, as those of a CSV file are read.
fn field_names(schema: &SchemaRef) -> Result<Vec<String>> {
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
    Ok(Header::new(&names, 1)?.called())
}
