//! The file of a history: JSON, one line a run or an acknowledgement, only ever added to.
//!
//! [`Ledger::read`] refuses a file with a line that it does not understand and names the line; [`add`] adds one while
//! nobody else does. Who may be added is decided by the caller, who is shown what stands there already.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    error::HistoryError,
    key::Key,
    record::{Ack, Record, RunRecord, SCHEMA},
};

/// A line has one or two kilobytes: this is ten runs a day for ten years.
const LARGEST_BYTES: u64 = 64 * 1024 * 1024;

/// A history as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    path: PathBuf,
    /// Each with the line it stands in.
    runs: Vec<(usize, RunRecord)>,
    acks: Vec<Ack>,
}

impl Ledger {
    /// Reads a history.
    pub fn read(path: &Path) -> Result<Self, HistoryError> {
        let mut file = File::open(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => HistoryError::Missing { path: path.to_owned() },
            _ => HistoryError::Unreadable { path: path.to_owned(), cause },
        })?;
        file.lock_shared()
            .map_err(|cause| HistoryError::Unreadable { path: path.to_owned(), cause })?;
        Self::from_file(path, &mut file)
    }

    fn from_file(path: &Path, file: &mut File) -> Result<Self, HistoryError> {
        let mut bytes = Vec::new();
        file.take(LARGEST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|cause| HistoryError::Unreadable { path: path.to_owned(), cause })?;
        if bytes.len() as u64 > LARGEST_BYTES {
            return Err(HistoryError::TooLarge {
                path: path.to_owned(),
                limit_bytes: LARGEST_BYTES,
            });
        }
        Self::from_bytes(path, &bytes)
    }

    /// Reads the lines; pure.
    fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, HistoryError> {
        let mut ledger = Self { path: path.to_owned(), runs: Vec::new(), acks: Vec::new() };
        for (line, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let wrong =
                |problem: String| HistoryError::Line { path: path.to_owned(), line, problem };
            if !text.ends_with(b"\n") {
                return Err(wrong("the line has no end: whatever wrote it was cut off".to_owned()));
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            match record(text).map_err(wrong)? {
                Record::Run(run) => ledger.runs.push((line, *run)),
                Record::Ack(ack) => ledger.acks.push(ack),
            }
        }
        // Lines of two branches may have been joined; of runs that ended together the file's order stands.
        ledger.runs.sort_by_key(|(_, run)| run.ended);
        Ok(ledger)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All runs, the oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &RunRecord> {
        self.runs.iter().map(|(_, run)| run)
    }

    /// The runs that can be compared with one another, the oldest first.
    pub fn runs_of<'l>(&'l self, key: &Key) -> Vec<&'l RunRecord> {
        self.runs().filter(|run| run.key == *key).collect()
    }

    /// What was acknowledged, in file order.
    pub fn acks(&self) -> &[Ack] {
        &self.acks
    }

    /// The line of a run.
    pub(super) fn line_of(&self, run: &str) -> Option<usize> {
        self.runs.iter().find(|(_, record)| record.run == run).map(|(line, _)| *line)
    }
}

fn record(line: &[u8]) -> Result<Record, String> {
    #[derive(Deserialize)]
    struct Version {
        schema: u32,
    }
    let strange = |fault: serde_json::Error| format!("this is no line of a history ({fault})");
    let Version { schema } = serde_json::from_slice(line).map_err(strange)?;
    if schema != SCHEMA {
        return Err(format!("its form has version {schema}, this program knows {SCHEMA}"));
    }
    serde_json::from_slice(line).map_err(strange)
}

/// Adds a line, if `admit` lets it in beside what stands there; a file and its folder are made if there are none.
///
/// A lock keeps others out meanwhile. A line that could not be written whole is taken away again.
pub(super) fn add(
    path: &Path,
    record: &Record,
    admit: impl FnOnce(&Ledger) -> Result<(), HistoryError>,
) -> Result<Ledger, HistoryError> {
    let unwritable = |cause| HistoryError::Unwritable { path: path.to_owned(), cause };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).open(path).map_err(unwritable)?;
    file.lock().map_err(unwritable)?;
    let ledger = Ledger::from_file(path, &mut file)?;
    admit(&ledger)?;
    let line = serde_json::to_string(record).expect("string keys and numbers make JSON") + "\n";
    let before = file.metadata().map_err(unwritable)?.len();
    if let Err(cause) = file.write_all(line.as_bytes()).and_then(|()| file.sync_data()) {
        // The first error is the one to tell; half a line must not stay either way.
        let _ = file.set_len(before);
        return Err(unwritable(cause));
    }
    Ok(ledger)
}
