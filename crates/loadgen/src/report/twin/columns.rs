//! Rows that are kept as columns: an array for each member, all of the same length.
//!
//! A run of an hour has thousands of rows; as objects they would repeat their names thousands of times.

use super::node::{Fault, Node};

/// A month of seconds, and some.
pub(super) const MOST_ROWS: usize = 31 * 86_400 + 60;

/// An object of columns.
pub(super) struct Columns<'v> {
    node: Node<'v>,
    rows: usize,
}

impl<'v> Columns<'v> {
    /// Columns that are all as long as the one of this name.
    pub(super) fn of(node: Node<'v>, first: &str) -> Result<Self, Fault> {
        let rows = node.at(first)?.items(MOST_ROWS)?.len();
        Ok(Self { node, rows })
    }

    /// How long they are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// One of them.
    pub(super) fn column<T>(
        &self,
        name: &str,
        read: impl FnMut(&Node<'v>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let column = self.node.at(name)?;
        let items = column.items(MOST_ROWS)?;
        if items.len() != self.rows {
            return Err(column.fault(format!("must have {} items, as its neighbours", self.rows)));
        }
        items.iter().map(read).collect()
    }
}
