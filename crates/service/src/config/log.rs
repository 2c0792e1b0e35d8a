//! How much is logged.
//!
//! Values only; [`log`](crate::log) writes the lines.

use std::num::NonZeroU32;

use clap::Args;

use super::whole::count;
use crate::{log::Level, trace::Share};

/// What is written down.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Least severe log line to write: debug, info, warning or error
    #[arg(long, env = "LOG_LEVEL", value_name = "LOG_LEVEL", default_value = "info")]
    pub log_level: Level,

    /// Share of the requests answered below 400 that leave a line, from 0 (none) to 1 (all)
    #[arg(long, env = "LOG_SAMPLE", value_name = "LOG_SAMPLE", default_value = "1")]
    pub log_sample: Share,

    /// Most lines a second for each status from 400 on; the next line says how many were left out
    #[arg(
        long,
        env = "LOG_FAILURES_PER_SECOND",
        value_name = "LOG_FAILURES_PER_SECOND",
        default_value = "100",
        value_parser = count::<NonZeroU32>
    )]
    pub log_failures_per_second: NonZeroU32,
}
