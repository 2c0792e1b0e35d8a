//! What a run leaves on the disk: which files, and when.
//!
//! [`Files`] makes every file before the run, so that one that cannot be written is told then; renews the live ones each
//! second; and writes the reports and the verdict at the end. What stands in them is the reports'.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use lead_stats::{Paths, RunVerdict, StatsError};
use thiserror::Error;

use crate::cli::Outputs;
use crate::log::Log;
use crate::record::{Recording, Second};
use crate::report::{CsvFiles, HdrLog};

/// Why a file of a run cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// A CSV file cannot be written.
    // No source: the fault's own words already hold the system's, and a chain would say them again.
    #[error("cannot write the CSV files: {0}")]
    Csv(StatsError),
    /// The histogram log cannot be written.
    #[error("cannot write the histogram log {}: {reason}; is there room?", path.display())]
    Hdr {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },
    /// A report cannot be written.
    #[error("cannot write {}: {reason}; does the folder exist, is there room?", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },
}

/// The files of one run.
pub(crate) struct Files<'o> {
    outputs: &'o Outputs,
    csv: Option<CsvFiles>,
    hdr: Option<(HdrLog, &'o Path)>,
}

impl<'o> Files<'o> {
    /// Makes the live files and the verdict's, which says that the run is not over, and sees that the reports can be
    /// written after it.
    pub(crate) fn create(outputs: &'o Outputs) -> Result<Self, FileError> {
        let csv = |prefix: &Path| CsvFiles::create(prefix, outputs.csv_full_history);
        let hdr = |path: &'o Path| {
            let log = HdrLog::create(path).map_err(|reason| fault_of_hdr(path, reason))?;
            Ok::<_, FileError>((log, path))
        };
        let files = Self {
            outputs,
            csv: outputs.csv.as_deref().map(csv).transpose().map_err(FileError::Csv)?,
            hdr: outputs.hdr.as_deref().map(hdr).transpose()?,
        };
        files.write_verdict(&RunVerdict::unfinished())?;
        prepare_reports(outputs)?;
        Ok(files)
    }

    /// Renews the live files; `second` is the one that the recording has just taken in.
    pub(crate) fn tick(
        &mut self,
        recording: &Recording,
        second: Option<&Second>,
    ) -> Result<(), FileError> {
        if let (Some((log, path)), Some(second)) = (&mut self.hdr, second) {
            log.tick(recording, second).map_err(|reason| fault_of_hdr(path, reason))?;
        }
        self.csv.as_mut().map_or(Ok(()), |csv| csv.tick(recording)).map_err(FileError::Csv)
    }

    /// Leaves the generator's verdict beside the CSV files, if there are any.
    pub(crate) fn write_verdict(&self, verdict: &RunVerdict) -> Result<(), FileError> {
        let path = self.outputs.csv.as_deref().map(|prefix| Paths::of(prefix).verdict);
        path.map_or(Ok(()), |path| verdict.write(&path)).map_err(FileError::Csv)
    }

    /// Writes every report that can be written, and tells the first that cannot.
    pub(crate) fn write_reports(
        &self,
        page: impl FnOnce() -> String,
        twin: impl FnOnce() -> String,
        log: &Log,
    ) -> Result<(), FileError> {
        let save = |path: &PathBuf, text: String| {
            log.info("main", &format!("Writing {}", path.display()));
            fs::write(path, text).map_err(|reason| FileError::Report { path: path.clone(), reason })
        };
        let page = self.outputs.html.as_ref().map_or(Ok(()), |path| save(path, page()));
        let twin = self.outputs.json.as_ref().map_or(Ok(()), |path| save(path, twin()));
        page.and(twin)
    }
}

fn fault_of_hdr(path: &Path, reason: io::Error) -> FileError {
    FileError::Hdr { path: path.to_owned(), reason }
}

/// Makes sure before the run that the reports can be written after it: creates their folders, and the files where there are
/// none yet. An older report stays as it is until the new one replaces it.
fn prepare_reports(outputs: &Outputs) -> Result<(), FileError> {
    for path in [&outputs.html, &outputs.json].into_iter().flatten() {
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().append(true).create(true).open(path))
            .map_err(|reason| FileError::Report { path: path.clone(), reason })?;
    }
    Ok(())
}
