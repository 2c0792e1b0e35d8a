//! How much is logged.
//!
//! Values only; [`log`](crate::log) writes the lines.

use clap::Args;

use crate::log::Level;

/// What is written down.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Least severe log line to write: debug, info, warning or error
    #[arg(long, env = "LOG_LEVEL", value_name = "LOG_LEVEL", default_value = "info")]
    pub log_level: Level,
}
