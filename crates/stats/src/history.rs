//! `_stats_history.csv`: the run, second by second.
//!
//! [`History`] holds [`Tick`]s in file order: one a second for all endpoints together and, with full history, one for
//! each endpoint before it. The file is only ever appended to, so a torn last row is dropped with a note; any other
//! bad row is an error. Segments, gaps and clocks that step back are facts of the run and left to its judge.

use std::path::Path;

use crate::{
    cell::{milliseconds, python_float, python_float_or_zero, rate},
    error::StatsError,
    layout::Layout,
    note::Note,
    percentiles::{self, Percentiles},
    row::Row,
    sheet::{Cells, Sheet},
    summary::{AGGREGATED, is_total, read_key},
    table::Table,
};

pub(crate) const LAYOUT: Layout = Layout {
    before: &["Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"],
    percentiles: true,
    after: &[
        "Total Request Count",
        "Total Failure Count",
        "Total Median Response Time",
        "Total Average Response Time",
        "Total Min Response Time",
        "Total Max Response Time",
        "Total Average Content Size",
    ],
    optional: &[],
};

/// The run, second by second.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// In file order.
    pub ticks: Vec<Tick>,
}

/// One endpoint, or all, at one second.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tick {
    /// Unix time in seconds.
    pub timestamp_s: u64,
    /// Users running now.
    pub users: u64,
    /// The HTTP method; empty for all endpoints together.
    pub method: String,
    /// The endpoint's name, or `Aggregated`.
    pub name: String,
    /// Requests per second in the last ten seconds or so, to six decimals.
    pub requests_per_s: f64,
    /// Failed requests per second in the last ten seconds or so, to six decimals.
    pub failures_per_s: f64,
    /// Response times in milliseconds, to the microsecond: of the last ten seconds or so in a full history, else of
    /// the run so far; none while there are no requests.
    pub percentiles: Percentiles,
    /// Requests since the start.
    pub total_requests: u64,
    /// Failed requests since the start.
    pub total_failures: u64,
    /// Median response time since the start, in milliseconds, to the microsecond.
    pub total_median_ms: f64,
    /// Mean response time since the start, in milliseconds.
    pub total_average_ms: f64,
    /// Shortest response time since the start, in milliseconds.
    pub total_min_ms: f64,
    /// Longest response time since the start, in milliseconds.
    pub total_max_ms: f64,
    /// Mean size of the response bodies since the start, in bytes.
    pub total_average_size_bytes: f64,
}

impl History {
    /// The ticks of all endpoints together, in file order.
    pub fn aggregated(&self) -> impl Iterator<Item = &Tick> {
        self.ticks.iter().filter(|tick| tick.is_aggregated())
    }

    /// Whether the endpoints have rows of their own (`--csv-full-history`), which means that percentiles cover the
    /// last ten seconds or so and not the run so far.
    pub fn is_full(&self) -> bool {
        self.ticks.iter().any(|tick| !tick.is_aggregated())
    }

    /// Reads the file at `path`; what was tolerated is added to `notes`.
    pub(crate) fn read(path: &Path, notes: &mut Vec<Note>) -> Result<Option<Self>, StatsError> {
        let Some(mut table) = Table::open(path, &LAYOUT)? else { return Ok(None) };
        let mut ticks = Vec::new();
        while let Some(row) = table.next_row() {
            match row.and_then(|row| Tick::read(&row)) {
                Ok(tick) => ticks.push(tick),
                Err(error) if is_at_the_end(&error, &mut table) => {
                    notes.push(dropped(path, &error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Self { ticks }))
    }

    /// The bytes of the file that will lie at `path`.
    pub(crate) fn to_csv(&self, path: &Path) -> Result<Vec<u8>, StatsError> {
        let fractions = percentiles::columns_of(self.ticks.iter().map(|tick| &tick.percentiles));
        let mut sheet = Sheet::new(path, &LAYOUT, &fractions);
        sheet.header()?;
        for tick in &self.ticks {
            sheet.row(|cells| tick.fill(cells))?;
        }
        sheet.finish()
    }
}

impl Tick {
    /// Whether the tick counts all endpoints.
    fn is_aggregated(&self) -> bool {
        self.method.is_empty() && self.name == AGGREGATED
    }

    fn read(row: &Row<'_>) -> Result<Self, StatsError> {
        let (method, name) = read_key(row);
        let total_requests = row.count("Total Request Count")?;
        Ok(Self {
            timestamp_s: row.count("Timestamp")?,
            users: row.count("User Count")?,
            method,
            name,
            requests_per_s: row.number("Requests/s")?,
            failures_per_s: row.number("Failures/s")?,
            percentiles: row.percentiles()?,
            total_requests,
            total_failures: row.count_of("Total Failure Count", total_requests)?,
            total_median_ms: row.number("Total Median Response Time")?,
            total_average_ms: row.number("Total Average Response Time")?,
            total_min_ms: row.number("Total Min Response Time")?,
            total_max_ms: row.number("Total Max Response Time")?,
            total_average_size_bytes: row.number("Total Average Content Size")?,
        })
    }

    /// Puts the tick into a row under [`LAYOUT`].
    pub(crate) fn fill(&self, cells: &mut Cells<'_>) {
        let size = if self.total_requests == 0 { python_float_or_zero } else { python_float };
        cells.count(self.timestamp_s).count(self.users);
        if is_total(&self.method, &self.name) && !self.method.is_empty() {
            cells.refuse(format!("{:?}", self.method), "the Aggregated row has no method");
        }
        cells
            .text(&self.method)
            .text(&self.name)
            .number(self.requests_per_s, rate)
            .number(self.failures_per_s, rate)
            .percentiles(&self.percentiles, self.total_requests)
            .count(self.total_requests)
            .count_of(self.total_failures, self.total_requests)
            .number(self.total_median_ms, milliseconds)
            .number(self.total_average_ms, python_float)
            .number(self.total_min_ms, python_float_or_zero)
            .number(self.total_max_ms, python_float_or_zero)
            .number(self.total_average_size_bytes, size);
    }
}

/// Whether a row that could not be read is the last one, and lies on the very last line: one that began earlier has
/// swallowed others by a stray quote.
fn is_at_the_end(error: &StatsError, table: &mut Table) -> bool {
    error.row_line().is_some_and(|line| table.next_row().is_none() && line == table.last_line())
}

/// The note for a last row that was left out.
fn dropped(path: &Path, error: &StatsError) -> Note {
    let (error, file) = (error.to_string(), format!("{}: ", path.display()));
    let reason = error.strip_prefix(&file).unwrap_or(&error);
    Note::new(path, format!("the last row was dropped: {reason}"))
}
