//! What every handler shares.
//!
//! [`Shared`] is made once by the app and never changes shape; what moves in it moves by atomics. It holds no logic
//! beyond the answer to "are we leaving".

use std::{
    env, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    challenger::{Seat, unloadable},
    config::{Config, Limits},
    log::Journal,
    metrics::Metrics,
    models::{Library, LibraryError, load},
    resources::{Resources, ResourcesError},
};

/// The shared parts of a running service.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) models: Arc<Library>,
    pub(crate) challenger: Seat,
    pub(crate) limits: Limits,
    /// How far back drift is measured, if it is.
    pub(crate) drift_window: Option<Duration>,
    pub(crate) metrics: Metrics,
    pub(crate) resources: Resources,
    pub(crate) journal: Journal,
    /// `HOSTNAME`, or `unknown`.
    pub(crate) hostname: String,
    started: Instant,
    draining: AtomicBool,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No model.
    #[error(transparent)]
    Model(#[from] LibraryError),
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
        let hostname = env::var("HOSTNAME").unwrap_or_else(|_| "unknown".to_owned());
        let metrics = Metrics::new(journal.dropped(), &hostname)?;
        let models = Library::open(&config.model_path, metrics.models.clone())?;
        let challenger = Seat::new(config.challenger_share, metrics.challenges.clone());
        if let Some(path) = &config.challenger_path {
            seat(&challenger, &models, path)?;
        }
        Ok(Self {
            models: Arc::new(models),
            challenger,
            limits: config.limits.clone(),
            drift_window: config.drift_window,
            resources: Resources::start(metrics.host.clone())?,
            metrics,
            journal,
            hostname,
            started: Instant::now(),
            draining: AtomicBool::new(false),
        })
    }

    /// How long the service has been up.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the service has been told to stop, and should get no new work.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
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
