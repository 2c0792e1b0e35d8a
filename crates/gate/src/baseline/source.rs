//! Where a baseline comes from, and whether a run may be compared with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lead_stats::{Paths, Run, RunVerdict, Summary};

use super::{
    earlier::EarlierRun,
    kept::{Kept, RunSet},
    reference::Reference,
    workload::Workload,
};
use crate::{
    entire::{require_finished, require_followed, require_same_times},
    error::GateError,
    identity::identity,
    latencies::Latencies,
    machine::Machine,
    parts::require_parts,
    prefix,
    quantity::Quantity,
    steady::Start,
    timeline::Timeline,
    validity::heed,
};

/// What a run is compared with.
#[derive(Clone, Debug)]
pub struct Baseline {
    path: PathBuf,
    source: Source,
    /// Why its figures, and those of the pinned reference, say nothing about this machine.
    elsewhere: [Option<String>; 2],
    notes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Source {
    Earlier(Box<EarlierRun>),
    Kept(Box<Kept>),
}

impl Baseline {
    /// Takes a run as baseline; `path` is how messages speak of it. A run without requests is refused, and one whose history
    /// is of another run.
    pub fn new(path: &Path, run: Run) -> Result<Self, GateError> {
        Self::earlier(path, run, Start::default(), None)
    }

    /// Takes a kept baseline, as it is seen from `machine`; `path` is how messages speak of it.
    pub fn kept(path: &Path, kept: Kept, machine: &Machine) -> Self {
        let news = kept.current.machine.news(machine);
        let elsewhere = |set: &RunSet| set.machine.difference(machine);
        let seen = [elsewhere(&kept.current), kept.pinned.as_ref().and_then(elsewhere)];
        let mut baseline = Self::from(path, Source::Kept(Box::new(kept)));
        let note = |news| format!("When the baseline {} was made, {news}.", path.display());
        baseline.notes.extend(news.filter(|_| seen[0].is_none()).map(note));
        baseline.elsewhere = seen;
        baseline
    }

    /// Reads a kept baseline, or an earlier run's `_stats.csv` with its history if that lies beside it. The steady part of
    /// an earlier run begins where that of the judged one does.
    pub(crate) fn read(path: &Path, start: Start) -> Result<Self, GateError> {
        if Kept::is_one(path) {
            return Ok(Self::kept(path, Kept::read(path)?, &Machine::here()));
        }
        let Some(prefix) = prefix::of_summary(path) else {
            let summary = lead_stats::read_summary(path).map_err(GateError::Baseline)?;
            return Self::new(path, Run { summary, ..Run::default() });
        };
        let unusable = |fault| GateError::InvalidBaseline(Box::new(fault));
        let paths = Paths::of(&prefix);
        let run = lead_stats::read(&prefix).map_err(GateError::Baseline)?;
        require_followed(&paths, &run).map_err(unusable)?;
        require_finished(&paths.summary).map_err(unusable)?;
        let said = RunVerdict::read(&paths.verdict).map_err(GateError::Baseline)?;
        let doubt = heed(said.as_ref(), &paths, &run.summary, "the baseline's run");
        let doubt = doubt.map_err(unusable)?;
        require_parts(&paths, &run.summary).map_err(unusable)?;
        require_same_times(&paths, &Timeline::of(&run.history), &run).map_err(unusable)?;
        let (latencies, unused) = Latencies::beside(&paths, &run.summary);
        let mut baseline = Self::earlier(path, run, start, said.as_ref())?;
        if let Source::Earlier(run) = &mut baseline.source {
            run.latencies = latencies;
        }
        baseline.notes.extend(doubt.into_iter().chain(unused));
        Ok(baseline)
    }

    fn earlier(
        path: &Path,
        run: Run,
        start: Start,
        said: Option<&RunVerdict>,
    ) -> Result<Self, GateError> {
        let paths = match prefix::of_summary(path) {
            Some(prefix) => Paths::of(&prefix),
            None => Paths { summary: path.to_owned(), ..Paths::of(path) },
        };
        let run = EarlierRun::new(&paths, run, start, said).map_err(|fault| match fault {
            GateError::NoRequests { .. } => fault,
            fault => GateError::InvalidBaseline(Box::new(fault)),
        })?;
        let all = &run.summary.aggregated;
        let (failures, requests) = (all.failures, all.requests);
        if failures > requests / 2 {
            return Err(GateError::FailedBaseline { path: path.to_owned(), failures, requests });
        }
        let mut baseline = Self::from(path, Source::Earlier(Box::new(run)));
        if failures > 0 {
            let share = Quantity::Percent(failures as f64 / requests as f64 * 100.0);
            baseline.notes.push(format!(
                "{share} of the baseline's requests failed, and its percentiles include failures."
            ));
        }
        Ok(baseline)
    }

    fn from(path: &Path, source: Source) -> Self {
        Self { path: path.to_owned(), source, elsewhere: [None, None], notes: Vec::new() }
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What rules against `baseline` compare with.
    pub(crate) fn current(&self) -> Reference<'_> {
        match &self.source {
            Source::Earlier(run) => Reference {
                path: &self.path,
                runs: vec![&run.summary],
                steady_rps: vec![run.steady.ok().map(|steady| steady.rps())],
                single: Some(run),
                elsewhere: None,
            },
            Source::Kept(kept) => self.reference(&kept.current, self.elsewhere[0].as_deref()),
        }
    }

    /// What rules against `pinned` compare with; `None` if nothing is pinned.
    pub(crate) fn pinned(&self) -> Option<Reference<'_>> {
        match &self.source {
            Source::Earlier(_) => None,
            Source::Kept(kept) => {
                let set = kept.pinned.as_ref()?;
                Some(self.reference(set, self.elsewhere[1].as_deref()))
            }
        }
    }

    fn reference<'b>(&'b self, set: &'b RunSet, elsewhere: Option<&'b str>) -> Reference<'b> {
        let runs = set.runs.iter().map(|run| &run.summary).collect();
        let steady_rps = set.runs.iter().map(|run| run.steady_rps).collect();
        Reference { path: &self.path, runs, steady_rps, single: None, elsewhere }
    }

    /// Refuses a comparison of unlike runs.
    pub(crate) fn require_alike(
        &self,
        summary: &Summary,
        workload: &Workload,
    ) -> Result<(), GateError> {
        let requests = summary.aggregated.requests;
        let difference = match &self.source {
            Source::Earlier(run) => {
                run.workload.difference(workload, requests.min(run.summary.aggregated.requests))
            }
            Source::Kept(kept) => {
                let differs = |set: &RunSet| set.workload.difference(workload, requests);
                let pinned = || {
                    let difference = kept.pinned.as_ref().and_then(differs)?;
                    Some(format!("its pinned reference is of another load: {difference}"))
                };
                differs(&kept.current).or_else(pinned)
            }
        };
        match difference {
            None => Ok(()),
            Some(difference) => Err(GateError::OtherLoad { path: self.path.clone(), difference }),
        }
    }

    /// What is odd about it without making it useless, as sentences.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        if let Source::Earlier(run) = &self.source
            && run.timeline.points.is_empty()
        {
            notes.push(format!(
                "The baseline {} has no history beside it: nobody knows whether it had as many users. Keep its \
                 _stats_history.csv too.",
                self.path.display()
            ));
        }
        notes
    }

    /// Refuses a run that is compared with itself, which could only pass.
    ///
    /// A copy of it is the run itself: two runs never agree in every mean to the last digit.
    pub(crate) fn require_other_than(
        &self,
        run: &Paths,
        summary: &Summary,
    ) -> Result<(), GateError> {
        let itself = || Err(GateError::BaselineIsRun { path: self.path.clone() });
        let earlier = match &self.source {
            Source::Earlier(earlier) => earlier,
            Source::Kept(kept) => {
                let id = identity(run)?;
                let is_in_it = kept.current.runs.iter().any(|kept| kept.id == id);
                return if is_in_it { itself() } else { Ok(()) };
            }
        };
        match (fs::canonicalize(&self.path), fs::canonicalize(&run.summary)) {
            (Ok(baseline), Ok(run)) if baseline == run => itself(),
            _ if earlier.summary == *summary => itself(),
            _ => Ok(()),
        }
    }
}
