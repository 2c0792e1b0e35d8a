//! What a run leaves on the disk: which files, and when.
//!
//! [`Files`] makes every file before the run, so that one that cannot be written is told then; renews the live ones each
//! second; and writes the reports and the verdict at the end. A CSV file that lacks nothing but a file descriptor, because
//! connections have taken them all, keeps its last state and is renewed when there is one. What stands in the files is the
//! reports'.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use lead_stats::{Paths, RunVerdict, StatsError, replace};
use nix::errno::Errno;
use sha2::{Digest, Sha256};
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
    /// Whether the CSV files could not be renewed at the last tick.
    is_behind: bool,
    hdr: Option<(HdrLog, &'o Path)>,
}

impl<'o> Files<'o> {
    /// Makes the live files and the verdict's, which says that the run is not over, and sees that the reports can be
    /// written after it.
    pub(crate) fn create(outputs: &'o Outputs) -> Result<Self, FileError> {
        let csv = |prefix: &Path| {
            let files = CsvFiles::create(prefix, outputs.csv_full_history)?;
            Ok(if outputs.csv_integer { files.in_integers() } else { files })
        };
        let hdr = |path: &'o Path| {
            let log = HdrLog::create(path).map_err(|reason| fault_of_hdr(path, reason))?;
            Ok::<_, FileError>((log, path))
        };
        let files = Self {
            outputs,
            csv: outputs.csv.as_deref().map(csv).transpose().map_err(FileError::Csv)?,
            is_behind: false,
            hdr: outputs.hdr.as_deref().map(hdr).transpose()?,
        };
        files.write_verdict(&RunVerdict::unfinished())?;
        prepare_reports(outputs)?;
        Ok(files)
    }

    /// Renews the live files; `second` is the one that the recording has just taken in. Without a file descriptor the CSV files
    /// stay as they are.
    pub(crate) fn tick(
        &mut self,
        recording: &Recording,
        second: Option<&Second>,
        log: &Log,
    ) -> Result<(), FileError> {
        if let (Some((hdr, path)), Some(second)) = (&mut self.hdr, second) {
            hdr.tick(recording, second).map_err(|reason| fault_of_hdr(path, reason))?;
        }
        let Some(csv) = &mut self.csv else { return Ok(()) };
        let written = csv.tick(recording);
        let lacks_descriptor = written.as_ref().is_err_and(lacks_descriptor);
        if lacks_descriptor && !self.is_behind {
            log.warning(
                "main",
                "No file descriptor is left for the CSV files: they stay as they are until there is one (raise ulimit -n)",
            );
        }
        self.is_behind = lacks_descriptor;
        if lacks_descriptor { Ok(()) } else { written.map_err(FileError::Csv) }
    }

    /// Brings the CSV files up to date after the run, when its connections are closed.
    pub(crate) fn finish(&mut self, recording: &Recording) -> Result<(), FileError> {
        match &self.csv {
            Some(csv) if self.is_behind => csv.renew(recording).map_err(FileError::Csv),
            _ => Ok(()),
        }
    }

    /// Leaves the generator's verdict beside the CSV files, if there are any.
    pub(crate) fn write_verdict(&self, verdict: &RunVerdict) -> Result<(), FileError> {
        self.outputs.csv.as_deref().map_or(Ok(()), |prefix| write_verdict(prefix, verdict))
    }

    /// Writes every report that can be written, and tells the first that cannot.
    pub(crate) fn write_reports(
        &self,
        page: impl FnOnce() -> String,
        statistics: impl FnOnce() -> String,
        twin: impl FnOnce() -> String,
        log: &Log,
    ) -> Result<(), FileError> {
        let save = |path: &PathBuf, text: String| {
            log.info("main", &format!("Writing {}", path.display()));
            replace(path, text.as_bytes())
                .map_err(|reason| FileError::Report { path: path.clone(), reason })
        };
        let page = self.outputs.html.as_ref().map_or(Ok(()), |path| save(path, page()));
        let statistics = self.outputs.json.as_ref().map_or(Ok(()), |path| save(path, statistics()));
        let twin = self.outputs.twin.as_ref().map_or(Ok(()), |path| save(path, twin()));
        page.and(statistics).and(twin)
    }
}

/// Leaves the verdict of a run that has ended beside its CSV files, and says of which summary it speaks.
pub(crate) fn write_verdict(prefix: &Path, verdict: &RunVerdict) -> Result<(), FileError> {
    let paths = Paths::of(prefix);
    // A run that has not ended has no summary that stays.
    let ended = verdict.model.and_then(|_| fs::read(&paths.summary).ok());
    let summary_sha256 = ended.map(|bytes| hex_sha256(&bytes));
    let stamped = RunVerdict { summary_sha256, ..verdict.clone() };
    stamped.write(&paths.verdict).map_err(FileError::Csv)
}

/// In lower-case hexadecimal.
fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file of its own in one step; missing folders are created.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), FileError> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new("")))
        .and_then(|()| replace(path, text.as_bytes()))
        .map_err(|reason| FileError::Report { path: path.to_owned(), reason })
}

/// Whether nothing is wrong with a file but that the process, or the machine, has too many open.
fn lacks_descriptor(fault: &StatsError) -> bool {
    let StatsError::Write { cause, .. } = fault else { return false };
    let number = cause.raw_os_error().map(Errno::from_raw);
    matches!(number, Some(Errno::EMFILE | Errno::ENFILE))
}

fn fault_of_hdr(path: &Path, reason: io::Error) -> FileError {
    FileError::Hdr { path: path.to_owned(), reason }
}

/// Makes sure before the run that the reports can be written after it: creates their folders, and tries the files. An older
/// report stays as it is until the new one replaces it; where there was none there is none until the new one is whole, so
/// that a run that is killed leaves no empty one.
fn prepare_reports(outputs: &Outputs) -> Result<(), FileError> {
    for path in [&outputs.html, &outputs.json, &outputs.twin].into_iter().flatten() {
        let folder = path.parent().unwrap_or(Path::new(""));
        let is_new = fs::symlink_metadata(path).is_err();
        fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().append(true).create(true).open(path))
            // A new report stands beside the older one for a moment.
            .and_then(|file| if file.metadata()?.is_file() { try_beside(path) } else { Ok(()) })
            .and_then(|()| if is_new { fs::remove_file(path) } else { Ok(()) })
            .map_err(|reason| FileError::Report { path: path.clone(), reason })?;
    }
    Ok(())
}

/// Whether a file can be made beside this one.
fn try_beside(path: &Path) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    fs::write(&beside, "").and_then(|()| fs::remove_file(&beside))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::time::Duration;

    use jiff::Timestamp;
    use lead_stats::{LoadModel, RunVerdict, StatsError};

    use super::{FileError, Files, Log, lacks_descriptor, replace};
    use crate::cli::{Args, Level};
    use crate::record::{Recording, Second};
    use crate::snapshot::Tally;

    /// A recording with one request.
    fn recording(plan: &crate::plan::Plan) -> Recording {
        let mut recording = Recording::new(plan, Timestamp::UNIX_EPOCH);
        let mut tasks: Vec<Tally> = plan.scenario.tasks.iter().map(|_| Tally::default()).collect();
        tasks[0].count(Duration::from_millis(1), 10, Ok(()), Duration::from_millis(500));
        recording.fold(&Second { tasks, ..Second::blank(0) });
        recording
    }

    #[test]
    fn what_fell_behind_is_brought_up_to_date_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let prefix = folder.path().join("csv").join("lt");
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1", "--csv"];
        let words = words.map(Into::into).into_iter().chain([prefix.clone().into()]);
        let order = Args::order(words).expect("an order");
        let mut files = Files::create(&order.outputs).expect("files");
        let recording = recording(&order.plan);
        files.finish(&recording).expect("nothing to do");
        files.write_verdict(&RunVerdict::unfinished()).expect("a verdict");
        let requests = || lead_stats::read(&prefix).expect("a run").summary.aggregated.requests;
        assert_eq!(requests(), 0, "the last tick wrote everything: nothing is renewed");
        files.is_behind = true;
        files.finish(&recording).expect("there is a descriptor now");
        assert_eq!(requests(), 1);
        let stamp = || {
            let paths = lead_stats::Paths::of(&prefix);
            RunVerdict::read(&paths.verdict)
                .expect("a verdict")
                .and_then(|said| said.summary_sha256)
        };
        assert_eq!(stamp(), None, "the run has not ended");
        let ended = RunVerdict { model: Some(LoadModel::Closed), ..RunVerdict::unfinished() };
        files.write_verdict(&ended).expect("a verdict");
        let summary = fs::read(lead_stats::Paths::of(&prefix).summary).expect("a summary");
        assert_eq!(stamp(), Some(super::hex_sha256(&summary)));
        // And where there is still no way the file is named.
        let parent = prefix.parent().expect("a parent");
        fs::remove_dir_all(parent).and_then(|()| fs::write(parent, "")).expect("a file");
        let fault = files.finish(&recording).expect_err("its folder is a file");
        assert!(matches!(fault, FileError::Csv(_)));
        assert!(fault.to_string().contains(&parent.display().to_string()), "{fault}");
    }

    #[test]
    fn an_older_report_stays_whole_for_whoever_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let page = folder.path().join("report.html");
        fs::write(&page, "the older one").expect("a file");
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1", "--html"];
        let words = words.map(Into::into).into_iter().chain([page.clone().into()]);
        let order = Args::order(words).expect("an order");
        let files = Files::create(&order.outputs).expect("files");
        let mut reader = fs::File::open(&page).expect("the older one");
        let log = Log::new(Level::Critical, "here");
        files.write_reports(|| "new".to_owned(), String::new, String::new, &log).expect("room");
        let old = io::read_to_string(&mut reader).expect("text");
        let new = fs::read_to_string(&page).expect("text");
        assert_eq!((old.as_str(), new.as_str()), ("the older one", "new"));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing beside it");
    }

    #[test]
    fn a_report_may_go_to_what_is_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let null = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).expect("a link");
        replace(&null, b"text").expect("it takes everything");
        assert!(fs::symlink_metadata(&null).expect("it is there").is_symlink());
    }

    #[test]
    fn only_a_missing_descriptor_can_be_waited_for() {
        let fault = |number| {
            let cause = io::Error::from_raw_os_error(number);
            lacks_descriptor(&StatsError::Write { path: "lt_stats.csv".into(), cause })
        };
        let [process, machine, disk] = [nix::libc::EMFILE, nix::libc::ENFILE, nix::libc::ENOSPC];
        assert_eq!([process, machine, disk].map(fault), [true, true, false]);
    }
}
