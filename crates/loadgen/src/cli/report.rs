//! The command line of `lead-loadgen report`.
//!
//! [`ReportArgs`] is what was typed, [`ReportOrder`] what it means. Nothing here reads a file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use super::UsageError;
use super::verb::{is_meant, read};

/// The first word of the command line that asks for a report.
const WORD: &str = "report";

/// Draws the report of a run again from the file that --twin wrote.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "lead-loadgen",
    bin_name = "lead-loadgen report",
    version,
    infer_long_args = true,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 120,
    after_help = "The page is the one that the run wrote, byte for byte; with --gate it also shows what became\n\
                  of each rule. Every member of the file is checked: one that was changed is named and refused.\n\
                  Exit codes: 0 written; 1 a file cannot be read, is no run, or cannot be written; 2 usage."
)]
pub struct ReportArgs {
    /// The run: what lead-loadgen --twin FILE wrote.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Write the report as one HTML file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the CSV files behind this prefix: statistics, failures, exceptions and the run's verdict, for the gate. The history is
    /// written while a run goes on, or never.
    #[arg(long, value_name = "PREFIX")]
    csv: Option<PathBuf>,
    /// What lead-gate check --json FILE wrote: its rules come into the HTML report.
    #[arg(long, value_name = "FILE", requires = "html")]
    gate: Option<PathBuf>,
    /// Print this help and exit.
    #[arg(short = 'h', long, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print the version and exit.
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// A report that shall be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOrder {
    /// The run.
    pub from: PathBuf,
    /// The HTML file.
    pub html: Option<PathBuf>,
    /// Prefix of the CSV files.
    pub csv: Option<PathBuf>,
    /// What the gate said.
    pub gate: Option<PathBuf>,
}

impl ReportArgs {
    /// Whether a command line (the program's name first) asks for a report.
    pub fn is_meant(words: &[OsString]) -> bool {
        is_meant(words, WORD)
    }

    /// Reads a command line that [is meant](Self::is_meant) for a report.
    ///
    /// # Errors
    ///
    /// [`UsageError`] for whatever cannot be obeyed; also for `--help` and `--version`.
    pub fn order(words: &[OsString]) -> Result<ReportOrder, UsageError> {
        let Self { from, html, csv, gate, .. } = read(words, WORD)?;
        if html.is_none() && csv.is_none() {
            return Err(UsageError::new(
                "there is nothing to write: give --html FILE, --csv PREFIX or both",
            ));
        }
        Ok(ReportOrder { from, html, csv, gate })
    }
}
