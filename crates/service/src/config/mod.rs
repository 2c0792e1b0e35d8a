//! What the service was told to be: one small struct per concern.
//!
//! [`Args`] is what was typed (flags, or environment variables of the same names); [`Config`] is what it means, checked.
//! Nothing here opens a file or a socket: a model that is missing is found by the slot, a key file by the store, a busy port by the app.

mod args;
mod auth;
mod challenger;
mod cors;
mod drift;
mod limits;
mod log;
mod model;
mod otlp;
mod server;
mod timers;
mod tls;
mod whole;

pub use self::{
    args::Args,
    auth::{ApiKeys, KeyArgs, KeyError, Keys, MetricsAccess},
    challenger::{ChallengerArgs, ChallengerShare},
    cors::{Cors, CorsArgs, CorsError},
    drift::DriftArgs,
    limits::{LimitArgs, Limits},
    log::LogArgs,
    model::ModelArgs,
    otlp::OtlpArgs,
    server::{Server, ServerArgs},
    timers::{TimerArgs, Timers},
    tls::{HalfTls, Tls, TlsArgs},
};

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use crate::{
    log::Level,
    trace::{Export, ExportError, Share},
};

/// Everything the service needs to know before it starts, already checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address, workers, and when to leave.
    pub server: Server,
    /// How long a slow client is waited for.
    pub timers: Timers,
    /// How large a request may be, and how many at once.
    pub limits: Limits,
    /// Who may call, and how often.
    pub keys: Keys,
    /// The certificate; without one the service speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Which web pages may call the service.
    pub cors: Cors,
    /// `MODEL_PATH`: the artifact to serve, or a directory of artifacts (default `models/b2b-v1.json`).
    pub model_path: PathBuf,
    /// `CHALLENGER_PATH`: a second model that scores unheard (default none).
    pub challenger_path: Option<PathBuf>,
    /// `CHALLENGER_SHARE`: the share of leads that it gets to see (default a tenth).
    pub challenger_share: ChallengerShare,
    /// `DRIFT_WINDOW`: how far back leads are compared with the training rows (default an hour); `None` compares none.
    pub drift_window: Option<Duration>,
    /// `LOG_LEVEL`: the least severe line that is written (default `info`).
    pub log_level: Level,
    /// `LOG_SAMPLE`: the share of the requests answered below 400 that leave a line (default all).
    pub log_sample: Share,
    /// `LOG_FAILURES_PER_SECOND`: most lines a second for each status from 400 on (default 100).
    pub log_failures_per_second: NonZeroU32,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and its relatives: where spans are sent; `None` sends none.
    pub export: Option<Export>,
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
    /// An export of spans that cannot be meant.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A certificate without its key, or the other way round.
    #[error(transparent)]
    HalfTls(#[from] HalfTls),
    /// Open service on an address that others can reach.
    #[error(
        "HOST is {0}, which others can reach, and there is no key: set KEY_FILE (`lead-service keys new` makes a key), or \
         API_KEYS to one or more keys separated by commas, or bind to 127.0.0.1"
    )]
    OpenToOthers(std::net::IpAddr),
}

impl TryFrom<Args> for Config {
    type Error = ConfigError;

    fn try_from(args: Args) -> Result<Self, ConfigError> {
        let keys = Keys::new(&args.keys)?;
        if keys.is_open() && !args.server.host.is_loopback() {
            return Err(ConfigError::OpenToOthers(args.server.host));
        }
        Ok(Self {
            server: Server::new(&args.server),
            timers: Timers::new(&args.timers),
            limits: Limits::new(&args.limits),
            keys,
            tls: Tls::new(args.tls)?,
            cors: args.cors.cors_origins.as_deref().map_or(Ok(Cors::Off), Cors::parse)?,
            model_path: args.model.model_path,
            challenger_path: args.challenger.challenger_path,
            challenger_share: args.challenger.challenger_share,
            drift_window: args.drift.window(),
            log_level: args.log.log_level,
            log_sample: args.log.log_sample,
            log_failures_per_second: args.log.log_failures_per_second,
            export: args.otlp.export()?,
        })
    }
}
