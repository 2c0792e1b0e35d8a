//! [`Table`]: labelled leads, and their split into rows to learn from and rows to judge by.
//!
//! Rows come from the synthetic world here and from CSV in `csv.rs`; both hold checked leads only.

use crate::{
    error::ModelError,
    lead::Lead,
    schema::Schema,
    synth::{Dice, Leads},
};

/// Leads of one schema, each with its outcome.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) schema: Schema,
    pub(super) leads: Vec<Lead>,
    /// By feature, in schema order; NaN is missing.
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) converted: Vec<bool>,
    /// True probabilities, where the world that made the leads knows them.
    pub(super) truth: Option<Vec<f64>>,
    /// When each row was, where a column says so, and that column's name.
    pub(super) time: Option<(String, Vec<f64>)>,
    pub(super) source: String,
    /// What a person should know about the rows, one sentence each.
    pub(super) notes: Vec<String>,
}

/// Positions of the rows of each part, rising.
pub(super) struct Split {
    pub(super) training: Vec<usize>,
    pub(super) test: Vec<usize>,
}

impl Table {
    /// The first `rows` leads of the synthetic world of this seed.
    pub fn synthetic(rows: usize, seed: u64) -> Self {
        let examples: Vec<_> = Leads::new(seed).take(rows).collect();
        let schema = Schema::b2b();
        let column = |position: usize| examples.iter().map(|e| e.lead.values()[position]).collect();
        let columns = (0..schema.len()).map(column).collect();
        let converted = examples.iter().map(|example| example.converted).collect();
        let source = format!("{rows} synthetic B2B leads of seed {seed}");
        let mut table = Self::new(schema, columns, converted, source).expect("columns are as long");
        table.truth = Some(examples.iter().map(|example| example.probability).collect());
        table
    }

    /// A table of these columns, one per feature.
    ///
    /// # Errors
    /// [`ModelError::Columns`] if the columns are not as many as the features or not as long as the outcomes.
    pub fn new(
        schema: Schema,
        columns: Vec<Vec<f64>>,
        converted: Vec<bool>,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let rows = converted.len();
        if columns.len() != schema.len() || columns.iter().any(|column| column.len() != rows) {
            return Err(ModelError::Columns("columns do not fit the schema".to_owned()));
        }
        let lead = |row| Lead::checked("", columns.iter().map(|c| c[row]).collect::<Vec<_>>(), 0);
        let leads = (0..rows).map(lead).collect();
        let (source, notes) = (source.into(), Vec::new());
        Ok(Self { schema, leads, columns, converted, truth: None, time: None, source, notes })
    }

    /// The same table, each row with its time.
    pub fn with_time(mut self, name: impl Into<String>, time: Vec<f64>) -> Self {
        self.time = Some((name.into(), time));
        self
    }

    /// The same table with further notes.
    pub fn with_notes(mut self, notes: Vec<String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// What a person should know about the rows, one sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What a lead of the table looks like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.leads.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.leads.is_empty()
    }

    /// How many rows converted.
    pub fn positives(&self) -> usize {
        self.converted.iter().filter(|&&converted| converted).count()
    }

    /// Parts the rows at random, with the same share of conversions in both parts.
    pub(super) fn split(&self, holdout: f64, seed: u64) -> Split {
        let mut rows: Vec<_> = (0..self.len()).collect();
        shuffle(&mut rows, &mut Dice::new(seed));
        let mut split = Split { training: Vec::new(), test: Vec::new() };
        for outcome in [false, true] {
            let mut rows: Vec<_> =
                rows.iter().copied().filter(|&row| self.converted[row] == outcome).collect();
            let test = rows.split_off(rows.len() - (rows.len() as f64 * holdout).round() as usize);
            split.training.extend(rows);
            split.test.extend(test);
        }
        split.training.sort_unstable();
        split.test.sort_unstable();
        split
    }
}

/// Fisher and Yates: every order is equally likely.
fn shuffle(rows: &mut [usize], dice: &mut Dice) {
    for last in (1..rows.len()).rev() {
        rows.swap(last, dice.below(last + 1));
    }
}
