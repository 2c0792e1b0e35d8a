//! The verdict for a person who reviews: Markdown for a job summary.
//!
//! The same rows as the table of the terminal. Every cell is escaped for Markdown, names and messages of servers as
//! well as our own sentences.

use super::{Judgement, escape, facts, text};
use crate::verdict::{Outcome, Verdict};

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
    let mut lines =
        vec![format!("## Load test: {word}"), String::new(), format!("{counts}."), String::new()];
    lines.push("| Verdict | Rule | Observed | Limit | Why, and what next |".to_owned());
    lines.push("| :-- | :-- | --: | :-- | :-- |".to_owned());
    lines.extend(verdict.outcomes.iter().map(row));
    lines.push(String::new());
    let notes = verdict.run.notes.iter().map(|note| format!("Note: {note}"));
    lines.extend(
        facts::sentences(&verdict.run)
            .into_iter()
            .chain(notes)
            .map(|fact| format!("- {}", escape::cell(&fact))),
    );
    lines.join("\n") + "\n"
}

fn row(outcome: &Outcome) -> String {
    let word = outcome.status.as_str();
    let word = if outcome.status.fails() {
        format!("**{}**", word.to_uppercase())
    } else {
        word.to_owned()
    };
    let [id, observed, limit, why] =
        [outcome.rule.label(), &text::observed(outcome), &text::limit(outcome), &outcome.why]
            .map(escape::cell);
    format!("| {word} | {id} | {observed} | {limit} | {why} |")
}
