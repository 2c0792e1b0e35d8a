//! `_exceptions.csv`: what went wrong in the scenario itself.
//!
//! An [`Exception`] is raised by the code that sends the requests, so it appears in no failure count: a run with
//! exceptions has not done what it was meant to do. Failed requests are in [`failure`](crate::failure).

use std::path::Path;

use crate::{
    error::StatsError,
    layout::Layout,
    row::Row,
    sheet::{Cells, Sheet},
    table::Table,
};

const LAYOUT: Layout = Layout {
    before: &["Count", "Message", "Traceback", "Nodes"],
    percentiles: false,
    after: &[],
    optional: &[],
};

/// One kind of error in the scenario's own code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exception {
    /// How often it was raised.
    pub count: u64,
    /// Its message.
    pub message: String,
    /// Where it was raised, over several lines.
    pub traceback: String,
    /// The generators that met it, joined by a comma and a space; `local` in a run without workers.
    pub nodes: String,
}

impl Exception {
    /// Reads the file at `path`.
    pub(crate) fn read_all(path: &Path) -> Result<Option<Vec<Self>>, StatsError> {
        let Some(mut table) = Table::open(path, &LAYOUT)? else { return Ok(None) };
        let mut exceptions = Vec::new();
        while let Some(row) = table.next_row() {
            exceptions.push(Self::read(&row?)?);
        }
        Ok(Some(exceptions))
    }

    /// The bytes of the file that will lie at `path`.
    pub(crate) fn to_csv(exceptions: &[Self], path: &Path) -> Result<Vec<u8>, StatsError> {
        let mut sheet = Sheet::new(path, &LAYOUT, &[]);
        sheet.header()?;
        for exception in exceptions {
            sheet.row(|cells| exception.fill(cells))?;
        }
        sheet.finish()
    }

    fn read(row: &Row<'_>) -> Result<Self, StatsError> {
        Ok(Self {
            count: row.count("Count")?,
            message: row.text("Message"),
            traceback: row.text("Traceback"),
            nodes: row.text("Nodes"),
        })
    }

    fn fill(&self, cells: &mut Cells<'_>) {
        cells.count(self.count).text(&self.message).text(&self.traceback).text(&self.nodes);
    }
}
