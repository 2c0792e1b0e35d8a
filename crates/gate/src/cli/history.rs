//! `lead-gate history append`, `analyze` and `ack`: what was typed, and what it means.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use clap::{Args, Subcommand};

use super::reports::{ReportArgs, same_file};
use crate::{
    history::{Acknowledgement, Entry, Figure, Query},
    report::{GitHub, Outputs},
};

/// The exit codes of `analyze`, which are those of `check` in words of its own.
const EXIT_CODES: &str = "\
For watching a main branch, with a lag of 3 to 10 runs: never make it a gate of pull requests.

Exit codes:
  0  nothing new for the worse, or not enough history
  1  a new change for the worse, or a rule that could not be decided in two runs in a row
  2  wrong usage, or a file could not be written
  3  the history is missing, empty or torn
  4  only with --strict: not enough history";

/// The longest text of a label or a commit.
const LONGEST: usize = 100;

/// What `history` was told.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: HistoryCommand,
}

/// The verbs of `lead-gate history`.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// Add a run, one line of JSON
    Append(AppendArgs),
    /// Say where the service changed, and whether that is news
    Analyze(AnalyzeArgs),
    /// Say that a change is known
    Ack(AckArgs),
}

/// What `history append` was told.
#[derive(Debug, Args)]
pub struct AppendArgs {
    /// The run, by what the generator was given as `--csv`.
    #[arg(
        long,
        value_name = "PREFIX",
        help = "The run: what was given to --csv; reads PREFIX_stats.csv and its siblings"
    )]
    prefix: PathBuf,

    /// The history to add to; it is made if there is none
    #[arg(long, value_name = "FILE")]
    file: PathBuf,

    /// The revision that was measured
    #[arg(long, value_name = "SHA", value_parser = revision)]
    commit: Option<String>,

    /// Something else to be known of the run; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = label)]
    label: Vec<(String, String)>,

    /// What lead-gate check --json wrote about the run: remembers what could not be decided
    #[arg(long, value_name = "FILE")]
    verdict: Option<PathBuf>,
}

/// What `history analyze` was told.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct AnalyzeArgs {
    /// The history
    #[arg(long, value_name = "FILE")]
    file: PathBuf,

    /// Follow p50, p95, p99, avg or rps, over all requests and each endpoint; may be repeated
    #[arg(long, value_name = "METRIC", default_value = "p95", hide_possible_values = true)]
    metric: Vec<Figure>,

    /// Compare the runs whose key begins like this; "latest" is the key of the latest run
    #[arg(long, value_name = "KEY", default_value = "latest")]
    key: String,

    /// Where the permutations begin; the same seed gives the same answer
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// End with 4 if there is not enough history
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    reports: ReportArgs,
}

/// What `history ack` was told.
#[derive(Debug, Args)]
pub struct AckArgs {
    /// The history
    #[arg(long, value_name = "FILE")]
    file: PathBuf,

    /// The first run after the change: its name or commit, as analyze prints it
    #[arg(long, value_name = "RUN", value_parser = revision)]
    run: String,

    /// The figure that changed: p50, p95, p99, avg or rps; all of them without this
    #[arg(long, value_name = "METRIC", hide_possible_values = true)]
    metric: Option<Figure>,

    /// Why the change is accepted
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl AppendArgs {
    /// What is to be added, seen from `now`.
    pub fn entry(&self, now: SystemTime) -> Entry {
        Entry {
            prefix: self.prefix.clone(),
            file: self.file.clone(),
            commit: self.commit.clone(),
            labels: self.label.iter().cloned().collect::<BTreeMap<_, _>>(),
            judgement: self.verdict.clone(),
            now,
        }
    }
}

impl AnalyzeArgs {
    /// The history.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The report that would take the place of the history, or of another report, if any.
    pub fn clash(&self, github: &GitHub) -> Option<PathBuf> {
        self.reports.clash(|report| same_file(report, &self.file), github)
    }

    /// Where the findings go, on a machine that may be a runner of GitHub Actions.
    pub fn outputs(&self, github: GitHub) -> Outputs {
        self.reports.outputs(github)
    }

    /// What is asked of the history.
    pub fn query(&self) -> Query {
        let mut figures = Vec::new();
        for figure in &self.metric {
            if !figures.contains(figure) {
                figures.push(*figure);
            }
        }
        let key = (self.key != "latest").then(|| self.key.clone());
        Query { figures, key, seed: self.seed, strict: self.strict }
    }
}

impl AckArgs {
    /// What is known, and why.
    pub fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement {
            file: self.file.clone(),
            run: self.run.clone(),
            figure: self.metric,
            reason: self.reason.clone(),
        }
    }
}

/// A name of a revision that can be put behind `git log` without harm.
fn revision(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
    let fits = !text.is_empty() && text.len() <= LONGEST && !text.starts_with('-');
    if fits && text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(format!("write a revision: up to {LONGEST} letters, digits and . _ / -"))
}

/// `key=value`.
fn label(text: &str) -> Result<(String, String), String> {
    let is_key = |key: &str| {
        !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    match text.split_once('=') {
        Some((key, value)) if is_key(key) && text.len() <= LONGEST => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err(format!("write KEY=VALUE in up to {LONGEST} signs, such as runner=box-1")),
    }
}
