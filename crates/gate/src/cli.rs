//! The command line, as clap sees it.
//!
//! [`Cli`] is what was typed. [`CheckArgs::inputs`] and [`CheckArgs::outputs`] make of it what it means; no file's content
//! is read or written here.

use std::{
    path::{Path, PathBuf, absolute},
    time::{Duration, SystemTime},
};

use clap::{Args, Parser, Subcommand};
use lead_stats::Paths;

use crate::{evidence::Inputs, report::Outputs, timespan};

/// Printed below every help: a script needs these more than anything else.
const EXIT_CODES: &str = "\
Exit codes:
  0  every rule passed, perhaps with warnings
  1  a rule failed, or had no data
  2  wrong usage, or a report could not be written
  3  not judged: input missing, torn, stale, empty, not comparable, or INVALID by its load generator";

/// Is this load test good enough? A verdict over the CSV files that Locust or lead-loadgen left
#[derive(Debug, Parser)]
#[command(name = "lead-gate", version, after_help = EXIT_CODES, subcommand_required = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs of `lead-gate`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge one run
    Check(CheckArgs),
}

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
        help = "Compare with an earlier run's _stats.csv (and its history beside it)"
    )]
    baseline: Option<PathBuf>,

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
    /// What is to be judged, seen from `now`.
    pub fn inputs(&self, now: SystemTime) -> Inputs {
        Inputs {
            prefix: self.prefix.clone(),
            baseline: self.baseline.clone(),
            max_age: self.max_age,
            now,
        }
    }

    /// The report that would take the place of another file of this judgement, if any.
    ///
    /// A verdict that overwrites what it was made from could not be repeated.
    pub fn clash(&self) -> Option<&Path> {
        let run = Paths::of(&self.prefix);
        let before = self.baseline.iter().map(PathBuf::as_path);
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
fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| absolute(path));
    one == other || real(one).is_ok_and(|one| real(other).is_ok_and(|other| one == other))
}
