//! `lead-gate baseline`: what was typed, and what it means.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use clap::{Args, Subcommand};

use crate::{
    error::PolicyError,
    policy::{Change, Policy},
    renewal::Renewal,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  written
  1  a run fails by the rules, and no reason was given
  2  wrong usage or rules, or the file could not be written
  3  a run is none, runs are not alike, or the file that is there is torn or of another machine";

/// What `baseline` was told.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// The verbs of `lead-gate baseline`.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Make or renew a baseline from three runs or more
    Update(UpdateArgs),
    /// Show what a baseline holds
    Show(ShowArgs),
}

/// What `baseline update` was told.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct UpdateArgs {
    /// Runs: --csv prefixes, or folders with one run in each; three or more, five are better
    #[arg(long, value_name = "RUN", required = true, num_args = 1..)]
    from: Vec<PathBuf>,

    /// The baseline, one file for each kind of machine: perf/baseline-ci.json
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Make these runs the pinned reference too, which nothing else ever changes
    #[arg(long)]
    pin: bool,

    /// Take runs although they fail by the rules; the reason stays in the file
    #[arg(long, value_name = "REASON")]
    accept_regression: Option<String>,

    /// By whose word.
    #[arg(
        long,
        value_name = "NAME",
        env = "GITHUB_ACTOR",
        hide_env = true,
        help = "Who accepts it [default: $GITHUB_ACTOR or $USER]"
    )]
    by: Option<String>,

    /// The revision.
    #[arg(
        long,
        value_name = "SHA",
        env = "GITHUB_SHA",
        hide_env = true,
        help = "The revision that was measured [default: $GITHUB_SHA]"
    )]
    commit: Option<String>,

    /// Judge the runs by the rules of this file instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Change a rule: p95.max=800ms
    #[arg(long = "set", value_name = "RULE.KEY=VALUE")]
    changes: Vec<Change>,
}

impl UpdateArgs {
    /// The rules by which runs are judged before they are taken.
    pub fn policy(&self) -> Result<Policy, PolicyError> {
        Policy::load(self.config.as_deref(), &self.changes)
    }

    /// The file that is made or renewed.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// What is to be done, at `now`, by `user` if nobody else is named.
    pub fn renewal(&self, now: SystemTime, user: Option<String>) -> Renewal {
        let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Renewal {
            from: self.from.clone(),
            out: self.out.clone(),
            pin: self.pin,
            reason: self.accept_regression.clone(),
            by: named(&self.by).or(user),
            commit: named(&self.commit),
            now,
        }
    }
}

/// What `baseline show` was told.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The baseline
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl ShowArgs {
    /// The baseline.
    pub fn file(&self) -> &Path {
        &self.file
    }
}
