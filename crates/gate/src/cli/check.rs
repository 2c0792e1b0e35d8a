//! `lead-gate check`: what was typed, and what it means.
//!
//! [`CheckArgs::inputs`] and [`CheckArgs::outputs`] make of it what is judged and where the verdict goes.

use std::{
    path::{Path, PathBuf, absolute},
    time::{Duration, SystemTime},
};

use clap::Args;
use lead_stats::Paths;

use super::EXIT_CODES;
use crate::{
    error::PolicyError,
    evidence::Inputs,
    expected::Expected,
    policy::{Change, Demand, Policy},
    report::Outputs,
    timespan,
};

/// What `check` was told.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CheckArgs {
    /// The run, by what the generator was given as `--csv`.
    #[arg(
        long,
        value_name = "PREFIX",
        help = "The run: what was given to --csv; reads PREFIX_stats.csv and its siblings"
    )]
    prefix: PathBuf,

    /// The run to compare with.
    #[arg(
        long,
        value_name = "FILE",
        help = "Compare with a kept baseline, or with an earlier run's _stats.csv"
    )]
    baseline: Option<PathBuf>,

    /// Judge by the rules of this file instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// What is changed about the rules.
    #[arg(
        long = "set",
        value_name = "RULE.KEY=VALUE",
        help = "Change a rule: p95.max=800ms, p95.severity=warn, run.expect_users=100"
    )]
    changes: Vec<Change>,

    /// Let warnings fail as well, and end with 4 if a rule could not be decided
    #[arg(long, conflicts_with = "warn_only")]
    strict: bool,

    /// Show failures as warnings, to try rules out
    #[arg(long)]
    warn_only: bool,

    /// Write the verdict as JSON; "-" is stdout, and the table moves to stderr
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Where the job summary goes.
    #[arg(
        long,
        value_name = "FILE",
        help = "Write the verdict as Markdown; append if FILE is $GITHUB_STEP_SUMMARY"
    )]
    markdown: Option<PathBuf>,

    /// Refuse a run older than this: 30, 90s, 15m, 1h30m, 2d
    #[arg(long, value_name = "DURATION", value_parser = timespan::parse)]
    max_age: Option<Duration>,
}

impl CheckArgs {
    /// What is demanded.
    pub fn policy(&self) -> Result<Policy, PolicyError> {
        let demand = match (self.strict, self.warn_only) {
            (true, _) => Demand::Strict,
            (_, true) => Demand::WarnOnly,
            _ => Demand::Usual,
        };
        Ok(Policy::load(self.config.as_deref(), &self.changes)?.demanding(demand))
    }

    /// What is to be judged, seen from `now`, if it is a run as `expected`.
    pub fn inputs(&self, expected: Expected, now: SystemTime) -> Inputs {
        Inputs {
            prefix: self.prefix.clone(),
            baseline: self.baseline.clone(),
            max_age: self.max_age,
            expected,
            now,
        }
    }

    /// The report that would take the place of another file of this judgement, if any.
    ///
    /// A verdict that overwrites what it was made from could not be repeated.
    pub fn clash(&self) -> Option<&Path> {
        let run = Paths::of(&self.prefix);
        let before = self.baseline.iter().chain(&self.config).map(PathBuf::as_path);
        let read = [&run.summary, &run.history, &run.failures, &run.exceptions, &run.verdict];
        let read: Vec<&Path> = read.into_iter().map(PathBuf::as_path).chain(before).collect();
        let reports = [self.json.as_deref(), self.markdown.as_deref()];
        let clashes = |report: &Path| read.iter().any(|file| same_file(report, file));
        match reports {
            [Some(json), Some(markdown)] if same_file(json, markdown) => Some(markdown),
            _ => reports.into_iter().flatten().find(|report| clashes(report)),
        }
    }

    /// Where the verdict goes; `step_summary` is the value of `GITHUB_STEP_SUMMARY`.
    pub fn outputs(&self, step_summary: Option<PathBuf>) -> Outputs {
        Outputs { json: self.json.clone(), markdown: self.markdown.clone(), step_summary }
    }
}

/// Whether two paths lead to one file, also by way of links; a file that does not exist yet is known by its path.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| absolute(path));
    one == other || real(one).is_ok_and(|one| real(other).is_ok_and(|other| one == other))
}
