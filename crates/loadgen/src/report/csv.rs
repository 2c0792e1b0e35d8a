//! The four CSV files of a run, live.
//!
//! [`CsvFiles`] makes all four at the start, appends to the history each second and renews the others; the last tick,
//! after the last answer, leaves the four in agreement. Nothing of the history stays in memory. Columns and cells are
//! [`lead_stats`]'s; numbers are the recording's.

use std::path::{Path, PathBuf};

use lead_stats::{History, HistoryWriter, Run, StatsError, write_snapshots};

use crate::record::Recording;

/// The files behind a prefix while a run lasts.
#[derive(Debug)]
pub struct CsvFiles {
    prefix: PathBuf,
    full_history: bool,
    history: HistoryWriter,
    /// Requests that the last row of history knows of.
    seen: Option<u64>,
}

impl CsvFiles {
    /// Makes the four files with their headers, replacing older ones; missing folders are created.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn create(prefix: &Path, full_history: bool) -> Result<Self, StatsError> {
        write_snapshots(prefix, &empty_run())?;
        let history = HistoryWriter::create(prefix)?;
        Ok(Self { prefix: prefix.to_owned(), full_history, history, seen: None })
    }

    /// Appends what the recording says about now and renews the other files; the warm-up is in none of them.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn tick(&mut self, recording: &Recording) -> Result<(), StatsError> {
        if recording.is_warming_up() {
            return Ok(());
        }
        let requests = Some(recording.total().requests());
        // The piece of a second at the end is worth a row only if something happened in it.
        if !recording.has_ended() || self.seen != requests {
            self.history.append(&recording.ticks(self.full_history))?;
            self.seen = requests;
        }
        self.renew(recording)
    }

    /// Renews all files but the history; a tick that could not is made good by that.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn renew(&self, recording: &Recording) -> Result<(), StatsError> {
        write_snapshots(&self.prefix, &recording.to_run(History::default()))
    }
}

/// A run before its first request.
fn empty_run() -> Run {
    let mut run = Run::default();
    "Aggregated".clone_into(&mut run.summary.aggregated.name);
    run
}
