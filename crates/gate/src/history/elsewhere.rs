//! What the runs of other keys say, so that a new load or machine does not hide what is open about the old one.
//!
//! Only the latest key is analysed by itself. Of each other one whose runs are not older than those that are looked at it
//! is told how many there are, and whether one of their changes is still news.

use super::{key::Key, ledger::Ledger, record::RunRecord};
use crate::{quantity::counted, stamp::Stamp};

/// The runs of another key.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherKey {
    /// Their key.
    pub key: Key,
    /// How many they are.
    pub runs: usize,
    /// The latest of them.
    pub latest: RunRecord,
    /// Changes for the worse among the last fifty of them that somebody has to look at.
    pub regressions: usize,
}

/// All other keys with a run that did not end before `since`, the one with the latest run first; `news` counts the changes
/// for the worse among comparable runs.
pub(super) fn elsewhere(
    ledger: &Ledger,
    key: &Key,
    since: Option<Stamp>,
    news: impl Fn(&[&RunRecord]) -> usize,
) -> Vec<OtherKey> {
    let mut others: Vec<OtherKey> = Vec::new();
    for latest in ledger.runs().rev().filter(|run| run.key != *key) {
        let is_known = others.iter().any(|other| other.key == latest.key);
        if is_known || since.is_some_and(|since| latest.ended < since) {
            continue;
        }
        let runs = ledger.runs_of(&latest.key);
        others.push(OtherKey {
            key: latest.key.clone(),
            runs: runs.len(),
            latest: latest.clone(),
            regressions: news(&runs),
        });
    }
    others
}

impl OtherKey {
    /// What there is, and what next. Raw: may hold what a history was filled with.
    pub fn sentence(&self) -> String {
        let news = match self.regressions {
            0 => "nothing new for the worse".to_owned(),
            news => format!("{news} new for the worse, which nobody mended or acknowledged"),
        };
        format!(
            "Another load or machine, key {}: {} up to {}, {news}. See it with --key {}.",
            self.key,
            counted(self.runs as u64, "run"),
            self.latest.ended.day(),
            self.key,
        )
    }
}
