//! `_stats.csv`: one row for each endpoint and one for all.
//!
//! [`Summary`] holds the numbers of the whole run. It is a snapshot that the generator rewrites while it runs, so the
//! reader refuses whatever is not complete. The numbers of each second are in [`history`](crate::history); whether
//! the numbers are good is for the gate to say.

use std::{collections::HashSet, path::Path};

use crate::{
    cell::{milliseconds, python_float, python_float_or_zero},
    error::StatsError,
    layout::Layout,
    legacy,
    note::Note,
    percentiles::{self, Percentiles},
    row::{Row, shortened},
    sheet::{Cells, Sheet},
    sums::check_sum,
    table::Table,
};

/// The name of the row that counts all requests; its method is empty.
pub(crate) const AGGREGATED: &str = "Aggregated";

const LAYOUT: Layout = Layout {
    before: &[
        "Type",
        "Name",
        "Request Count",
        "Failure Count",
        "Median Response Time",
        "Average Response Time",
        "Min Response Time",
        "Max Response Time",
        "Average Content Size",
        "Requests/s",
        "Failures/s",
    ],
    percentiles: true,
    after: &[],
    optional: &[],
};

/// The whole run, endpoint by endpoint and in total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// One for each pair of method and name, in ascending order of name, then method.
    pub endpoints: Vec<Endpoint>,
    /// All requests; method empty, name `Aggregated`.
    pub aggregated: Endpoint,
}

/// The whole run of one endpoint, or of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Endpoint {
    /// The HTTP method, such as `GET`; empty for all endpoints together.
    pub method: String,
    /// The name under which the requests were counted, often a path.
    pub name: String,
    /// All requests, failed ones included.
    pub requests: u64,
    /// Failed requests, at most as many as requests.
    pub failures: u64,
    /// Lower median of the response times, in milliseconds, to the microsecond; 0 without requests.
    pub median_ms: f64,
    /// Mean response time in milliseconds; 0 without requests.
    pub average_ms: f64,
    /// Shortest response time in milliseconds; 0 without requests.
    pub min_ms: f64,
    /// Longest response time in milliseconds; 0 without requests.
    pub max_ms: f64,
    /// Mean size of the response bodies in bytes; 0 without requests.
    pub average_size_bytes: f64,
    /// Requests per second over the whole run.
    pub requests_per_s: f64,
    /// Failed requests per second over the whole run.
    pub failures_per_s: f64,
    /// Percentiles of the response times, in milliseconds, to the microsecond; none without requests.
    pub percentiles: Percentiles,
}

/// Reads one `_stats.csv`, for whoever needs no more of a run than that (a baseline).
///
/// # Errors
///
/// If the file is missing, torn (no final line end, no Aggregated row), of a Locust before 1.0, if a field does not
/// hold what its column promises, or if the endpoints miss the Aggregated row by more than one percent.
pub fn read_summary(path: &Path) -> Result<Summary, StatsError> {
    Summary::read(path, &mut Vec::new())
}

impl Summary {
    /// Reads the file at `path`; what was tolerated is added to `notes`.
    pub(crate) fn read(path: &Path, notes: &mut Vec<Note>) -> Result<Self, StatsError> {
        let mut table = Table::open(path, &LAYOUT)?.ok_or_else(|| legacy::missing_summary(path))?;
        let summary = Self::of_rows(&mut table)?;
        let Self { endpoints, aggregated } = &summary;
        let requests = endpoints.iter().map(|endpoint| endpoint.requests);
        notes.extend(check_sum(&table, "Request Count", requests, aggregated.requests)?);
        let failures = endpoints.iter().map(|endpoint| endpoint.failures);
        notes.extend(check_sum(&table, "Failure Count", failures, aggregated.failures)?);
        Ok(summary)
    }

    /// The bytes of the file that will lie at `path`.
    pub(crate) fn to_csv(&self, path: &Path) -> Result<Vec<u8>, StatsError> {
        let mut endpoints: Vec<_> = self.endpoints.iter().collect();
        endpoints.sort_by_key(|endpoint| endpoint.sort_key());
        let rows = endpoints.iter().copied().chain([&self.aggregated]);
        let mut sheet =
            Sheet::new(path, &LAYOUT, &percentiles::columns_of(rows.map(|row| &row.percentiles)));
        sheet.header()?;
        let mut last = None;
        for endpoint in endpoints {
            let key = endpoint.sort_key();
            let fault = |problem| Err(sheet.unwritable("Name", format!("{key:?}"), problem));
            if is_total(&endpoint.method, &endpoint.name) {
                return fault("this name and method are the Aggregated row's");
            }
            if last.replace(key) == Some(key) {
                return fault("each name and method can have one row only");
            }
            sheet.row(|cells| endpoint.fill(cells))?;
        }
        if !self.aggregated.method.is_empty() || self.aggregated.name != AGGREGATED {
            let key = format!("{:?}", self.aggregated.sort_key());
            return Err(sheet.unwritable(
                "Name",
                key,
                "the last row is called Aggregated and has no method",
            ));
        }
        sheet.row(|cells| self.aggregated.fill(cells))?;
        sheet.finish()
    }

    fn of_rows(table: &mut Table) -> Result<Self, StatsError> {
        let mut endpoints = Vec::new();
        let mut seen = HashSet::new();
        let mut aggregated = None;
        while let Some(row) = table.next_row() {
            let row = row?;
            let endpoint = Endpoint::read(&row)?;
            if aggregated.is_some() {
                return Err(row.bad_row("Name", after_the_last(&endpoint)));
            }
            if endpoint.method.is_empty() && endpoint.name == AGGREGATED {
                aggregated = Some(endpoint);
                continue;
            }
            if !seen.insert((endpoint.method.clone(), endpoint.name.clone())) {
                return Err(row.bad_row("Name", duplicate(&endpoint)));
            }
            endpoints.push(endpoint);
        }
        endpoints.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        let aggregated = aggregated.ok_or_else(|| no_aggregated(table))?;
        Ok(Self { endpoints, aggregated })
    }
}

impl Endpoint {
    fn read(row: &Row<'_>) -> Result<Self, StatsError> {
        let (method, name) = read_key(row);
        let requests = row.count("Request Count")?;
        Ok(Self {
            method,
            name,
            requests,
            failures: row.count_of("Failure Count", requests)?,
            median_ms: row.number("Median Response Time")?,
            average_ms: row.number("Average Response Time")?,
            min_ms: row.number("Min Response Time")?,
            max_ms: row.number("Max Response Time")?,
            average_size_bytes: row.number("Average Content Size")?,
            requests_per_s: row.number("Requests/s")?,
            failures_per_s: row.number("Failures/s")?,
            percentiles: row.percentiles()?,
        })
    }

    fn fill(&self, cells: &mut Cells<'_>) {
        let size = if self.requests == 0 { python_float_or_zero } else { python_float };
        cells
            .text(&self.method)
            .text(&self.name)
            .count(self.requests)
            .count_of(self.failures, self.requests)
            .number(self.median_ms, milliseconds)
            .number(self.average_ms, python_float)
            .number(self.min_ms, python_float_or_zero)
            .number(self.max_ms, python_float_or_zero)
            .number(self.average_size_bytes, size)
            .number(self.requests_per_s, python_float)
            .number(self.failures_per_s, python_float)
            .percentiles(&self.percentiles, self.requests);
    }

    fn sort_key(&self) -> (&str, &str) {
        (&self.name, &self.method)
    }
}

/// Method and name of a row. Locust 1.0 wrote its total under the method "None"; here it has none.
pub(crate) fn read_key(row: &Row<'_>) -> (String, String) {
    let (method, name) = (row.text("Type"), row.text("Name"));
    if is_total(&method, &name) { (String::new(), name) } else { (method, name) }
}

/// Whether a row with this method and name counts all endpoints.
pub(crate) fn is_total(method: &str, name: &str) -> bool {
    name == AGGREGATED && (method.is_empty() || method == "None")
}

fn after_the_last(endpoint: &Endpoint) -> String {
    let Endpoint { method, name, .. } = endpoint;
    if is_total(method, name) {
        "a second Aggregated row; were two files joined? Run the test again".to_owned()
    } else {
        let (method, name) = (shortened(method), shortened(name));
        format!(
            "{method} {name:?} follows the Aggregated row; were two files joined? Run the test again"
        )
    }
}

fn duplicate(endpoint: &Endpoint) -> String {
    let (method, name) = (shortened(&endpoint.method), shortened(&endpoint.name));
    format!("{method} {name:?} has a row above already; were two files joined? Run the test again")
}

fn no_aggregated(table: &Table) -> StatsError {
    StatsError::Torn {
        path: table.path().to_owned(),
        line: table.last_line() + 1,
        column: "Name".to_owned(),
        problem: "there is no Aggregated row".to_owned(),
    }
}
