//! What the service was told to be: one small struct per concern.
//!
//! [`Args`] is what was typed (flags, or environment variables of the same names); [`Config`] is what it means, checked.
//! Nothing here opens a file or a socket: a model that is missing is found by the slot, a busy port by the app.

mod args;
mod auth;
mod challenger;
mod cors;
mod drift;
mod limits;
mod log;
mod model;
mod server;

pub use self::{
    args::Args,
    auth::{ApiKeys, KeyArgs, KeyError},
    challenger::{ChallengerArgs, Share},
    cors::{Cors, CorsArgs, CorsError},
    drift::DriftArgs,
    limits::{LimitArgs, Limits},
    log::LogArgs,
    model::ModelArgs,
    server::{Server, ServerArgs},
};

use std::{path::PathBuf, time::Duration};

use crate::log::Level;

/// Everything the service needs to know before it starts, already checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address, workers and timers.
    pub server: Server,
    /// How large a request may be.
    pub limits: Limits,
    /// Who may score; `None` serves openly, which only a loopback address allows.
    pub keys: Option<ApiKeys>,
    /// Which web pages may call the service.
    pub cors: Cors,
    /// `MODEL_PATH`: the artifact to serve, or a directory of artifacts (default `models/b2b-v1.json`).
    pub model_path: PathBuf,
    /// `CHALLENGER_PATH`: a second model that scores unheard (default none).
    pub challenger_path: Option<PathBuf>,
    /// `CHALLENGER_SHARE`: the share of leads that it gets to see (default a tenth).
    pub challenger_share: Share,
    /// `DRIFT_WINDOW`: how far back leads are compared with the training rows (default an hour); `None` compares none.
    pub drift_window: Option<Duration>,
    /// `LOG_LEVEL`: the least severe line that is written (default `info`).
    pub log_level: Level,
}

/// Why a configuration cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key list that would not protect what it seems to protect.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// An origin that no browser would ever send.
    #[error(transparent)]
    Cors(#[from] CorsError),
    /// Open service on an address that others can reach.
    #[error(
        "HOST is {0}, which others can reach, and API_KEYS is not set: set API_KEYS to one or more keys separated by \
         commas, or bind to 127.0.0.1"
    )]
    OpenToOthers(std::net::IpAddr),
}

impl TryFrom<Args> for Config {
    type Error = ConfigError;

    fn try_from(args: Args) -> Result<Self, ConfigError> {
        let keys = args.keys.api_keys.as_deref().map(ApiKeys::parse).transpose()?;
        if keys.is_none() && !args.server.host.is_loopback() {
            return Err(ConfigError::OpenToOthers(args.server.host));
        }
        Ok(Self {
            server: Server::new(&args.server),
            limits: Limits::new(&args.limits),
            keys,
            cors: args.cors.cors_origins.as_deref().map_or(Ok(Cors::Off), Cors::parse)?,
            model_path: args.model.model_path,
            challenger_path: args.challenger.challenger_path,
            challenger_share: args.challenger.challenger_share,
            drift_window: args.drift.window(),
            log_level: args.log.log_level,
        })
    }
}
