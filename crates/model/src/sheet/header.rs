//! The first row: names for the columns, and what to do where there are none.

use std::collections::HashMap;

use super::shown;
use crate::error::ModelError;

/// The names of a header, by column of the file; an empty one stands for a column that was not named.
pub(super) struct Header {
    pub(super) names: Vec<String>,
}

impl Header {
    /// Checks and cleans names: no white space around them, no control characters within.
    ///
    /// # Errors
    /// [`ModelError::Table`] if there are none or two are the same.
    pub(super) fn new(cells: &[String], line: u64) -> Result<Self, ModelError> {
        let fault = |what| ModelError::Table { line, what };
        let names: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
        if names.iter().all(String::is_empty) {
            return Err(fault("the first row names no column".to_owned()));
        }
        let mut places = HashMap::new();
        for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if let Some(first) = places.insert(name, column) {
                let (name, first, second) = (shown(name), first + 1, column + 1);
                return Err(fault(format!(
                    "column {name:?} appears twice, as column {first} and as column {second}; rename one of them"
                )));
            }
        }
        Ok(Self { names })
    }

    /// How many columns there are, named or not.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// How many columns there are without the nameless ones at the end, which rows may leave out.
    pub(super) fn named_width(&self) -> usize {
        self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }

    /// The columns to keep, each with its name: nameless ones only where they hold something.
    pub(super) fn columns(
        self,
        is_filled: &[bool],
        notes: &mut Vec<String>,
    ) -> Vec<(usize, String)> {
        let mut kept = Vec::with_capacity(self.names.len());
        let taken = self.names.clone();
        for (column, mut name) in self.names.into_iter().enumerate() {
            if name.is_empty() {
                if !is_filled[column] {
                    continue;
                }
                name = format!("column_{}", column + 1);
                while taken.contains(&name) {
                    name.push('_');
                }
                notes.push(format!(
                    "column {} has no name in the file; it is called {name:?} here",
                    column + 1
                ));
            }
            kept.push((column, name));
        }
        kept
    }
}

/// A name as schemas may hold it.
fn clean(name: &str) -> String {
    let spaced: String =
        name.chars().map(|c| if c.is_control() || c == '\u{feff}' { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
