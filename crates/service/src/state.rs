//! What every handler shares.
//!
//! [`Shared`] is made once by the app and never changes shape; what moves in it moves by atomics. It holds no logic
//! beyond the answer to "are we leaving".

use std::{
    env,
    fmt::Display,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::rt::task::spawn_blocking;
use tokio::sync::watch;

use crate::{
    challenger::{Seat, unloadable},
    config::{Config, Limits, Timers},
    keys::{KeyFileError, Store},
    log::{Journal, Selection},
    metrics::Metrics,
    models::{Force, Library, LibraryError, load},
    resources::{Resources, ResourcesError},
    tls::{Certificates, TlsError},
    trace::{Tracer, TracerError},
};

/// The shared parts of a running service.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) models: Arc<Library>,
    pub(crate) keys: Store,
    pub(crate) challenger: Seat,
    pub(crate) limits: Limits,
    pub(crate) timers: Timers,
    /// Present where TLS is spoken.
    pub(crate) certificates: Option<Certificates>,
    /// How far back drift is measured, if it is.
    pub(crate) drift_window: Option<Duration>,
    pub(crate) metrics: Metrics,
    pub(crate) resources: Resources,
    pub(crate) journal: Journal,
    /// Which requests leave a line in it.
    pub(crate) selection: Selection,
    pub(crate) tracer: Tracer,
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
    Model(#[from] LibraryError),
    /// No keys.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// A challenger that cannot be compared.
    #[error("cannot start the challenger at {}: {reason}; set CHALLENGER_PATH to another model, or unset it", path.display())]
    Challenger {
        /// Where it lies.
        path: PathBuf,
        /// What keeps it from being one.
        reason: String,
    },
    /// No figures of the machine.
    #[error(transparent)]
    Resources(#[from] ResourcesError),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A metric declared twice; a bug of ours.
    #[error("cannot declare the metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// No way to send spans.
    #[error(transparent)]
    Tracer(#[from] TracerError),
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
        let hostname = env::var("HOSTNAME").unwrap_or_else(|_| "unknown".to_owned());
        let selection = Selection::new(config.log_sample, config.log_failures_per_second);
        let metrics = Metrics::new([journal.dropped(), selection.suppressed()], &hostname)?;
        let models = Library::open(&config.model_path, metrics.models.clone())?;
        let keys = Store::start(
            config.keys.given(),
            config.keys.file.as_deref(),
            config.keys.limit,
            metrics.key_file_reloads.clone(),
        )?;
        let challenger = Seat::new(config.challenger_share, metrics.challenges.clone());
        if let Some(path) = &config.challenger_path {
            seat(&challenger, &models, path)?;
        }
        Ok(Self {
            models: Arc::new(models),
            keys,
            challenger,
            limits: config.limits.clone(),
            timers: config.timers.clone(),
            certificates: config.tls.clone().map(Certificates::load).transpose()?,
            drift_window: config.drift_window,
            resources: Resources::start(metrics.host.clone())?,
            metrics,
            journal,
            selection,
            tracer: Tracer::start(config.export.as_ref())?,
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

    /// Says what should be known before the first request comes to `place`.
    pub(crate) fn remark(&self, config: &Config, place: impl Display) {
        if config.keys.is_open() {
            tracing::warn!(
                "neither API_KEYS nor KEY_FILE is set: everyone who reaches {place} may score"
            );
        }
        if config.export.is_some() && !self.tracer.exports() {
            tracing::warn!("no spans are sent: this program was built without the feature otlp");
        }
        for (variable, position) in config.keys.short() {
            tracing::warn!(
                "{variable} has a key at position {position} that is short enough to be found by trying: \
                 `lead-service keys new` makes a long one"
            );
        }
        self.keys.remark();
        self.models.remark();
    }

    /// Reads again what was read from files, models included. Each reports for itself, and one that fails keeps none of the
    /// others from being read.
    pub(crate) async fn reload_all(self: &Arc<Self>) {
        let _ = self.models.reload(Force::No).await;
        let state = Arc::clone(self);
        // A reload that panicked has been reported, and the next word is heard all the same.
        let _ = spawn_blocking(move || state.reload()).await;
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

/// A challenger that was asked for and cannot be compared keeps the service from starting: nobody would miss the figures
/// until they are needed.
fn seat(seat: &Seat, models: &Library, path: &Path) -> Result<(), StartError> {
    let refused = |reason| StartError::Challenger { path: path.to_owned(), reason };
    let challenger = Arc::new(load(path).map_err(|error| refused(unloadable(&error)))?);
    let seated = seat.take(Arc::clone(&models.current()), challenger, None);
    seated.map_err(|refusal| refused(refusal.to_string()))
}
