//! A doubt that stays.
//!
//! Under `policy = "confident"` a rule that chance may explain is inconclusive, which fails nobody. On a main branch
//! the next run asks again; if it cannot tell either, the doubt is treated as a failure: else a slow decay that never
//! leaves the noise would pass for ever.

use super::{key::Key, ledger::Ledger, record::RunRecord};

/// So many runs in a row that could not be decided are a failure.
const FAILS_FROM: usize = 2;

/// A rule that could not be decided in the latest runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The rule's expression. Raw: may hold a server's text.
    pub rule: String,
    /// In how many of the latest runs, without a gap.
    pub runs: usize,
}

impl Undecided {
    /// What it means, and what next. Raw: may hold a server's text.
    pub fn sentence(&self) -> String {
        format!(
            "The rule {} could not be decided in the last {} runs: twice in a row is treated as a failure. Run longer, \
             or compare base and head in more rounds.",
            self.rule, self.runs
        )
    }
}

/// The rules that could not be decided in the latest run nor in the one before.
pub(super) fn in_a_row(runs: &[&RunRecord]) -> Vec<Undecided> {
    let Some(latest) = runs.last() else { return Vec::new() };
    let rules = latest.undecided.iter().map(|rule| Undecided {
        rule: rule.clone(),
        runs: runs.iter().rev().take_while(|run| run.undecided.contains(rule)).count(),
    });
    rules.filter(|undecided| undecided.runs >= FAILS_FROM).collect()
}

impl Ledger {
    /// What a rule that could not be decided now amounts to, after the runs of this key: `None` for the first time,
    /// from the second time on a failure, with its sentence.
    pub fn undecided_again(&self, key: &Key, rule: &str) -> Option<Undecided> {
        let before = self.runs_of(key);
        let before = before.iter().rev().take_while(|run| run.undecided.iter().any(|r| r == rule));
        let runs = before.count() + 1;
        (runs >= FAILS_FROM).then(|| Undecided { rule: rule.to_owned(), runs })
    }
}
