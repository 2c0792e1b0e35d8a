//! The history of a run for who asks for it as a file, where none is written.
//!
//! [`Kept`] takes each view and appends a row of CSV a second, all endpoints together: 13 MB in a day.

use lead_stats::history_rows;

use crate::session::View;

/// The rows of one run.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Which run, and how often its counts were forgotten.
    of: (u64, u64),
    /// The last second that has a row.
    last: Option<u64>,
    rows: Vec<u8>,
}

impl Kept {
    /// Appends the second of a view, unless it has a row or counts nowhere.
    pub(super) fn take(&mut self, view: &View) {
        let Some(recording) = view.recording() else { return };
        let of = (view.runs, recording.times_forgotten());
        if self.of != of {
            *self = Self { of, ..Self::default() };
        }
        let ticks = recording.ticks(false);
        let second = ticks.first().map(|tick| tick.timestamp_s);
        if recording.is_warming_up() || second <= self.last {
            return;
        }
        // Only numbers that are none could not be written, and a recording has none.
        if let Ok(rows) = history_rows(&ticks, false) {
            self.rows.extend_from_slice(&rows);
            self.last = second;
        }
    }

    /// The file so far.
    pub(super) fn file(&self) -> Vec<u8> {
        let header = history_rows(&[], true).unwrap_or_default();
        [header.as_slice(), &self.rows].concat()
    }
}
