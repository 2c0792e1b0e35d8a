//! `lead-gate check`: what was typed, and what it means.
//!
//! [`CheckArgs::inputs`] and [`CheckArgs::outputs`] make of it what is judged and where the verdict goes.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use clap::Args;

use super::{
    EXIT_CODES,
    reports::{ReportArgs, files_of, same_file},
};
use crate::{
    error::PolicyError,
    evidence::Inputs,
    expected::Expected,
    policy::{Change, Demand, Policy},
    prefix,
    report::{GitHub, Outputs},
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

    /// Refuse a run older than this: 30, 90s, 15m, 1h30m, 2d
    #[arg(long, value_name = "DURATION", value_parser = timespan::parse)]
    max_age: Option<Duration>,

    #[command(flatten)]
    reports: ReportArgs,
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
    pub fn clash(&self, github: &GitHub) -> Option<PathBuf> {
        let baseline = self.baseline.as_deref();
        let earlier = baseline.and_then(prefix::of_summary);
        let runs = [Some(self.prefix.as_path()), earlier.as_deref()];
        let files: Vec<PathBuf> = runs.into_iter().flatten().flat_map(files_of).collect();
        let read: Vec<&Path> = files
            .iter()
            .map(PathBuf::as_path)
            .chain(baseline)
            .chain(self.config.as_deref())
            .collect();
        self.reports.clash(|report| read.iter().any(|file| same_file(report, file)), github)
    }

    /// Where the verdict goes, on a machine that may be a runner of GitHub Actions.
    pub fn outputs(&self, github: GitHub) -> Outputs {
        self.reports.outputs(github)
    }
}
