//! The runs that are to become a baseline, read and found alike.

use std::{
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
    prefix,
    quantity::counted,
    stamp::Stamp,
};

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
        let prefix = prefix::find(given)?;
        let unusable = |source| RenewalError::Run { source: Box::new(source) };
        let inputs =
            Inputs { prefix: prefix.clone(), baseline: None, max_age: None, expected, now };
        let evidence = Evidence::gather(&inputs).map_err(unusable)?;
        let id = identity(&Paths::of(&prefix)).map_err(unusable)?;
        Ok(Self { prefix, id, evidence })
    }

    /// What is kept of it.
    pub(super) fn kept(&self) -> Result<KeptRun, RenewalError> {
        let began = self
            .evidence
            .timeline()
            .points
            .first()
            .map(|first| Stamp::from_unix_s(first.at_s).to_string());
        let steady_rps = self.evidence.steady().ok().map(|steady| steady.rps());
        let kept = KeptRun::of(self.id.clone(), began, steady_rps, self.evidence.summary());
        kept.map_err(|problem| {
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
