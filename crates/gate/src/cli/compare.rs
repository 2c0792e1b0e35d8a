//! `lead-gate compare`: what was typed, and what it means.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use clap::Args;

use super::reports::{ReportArgs, files_of, same_file};
use crate::{
    compare::{CompareInputs, Margin, Measure, Pairing},
    prefix,
    report::{ContrastJudgement, ContrastReport, GitHub, Outputs},
    timespan,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  no regression, or (without --strict) inconclusive
  1  regression
  2  wrong usage, a figure of --decide that the files lack, or a report could not be written
  3  not compared: a run is missing, torn, unlike the others, or INVALID by its load generator
  4  inconclusive, with --strict";

/// What `compare` was told.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct CompareArgs {
    /// Runs of the base: --csv prefixes, or folders with one run in each
    #[arg(long, value_name = "RUN", required = true, num_args = 1..)]
    base: Vec<PathBuf>,

    /// Runs of the head, best in turns with those of the base
    #[arg(long, value_name = "RUN", required = true, num_args = 1..)]
    head: Vec<PathBuf>,

    /// A head this many times as slow is a regression
    #[arg(long, value_name = "RATIO", default_value_t = 1.2, value_parser = limit)]
    limit: f64,

    /// Confidence of the ranges; (1 - this) / 2 is the chance of a false alarm
    #[arg(long, value_name = "SHARE", default_value_t = 0.95, value_parser = confidence)]
    confidence: f64,

    /// A rise of no more than this is no regression (0.5ms, 5ms)
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = milliseconds)]
    min_abs: f64,

    /// What decides, of all requests and of each endpoint: p50, p95, p99, avg, rate
    #[arg(long, value_name = "FIGURE", default_value = "p95", value_delimiter = ',', value_parser = Measure::parse)]
    decide: Vec<Measure>,

    /// How runs are held against each other: paired, pooled [default: by their times]
    #[arg(long, value_name = "HOW", value_parser = pairing)]
    pairing: Option<Pairing>,

    /// Inconclusive is no pass: exit code 4
    #[arg(long)]
    strict: bool,

    /// Refuse runs older than this: 30, 90s, 15m, 1h30m, 2d
    #[arg(long, value_name = "DURATION", value_parser = timespan::parse)]
    max_age: Option<Duration>,

    #[command(flatten)]
    reports: ReportArgs,
}

impl CompareArgs {
    /// What is to be compared, seen from `now`.
    pub fn inputs(&self, now: SystemTime) -> CompareInputs {
        CompareInputs {
            base: self.base.clone(),
            head: self.head.clone(),
            pairing: self.pairing,
            max_age: self.max_age,
            now,
        }
    }

    /// By what base and head are told apart.
    pub fn margin(&self) -> Margin {
        let mut decide: Vec<Measure> = Vec::new();
        for measure in &self.decide {
            if !decide.contains(measure) {
                decide.push(*measure);
            }
        }
        Margin { limit: self.limit, confidence: self.confidence, min_abs_ms: self.min_abs, decide }
    }

    /// The report that would take the place of a file of a run, or of another report, if any.
    pub fn clash(&self, github: &GitHub) -> Option<PathBuf> {
        let runs = self.base.iter().chain(&self.head);
        // A folder that names no run is refused when it is read; it has no file to overwrite.
        let prefixes = runs.filter_map(|run| prefix::find(run).ok());
        let files: Vec<PathBuf> = prefixes.flat_map(|prefix| files_of(&prefix)).collect();
        let is_read = |report: &Path| {
            files.iter().any(|file| same_file(report, file))
                || self.lies_in_a_folder_of_runs(report)
        };
        self.reports.clash(is_read, github)
    }

    /// Whether a report would be called like a run's file, in a folder that was given as one.
    fn lies_in_a_folder_of_runs(&self, report: &Path) -> bool {
        let endings = [
            "_stats.csv",
            "_history.csv",
            "_failures.csv",
            "_exceptions.csv",
            "_verdict.json",
            ".hlog",
        ];
        let is_named_so =
            report.to_str().is_some_and(|text| endings.iter().any(|ending| text.ends_with(ending)));
        let mut runs = self.base.iter().chain(&self.head);
        is_named_so && report.parent().is_some_and(|folder| runs.any(|run| same_file(folder, run)))
    }

    /// What is said of a comparison.
    pub fn report(&self, judgement: ContrastJudgement) -> ContrastReport {
        ContrastReport { judgement, is_strict: self.strict }
    }

    /// Where that goes, on a machine that may be a runner of GitHub Actions.
    pub fn outputs(&self, github: GitHub) -> Outputs {
        self.reports.outputs(github)
    }
}

fn pairing(text: &str) -> Result<Pairing, String> {
    [Pairing::Paired, Pairing::Pooled]
        .into_iter()
        .find(|pairing| pairing.as_str() == text)
        .ok_or_else(|| format!("{text:?} is no pairing; write paired or pooled"))
}

fn limit(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(limit) if limit > 1.0 && f64::is_finite(limit) => Ok(limit),
        _ => Err(format!("{text:?} is no limit; write a ratio above 1, such as 1.2 for +20 %")),
    }
}

fn confidence(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.5..1.0).contains(&share) => Ok(share),
        _ => Err(format!(
            "{text:?} is no confidence; write a share from 0.5 to below 1, such as 0.95"
        )),
    }
}

fn milliseconds(text: &str) -> Result<f64, String> {
    let (number, scale) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1000.0),
        (None, None) => ("", 0.0),
    };
    match number.trim_end().parse::<f64>() {
        Ok(value) if value >= 0.0 && value.is_finite() => Ok(value * scale),
        _ => Err(format!("{text:?} is no time; write it with its unit, such as 0.5ms, 5ms or 1s")),
    }
}
