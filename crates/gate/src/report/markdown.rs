//! The verdict for a person who reviews: Markdown for a job summary.
//!
//! The same rows as the table of the terminal, and a table of endpoints behind it. Every cell is escaped for Markdown,
//! names and messages of servers as well as our own sentences. Long tables show their first rows and fold the rest.

use super::{Judgement, endpoints, escape, facts, text};
use crate::verdict::{Outcome, Verdict};

/// Rules shown unfolded; a policy with `of each` may have hundreds.
const MOST_RULES: usize = 40;

/// Endpoints shown unfolded.
const MOST_ENDPOINTS: usize = 20;

/// A message of a server may be as long as the server likes.
const LONGEST_CELL: usize = 1_000;

/// A judgement as Markdown that ends with a line end.
pub(super) fn render(judgement: &Judgement) -> String {
    match judgement {
        Ok(verdict) => verdict_text(verdict),
        Err(error) => format!("## Load test: not judged\n\n{}\n", escape::cell(&error.to_string())),
    }
}

fn verdict_text(verdict: &Verdict) -> String {
    let (word, counts) = verdict
        .headline()
        .split_once(": ")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap_or_default();
    let mut lines = vec![format!("## Load test: {word}"), String::new(), format!("{counts}.")];
    rules(verdict, &mut lines);
    lines.push(String::new());
    let notes = verdict.run.notes.iter().map(|note| format!("Note: {note}"));
    lines.extend(
        facts::sentences(&verdict.run)
            .into_iter()
            .chain(notes)
            .map(|fact| format!("- {}", escape::cell(&fact))),
    );
    endpoint_tables(verdict, &mut lines);
    lines.join("\n") + "\n"
}

/// All rules in the policy's order; or, of too many, the worst, and the rest folded.
fn rules(verdict: &Verdict, lines: &mut Vec<String>) {
    let mut outcomes: Vec<&Outcome> = verdict.outcomes.iter().collect();
    if outcomes.len() > MOST_RULES {
        outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.status));
    }
    let head = "| Verdict | Rule | Observed | Limit | Why, and what next |\n| :-- | :-- | --: | :-- | :-- |";
    let rows = outcomes.into_iter().map(|outcome| row(verdict, outcome)).collect();
    table(head, rows, MOST_RULES, "rules", lines);
}

fn endpoint_tables(verdict: &Verdict, lines: &mut Vec<String>) {
    let columns = if verdict.run.baseline.is_some() { 8 } else { 7 };
    let head = format!(
        "| {} |\n| :-- |{}",
        endpoints::HEADINGS[..columns].join(" | "),
        " --: |".repeat(columns - 1)
    );
    let mut rows: Vec<String> = endpoints::rows(&verdict.run).iter().map(endpoint).collect();
    // All requests together stand first here: what is folded must not hide them.
    rows.rotate_right(1);
    table(&head, rows, MOST_ENDPOINTS + 1, "endpoints", lines);
}

/// A table of at most `most` rows, and one with the rest behind a fold.
fn table(head: &str, rows: Vec<String>, most: usize, what: &str, lines: &mut Vec<String>) {
    let mut rows = rows.into_iter();
    lines.extend([String::new(), head.to_owned()]);
    lines.extend(rows.by_ref().take(most));
    if rows.len() > 0 {
        let more = format!("<details><summary>{} more {what}</summary>", rows.len());
        lines.extend([String::new(), more, String::new(), head.to_owned()]);
        lines.extend(rows);
        lines.extend([String::new(), "</details>".to_owned()]);
    }
}

fn endpoint(row: &endpoints::Row) -> String {
    let name = [cell(&row.name)];
    let figures = row.counts.iter().chain(&row.times).chain(&row.before).map(|text| cell(text));
    let cells: Vec<String> = name.into_iter().chain(figures).collect();
    format!("| {} |", cells.join(" | "))
}

fn row(verdict: &Verdict, outcome: &Outcome) -> String {
    let word = outcome.status.as_str();
    let word = match verdict.is_failure(outcome.status) {
        true => format!("**{}**", word.to_uppercase()),
        false => word.to_owned(),
    };
    let [id, observed, limit, why] =
        [outcome.rule.label(), &text::observed(outcome), &text::limit(outcome), &outcome.why]
            .map(cell);
    format!("| {word} | {id} | {observed} | {limit} | {why} |")
}

fn cell(raw: &str) -> String {
    escape::cell(&escape::shortened(raw, LONGEST_CELL))
}
