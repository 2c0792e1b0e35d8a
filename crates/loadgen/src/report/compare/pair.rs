//! Two runs, and what both have.

use std::collections::BTreeMap;

use crate::record::Entry;
use crate::report::account::Account;

/// One of two runs.
#[derive(Debug, Clone)]
pub struct Side {
    /// What it is called: its file.
    pub name: String,
    /// The run.
    pub account: Account,
}

/// Two runs.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The one to compare with: `A`.
    pub first: Side,
    /// The one that is compared: `B`.
    pub second: Side,
}

/// An endpoint of either run, or all of them together.
pub(super) struct Row<'p> {
    /// Method; empty for the total.
    pub(super) method: &'p str,
    /// Path; `Aggregated` for the total.
    pub(super) name: &'p str,
    /// What the first run saw of it; nothing where it did not ask.
    pub(super) first: Option<&'p Entry>,
    /// What the second run saw of it.
    pub(super) second: Option<&'p Entry>,
}

impl Row<'_> {
    /// How many requests each run made of it; nothing where only one made any.
    pub(super) fn requests(&self) -> Option<[u64; 2]> {
        Some([self.first?.requests(), self.second?.requests()])
    }

    /// Which of the runs it is in, where that is one.
    pub(super) fn only_in(&self) -> &'static str {
        if self.first.is_some() { "only in A" } else { "only in B" }
    }
}

impl Pair {
    /// Both accounts.
    pub(super) fn accounts(&self) -> [&Account; 2] {
        [&self.first.account, &self.second.account]
    }

    /// Every endpoint that either run asked, by name and method, and the total.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let mut rows: BTreeMap<(&str, &str), [Option<&Entry>; 2]> = BTreeMap::new();
        for (side, account) in self.accounts().into_iter().enumerate() {
            for entry in account.recording.endpoints() {
                if entry.requests() > 0 {
                    rows.entry((&entry.name, &entry.method)).or_default()[side] = Some(entry);
                }
            }
        }
        let endpoints = rows.into_iter().map(|((name, method), [first, second])| Row {
            method,
            name,
            first,
            second,
        });
        let [first, second] = self.accounts().map(|account| account.recording.total());
        let total = Row { method: "", name: &first.name, first: Some(first), second: Some(second) };
        endpoints.chain([total]).collect()
    }
}
