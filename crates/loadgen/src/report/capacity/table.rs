//! A search for the terminal: a row per run, and the answer.
//!
//! [`step_head`] and [`step_row`] are printed as the search goes on, [`table`] at its end: the same rows in order of their
//! rates, which is the curve of latency against rate, then the answer in sentences.

use std::fmt::Write;

use super::facts::{SearchReport, percent};
use crate::capacity::{Breach, Outcome, Percentile, Step};
use crate::report::number::{ms, rate};

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The names of the columns.
pub fn step_head() -> String {
    format!(
        "{:>9} {:>10} |{:>9}{:>9}{:>9}{:>9}{:>9} |{:>9}{:>9} | {}\n",
        "Asked/s",
        "Answered/s",
        "50% ms",
        "90%",
        "95%",
        "99%",
        "Max",
        "Errors",
        "Lag 99%",
        "Outcome"
    )
}

/// A run, in one line.
pub fn step_row(step: &Step) -> String {
    let measured = &step.measured;
    let [p50, p90, p95, p99] =
        Percentile::ALL.map(|percentile| ms(measured.percentile_ms(percentile)));
    format!(
        "{:>9} {:>10} |{p50:>9}{p90:>9}{p95:>9}{p99:>9}{:>9} |{:>7} %{:>9} | {}\n",
        rate(step.asked_per_s),
        rate(measured.achieved_per_s),
        ms(measured.max_ms),
        percent(measured.failure_ratio()),
        ms(measured.send_lag_p99_ms),
        outcome(&step.outcome),
    )
}

/// An outcome in words.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Held => "holds".to_owned(),
        Outcome::Limited(reason) => format!("generator: {reason}"),
        Outcome::Broke(breaches) => {
            breaches.iter().map(Breach::to_string).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The curve and the answer.
pub fn table(report: &SearchReport<'_>) -> String {
    let mut text = step_head();
    writeln!(text, "{}", rule()).expect(FITS);
    report.finding.by_rate().into_iter().for_each(|step| text.push_str(&step_row(step)));
    writeln!(text, "\nCapacity: {}", report.answer()).expect(FITS);
    if let Some(what) = report.gave_way() {
        writeln!(text, "What gave way first: {what}").expect(FITS);
    }
    if let Some(replicas) = report.replicas() {
        writeln!(text, "Needed: {replicas}").expect(FITS);
    }
    for remark in report.doubt().into_iter().chain(report.advice().map(str::to_owned)) {
        writeln!(text, "{remark}").expect(FITS);
    }
    text
}

/// A line of dashes with a bar between the groups of columns.
fn rule() -> String {
    [21, 46, 19, 24].map(|width| "-".repeat(width)).join("|")
}
