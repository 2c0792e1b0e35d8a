//! [`Table`]: labelled leads by column, and their split into rows to learn from and rows to judge by.
//!
//! Rows come from the synthetic world here and from CSV elsewhere in this module; both hold checked values only.

use crate::{
    error::ModelError,
    schema::{Presence, Schema},
    synth::{Dice, Leads},
};

/// Leads of one schema, each with its outcome.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) schema: Schema,
    /// The values of each feature, in schema order; NaN where one is missing.
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) converted: Vec<bool>,
    /// True probabilities, where the world that made the leads knows them.
    pub(super) truth: Option<Vec<f64>>,
    /// A column that tells older rows from newer ones, with its name; NaN where it is missing.
    pub(super) time: Option<(String, Vec<f64>)>,
    pub(super) source: String,
    /// What was noticed on the way here, for the person who trains.
    pub(super) notes: Vec<String>,
}

/// Positions of the rows of each part, rising.
pub(super) struct Split {
    pub(super) training: Vec<usize>,
    pub(super) test: Vec<usize>,
}

impl Table {
    /// A table of these columns, in schema order, NaN where a value is missing; `source` says in the model where they are
    /// from.
    ///
    /// # Errors
    /// [`ModelError::Table`] if columns are missing or of another length than `converted`, or a value is none of its
    /// feature's; the line counts rows from 1.
    pub fn new(
        schema: Schema,
        columns: Vec<Vec<f64>>,
        converted: Vec<bool>,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let rows = converted.len();
        if columns.len() != schema.len() || columns.iter().any(|column| column.len() != rows) {
            let what = format!("{} features need as many columns of {rows} values", schema.len());
            return Err(ModelError::Table { line: 1, what });
        }
        let mut columns = columns;
        for (feature, column) in schema.features().iter().zip(&mut columns) {
            let optional = feature.presence == Presence::Optional;
            for (row, value) in column.iter_mut().enumerate() {
                if value.is_nan() && optional {
                    continue;
                }
                *value = feature.check(*value).map_err(|code| ModelError::Table {
                    line: row as u64 + 1,
                    what: feature.complaint(code),
                })?;
            }
        }
        let source = source.into();
        Ok(Self { schema, columns, converted, truth: None, time: None, source, notes: Vec::new() })
    }

    /// The first `rows` leads of the synthetic world of this seed.
    pub fn synthetic(rows: usize, seed: u64) -> Self {
        let schema = Schema::b2b();
        let mut columns = vec![Vec::with_capacity(rows); schema.len()];
        let (mut converted, mut truth) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for example in Leads::new(seed).take(rows) {
            for (column, &value) in columns.iter_mut().zip(example.lead.values()) {
                column.push(value);
            }
            converted.push(example.converted);
            truth.push(example.probability);
        }
        Self {
            schema,
            columns,
            converted,
            truth: Some(truth),
            time: None,
            source: format!("{rows} synthetic B2B leads of seed {seed}"),
            notes: Vec::new(),
        }
    }

    /// The same table with a column that tells older rows from newer ones, NaN where it is missing.
    ///
    /// # Errors
    /// [`ModelError::Table`] if it has another number of rows.
    pub fn with_time(
        mut self,
        name: impl Into<String>,
        time: Vec<f64>,
    ) -> Result<Self, ModelError> {
        let name = name.into();
        if time.len() != self.len() {
            let what = format!("column {name:?} has {} of {} values", time.len(), self.len());
            return Err(ModelError::Table { line: 1, what });
        }
        self.time = Some((name, time));
        Ok(self)
    }

    /// The same table with more to tell the person who trains on it.
    pub fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// What a lead of the table looks like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What was noticed while the table was made: columns left out, rows skipped, suspicions.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The values of each feature, in schema order; NaN where one is missing.
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// Whether each row converted.
    pub fn converted(&self) -> &[bool] {
        &self.converted
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.converted.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.converted.is_empty()
    }

    /// How many rows converted.
    pub fn positives(&self) -> usize {
        self.converted.iter().filter(|&&converted| converted).count()
    }

    /// Parts the rows: the newest into the test where the table knows which those are, else at random with the same
    /// share of conversions in both parts.
    pub(super) fn split(&self, holdout: f64, seed: u64) -> Split {
        match &self.time {
            Some((_, time)) => self.split_newest(time, holdout),
            None => self.split_at_random(holdout, seed),
        }
    }

    fn split_at_random(&self, holdout: f64, seed: u64) -> Split {
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

    /// Rows of the same time stay together, on the side that leaves the parts nearest to what was asked for; rows without a
    /// time count as the oldest.
    fn split_newest(&self, time: &[f64], holdout: f64) -> Split {
        let age = |row: usize| if time[row].is_nan() { f64::NEG_INFINITY } else { time[row] };
        let mut rows: Vec<_> = (0..self.len()).collect();
        rows.sort_by(|&a, &b| age(a).total_cmp(&age(b)).then(a.cmp(&b)));
        let wanted = (self.len() as f64 * holdout).round() as usize;
        let cut = self.len() - wanted.min(self.len());
        // Where a new time begins; a cut elsewhere would part rows of one time.
        let begins = |&row: &usize| age(rows[row - 1]) != age(rows[row]);
        let first = (1..self.len()).filter(begins).min_by_key(|row| row.abs_diff(cut));
        let first = first.unwrap_or(self.len());
        let mut test = rows.split_off(first);
        rows.sort_unstable();
        test.sort_unstable();
        Split { training: rows, test }
    }
}

/// Fisher and Yates: every order is equally likely.
pub(super) fn shuffle(rows: &mut [usize], dice: &mut Dice) {
    for last in (1..rows.len()).rev() {
        rows.swap(last, dice.below(last + 1));
    }
}
