//! What every handler shares.
//!
//! [`Shared`] is made once by the app and never changes shape; what moves in it moves by atomics. It holds no logic
//! beyond the answer to "are we leaving".

use std::{
    env, io,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::{
    config::{Config, Limits, Timers},
    keys::{KeyFileError, Store},
    log::Journal,
    metrics::Metrics,
    models::{Slot, SlotError},
    resources::{Resources, ResourcesError},
    tls::{Certificates, TlsError},
};

/// The shared parts of a running service.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) models: Slot,
    pub(crate) keys: Store,
    pub(crate) limits: Limits,
    pub(crate) timers: Timers,
    /// Present where TLS is spoken.
    pub(crate) certificates: Option<Certificates>,
    pub(crate) metrics: Metrics,
    pub(crate) resources: Resources,
    pub(crate) journal: Journal,
    /// `HOSTNAME`, or `unknown`.
    pub(crate) hostname: String,
    started: Instant,
    draining: AtomicBool,
    closing: watch::Sender<bool>,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No model.
    #[error(transparent)]
    Model(#[from] SlotError),
    /// No keys.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// No figures of the machine.
    #[error(transparent)]
    Resources(#[from] ResourcesError),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A metric declared twice; a bug of ours.
    #[error("cannot declare the metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The port belongs to another program.
    #[error(
        "address {0} is already in use; stop the program that listens there, or set PORT (0 takes a free one)"
    )]
    AddressInUse(std::net::SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; check HOST and PORT")]
    Address {
        /// What was asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl Shared {
    /// Loads the model, declares the metrics and takes the first sample.
    pub(crate) fn new(config: &Config, journal: Journal) -> Result<Self, StartError> {
        let models = Slot::load(&config.model_path)?;
        let hostname = env::var("HOSTNAME").unwrap_or_else(|_| "unknown".to_owned());
        let metrics = Metrics::new(journal.dropped(), &hostname)?;
        let keys = Store::start(
            config.keys.given(),
            config.keys.file.as_deref(),
            config.keys.limit,
            metrics.key_file_reloads.clone(),
        )?;
        Ok(Self {
            models,
            keys,
            limits: config.limits.clone(),
            timers: config.timers.clone(),
            certificates: config.tls.clone().map(Certificates::load).transpose()?,
            resources: Resources::start(metrics.host.clone())?,
            metrics,
            journal,
            hostname,
            started: Instant::now(),
            draining: AtomicBool::new(false),
            closing: watch::Sender::new(false),
        })
    }

    /// The state of a service with the committed model, no log and these flags, for unit tests.
    #[cfg(test)]
    pub(crate) fn of_test(flags: &[&str]) -> actix_web::web::Data<Self> {
        use clap::Parser;

        let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json");
        let typed =
            ["lead-service", "--model-path", model].into_iter().chain(flags.iter().copied());
        let args = crate::config::Args::try_parse_from(typed).expect("flags of a test are right");
        let config = Config::try_from(args).expect("so is their meaning");
        let journal = Journal::start(config.log_level, io::sink()).expect("a thread");
        actix_web::web::Data::new(Self::new(&config, journal).expect("the committed model"))
    }

    /// Reads again what may change while the service runs; what cannot be used is logged and left as it was.
    pub(crate) fn reload(&self) {
        self.keys.reload();
        if let Some(certificates) = &self.certificates {
            match certificates.reload() {
                Ok(()) => tracing::info!("certificate read again"),
                Err(error) => tracing::error!(%error, "the certificate stays as it was"),
            }
        }
    }

    /// How long the service has been up.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the service has been told to stop, and should get no new work.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Tells open connections that the time of waiting for requests is over.
    pub(crate) fn start_closing(&self) {
        self.closing.send_replace(true);
    }

    /// Hears when it is.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Turns not ready, for good.
    pub(crate) fn start_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}
