//! A kept baseline as a file: JSON that people review, and that says when it was changed by hand.
//!
//! The form is versioned by its field `schema`; a field may be added within a version. The hash of the load and the
//! summary over the runs follow from what else stands in the file and are read back to be compared with it: a number
//! that was mended by hand is found. The file is written beside its place and renamed.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    figures::{RunForm, SummaryForm},
    kept::{Acceptance, FEWEST_RUNS, Kept, KeptRun, RunSet},
    lines,
    workload::Workload,
};
use crate::{error::GateError, machine::Machine, staged::Staged};

/// What the file says it is, so that another program's JSON is not taken for it.
const KIND: &str = "lead-gate baseline";

/// The version of the form.
const SCHEMA: u32 = 1;

/// A hundred runs of a hundred endpoints are far less; what is larger is another file.
const LARGEST_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Document {
    kind: String,
    schema: u32,
    #[serde(flatten)]
    current: SetForm,
    pinned: Option<SetForm>,
    accepted: Vec<Acceptance>,
}

/// The fields that every version has.
#[derive(Deserialize)]
struct Version {
    kind: String,
    schema: u32,
}

#[derive(Serialize, Deserialize)]
struct SetForm {
    created: String,
    commit: Option<String>,
    config_hash: String,
    config: Workload,
    fingerprint: Machine,
    summary: SummaryForm,
    runs: Vec<RunForm>,
}

impl SetForm {
    fn of(set: &RunSet) -> Self {
        Self {
            created: set.created.clone(),
            commit: set.commit.clone(),
            config_hash: set.workload.hash(),
            config: set.workload.clone(),
            fingerprint: set.machine.clone(),
            summary: SummaryForm::of(&set.runs),
            runs: set.runs.iter().map(RunForm::of).collect(),
        }
    }

    fn check(self) -> Result<RunSet, String> {
        if self.runs.len() < FEWEST_RUNS {
            return Err(format!("it holds {} runs, not {FEWEST_RUNS} or more", self.runs.len()));
        }
        if self.config.hash() != self.config_hash {
            return Err("config_hash is not the hash of config: it was changed by hand".to_owned());
        }
        let runs =
            self.runs.into_iter().map(RunForm::check).collect::<Result<Vec<KeptRun>, String>>()?;
        if let Some(run) = runs
            .iter()
            .enumerate()
            .find_map(|(at, run)| runs[..at].iter().any(|other| other.id == run.id).then_some(run))
        {
            return Err(format!("run {} stands in it twice", run.id));
        }
        if SummaryForm::of(&runs) != self.summary {
            return Err("summary is not that of runs: it was changed by hand".to_owned());
        }
        let Self { created, commit, config: workload, fingerprint: machine, .. } = self;
        Ok(RunSet { created, commit, workload, machine, runs })
    }
}

impl Kept {
    /// Whether a file begins like JSON: no `_stats.csv` does.
    pub(crate) fn is_one(path: &Path) -> bool {
        let mut start = [0; 64];
        let read = File::open(path).and_then(|mut file| file.read(&mut start));
        let start = &start[..read.unwrap_or(0)];
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
        first == Some(&b'{') || path.extension().is_some_and(|ending| ending == "json")
    }

    /// Reads a kept baseline.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is torn, is another program's or another version's file, or contradicts itself.
    pub fn read(path: &Path) -> Result<Self, GateError> {
        let wrong = |problem: String| GateError::BaselineFile { path: path.to_owned(), problem };
        let bytes = bytes_of(path).map_err(|fault| match fault.kind() {
            io::ErrorKind::NotFound => wrong("there is no such file".to_owned()),
            _ => wrong(format!("it cannot be read: {fault}")),
        })?;
        if bytes.len() as u64 > LARGEST_BYTES {
            return Err(wrong(format!("it is larger than {LARGEST_BYTES} bytes")));
        }
        let torn = |fault: serde_json::Error| {
            let how = if fault.is_eof() { "it breaks off" } else { "it is no such JSON" };
            wrong(format!("{how}: {fault}"))
        };
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(torn)?;
        match Version::deserialize(&value) {
            Ok(Version { kind, schema: SCHEMA }) if kind == KIND => {}
            Ok(Version { kind, schema }) if kind == KIND => {
                return Err(wrong(format!(
                    "its form has version {schema}, this program reads {SCHEMA}"
                )));
            }
            _ => return Err(wrong(format!("it does not say that it is a {KIND}"))),
        }
        let document: Document = serde_json::from_slice(&bytes).map_err(torn)?;
        let current = document.current.check().map_err(&wrong)?;
        let pinned = document.pinned.map(SetForm::check).transpose();
        let pinned = pinned.map_err(|problem| wrong(format!("pinned: {problem}")))?;
        Ok(Self { current, pinned, accepted: document.accepted })
    }

    /// Writes the file in one step; the folder must exist.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let document = Document {
            kind: KIND.to_owned(),
            schema: SCHEMA,
            current: SetForm::of(&self.current),
            pinned: self.pinned.as_ref().map(SetForm::of),
            accepted: self.accepted.clone(),
        };
        let mut staged = Staged::default();
        staged.add(path, lines::render(&document))?;
        staged.settle().map_err(|(_, error)| error)
    }
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
