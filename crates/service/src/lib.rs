//! The HTTP face of a lead-scoring model.
//!
//! [`App`] serves the routes of `docs/API.md`: it takes a lead as JSON, asks [`lead_model`] what it scores, and answers.
//! This crate knows HTTP, keys, limits, logs and metrics. It does not know what a lead is, how a model is trained, or
//! who sends the traffic; no other crate of the workspace imports it. [`configure`] mounts the routes that score into an
//! actix application of your own instead.
//!
//! ```
//! use clap::Parser;
//! use lead_service::{App, Args, Config, Journal};
//! use tokio::sync::mpsc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! actix_web::rt::System::new().block_on(async {
//!     // What was typed, then what it means.
//!     let args = Args::try_parse_from(["lead-service", "--port", "0", "--model-path", "../../models/b2b-v1.json"])?;
//!     let config = Config::try_from(args)?;
//!
//!     let journal = Journal::start(config.log_level, std::io::stderr())?;
//!     let app = App::bind(&config, journal)?;
//!     assert_ne!(app.port(), 0);
//!
//!     // `stop_signals` would give a receiver that hears SIGTERM; here the word to stop is given at once.
//!     let (word, stop) = mpsc::channel(1);
//!     word.send(()).await?;
//!     app.run_until_stopped(stop).await?;
//!     Ok(())
//! })
//! # }
//! ```

mod config;

mod log;
mod metrics;
mod object;
mod route;
mod timestamp;
mod trace;

mod challenger;
mod dice;
mod drift;
mod keys;
mod models;
mod resources;
mod state;
mod tls;

mod connection;
mod descriptors;
mod listener;

mod auth;
mod error;
mod in_flight;
mod observe;
mod panicked;
mod problem;
mod request_id;
mod shed;
mod tensor_fault;
mod wire;

mod scoring;
mod stream;

mod openapi;

mod routes;

mod app;
mod command;
mod embedding;
mod signals;

pub use app::App;
pub use command::{CheckKeys, Command, CommandError, KeysVerb, NewKey};
pub use config::{
    ApiKeys, Args, ChallengerArgs, ChallengerShare, Config, ConfigError, Cors, CorsArgs, CorsError,
    DriftArgs, HalfTls, KeyArgs, KeyError, Keys, LimitArgs, Limits, LogArgs, MetricsAccess,
    ModelArgs, OtlpArgs, Server, ServerArgs, TimerArgs, Timers, Tls, TlsArgs,
};
pub use embedding::{State, configure};
pub use keys::{Algorithm, EntryFault, KeyFileError, Rate, RateError, Scope};
pub use log::{Journal, Level, report_events, report_panics};
pub use models::{Claim, LibraryError, LoadError};
pub use resources::ResourcesError;
pub use signals::{reload_signals, stop_signals};
pub use state::StartError;
pub use tls::TlsError;
pub use trace::{Export, ExportError, Sampler, Share, ShareError, TracerError};
