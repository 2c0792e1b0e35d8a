//! A temporary folder in which a test lays out the files of a run, named `run_*.csv`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lead_stats::{Run, StatsError, Summary, read, read_summary};
use tempfile::TempDir;

/// The header that Locust gives `_stats.csv`.
pub(crate) const STATS_HEADER: &str = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
    Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,\
    99.9%,99.99%,100%";

/// The header that Locust gives `_stats_history.csv`.
pub(crate) const HISTORY_HEADER: &str = "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,\
    98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average \
    Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size";

/// A run's files in a folder that goes with the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("the system has room for a folder"))
    }

    /// The path of a file or prefix in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a file there; `ending` is what follows `run`, such as `_stats.csv`.
    pub(crate) fn with(self, ending: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(&format!("run{ending}")), bytes).expect("the folder is ours");
        self
    }

    /// The bytes of a file of the run.
    pub(crate) fn bytes(&self, ending: &str) -> Vec<u8> {
        fs::read(self.path(&format!("run{ending}"))).expect("the run was written")
    }

    /// The names of all files there, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder is ours");
        let mut names: Vec<_> = entries
            .map(|entry| {
                entry.expect("the folder is ours").file_name().to_string_lossy().into_owned()
            })
            .collect();
        names.sort();
        names
    }

    pub(crate) fn read(&self) -> Result<Run, StatsError> {
        read(&self.path("run"))
    }

    /// The run's notes, or the error, without the folder in them.
    pub(crate) fn read_or_say(&self) -> String {
        match self.read() {
            Ok(run) => run.notes.iter().map(|note| self.local(note)).collect::<Vec<_>>().join("\n"),
            Err(error) => self.local(error),
        }
    }

    /// What `message` says, with file names only.
    pub(crate) fn local(&self, message: impl std::fmt::Display) -> String {
        message.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// What `_stats.csv` with these bytes holds.
pub(crate) fn summary_of(bytes: impl AsRef<[u8]>) -> Result<Summary, StatsError> {
    let folder = Folder::new().with("_stats.csv", bytes);
    read_summary(&folder.path("run_stats.csv"))
}

/// What reading `_stats.csv` with these bytes says: the error's text, or that there is none.
pub(crate) fn refusal_of(bytes: impl AsRef<[u8]>) -> String {
    let folder = Folder::new().with("_stats.csv", bytes);
    match read_summary(&folder.path("run_stats.csv")) {
        Ok(_) => "no error".to_owned(),
        Err(error) => {
            assert_eq!(error.path(), Path::new(&folder.path("run_stats.csv")));
            folder.local(error)
        }
    }
}

/// A `_stats.csv` of these rows under Locust's header.
pub(crate) fn stats_file(rows: &[&str]) -> String {
    file_of(STATS_HEADER, rows)
}

/// A `_stats_history.csv` of these rows under Locust's header.
pub(crate) fn history_file(rows: &[&str]) -> String {
    file_of(HISTORY_HEADER, rows)
}

fn file_of(header: &str, rows: &[&str]) -> String {
    [header].iter().chain(rows).map(|line| format!("{line}\r\n")).collect()
}
