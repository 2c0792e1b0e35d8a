//! [`Worker`]: one block becomes its part of the output.

use std::collections::BTreeSet;

use super::{
    blocks::Block,
    errors, reasons,
    rows::{Form, Rows},
    text::Text,
};
use crate::{score::Score, scorer::Scorer};

/// What all workers share.
pub(super) struct Task<'a> {
    pub(super) scorer: &'a Scorer,
    pub(super) form: &'a dyn Form,
    pub(super) output: Output,
    /// Reasons per row.
    pub(super) explain: usize,
    /// What a row is counted in: `line` or `row`.
    pub(super) place: &'static str,
}

/// The form of the output.
pub(super) enum Output {
    Text(Text),
    #[cfg(feature = "parquet")]
    Batch(super::parquet::Batches),
}

impl Output {
    /// What stands in the output before the first row.
    pub(super) fn head(&self, form: &dyn Form) -> Vec<u8> {
        match self {
            Self::Text(text) => text.head(form),
            #[cfg(feature = "parquet")]
            Self::Batch(_) => Vec::new(),
        }
    }
}

/// A part of the output.
pub(super) enum Made {
    Text(Vec<u8>),
    #[cfg(feature = "parquet")]
    Batch(arrow_array::RecordBatch),
}

/// What became of a block.
pub(super) struct Done {
    pub(super) made: Made,
    /// Lines for the errors file.
    pub(super) errors: Vec<u8>,
    /// The first fault as a sentence.
    pub(super) first: Option<String>,
    pub(super) rows: u64,
    /// Rows with at least one fault.
    pub(super) faulty: u64,
    pub(super) faults: u64,
    /// Rows without any content.
    pub(super) blank: u64,
    pub(super) ignored: BTreeSet<String>,
    /// As [`Block::consumed`].
    pub(super) consumed: u64,
}

/// One worker with the room it uses again for every block.
pub(super) struct Worker<'a> {
    task: &'a Task<'a>,
    rows: Rows,
    scores: Vec<Score>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(task: &'a Task<'a>) -> Self {
        Self { task, rows: Rows::default(), scores: Vec::new() }
    }

    /// Reads, scores, and writes a block.
    pub(super) fn work(&mut self, mut block: Block) -> Done {
        let Task { scorer, form, output, explain, place } = self.task;
        let rows = &mut self.rows;
        rows.clear(scorer.schema().len());
        form.read(&mut block, rows);
        let columns: Vec<_> = rows.columns.iter().map(Vec::as_slice).collect();
        self.scores.clear();
        scorer.score_columns(&columns, &mut self.scores);
        let reasons = if *explain > 0 { explained(scorer, rows, *explain) } else { Vec::new() };
        let made = match output {
            Output::Text(text) => {
                Made::Text(text.rows(*form, &block, rows, &self.scores, &reasons))
            }
            #[cfg(feature = "parquet")]
            Output::Batch(batches) => {
                Made::Batch(batches.rows(*form, &block, rows, &self.scores, &reasons))
            }
        };
        Done {
            made,
            errors: errors::lines(&rows.faults),
            first: errors::first(&rows.faults, place),
            rows: rows.rows.len() as u64,
            faulty: rows.rows.iter().filter(|row| !row.sound).count() as u64,
            faults: rows.faults.len() as u64,
            blank: rows.blank,
            ignored: std::mem::take(&mut rows.ignored),
            consumed: block.consumed,
        }
    }
}

/// The reasons of every row, none for one with a fault.
fn explained(scorer: &Scorer, rows: &Rows, count: usize) -> Vec<Vec<Option<String>>> {
    let reasons = |(at, row): (usize, &super::rows::Row)| {
        let values: Vec<_> = rows.columns.iter().map(|column| column[at]).collect();
        if row.sound { reasons::strongest(scorer, &values, count) } else { Vec::new() }
    };
    rows.rows.iter().enumerate().map(reasons).collect()
}
