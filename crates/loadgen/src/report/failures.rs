//! What failed, as tables of the page.
//!
//! [`failures`] lists failures by text with their kind, first and last sighting, [`mismatches`] the answers that came in time
//! and were wrong. Both are bounded: a service that puts a random number into each error must not make a page large.

use std::fmt::Write;
use std::time::Duration;

use super::load::counted;
use super::markup::Escaped;
use super::number::{clock, count, percent};
use super::tables::name;
use crate::failure::FailureClass;
use crate::record::{Entry, Recording};
use crate::snapshot::Sightings;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// Rows of the table; the CSV file has all.
const MOST_ROWS: usize = 100;

/// Letters of a text; the CSV file has all.
const MOST_LETTERS: usize = 400;

/// Failures by text, the most frequent first, or a sentence.
pub(super) fn failures(recording: &Recording) -> String {
    let mut all: Vec<(&Entry, &str, &Sightings)> = Vec::new();
    for entry in recording.endpoints() {
        all.extend(entry.errors().iter().map(|(text, seen)| (entry, text, seen)));
    }
    if all.is_empty() {
        return "<p class=\"none\">No request failed.</p>\n".to_owned();
    }
    // The sort is stable: of equally many, the order of the other tables.
    all.sort_by_key(|(_, _, seen)| std::cmp::Reverse(seen.count));
    let mut rows = String::new();
    for (entry, text, seen) in all.iter().take(MOST_ROWS) {
        writeln!(
            rows,
            "<tr><td>{}</td>{}<td class=\"kind\">{}</td><td class=\"text\"><code>{}</code></td>{}{}</tr>",
            count(seen.count),
            name(&entry.method, &entry.name),
            seen.class.map_or("several kinds", FailureClass::as_str),
            shortened(text),
            moment(recording, seen.first),
            moment(recording, seen.last),
        )
        .expect(FITS);
    }
    let rest = match all.len().saturating_sub(MOST_ROWS) {
        0 => String::new(),
        rest => format!(
            "<p class=\"below\">{} more with fewer failures each: the CSV file (--csv) has all.</p>\n",
            counted(rest as u64, "row")
        ),
    };
    format!(
        "<p class=\"note\">{}.</p>\n<div class=\"table\">\n<table>\n<thead><tr><th scope=\"col\">Times</th>\
         <th class=\"name\" scope=\"col\">Endpoint</th><th class=\"kind\" scope=\"col\">Kind</th>\
         <th class=\"text\" scope=\"col\">Failure</th><th scope=\"col\">First</th><th scope=\"col\">Last</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n{rest}",
        kinds(recording)
    )
}

/// How many failures of each kind there were.
fn kinds(recording: &Recording) -> String {
    let errors = recording.total().errors();
    let kind = |class: FailureClass| match errors.of_class(class) {
        0 => None,
        failures => Some(format!("{} {class}", count(failures))),
    };
    let kinds: Vec<String> = FailureClass::ALL.into_iter().filter_map(kind).collect();
    format!("By kind: {}; times in UTC, beside them the run's own", kinds.join(", "))
}

/// Answers in time with the right status and wrong content, by endpoint, or a sentence; `example` is the first wrong score.
pub(super) fn mismatches(recording: &Recording, example: Option<&str>) -> String {
    let wrong = |entry: &Entry| entry.errors().of_class(FailureClass::WrongAnswer);
    if wrong(recording.total()) == 0 {
        return "<p class=\"none\">No answer with the right status had wrong content.</p>\n"
            .to_owned();
    }
    let mut rows = String::new();
    for entry in recording.endpoints().into_iter().filter(|entry| wrong(entry) > 0) {
        let (all, wrong) = (entry.requests(), wrong(entry));
        writeln!(
            rows,
            "<tr>{}<td>{}</td><td class=\"bad\">{}<small>({})</small></td></tr>",
            name(&entry.method, &entry.name),
            count(all),
            count(wrong),
            percent(wrong as f64 / all.max(1) as f64),
        )
        .expect(FITS);
    }
    let example = example.map_or_else(String::new, |example| {
        format!(
            "<p class=\"below\">The first score that differs from the model's: {}</p>\n",
            Escaped(example)
        )
    });
    format!(
        "<div class=\"table\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Endpoint</th><th scope=\"col\">Requests</th>\
         <th scope=\"col\">Wrong answers</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n{example}"
    )
}

/// The cell of a moment: time of day and the run's own.
fn moment(recording: &Recording, at: Duration) -> String {
    let time = recording.time_of(at).strftime("%H:%M:%S");
    format!("<td>{time}<small>{}</small></td>", clock(at.as_secs()))
}

/// A text that may be long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS) {
        None => Escaped(text).to_string(),
        Some((end, _)) => format!("{}&hellip;", Escaped(&text[..end])),
    }
}
