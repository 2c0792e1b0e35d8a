//! What was typed: every flag of `lead-service`, each with an environment variable of the same name.
//!
//! [`Args`] joins the groups; each group stands beside the type that says what it means. They are clap's and check what
//! one value alone can tell (a number, its range). What several values mean together is decided by
//! [`Config`](super::Config).

use clap::Parser;

use super::{
    ChallengerArgs, CorsArgs, DriftArgs, KeyArgs, LimitArgs, LogArgs, ModelArgs, OtlpArgs,
    ServerArgs, TimerArgs, TlsArgs,
};
use crate::command::Command;

/// Scores B2B leads over HTTP.
///
/// Every option may be given as a flag or as the environment variable shown beside it; a flag wins.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "lead-service",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Args {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where to listen, and when to leave.
    #[command(flatten)]
    pub server: ServerArgs,
    /// How connections are encrypted.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Who may call.
    #[command(flatten)]
    pub keys: KeyArgs,
    /// What scores.
    #[command(flatten)]
    pub model: ModelArgs,
    /// What scores unheard.
    #[command(flatten)]
    pub challenger: ChallengerArgs,
    /// What is watched.
    #[command(flatten)]
    pub drift: DriftArgs,
    /// How much is taken.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// How long a client is waited for.
    #[command(flatten)]
    pub timers: TimerArgs,
    /// Which web pages may call.
    #[command(flatten)]
    pub cors: CorsArgs,
    /// What is written down.
    #[command(flatten)]
    pub log: LogArgs,
    /// Where spans go.
    #[command(flatten)]
    pub otlp: OtlpArgs,
}
