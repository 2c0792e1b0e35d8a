//! [`Tally`]: what a run has seen, and the lines it leaves on standard error.

use std::collections::BTreeSet;

use super::worker::Done;

/// Names of ignored columns that are told; a file can have thousands.
const TOLD: usize = 10;

/// Counts over all blocks.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) faulty: u64,
    faults: u64,
    blank: u64,
    ignored: BTreeSet<String>,
}

impl Tally {
    /// Begins with the columns that are no features.
    pub(super) fn new(ignored: &[String]) -> Self {
        Self { ignored: ignored.iter().cloned().collect(), ..Self::default() }
    }

    pub(super) fn add(&mut self, done: &mut Done) {
        self.rows += done.rows;
        self.faulty += done.faulty;
        self.faults += done.faults;
        self.blank += done.blank;
        if self.ignored.len() <= 1000 {
            self.ignored.append(&mut done.ignored);
        }
    }

    /// One or two lines for people.
    pub(super) fn summary(&self, errors: Option<&str>) -> String {
        let Self { rows, faulty, faults, blank, ignored } = self;
        let mut text = format!("scored {} of {rows} rows", rows - faulty);
        if let Some(errors) = errors.filter(|_| *faulty > 0) {
            let s = if *faults == 1 { "" } else { "s" };
            text.push_str(&format!("; {faulty} left out for {faults} fault{s}, see {errors}"));
        }
        match blank {
            0 => {}
            1 => text.push_str("\n1 row without any content was left out"),
            rows => text.push_str(&format!("\n{rows} rows without any content were left out")),
        }
        if !ignored.is_empty() {
            let names: Vec<_> = ignored.iter().take(TOLD).map(|name| format!("{name:?}")).collect();
            let (count, names) = (ignored.len(), names.join(", "));
            let more = if count > TOLD { ", ..." } else { "" };
            let are = if count == 1 {
                "column that is no feature"
            } else {
                "columns that are no features"
            };
            text.push_str(&format!("\nignored {count} {are} of the model: {names}{more}"));
        }
        text
    }
}
