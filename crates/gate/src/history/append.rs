//! A run becomes a line of a history.
//!
//! Only what `lead-gate check` would judge is let in: whole files that belong together, of a run that its load
//! generator does not call invalid. The same run is let in once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

use lead_stats::{Paths, RunVerdict};
use sha2::{Digest, Sha256};

use super::{
    error::HistoryError,
    judgement::Judged,
    key::Key,
    ledger::add,
    record::{EndpointFigures, Figures, Record, RunRecord, SCHEMA},
    stamp::Stamp,
    undecided::{Undecided, in_a_row},
};
use crate::{
    error::GateError,
    evidence::{Evidence, Inputs},
    expected::Expected,
    quantity::counted,
    report::one_line,
};

/// A run that is to be added, and where.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The run's files are `PREFIX_stats.csv`, `PREFIX_stats_history.csv`, and so on.
    pub prefix: PathBuf,
    /// The history.
    pub file: PathBuf,
    /// The revision that was measured.
    pub commit: Option<String>,
    /// What else is to be known of it.
    pub labels: BTreeMap<String, String>,
    /// What `lead-gate check --json` wrote about it.
    pub judgement: Option<PathBuf>,
    /// The time of adding; a parameter, so that it can be repeated.
    pub now: SystemTime,
}

/// A run that was added.
#[derive(Clone, Debug, PartialEq)]
pub struct Appended {
    /// The run.
    pub record: RunRecord,
    /// How many runs of its key the history has now.
    pub comparable: usize,
    /// Rules that could not be decided, now and in the run before.
    pub undecided: Vec<Undecided>,
}

impl Appended {
    /// What was done, for a person.
    pub fn text(&self) -> String {
        let mut text = format!(
            "Added the run {} of {}: {} of its key {} now.\n",
            self.record.run,
            self.record.ended,
            counted(self.comparable as u64, "run"),
            self.record.key
        );
        for undecided in &self.undecided {
            text.push_str(&(one_line(&undecided.sentence()) + "\n"));
        }
        text
    }
}

/// Adds a run to a history.
pub fn append(entry: &Entry) -> Result<Appended, HistoryError> {
    let record = record_of(entry)?;
    let line = Record::Run(Box::new(record.clone()));
    let before = add(&entry.file, &line, |ledger| match ledger.line_of(&record.run) {
        None => Ok(()),
        Some(line) => {
            let (path, run) = (entry.file.clone(), record.run.clone());
            Err(HistoryError::Again { path, line, run })
        }
    })?;
    let mut runs = before.runs_of(&record.key);
    runs.push(&record);
    let (comparable, undecided) = (runs.len(), in_a_row(&runs));
    Ok(Appended { record, comparable, undecided })
}

fn record_of(entry: &Entry) -> Result<RunRecord, HistoryError> {
    let paths = Paths::of(&entry.prefix);
    let evidence = Evidence::gather(&Inputs {
        prefix: entry.prefix.clone(),
        baseline: None,
        max_age: None,
        expected: Expected::default(),
        now: entry.now,
    })?;
    let summary = evidence.summary();
    let judged = entry.judgement.as_deref().map(|path| Judged::read(path, summary)).transpose()?;
    let generator = RunVerdict::read(&paths.verdict).map_err(GateError::from)?;
    let users = evidence.steady().ok().map(|steady| steady.users);
    let asked = summary.endpoints.iter().filter(|row| row.requests > 0);
    let endpoints = asked.map(|row| EndpointFigures {
        method: row.method.clone(),
        name: row.name.clone(),
        figures: Figures::of(row),
    });
    Ok(RunRecord {
        schema: SCHEMA,
        run: name_of(&paths)?,
        ended: ended(&evidence, &paths)?,
        commit: entry.commit.clone(),
        labels: entry.labels.clone(),
        key: Key::here(summary, users, generator.as_ref()),
        generator: generator.map(|verdict| verdict.validity),
        verdict: judged.as_ref().map(|judged| judged.verdict.clone()),
        undecided: judged.map(|judged| judged.undecided).unwrap_or_default(),
        all: Figures::of(&summary.aggregated),
        endpoints: endpoints.collect(),
    })
}

/// The last row of the run's own history, or else when its summary was written.
fn ended(evidence: &Evidence, paths: &Paths) -> Result<Stamp, HistoryError> {
    if let Some(end_s) = evidence.timeline().end_s() {
        return Ok(Stamp::from_unix_s(end_s));
    }
    let written = fs::metadata(&paths.summary).and_then(|about| about.modified());
    let written =
        written.map_err(|cause| HistoryError::Unreadable { path: paths.summary.clone(), cause })?;
    let since = written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(Stamp::from_unix_s(since.as_secs()))
}

/// The first 12 hexadecimal digits of the hash of its summary and its history: a copy of a run is the same run.
fn name_of(paths: &Paths) -> Result<String, HistoryError> {
    let mut hash = Sha256::new();
    for path in [&paths.summary, &paths.history] {
        match feed(&mut hash, path) {
            // Locust always leaves a history; who kept only the summary is known by that.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            read => read.map_err(|cause| HistoryError::Unreadable { path: path.clone(), cause })?,
        }
    }
    Ok(hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect())
}

fn feed(hash: &mut Sha256, path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(()),
            count => hash.update(&part[..count]),
        }
    }
}
