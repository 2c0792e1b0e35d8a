//! [`Rejections`]: the rows that could not be used, each with its place, and how many are too many.

use std::fmt;

use crate::error::ModelError;

/// Rejections that are told one by one; the rest is counted.
const TOLD: usize = 20;
/// Further rejections whose lines are named where they stop the reading.
const NAMED: usize = 3;
/// A table with more than one unusable row in so many is not what its reader takes it for.
const TOLERATED_ONE_IN: usize = 100;

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Line of the file on which it begins, or its faulty cell does, from 1.
    pub line: u64,
    /// The column and what is wrong with it.
    pub what: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// The first of the rows that could not be used, and their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejections {
    first: Vec<Rejection>,
    count: usize,
}

impl Rejections {
    /// The first 20, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Rejection> {
        self.first.iter()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn push(&mut self, line: u64, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(Rejection { line, what: what() });
        }
    }

    /// Takes in `count` further ones, of which the first are known.
    pub(crate) fn merge(&mut self, first: Vec<Rejection>, count: usize) {
        self.first.extend(first);
        self.first.sort_by_key(|rejection| rejection.line);
        self.first.truncate(TOLD);
        self.count += count;
    }

    /// An error if they are more than 1 % of `rows`, which counts them too.
    pub(crate) fn check(&self, rows: usize) -> Result<(), ModelError> {
        let Some(first) = self.first.first().filter(|_| self.count * TOLERATED_ONE_IN > rows)
        else {
            return Ok(());
        };
        let others = self.first[1..].iter().take(NAMED).map(|other| other.line.to_string());
        let mut others = others.collect::<Vec<_>>().join(", ");
        if !others.is_empty() {
            let rest = if self.count > NAMED + 1 { ", ..." } else { "" };
            others = format!(" (also on lines {others}{rest})");
        }
        let what = format!(
            "{}; {} of {rows} rows cannot be used{others}, more than 1 %: mend the file, or check --delimiter, \
             --encoding, and --schema",
            first.what, self.count
        );
        Err(ModelError::Table { line: first.line, what })
    }

    /// What to tell a person, one line each.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<_> = self
            .first
            .iter()
            .map(|rejection| format!("{rejection}; the row was left out"))
            .collect();
        let untold = self.count - self.first.len();
        if untold > 0 {
            notes.push(format!("{untold} more rows could not be used and were left out"));
        }
        notes
    }
}
