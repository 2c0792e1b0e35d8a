//! What was typed: every flag of `lead-service`, each with an environment variable of the same name.
//!
//! [`Args`] is clap's; it checks what one value alone can tell (a number, its range). What several values mean together
//! is decided by [`Config`](super::Config). The value of `API_KEYS` stays a plain string here on purpose: clap would
//! print a value that it refuses.

use std::{
    net::IpAddr,
    num::{NonZeroU16, NonZeroUsize},
    path::PathBuf,
};

use clap::Parser;

use super::server;
use crate::log::Level;

/// Scores B2B leads over HTTP.
///
/// Every option may be given as a flag or as the environment variable shown beside it; a flag wins.
#[derive(Debug, Clone, Parser)]
#[command(name = "lead-service", version, max_term_width = 100)]
pub struct Args {
    /// IP address to listen on
    #[arg(long, env = "HOST", value_name = "HOST", default_value = "127.0.0.1", value_parser = server::host)]
    pub host: IpAddr,

    /// TCP port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = 8000)]
    pub port: u16,

    /// Worker threads [default: one per core]
    #[arg(long, env = "WORKERS", value_name = "WORKERS")]
    pub workers: Option<NonZeroU16>,

    /// Keys that may score, separated by commas; not needed on a loopback address
    ///
    /// Prefer the environment variable: other users of the machine can read a process's flags.
    #[arg(long, env = "API_KEYS", value_name = "API_KEYS", hide_env_values = true)]
    pub api_keys: Option<String>,

    /// The model to serve
    #[arg(
        long,
        env = "MODEL_PATH",
        value_name = "MODEL_PATH",
        default_value = "models/b2b-v1.json"
    )]
    pub model_path: PathBuf,

    /// Least severe log line to write: debug, info, warning or error
    #[arg(long, env = "LOG_LEVEL", value_name = "LOG_LEVEL", default_value = "info")]
    pub log_level: Level,

    /// Most leads in one batch
    #[arg(long, env = "MAX_BATCH", value_name = "MAX_BATCH", default_value = "100")]
    pub max_batch: NonZeroUsize,

    /// Largest body of a single lead, in bytes
    #[arg(long, env = "MAX_SCORE_BYTES", value_name = "MAX_SCORE_BYTES", default_value = "65536")]
    pub max_score_bytes: NonZeroUsize,

    /// Largest body of a batch, in bytes
    #[arg(
        long,
        env = "MAX_BATCH_BYTES",
        value_name = "MAX_BATCH_BYTES",
        default_value = "1048576"
    )]
    pub max_batch_bytes: NonZeroUsize,

    /// Web origins that may call the service, separated by commas; `*` allows any [default: none]
    #[arg(long, env = "CORS_ORIGINS", value_name = "CORS_ORIGINS")]
    pub cors_origins: Option<String>,

    /// Seconds that an idle connection stays open
    #[arg(long, env = "KEEP_ALIVE", value_name = "KEEP_ALIVE", default_value_t = 75)]
    pub keep_alive: u32,

    /// Seconds between turning not ready and closing the socket on SIGTERM [default: 0 on a loopback address, else 5]
    #[arg(long, env = "DRAIN_DELAY", value_name = "DRAIN_DELAY")]
    pub drain_delay: Option<u32>,

    /// Seconds that requests in flight get to finish after that
    #[arg(long, env = "SHUTDOWN_TIMEOUT", value_name = "SHUTDOWN_TIMEOUT", default_value_t = 25)]
    pub shutdown_timeout: u32,
}
