//! What there is to judge, once it is certain that it is a run at all.
//!
//! [`Evidence`] can only be built from a run with requests whose files belong together, are whole, and are as young as
//! demanded, and that its load generator does not call invalid. [`Evidence::gather`] is the one place that reads files;
//! everything after it is arithmetic. Whether the run is good is [`judge`](crate::judge())'s business.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lead_stats::{Endpoint, Exception, Failure, History, Paths, Run, RunVerdict, Summary};

use crate::{
    baseline::{Baseline, Workload},
    departure::departure,
    digest::InputFile,
    entire::{
        cut_short, require_finished, require_followed, require_one_run, require_requests,
        require_same_times, unix_s,
    },
    error::GateError,
    expected::Expected,
    freshness::Freshness,
    latencies::Latencies,
    parts::require_parts,
    rule::{Metric, Scope},
    steady::{NoSteady, Steady},
    timeline::Timeline,
    validity::heed,
};

/// Where the evidence lies and how old it may be.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The run's files are `PREFIX_stats.csv`, `PREFIX_stats_history.csv`, and so on.
    pub prefix: PathBuf,
    /// The `_stats.csv` of an earlier run, or a kept baseline.
    pub baseline: Option<PathBuf>,
    /// How old the run may be.
    pub max_age: Option<Duration>,
    /// What counts as a run worth judging.
    pub expected: Expected,
    /// The time of judging; a parameter, so that a verdict can be repeated.
    pub now: SystemTime,
}

/// A run that can be judged.
#[derive(Clone, Debug)]
pub struct Evidence {
    run: Run,
    timeline: Timeline,
    steady: Result<Steady, NoSteady>,
    exceptions_kept: bool,
    generator: Option<RunVerdict>,
    latencies: Option<Latencies>,
    baseline: Option<Baseline>,
    notes: Vec<String>,
    files: Vec<InputFile>,
}

impl Evidence {
    /// Reads and checks a run and its baseline.
    pub fn gather(inputs: &Inputs) -> Result<Self, GateError> {
        let paths = Paths::of(&inputs.prefix);
        // First, because little of it is kept: two long histories at once would not fit. Its faults come last.
        let read = |path: &Path| Baseline::read(path, inputs.expected.start);
        let baseline = inputs.baseline.as_deref().map(read);
        let run = lead_stats::read(&inputs.prefix)?;
        require_followed(&paths, &run)?;
        let written_s = require_finished(&paths.summary)?;
        let generator = RunVerdict::read(&paths.verdict)?;
        let doubt = heed(generator.as_ref(), &paths, &run.summary, "this run")?;
        let asked_per_s = generator.as_ref().and_then(RunVerdict::asked_per_s);
        let mut evidence = Self::asked(&paths, run, inputs.expected, asked_per_s)?;
        require_parts(&paths, &evidence.run.summary)?;
        require_same_times(&paths, &evidence.timeline, &evidence.run)?;
        evidence.notes.extend(doubt);
        evidence.generator = generator;
        evidence.exceptions_kept = paths.exceptions.exists();
        let freshness = Freshness {
            now_s: unix_s(inputs.now),
            written_s,
            history_end_s: evidence.timeline.end_s(),
            max_age: inputs.max_age,
        };
        evidence.notes.extend(freshness.check(&paths.summary, &paths.history)?);
        evidence.files = files(&paths, inputs.baseline.as_deref())?;
        let Some(baseline) = baseline.transpose()? else { return Ok(evidence) };
        baseline.require_other_than(&paths, &evidence.run.summary)?;
        evidence.with_latencies(&paths).with_baseline(baseline)
    }

    /// Checks a run that is already in memory; `paths` are how messages speak of its files. Pure.
    pub fn new(paths: &Paths, run: Run) -> Result<Self, GateError> {
        Self::expecting(paths, run, Expected::default())
    }

    /// Checks a run in memory that has to be like this to be worth judging. Pure.
    pub fn expecting(paths: &Paths, run: Run, expected: Expected) -> Result<Self, GateError> {
        Self::asked(paths, run, expected, None)
    }

    /// The same, of a run whose generator said which rate was asked for on average.
    fn asked(
        paths: &Paths,
        run: Run,
        expected: Expected,
        asked_per_s: Option<f64>,
    ) -> Result<Self, GateError> {
        require_requests(paths, &run.summary)?;
        let timeline = Timeline::of(&run.history);
        require_one_run(paths, &timeline, &run.summary)?;
        let notes: Vec<String> = run
            .notes
            .iter()
            .map(ToString::to_string)
            .chain(timeline.notes.iter().cloned())
            .chain(oddities(&run.summary))
            // Who says how long the run should be is not in doubt whether it was.
            .chain(cut_short(&timeline, &run.summary).filter(|_| expected.duration.is_none()))
            .collect();
        let steady = Steady::find(&timeline, expected.start, asked_per_s);
        expected.require(paths, &run.summary, &timeline, steady)?;
        let left = steady.ok().and_then(|steady| departure(&timeline, &steady));
        let notes = [notes, left.into_iter().collect()].concat();
        Ok(Self {
            run,
            timeline,
            steady,
            exceptions_kept: true,
            generator: None,
            latencies: None,
            baseline: None,
            notes,
            files: Vec::new(),
        })
    }

    /// Adds every response time, if the load generator left a log of them.
    #[must_use]
    pub(crate) fn with_latencies(mut self, paths: &Paths) -> Self {
        let (latencies, note) = Latencies::beside(paths, &self.run.summary);
        self.latencies = latencies;
        self.notes.extend(note);
        self
    }

    /// Adds a baseline, or says why it cannot be compared with this run.
    pub fn with_baseline(mut self, baseline: Baseline) -> Result<Self, GateError> {
        baseline.require_alike(&self.run.summary, &self.workload())?;
        self.notes.extend(baseline.notes());
        self.baseline = Some(baseline);
        Ok(self)
    }

    /// The whole-run figures.
    pub fn summary(&self) -> &Summary {
        &self.run.summary
    }

    /// The part of the run in which the load was held.
    pub fn steady(&self) -> Result<Steady, NoSteady> {
        self.steady
    }

    /// The run to compare with.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref()
    }

    /// What was odd about the files without making them wrong, as sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The files it was read from.
    pub(crate) fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// What was done to the service, as far as the run's files tell it.
    pub fn workload(&self) -> Workload {
        Workload::of(&self.run.summary, &self.timeline, self.steady, self.generator.as_ref())
    }

    /// What its load generator says of it; Locust says nothing.
    pub(crate) fn generator(&self) -> Option<&RunVerdict> {
        self.generator.as_ref()
    }

    pub(crate) fn latencies(&self) -> Option<&Latencies> {
        self.latencies.as_ref()
    }

    pub(crate) fn history(&self) -> &History {
        &self.run.history
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Exceptions of the scenario's own code; `None` if the run kept no list of them.
    pub(crate) fn exception_count(&self) -> Option<u64> {
        // Whatever its count says, a row is one exception at least; and no sum of counts comes around to 0.
        let counts = self.run.exceptions.iter().map(|exception| exception.count.max(1));
        self.exceptions_kept.then(|| counts.fold(0, u64::saturating_add))
    }

    /// The exception that was raised most often.
    pub(crate) fn worst_exception(&self) -> Option<&Exception> {
        self.run.exceptions.iter().max_by_key(|exception| exception.count)
    }

    /// The failure that occurred most often in these requests.
    pub(crate) fn worst_failure(&self, scope: &Scope) -> Option<&Failure> {
        let belongs = |failure: &&Failure| match scope {
            Scope::Endpoint { method, name } => failure.method == *method && failure.name == *name,
            _ => true,
        };
        self.run.failures.iter().filter(belongs).max_by_key(|failure| failure.occurrences)
    }
}

/// The files of a run and its baseline, by their digests.
fn files(paths: &Paths, baseline: Option<&Path>) -> Result<Vec<InputFile>, GateError> {
    let run = [
        ("summary", &paths.summary),
        ("history", &paths.history),
        ("failures", &paths.failures),
        ("exceptions", &paths.exceptions),
        ("validity", &paths.verdict),
    ];
    let all = run.map(|(role, path)| (role, path.as_path())).into_iter();
    all.chain(baseline.map(|path| ("baseline", path)))
        .filter_map(|(role, path)| InputFile::read(role, path).transpose())
        .collect()
}

/// What is odd about the summary's figures without making them useless: the first row whose percentiles fall.
fn oddities(summary: &Summary) -> Option<String> {
    let rows = [&summary.aggregated].into_iter().chain(&summary.endpoints);
    let (row, [below, above]) = rows.filter_map(|row| Some((row, falling(row)?))).next()?;
    let name = match row.method.as_str() {
        "" => format!("the {} row", row.name),
        method => format!("the row of {method} {}", row.name),
    };
    Some(format!(
        "{above} is smaller than {below} in {name}, which no list of response times gives: was the file changed by hand?"
    ))
}

/// Two neighbours among the percentiles of which the higher one is smaller.
fn falling(row: &Endpoint) -> Option<[Metric; 2]> {
    let mut columns: Vec<(f64, f64)> = row.percentiles.iter().collect();
    columns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let pair = columns.windows(2).find(|pair| pair[1].1 < pair[0].1)?;
    Some([pair[0].0, pair[1].0].map(Metric::Percentile))
}
