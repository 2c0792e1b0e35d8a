//! [`Table`]: labelled leads, and their split into rows to learn from and rows to judge by.
//!
//! Rows come from the synthetic world here and from CSV in `csv.rs`; both hold checked leads only.

use crate::{
    lead::Lead,
    schema::Schema,
    synth::{Dice, Leads},
};

/// Leads of one schema, each with its outcome.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) schema: Schema,
    pub(super) leads: Vec<Lead>,
    pub(super) converted: Vec<bool>,
    /// True probabilities, where the world that made the leads knows them.
    pub(super) truth: Option<Vec<f64>>,
    pub(super) source: String,
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
        Self {
            schema: Schema::b2b(),
            converted: examples.iter().map(|example| example.converted).collect(),
            truth: Some(examples.iter().map(|example| example.probability).collect()),
            leads: examples.into_iter().map(|example| example.lead).collect(),
            source: format!("{rows} synthetic B2B leads of seed {seed}"),
        }
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
