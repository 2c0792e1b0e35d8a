//! The verdict for a person at a terminal or in a build log.
//!
//! Rules keep the policy's order, so that two tables can be laid side by side, and the verdict stands first in each
//! row, where the eye looks. Every line of the table begins with its border: no text of a server can begin a line.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use super::{Judgement, escape, facts};
use crate::{
    error::GateError,
    quantity::Quantity,
    rule::Limit,
    verdict::{Outcome, Verdict},
};

/// How a screen shows text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whether it shows colours.
    pub colour: bool,
    /// Columns; the table keeps between 80 and 116 of them.
    pub width: u16,
}

impl Screen {
    /// A file or a build log: no colours, and room for a sentence a line in the last column.
    pub const PLAIN: Self = Self { colour: false, width: WIDEST };
}

/// Longer sentences are harder to read than shorter ones in more lines.
pub(super) const WIDEST: u16 = 116;

/// In less than this the last column has no room for two words a line.
pub(super) const NARROWEST: u16 = 80;

/// A judgement as text that ends with a line end.
pub(super) fn render(judgement: &Judgement, screen: Screen) -> String {
    match judgement {
        Ok(verdict) => verdict_text(verdict, screen),
        Err(error) => refusal(error),
    }
}

fn refusal(error: &GateError) -> String {
    let what = match error {
        // Nothing is wrong with the run.
        GateError::Rules(_) => "",
        _ => "cannot judge: ",
    };
    format!("lead-gate: {what}{}\n", escape::line(&error.to_string()))
}

fn verdict_text(verdict: &Verdict, screen: Screen) -> String {
    let mut lines = vec![headline(verdict, screen.colour)];
    lines.extend(facts::sentences(&verdict.run).iter().map(|fact| escape::line(fact)));
    lines.extend(table(verdict, screen.width).lines().map(|line| line.trim_end().to_owned()));
    lines.extend(verdict.run.notes.iter().map(|note| format!("Note: {}", escape::line(note))));
    lines.join("\n") + "\n"
}

fn headline(verdict: &Verdict, colour: bool) -> String {
    let line = verdict.headline();
    if !colour {
        return line;
    }
    // Bold green or bold red, the only colours there are.
    let code = if verdict.passes() { "1;32" } else { "1;31" };
    format!("\x1b[{code}m{line}\x1b[0m")
}

fn table(verdict: &Verdict, width: u16) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.clamp(NARROWEST, WIDEST));
    table.set_header(["Verdict", "Rule", "Observed", "Limit", "Why, and what next"]);
    table.add_rows(verdict.outcomes.iter().map(|outcome| row(verdict, outcome)));
    // The sentence takes what the other columns leave.
    table.set_constraints([ColumnConstraint::ContentWidth; 4]);
    table
}

fn row(verdict: &Verdict, outcome: &Outcome) -> Vec<Cell> {
    let word = outcome.status.as_str();
    let word =
        if verdict.is_failure(outcome.status) { word.to_uppercase() } else { word.to_owned() };
    vec![
        Cell::new(word),
        Cell::new(escape::line(outcome.rule.label())),
        Cell::new(observed(outcome)).set_alignment(CellAlignment::Right),
        Cell::new(limit(outcome)),
        Cell::new(escape::line(&outcome.why)),
    ]
}

/// What was observed, with enough digits to see on which side of the limit it lies; changes carry their sign.
pub(super) fn observed(outcome: &Outcome) -> String {
    let text = match (outcome.observed, outcome.limit) {
        (Some(observed), Some(limit)) => observed.text_beside(limit),
        (Some(observed), None) => observed.to_string(),
        (None, _) => "-".to_owned(),
    };
    let rises = outcome.drift.is_some_and(|drift| drift.effect_percent() > 0.0);
    if rises { format!("+{text}") } else { text }
}

/// The operator and what it compares with, in the metric's own unit where that is known.
pub(super) fn limit(outcome: &Outcome) -> String {
    let op = outcome.rule.op();
    let times = |factor: f64, limit: Option<Quantity>, of: &str| match limit {
        Some(limit) => format!("{op} {limit} (x{factor})"),
        None => format!("{op} {of} x{factor}"),
    };
    let plus = |more: Quantity, limit: Option<Quantity>, of: &str| match limit {
        Some(limit) => format!("{op} {limit} (+{more})"),
        None => format!("{op} {of} +{more}"),
    };
    match outcome.rule.limit() {
        Limit::Absolute(limit) => format!("{op} {}", outcome.limit.unwrap_or(limit)),
        Limit::TimesBaseline(factor) => times(factor, outcome.limit, "baseline"),
        Limit::PlusBaseline(more) => plus(more, outcome.limit, "baseline"),
        Limit::TimesPinned(factor) => times(factor, outcome.limit, "pinned"),
        Limit::PlusPinned(more) => plus(more, outcome.limit, "pinned"),
    }
}
