//! Tables for the terminal, to the character as Locust prints them.
//!
//! [`live_table`] is the one during the run, [`final_tables`] the three at its end. Both are pure; when they are printed
//! and how wide the terminal is ([`NameWidth`]) is told from outside. One thing differs from Locust: times below 10 ms keep
//! two decimals, because "0" says nothing about a service that answers in 0.2 ms.

use std::fmt::Write;

use lead_stats::LOCUST_PERCENTILES;

use super::phases::phase_table;
use crate::record::{Entry, Recording};

/// Width of the column with the endpoints' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameWidth {
    locust: usize,
    beside_percentiles: usize,
}

impl NameWidth {
    /// Locust's rule: what a terminal of so many columns leaves beside the numbers, at most 80; 80 where there is no
    /// terminal. Percentiles take 17 columns more, which Locust forgets: there its table breaks its lines.
    pub fn of_terminal(columns: Option<u16>) -> Self {
        let beside = |numbers| {
            columns.map_or(80, |columns| usize::from(columns).saturating_sub(numbers).min(80))
        };
        Self { locust: beside(80), beside_percentiles: beside(97) }
    }

    /// Width of a name cell in the table of statistics, which also holds the four columns that "Type" gives up.
    fn stats_cell(self) -> usize {
        (self.locust + 4).saturating_sub(8)
    }
}

/// Counts and times of the run so far, with current rates.
pub fn live_table(recording: &Recording, width: NameWidth) -> String {
    stats_table(recording, width, Recording::current_rate)
}

/// Counts and times of the whole run with its rates, percentiles, phases and failures if there are any.
pub fn final_tables(recording: &Recording, width: NameWidth) -> String {
    let mut text = stats_table(recording, width, Recording::total_rate);
    text.push('\n');
    text.push_str(&percentile_table(recording, width));
    text.push('\n');
    if !recording.phases().is_empty() {
        text.push_str(&phase_table(recording.phases()));
        text.push('\n');
    }
    if recording.total().failures() > 0 {
        text.push_str(&error_report(recording, width));
        text.push('\n');
    }
    text
}

/// Requests and failures per second of an entry.
type Rates = fn(&Recording, &Entry) -> (f64, f64);

fn stats_table(recording: &Recording, width: NameWidth, rates: Rates) -> String {
    let name = width.stats_cell();
    let mut text = format!(
        "{:<8} {:<name$} {:>7} {:>12} |{:>7} {:>7} {:>7}{:>7} | {:>7} {:>11}\n",
        "Type", "Name", "# reqs", "# fails", "Avg", "Min", "Max", "Med", "req/s", "failures/s"
    );
    let rule = ruled(&[8, name, 7, 13, 7, 7, 7, 7, 8, 11]);
    text.push_str(&rule);
    for entry in asked(recording) {
        stats_row(&mut text, recording, entry, name, rates);
    }
    text.push_str(&rule);
    stats_row(&mut text, recording, recording.total(), name, rates);
    text
}

fn stats_row(text: &mut String, recording: &Recording, entry: &Entry, name: usize, rates: Rates) {
    let (requests_per_s, failures_per_s) = rates(recording, entry);
    let latency = entry.latency();
    let fails = format!("{}({:.2}%)", entry.failures(), entry.failure_ratio() * 100.0);
    writeln!(
        text,
        "{:<8} {:<name$} {:>7} {fails:>12} |{:>7} {:>7} {:>7}{:>7} | {requests_per_s:>7.2} {failures_per_s:>11.2}",
        entry.method,
        entry.name,
        entry.requests(),
        cut_ms(latency.average_ms()),
        cut_ms(latency.min_ms()),
        cut_ms(latency.max_ms()),
        cut_ms(latency.median_ms()),
    )
    .expect("a string takes every character");
}

fn percentile_table(recording: &Recording, width: NameWidth) -> String {
    // Broken lines are easier to read than columns that a longer name pushes out of their place.
    let rows = asked(recording).chain([recording.total()]);
    let longest = rows.map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let name = width.beside_percentiles.max(longest.min(width.locust));
    let mut text = String::from("Response time percentiles (approximated)\n");
    let mut header = format!("{:<8} {:<name$}", "Type", "Name");
    for (position, fraction) in LOCUST_PERCENTILES.into_iter().enumerate() {
        let label = format!("{}%", (fraction * 1e6).round() / 1e4);
        push_cell(&mut header, position, &label);
    }
    text.push_str(&header);
    text.push_str(" # reqs\n");
    let mut columns = vec![8, name, 8];
    columns.extend([6; 11]);
    let rule = ruled(&columns);
    text.push_str(&rule);
    for entry in asked(recording) {
        percentile_row(&mut text, entry, name);
    }
    text.push_str(&rule);
    if recording.total().requests() > 0 {
        percentile_row(&mut text, recording.total(), name);
    }
    text
}

fn percentile_row(text: &mut String, entry: &Entry, name: usize) {
    let mut row = format!("{:<8} {:<name$}", entry.method, entry.name);
    for (position, (_, ms)) in entry.latency().percentiles().iter().enumerate() {
        push_cell(&mut row, position, &rounded_ms(ms));
    }
    writeln!(text, "{row} {:>6}", entry.requests()).expect("a string takes every character");
}

/// The first cell is eight wide, the others six; a blank before each.
fn push_cell(row: &mut String, position: usize, cell: &str) {
    let width = if position == 0 { 8 } else { 6 };
    write!(row, " {cell:>width$}").expect("a string takes every character");
}

fn error_report(recording: &Recording, width: NameWidth) -> String {
    let mut text = format!("Error report\n{:<18} {:<100}\n", "# occurrences", "Error");
    let rule = ruled(&[18, (80 + width.locust) - 19]);
    text.push_str(&rule);
    for failure in recording.failures() {
        let error = unwrapped(&failure.error);
        let line = format!("{} {}: {error}", failure.method, failure.name);
        writeln!(text, "{:<18} {line:<100}", failure.occurrences)
            .expect("a string takes every character");
    }
    text.push_str(&rule);
    text
}

/// The text of a `CatchResponseError('...')` alone, without its quotes, as Locust shows it.
fn unwrapped(error: &str) -> &str {
    let inner = error.strip_prefix("CatchResponseError(").and_then(|rest| rest.strip_suffix(')'));
    let Some(inner) = inner else { return error };
    let plain = |quote: char| inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    plain('\'').or_else(|| plain('"')).unwrap_or(inner)
}

/// A line of dashes with a bar between columns.
fn ruled(widths: &[usize]) -> String {
    let columns: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    format!("{}\n", columns.join("|"))
}

fn asked(recording: &Recording) -> impl Iterator<Item = &Entry> {
    recording.endpoints().into_iter().filter(|entry| entry.requests() > 0)
}

/// Whole milliseconds cut off as in Locust; two decimals, rounded as in the table of percentiles, below 10 ms.
fn cut_ms(ms: f64) -> String {
    if ms < 9.995 { rounded_ms(ms) } else { format!("{:.0}", ms.floor()) }
}

/// Whole milliseconds, two decimals below 10 ms.
fn rounded_ms(ms: f64) -> String {
    if ms > 0.0 && ms < 9.995 { format!("{ms:.2}") } else { format!("{ms:.0}") }
}
