//! What the gate decided, as plain data.
//!
//! A [`Verdict`] holds an [`Outcome`] for every rule and the facts of the run beside it. It carries no formatting: the
//! files under `report` read it, and nobody calls back. Strings in it may come from a server and are raw; every report
//! escapes all of them.

use std::{fmt, path::PathBuf};

use lead_stats::Summary;

use crate::{
    digest::InputFile,
    drift::Drift,
    exit,
    noise::{Interval, Resolution},
    policy::Demand,
    quantity::Quantity,
    rule::Rule,
    steady::{NoSteady, Steady},
    timeline::HistoryMode,
    track::Track,
};

/// What became of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The rule holds.
    Pass,
    /// The run is too short or too quiet to tell; no failure.
    Inconclusive,
    /// Something to look at; no failure.
    Warn,
    /// The figure is missing although the rule demands it; a failure.
    NoData,
    /// The rule is broken.
    Fail,
}

impl Status {
    /// All of them, worst first.
    pub const ALL: [Self; 5] =
        [Self::Fail, Self::NoData, Self::Warn, Self::Inconclusive, Self::Pass];

    /// Whether this status alone fails the run.
    pub fn fails(self) -> bool {
        matches!(self, Self::Fail | Self::NoData)
    }

    /// The status in one word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Warn => "warn",
            Self::NoData => "no-data",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of one rule, by which figures, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The rule.
    pub rule: Rule,
    /// What became of it.
    pub status: Status,
    /// What was observed; `None` without data.
    pub observed: Option<Quantity>,
    /// What it was compared with; `None` where the limit is a baseline that is missing.
    pub limit: Option<Quantity>,
    /// Why, in a sentence or two; for anything but a pass with the next step. Raw: may quote a server.
    pub why: String,
    /// The figures behind a relative rule.
    pub comparison: Option<Comparison>,
    /// The figures behind a drift rule.
    pub drift: Option<Drift>,
}

impl Outcome {
    /// An outcome without figures; the fields are public to be filled.
    pub(crate) fn new(rule: &Rule, status: Status, why: impl Into<String>) -> Self {
        let (rule, why) = (rule.clone(), why.into());
        Self { rule, status, observed: None, limit: None, why, comparison: None, drift: None }
    }
}

/// This run's figure against the baseline's, or the pinned reference's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The reference's figure, of several runs the median, in the metric's unit.
    pub reference: Quantity,
    /// How many runs the reference has.
    pub runs: usize,
    /// This run's figure over the reference's; `None` if that is below the resolution of its file.
    pub ratio: Option<f64>,
    /// How finely this run's file is written.
    pub resolution: Resolution,
    /// Two true values this far apart, in the metric's unit, may be written as these two, or as one.
    pub indistinct: f64,
    /// How large chance is.
    pub chance: Chance,
}

/// The ratios that chance allows, each of them this run's figure over the reference's.
///
/// Rounding and sampling are lower bounds of the true uncertainty; only the last two know that a machine has slower and
/// faster times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// What rounding alone allows.
    pub by_rounding: Interval,
    /// What the finite number of requests allows, at 95 %; none if they are too few, or if the figure is no percentile.
    pub by_sampling: Option<Interval>,
    /// Whether that was counted in a log of every response time, and not read between the columns.
    pub sampling_is_exact: bool,
    /// What the ups and downs within both runs allow, at 95 %; none without two full histories.
    pub within_runs: Option<Interval>,
    /// What the differences between the reference's runs allow, at 1 - alpha on either side; none for fewer than five.
    pub between_runs: Option<Interval>,
}

/// What the run was, whether good or not.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFacts {
    /// Requests, failed ones included.
    pub requests: u64,
    /// Failed requests.
    pub failures: u64,
    /// Requests per second over the whole run, ramp included.
    pub rps: f64,
    /// What the history's percentiles describe.
    pub history: HistoryMode,
    /// The window in which the load was held, or why there is none.
    pub steady: Result<Steady, NoSteady>,
    /// What was odd about the files without making them wrong. Raw: may quote a file name.
    pub notes: Vec<String>,
    /// The figures of the whole run, endpoint by endpoint. Raw: names may come from a server.
    pub summary: Summary,
    /// How it went over time, if it has a history.
    pub track: Option<Track>,
    /// What it was compared with, if anything.
    pub baseline: Option<BaselineFacts>,
    /// The files that it was read from; none for a run that was made in memory.
    pub files: Vec<InputFile>,
}

/// What the baseline was.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineFacts {
    /// The file it was read from. Raw.
    pub path: PathBuf,
    /// Its figures, endpoint by endpoint. Raw: names may come from a server.
    pub summary: Summary,
    /// How it went over time, if its history is known.
    pub track: Option<Track>,
}

/// The decision over one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What the run was.
    pub run: RunFacts,
    /// One outcome for every rule, in the policy's order; for each endpoint one where a rule says `of each`.
    pub outcomes: Vec<Outcome>,
    /// How strictly they are taken.
    pub demand: Demand,
}

impl Verdict {
    /// Whether the run is good. No outcomes at all are not.
    pub fn passes(&self) -> bool {
        self.exit_code() == exit::PASS
    }

    /// Whether an outcome of this status fails the run, as strictly as this verdict is taken.
    pub fn is_failure(&self, status: Status) -> bool {
        status.fails() || self.demand == Demand::Strict && status == Status::Warn
    }

    /// How many rules came to `status`.
    pub fn count(&self, status: Status) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == status).count()
    }

    /// The exit code: [`exit::PASS`], [`exit::FAIL`] or, only if taken strictly, [`exit::INCONCLUSIVE`].
    pub fn exit_code(&self) -> u8 {
        let failed = self.outcomes.iter().any(|outcome| self.is_failure(outcome.status));
        if failed || self.outcomes.is_empty() {
            return exit::FAIL;
        }
        let is_open = self.demand == Demand::Strict && self.count(Status::Inconclusive) > 0;
        if is_open { exit::INCONCLUSIVE } else { exit::PASS }
    }

    /// The verdict in one word, as in JSON: `pass`, `fail` or `inconclusive`.
    pub fn word(&self) -> &'static str {
        match self.exit_code() {
            exit::PASS => "pass",
            exit::INCONCLUSIVE => "inconclusive",
            _ => "fail",
        }
    }

    /// The verdict in one line, what decided it first: `FAIL: 1 failed, 1 warning, 6 passed`.
    pub fn headline(&self) -> String {
        let mut order = Status::ALL;
        if self.passes() {
            order.reverse();
        }
        let counts: Vec<String> = order
            .into_iter()
            .filter_map(|status| match (self.count(status), status) {
                (0, _) => None,
                (count, Status::Fail) => Some(format!("{count} failed")),
                (count, Status::NoData) => Some(format!("{count} without data")),
                (1, Status::Warn) => Some("1 warning".to_owned()),
                (count, Status::Warn) => Some(format!("{count} warnings")),
                (count, Status::Inconclusive) => Some(format!("{count} inconclusive")),
                (count, Status::Pass) => Some(format!("{count} passed")),
            })
            .collect();
        let demand = match self.demand {
            Demand::Usual => "",
            Demand::Strict => " (--strict)",
            Demand::WarnOnly => " (--warn-only)",
        };
        format!("{}: {}{demand}", self.word().to_uppercase(), counts.join(", "))
    }
}
