//! The first row: names for the columns, and what to do where there are none.

use std::collections::{HashMap, HashSet};

use super::{scan::Cell, shown};
use crate::error::ModelError;

/// Most columns of a table, as in spreadsheets.
const WIDEST: usize = 16_384;

/// The names of a header, by column of the file; an empty one stands for a column that was not named.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
}

impl Header {
    /// Checks and cleans names: no white space around them, no control characters within.
    ///
    /// # Errors
    /// [`ModelError::Table`] if there are none or more than 16,384, or two are the same.
    pub(crate) fn new(cells: &[String], line: u64) -> Result<Self, ModelError> {
        let fault = |what| ModelError::Table { line, what };
        if cells.len() > WIDEST {
            return Err(fault(format!(
                "the first row names {} columns, more than the {WIDEST} that are read; is --delimiter right?",
                cells.len()
            )));
        }
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
    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    /// How many columns there are without the nameless ones at the end, which rows may leave out.
    pub(crate) fn named_width(&self) -> usize {
        self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }

    /// A name for every column: a nameless one is called by its number.
    pub(crate) fn called(&self) -> Vec<String> {
        let taken: HashSet<&str> = self.names.iter().map(String::as_str).collect();
        let name = |(column, own): (usize, &String)| {
            let mut name = own.clone();
            if own.is_empty() {
                name = format!("column_{}", column + 1);
                while taken.contains(name.as_str()) {
                    name.push('_');
                }
            }
            name
        };
        self.names.iter().enumerate().map(name).collect()
    }

    /// Makes a row as wide as the header, where only empty cells are too many or nameless ones too few.
    ///
    /// # Errors
    /// Says how many cells there are and how many there should be.
    pub(crate) fn fit(&self, bytes: &[u8], cells: &mut Vec<Cell>) -> Result<(), String> {
        let (found, width) = (cells.len(), self.width());
        if found == width {
            return Ok(());
        }
        let surplus = cells.get(width..).unwrap_or_default();
        if found < self.named_width() || !is_blank(bytes, surplus) {
            let fields = if found == 1 { "field" } else { "fields" };
            return Err(format!(
                "the row has {found} {fields} under {width} names; is there a decimal comma or half a row in it?"
            ));
        }
        let end = cells.last().map_or(0, |cell| cell.until);
        cells.resize(width, Cell { start: end, end, doubled: false, from: end, until: end });
        Ok(())
    }

    /// The columns to keep, each with its name: nameless ones only where they hold something.
    pub(crate) fn columns(
        self,
        is_filled: &[bool],
        notes: &mut Vec<String>,
    ) -> Vec<(usize, String)> {
        let mut kept = Vec::with_capacity(self.names.len());
        let called = self.called();
        for (column, (name, own)) in called.into_iter().zip(&self.names).enumerate() {
            if own.is_empty() {
                if !is_filled[column] {
                    continue;
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

/// Whether there is nothing in any of these cells.
pub(crate) fn is_blank(bytes: &[u8], cells: &[Cell]) -> bool {
    cells.iter().all(|cell| cell.of(bytes).trim_ascii().is_empty())
}
