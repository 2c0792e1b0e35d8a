//! `_stats_history.csv` while the test is running.
//!
//! [`HistoryWriter`] writes the header at once and appends whole ticks, so that a person can follow the file and a
//! generator that dies leaves all but the last second. The other three
//! files are [`write_snapshots`](crate::write_snapshots)'s. It keeps no clock: when a tick is due is the caller's to know.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    error::StatsError,
    history::{LAYOUT, Tick},
    paths::Paths,
    percentiles::LOCUST_PERCENTILES,
    sheet::Sheet,
    write::create_folder_of,
};

/// Appends to a run's history; drop it before the run is [written](crate::write()) as a whole.
#[derive(Debug)]
pub struct HistoryWriter {
    path: PathBuf,
    file: File,
}

impl HistoryWriter {
    /// Creates (or empties) the history behind `prefix` and writes its header; missing folders are created.
    ///
    /// # Errors
    ///
    /// If the system refuses to write.
    pub fn create(prefix: &Path) -> Result<Self, StatsError> {
        let path = Paths::of(prefix).history;
        create_folder_of(&path)?;
        let file =
            File::create(&path).map_err(|cause| StatsError::Write { path: path.clone(), cause })?;
        let mut writer = Self { path, file };
        let mut sheet = writer.sheet();
        sheet.header()?;
        writer.put(sheet)?;
        Ok(writer)
    }

    /// Appends `ticks`, which have Locust's percentiles or none, in one piece: once this returns, others see them.
    ///
    /// # Errors
    ///
    /// If a tick holds what [`read`](crate::read) would refuse (none is written then), or if the system refuses to
    /// write.
    pub fn append(&mut self, ticks: &[Tick]) -> Result<(), StatsError> {
        let mut sheet = self.sheet();
        for tick in ticks {
            sheet.row(|cells| tick.fill(cells))?;
        }
        self.put(sheet)
    }

    fn sheet(&self) -> Sheet {
        Sheet::new(&self.path, &LAYOUT, &LOCUST_PERCENTILES)
    }

    /// Hands the rows to the system in one piece, unbuffered.
    fn put(&mut self, sheet: Sheet) -> Result<(), StatsError> {
        let bytes = sheet.finish()?;
        self.file
            .write_all(&bytes)
            .map_err(|cause| StatsError::Write { path: self.path.clone(), cause })
    }
}
