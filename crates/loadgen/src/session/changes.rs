//! How the load of a run was changed while it went on, in words.
//!
//! A script may change it every second for days, and every report tells of it: [`Changes`] keeps the last ones and counts the
//! others. Pure; what is changed is the session's.

use std::collections::VecDeque;

/// Changes that are told one by one.
const TOLD: usize = 10;

/// The last changes of a run's load.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// How many came before those that are kept.
    earlier: u64,
    last: VecDeque<String>,
}

impl Changes {
    /// One change more.
    pub(super) fn note(&mut self, change: String) {
        self.last.push_back(change);
        if self.last.len() > TOLD {
            self.last.pop_front();
            self.earlier += 1;
        }
    }

    /// All of them in order, the first ones by their number alone.
    pub(super) fn words(&self) -> Vec<String> {
        let earlier = match self.earlier {
            0 => None,
            1 => Some("1 earlier change".to_owned()),
            earlier => Some(format!("{earlier} earlier changes")),
        };
        earlier.into_iter().chain(self.last.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn the_last_ten_changes_are_told_and_the_others_counted() {
        let mut changes = Changes::default();
        assert_eq!(changes.words(), [""; 0]);
        let mut note = |range: std::ops::RangeInclusive<u32>| {
            range.for_each(|number| changes.note(format!("to {number}")));
            changes.words()
        };
        assert_eq!(note(1..=2), ["to 1", "to 2"]);
        assert_eq!(note(3..=10).len(), 10);
        let words = note(11..=11);
        assert_eq!((&*words[0], &*words[1], words.len()), ("1 earlier change", "to 2", 11));
        let words = note(12..=4_000);
        assert_eq!((&*words[0], &*words[10]), ("3990 earlier changes", "to 4000"));
        assert_eq!(words.len(), 11);
    }
}
