//! The runs that are to become a baseline, read and found alike.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use lead_stats::Paths;

use super::error::RenewalError;
use crate::{
    baseline::{FEWEST_RUNS, KeptRun},
    error::GateError,
    evidence::{Evidence, Inputs},
    expected::Expected,
    identity::identity,
    quantity::counted,
};

/// How a summary's name ends; the rest is the prefix of its run.
const SUMMARY_SUFFIX: &str = "_stats.csv";

/// A run that is to become part of a baseline.
pub(super) struct Candidate {
    /// Its prefix, as messages speak of it.
    pub(super) prefix: PathBuf,
    /// Its name by its files.
    id: String,
    /// The run, without a baseline.
    pub(super) evidence: Evidence,
}

impl Candidate {
    /// Reads a run that was given by its prefix, its summary, or the folder that holds it and no other.
    fn read(given: &Path, expected: Expected, now: SystemTime) -> Result<Self, RenewalError> {
        let prefix = prefix_of(given)?;
        let unusable = |source| RenewalError::Run { source: Box::new(source) };
        let inputs =
            Inputs { prefix: prefix.clone(), baseline: None, max_age: None, expected, now };
        let evidence = Evidence::gather(&inputs).map_err(unusable)?;
        let id = identity(&Paths::of(&prefix)).map_err(unusable)?;
        Ok(Self { prefix, id, evidence })
    }

    /// What is kept of it.
    pub(super) fn kept(&self) -> Result<KeptRun, RenewalError> {
        let began = self.evidence.timeline().points.first().map(|first| rfc_3339(first.at_s));
        KeptRun::of(self.id.clone(), began, self.evidence.summary()).map_err(|problem| {
            let path = Paths::of(&self.prefix).summary;
            RenewalError::Run { source: Box::new(GateError::BaselineFile { path, problem }) }
        })
    }
}

/// Reads all runs; refuses fewer than three, the same one twice, and runs of different loads.
pub(super) fn read(
    given: &[PathBuf],
    expected: Expected,
    now: SystemTime,
) -> Result<Vec<Candidate>, RenewalError> {
    if given.len() < FEWEST_RUNS {
        let found = counted(given.len() as u64, "run");
        return Err(RenewalError::TooFew { found, needed: FEWEST_RUNS });
    }
    let mut runs: Vec<Candidate> = Vec::new();
    for path in given {
        let run = Candidate::read(path, expected, now)?;
        if let Some(same) = runs.iter().find(|other| other.id == run.id) {
            let (first, second) = (same.prefix.clone(), run.prefix);
            return Err(RenewalError::SameRun { first, second });
        }
        if let Some(first) = runs.first() {
            let requests = run.evidence.summary().aggregated.requests;
            let difference =
                first.evidence.workload().difference(&run.evidence.workload(), requests);
            if let Some(difference) = difference {
                let (path, first) = (run.prefix, first.prefix.clone());
                return Err(RenewalError::Unlike { path, first, difference });
            }
        }
        runs.push(run);
    }
    Ok(runs)
}

fn prefix_of(given: &Path) -> Result<PathBuf, RenewalError> {
    let without_suffix = |path: &Path| {
        path.to_str().and_then(|text| text.strip_suffix(SUMMARY_SUFFIX)).map(PathBuf::from)
    };
    if !given.is_dir() {
        return Ok(without_suffix(given).filter(|_| given.is_file()).unwrap_or(given.to_owned()));
    }
    let wrong = |what: String| RenewalError::Folder { path: given.to_owned(), what };
    let mut prefixes = Vec::new();
    for entry in fs::read_dir(given).map_err(|fault| wrong(format!("cannot be read: {fault}")))? {
        let entry = entry.map_err(|fault| wrong(format!("cannot be read: {fault}")))?;
        prefixes.extend(without_suffix(&entry.path()));
    }
    prefixes.sort();
    match prefixes.len() {
        0 => Err(wrong("no run lies in this folder; give what was given to --csv".to_owned())),
        1 => Ok(prefixes.remove(0)),
        several => Err(wrong(format!(
            "{several} runs lie in this folder; give each by its prefix, such as {}",
            prefixes[0].display()
        ))),
    }
}

/// A second in time in UTC, `2026-11-25T12:00:00Z`; the end of the calendar for what lies behind it.
pub(super) fn rfc_3339(unix_s: u64) -> String {
    let seconds = i64::try_from(unix_s).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX).to_string()
}
