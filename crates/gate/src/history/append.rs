//! A run becomes a line of a history.
//!
//! Only what `lead-gate check` would judge is let in: whole files that belong together, of a run that its load
//! generator does not call invalid. The same run is let in once.

use std::{collections::BTreeMap, fs, path::PathBuf, time::SystemTime};

use lead_stats::Paths;

use super::{
    error::HistoryError,
    judgement::Judged,
    key::Key,
    ledger::add,
    record::{EndpointFigures, Figures, Record, RunRecord, SCHEMA},
    undecided::{Undecided, in_a_row},
};
use crate::{
    evidence::{Evidence, Inputs},
    expected::Expected,
    identity::identity,
    machine::Machine,
    quantity::counted,
    report::one_line,
    stamp::Stamp,
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
    let judged = entry.judgement.as_deref();
    let judged = judged.map(|path| Judged::read(path, evidence.files())).transpose()?;
    let asked = summary.endpoints.iter().filter(|row| row.requests > 0);
    let endpoints = asked.map(|row| EndpointFigures {
        method: row.method.clone(),
        name: row.name.clone(),
        figures: Figures::of(row),
    });
    Ok(RunRecord {
        schema: SCHEMA,
        run: identity(&paths)?,
        ended: ended(&evidence, &paths)?,
        commit: entry.commit.clone(),
        labels: entry.labels.clone(),
        key: Key::of(&evidence.workload(), &Machine::here()),
        generator: evidence.generator().map(|verdict| verdict.validity),
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
    Ok(written.into())
}
