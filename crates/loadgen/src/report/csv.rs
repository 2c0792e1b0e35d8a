//! The four CSV files of a run, live.
//!
//! [`CsvFiles`] makes all four at the start, appends to the history each second, renews the others, and at the end puts
//! everything in place once more. Columns and cells are [`lead_stats`]'s; numbers are the recording's.

use std::fs;
use std::path::{Path, PathBuf};

use lead_stats::{History, HistoryWriter, Paths, Run, StatsError};

use crate::record::Recording;

/// The files behind a prefix while a run lasts.
#[derive(Debug)]
pub struct CsvFiles {
    prefix: PathBuf,
    full_history: bool,
    live: HistoryWriter,
    history: History,
}

impl CsvFiles {
    /// Makes the four files with their headers, replacing older ones; missing folders are created.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn create(prefix: &Path, full_history: bool) -> Result<Self, StatsError> {
        lead_stats::write(prefix, &empty_run())?;
        let live = HistoryWriter::create(prefix)?;
        Ok(Self { prefix: prefix.to_owned(), full_history, live, history: History::default() })
    }

    /// Appends what the recording says about now and renews the other files.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn tick(&mut self, recording: &Recording) -> Result<(), StatsError> {
        let seen = self.history.ticks.last().map(|tick| tick.total_requests);
        // The piece of a second at the end is worth a row only if something happened in it.
        if !recording.has_ended() || seen != Some(recording.total().requests()) {
            let ticks = recording.ticks(self.full_history);
            self.live.append(&ticks)?;
            self.history.ticks.extend(ticks);
        }
        self.renew(&recording.to_run(History::default()))
    }

    /// Puts the finished run in place, so that the four files agree to the last request.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn finish(self, recording: &Recording) -> Result<(), StatsError> {
        drop(self.live);
        lead_stats::write(&self.prefix, &recording.to_run(self.history))
    }

    /// Renews all files but the history, which would be written as a whole with them: they are written beside and moved.
    fn renew(&self, run: &Run) -> Result<(), StatsError> {
        let mut beside = self.prefix.clone().into_os_string();
        beside.push(".live");
        let beside = PathBuf::from(beside);
        lead_stats::write(&beside, run)?;
        let (from, to) = (Paths::of(&beside), Paths::of(&self.prefix));
        let moved = fs::remove_file(&from.history)
            .and_then(|()| fs::rename(&from.exceptions, &to.exceptions))
            .and_then(|()| fs::rename(&from.failures, &to.failures))
            .and_then(|()| fs::rename(&from.summary, &to.summary));
        moved.map_err(|source| StatsError::Write { path: to.summary, source })
    }
}

/// A run before its first request.
fn empty_run() -> Run {
    let mut run = Run::default();
    "Aggregated".clone_into(&mut run.summary.aggregated.name);
    run
}
