//! `_failures.csv`: which requests failed, how, and how often.
//!
//! [`Failure`] is one kind of failure: method, name and error text together. Errors in the scenario's own code are no
//! failed requests; they are in [`exception`](crate::exception). How many failures are too many is not asked here.

use std::path::Path;

use crate::{
    error::StatsError,
    layout::Layout,
    note::Note,
    row::Row,
    sheet::{Cells, Sheet},
    sums::check_sum,
    table::Table,
};

const LAYOUT: Layout = Layout {
    before: &["Method", "Name", "Error", "Occurrences"],
    percentiles: false,
    after: &[],
    // Locust writes them since 2.44.
    optional: &["First Seen", "Last Seen"],
};

/// One kind of failed request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP method.
    pub method: String,
    /// The endpoint's name.
    pub name: String,
    /// What went wrong, in the words of the generator or the server.
    pub error: String,
    /// How often.
    pub occurrences: u64,
    /// When first, in UTC as `YYYY-MM-DDTHH:MM:SSZ`; `None` if unknown (never an empty text).
    pub first_seen: Option<String>,
    /// When last, in the same form.
    pub last_seen: Option<String>,
}

impl Failure {
    /// Reads the file at `path` and checks that its failures are the `aggregated` ones of `_stats.csv`.
    pub(crate) fn read_all(
        path: &Path,
        aggregated: u64,
        notes: &mut Vec<Note>,
    ) -> Result<Option<Vec<Self>>, StatsError> {
        let Some(mut table) = Table::open(path, &LAYOUT)? else { return Ok(None) };
        let mut failures = Vec::new();
        while let Some(row) = table.next_row() {
            failures.push(Self::read(&row?)?);
        }
        let counts = failures.iter().map(|failure: &Self| failure.occurrences);
        notes.extend(check_sum(&table, "Occurrences", counts, aggregated)?);
        Ok(Some(failures))
    }

    /// The bytes of the file that will lie at `path`.
    pub(crate) fn to_csv(failures: &[Self], path: &Path) -> Result<Vec<u8>, StatsError> {
        let mut sheet = Sheet::new(path, &LAYOUT, &[]);
        sheet.header()?;
        for failure in failures {
            sheet.row(|cells| failure.fill(cells))?;
        }
        sheet.finish()
    }

    fn read(row: &Row<'_>) -> Result<Self, StatsError> {
        let time = |column| Some(row.text(column)).filter(|text| !text.is_empty());
        Ok(Self {
            method: row.text("Method"),
            name: row.text("Name"),
            error: row.text("Error"),
            occurrences: row.count("Occurrences")?,
            first_seen: time("First Seen"),
            last_seen: time("Last Seen"),
        })
    }

    fn fill(&self, cells: &mut Cells<'_>) {
        cells
            .text(&self.method)
            .text(&self.name)
            .text(&self.error)
            .count(self.occurrences)
            .text(self.first_seen.as_deref().unwrap_or_default())
            .text(self.last_seen.as_deref().unwrap_or_default());
    }
}
