//! The command line of `lead-loadgen compare`.
//!
//! [`CompareArgs`] is what was typed, [`CompareOrder`] what it means. Nothing here reads a file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use super::UsageError;
use super::verb::{is_meant, read};

/// The first word of the command line that asks for a comparison.
const WORD: &str = "compare";

/// Lays two runs side by side: what was asked of the service, and what differs.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "lead-loadgen",
    bin_name = "lead-loadgen compare",
    version,
    infer_long_args = true,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 120,
    after_help = "Prints p50, p95, p99, rate and failures of each endpoint in A and in B, with 95 % intervals of\n\
                  the change, and says whether both were the same load. One run of each knows nothing of how runs\n\
                  differ from one to the next: before you call something faster, repeat both and use\n\
                  lead-gate compare.\n\
                  Exit codes: 0 compared, whatever differs; 1 a file cannot be read, is no run, or cannot be\n\
                  written; 2 usage; 3 a run is INVALID: its numbers are its generator's."
)]
pub struct CompareArgs {
    /// The run to compare with: what lead-loadgen --twin FILE wrote.
    #[arg(value_name = "A.json")]
    first: PathBuf,
    /// The run that is compared.
    #[arg(value_name = "B.json")]
    second: PathBuf,
    /// Write the comparison as one HTML file, with curves and charts of both.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print this help and exit.
    #[arg(short = 'h', long, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print the version and exit.
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// Two runs that shall be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareOrder {
    /// The run to compare with.
    pub first: PathBuf,
    /// The run that is compared.
    pub second: PathBuf,
    /// The HTML file.
    pub html: Option<PathBuf>,
}

impl CompareArgs {
    /// Whether a command line (the program's name first) asks for a comparison.
    pub fn is_meant(words: &[OsString]) -> bool {
        is_meant(words, WORD)
    }

    /// Reads a command line that [is meant](Self::is_meant) for a comparison.
    ///
    /// # Errors
    ///
    /// [`UsageError`] for whatever cannot be obeyed; also for `--help` and `--version`.
    pub fn order(words: &[OsString]) -> Result<CompareOrder, UsageError> {
        let Self { first, second, html, .. } = read(words, WORD)?;
        Ok(CompareOrder { first, second, html })
    }
}
