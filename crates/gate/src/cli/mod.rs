//! The command line, as clap sees it: one file for each verb.
//!
//! [`Cli`] is what was typed. Each verb's arguments know what they mean; no file's content is read or written here.

mod baseline;
mod check;
mod compare;
mod explain;
mod history;
mod init;
mod reports;

use clap::{Parser, Subcommand};

pub use self::{
    baseline::{BaselineArgs, BaselineCommand, ShowArgs, UpdateArgs},
    check::CheckArgs,
    compare::CompareArgs,
    explain::ExplainArgs,
    history::{AckArgs, AnalyzeArgs, AppendArgs, HistoryArgs, HistoryCommand},
    init::InitArgs,
};

/// Printed below every help: a script needs these more than anything else.
const EXIT_CODES: &str = "\
Exit codes:
  0  every rule passed, perhaps with warnings
  1  a rule failed, or had no data
  2  wrong usage or rules, or a report could not be written
  3  not judged: input missing, torn, stale, empty, not comparable, or INVALID by its load generator
  4  only with --strict: nothing failed, but a rule could not be decided";

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
    /// Hold runs of one build against runs of another, from one machine
    Compare(CompareArgs),
    /// Keep runs to compare later ones with, and show what is kept
    Baseline(BaselineArgs),
    /// Write a rules file to begin with
    Init(InitArgs),
    /// Say in words what a rule, a metric or the grammar means
    Explain(ExplainArgs),
    /// Keep the runs of a main branch and find where the service changed
    History(HistoryArgs),
}
