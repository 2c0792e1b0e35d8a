//! The last lines of the log, for who was not there when they were written.
//!
//! [`Ring`] keeps five hundred, as Locust's page does, tables included line by line; clones share them. Writing to the
//! standard error is [`log`](crate::log)'s.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Lines that are kept.
const MOST_LINES: usize = 500;

/// The last lines of a log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ring(Arc<Mutex<VecDeque<Arc<str>>>>);

impl Ring {
    /// Keeps each line of a text.
    pub(crate) fn keep(&self, text: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in text.lines() {
            if lines.len() == MOST_LINES {
                lines.pop_front();
            }
            lines.push_back(line.into());
        }
    }

    /// The lines, the oldest first.
    pub(crate) fn lines(&self) -> Vec<Arc<str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    #[test]
    fn five_hundred_lines_are_kept_and_a_table_is_as_many_as_it_has() {
        let ring = Ring::default();
        ring.keep("a line\n");
        ring.keep("a table\n-------\n\n");
        let lines: Vec<String> = ring.lines().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["a line", "a table", "-------", ""]);
        (0..499).for_each(|number| ring.clone().keep(&number.to_string()));
        let lines = ring.lines();
        assert_eq!((lines.len(), &*lines[0], &*lines[499]), (500, "", "498"));
    }
}
