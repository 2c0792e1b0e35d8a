//! The run to compare with.
//!
//! A [`Baseline`] is the `_stats.csv` of an earlier run, with its history if that lies beside it. It is refused if it
//! is no run or if it measured something else. It is never written here: a gate that moves its own mark judges nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lead_stats::{History, Paths, Run, Summary};

use crate::{error::GateError, steady::Steady, timeline::Timeline, track::Track, validity::heed};

/// How a summary's name ends; the rest is the prefix of its run.
const SUMMARY_SUFFIX: &str = "_stats.csv";

/// Plateaus this close, in percent, are the same load: a master may lose a user of three hundred.
const SAME_USERS_PERCENT: u128 = 5;

/// An earlier run that can be compared with.
#[derive(Clone, Debug)]
pub struct Baseline {
    path: PathBuf,
    summary: Summary,
    users: Option<u64>,
    track: Option<Track>,
}

impl Baseline {
    /// Takes a run as baseline; `path` is how messages speak of it. A run without requests is refused.
    pub fn new(path: &Path, run: Run) -> Result<Self, GateError> {
        Self::from_parts(path, run.summary, &run.history)
    }

    /// Reads an earlier run's `_stats.csv`, and its history if it lies beside it.
    pub(crate) fn read(path: &Path) -> Result<Self, GateError> {
        let Some(prefix) = prefix_of(path) else {
            let summary = lead_stats::read_summary(path).map_err(GateError::Baseline)?;
            return Self::from_parts(path, summary, &History::default());
        };
        Self::new(path, lead_stats::read(prefix).map_err(GateError::Baseline)?)
    }

    fn from_parts(path: &Path, summary: Summary, history: &History) -> Result<Self, GateError> {
        if summary.aggregated.requests == 0 {
            return Err(GateError::NoRequests { path: path.to_owned() });
        }
        let timeline = Timeline::of(history);
        let steady = Steady::find(&timeline).ok();
        let (users, track) = (steady.map(|steady| steady.users), Track::of(&timeline, steady));
        Ok(Self { path: path.to_owned(), summary, users, track })
    }

    /// The summary of the earlier run.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it went over time, if its history is known.
    pub(crate) fn track(&self) -> Option<&Track> {
        self.track.as_ref()
    }

    /// How many users it held, if its history is known.
    pub(crate) fn users(&self) -> Option<u64> {
        self.users
    }

    /// Refuses a comparison of unlike runs.
    pub(crate) fn require_alike(
        &self,
        summary: &Summary,
        users: Option<u64>,
    ) -> Result<(), GateError> {
        let (ours, theirs) = (endpoints(summary), endpoints(&self.summary));
        let missing =
            |from: &[String], of: &[String]| of.iter().find(|name| !from.contains(name)).cloned();
        let difference = missing(&ours, &theirs)
            .map(|name| format!("it has the endpoint {name:?}, this run has not"))
            .or_else(|| {
                missing(&theirs, &ours)
                    .map(|name| format!("this run has the endpoint {name:?}, it has not"))
            });
        if let Some(difference) = difference {
            return Err(GateError::OtherEndpoints { path: self.path.clone(), difference });
        }
        match (self.users, users) {
            (Some(baseline), Some(current))
                if u128::from(baseline.abs_diff(current)) * 100
                    > u128::from(baseline) * SAME_USERS_PERCENT =>
            {
                Err(GateError::OtherUsers { path: self.path.clone(), baseline, current })
            }
            _ => Ok(()),
        }
    }

    /// What its load generator doubted, as a note; a run that it called invalid is refused.
    pub(crate) fn doubt(&self) -> Result<Option<String>, GateError> {
        let Some(prefix) = prefix_of(&self.path) else { return Ok(None) };
        heed(&Paths::of(prefix), &self.summary, "the baseline's run")
            .map_err(|refusal| GateError::InvalidBaseline(Box::new(refusal)))
    }

    /// Refuses a run that is compared with itself, which could only pass.
    pub(crate) fn require_other_than(&self, summary: &Path) -> Result<(), GateError> {
        match (fs::canonicalize(&self.path), fs::canonicalize(summary)) {
            (Ok(baseline), Ok(run)) if baseline == run => {
                Err(GateError::BaselineIsRun { path: self.path.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// The prefix of the run that a summary belongs to, where its name shows one.
fn prefix_of(summary: &Path) -> Option<&Path> {
    summary.to_str()?.strip_suffix(SUMMARY_SUFFIX).map(Path::new)
}

/// Method and name of every endpoint that was asked at all.
fn endpoints(summary: &Summary) -> Vec<String> {
    let asked = summary.endpoints.iter().filter(|endpoint| endpoint.requests > 0);
    asked.map(|endpoint| format!("{} {}", endpoint.method, endpoint.name)).collect()
}
