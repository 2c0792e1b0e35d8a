//! Short names for what a sentence of the report speaks of.
//!
//! Texts from servers are shortened here, so that one endless error message does not become the whole table. They are
//! not escaped: that is each report's duty.

use lead_stats::{Endpoint, Summary};

use crate::{
    drift::BLOCK_S,
    quantity::{Quantity, counted},
    rule::Metric,
};

/// Longer texts of a server are cut: a table cell holds about two lines of this.
const LONGEST_QUOTE: usize = 80;

/// A text of a server, shortened.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// An endpoint as a person names it: `POST /api/v1/score`.
pub(super) fn endpoint(row: &Endpoint) -> String {
    quote(&format!("{} {}", row.method, row.name))
}

/// The endpoint in which a response time is longest, with that time.
pub(super) fn slowest(summary: &Summary, metric: Metric) -> Option<(String, Quantity)> {
    let figures = summary.endpoints.iter().filter_map(|row| Some((row, metric.in_row(row)?)));
    let slowest = figures.max_by(|(_, a), (_, b)| a.value().total_cmp(&b.value()));
    slowest.map(|(row, time)| (endpoint(row), time))
}

/// `1 window of 10 s`, `12 windows of 10 s`.
pub(super) fn windows(count: u64) -> String {
    format!("{} of {BLOCK_S} s", counted(count, "window"))
}

/// The warning that belongs beside every latency of a run with failures; empty without failures.
pub(super) fn failures_included(row: &Endpoint) -> String {
    if row.failures == 0 || row.requests == 0 {
        return String::new();
    }
    let share = Quantity::Percent(row.failures as f64 * 100.0 / row.requests as f64);
    format!(" {share} failed, percentiles include failures.")
}
