//! The scoring routes inside someone else's actix application.
//!
//! [`State`] is made once, cloned into every worker, and mounted by [`configure`]. The host keeps its socket, its layers,
//! its other routes, and when to stop; [`App`](crate::App) is the host that this crate brings along.

use std::fmt;

use actix_web::{
    dev::HttpServiceFactory,
    web::{Data, ServiceConfig},
};

use crate::{
    config::{Config, MetricsAccess},
    log::Journal,
    routes,
    state::{Shared, StartError},
};

/// What the scoring routes share: the model, the keys, the limits, the metrics. Clones are the same state.
///
/// Of a [`Config`] it takes the keys, the limits, the model, and the time that a body may take; address, workers, the other
/// timers, TLS and CORS are the host's.
#[derive(Clone)]
pub struct State {
    shared: Data<Shared>,
    metrics: MetricsAccess,
}

impl fmt::Debug for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").finish_non_exhaustive()
    }
}

impl State {
    /// Loads the model and the keys and starts the sampler; `journal` gets a line for each request to the mounted routes.
    ///
    /// Call it once, outside the closure that makes an application for each worker: each call counts for itself.
    ///
    /// # Errors
    ///
    /// [`StartError`] names what is missing and what to do about it.
    pub fn new(config: &Config, journal: Journal) -> Result<Self, StartError> {
        let shared = Data::new(Shared::new(config, journal)?);
        shared.remark(config, "this application");
        Ok(Self { shared, metrics: config.keys.metrics })
    }

    /// The page that Prometheus reads, to be mounted by the host at a path of its choice. It counts the mounted routes
    /// alone, and asks for a key where the configuration says so.
    pub fn metrics(&self, path: &str) -> impl HttpServiceFactory + use<> {
        routes::page_of_metrics(path, &self.shared, self.metrics)
    }

    /// Reads the models and the key file again, beside serving. What cannot be used is logged and counted, and changes
    /// nothing.
    pub async fn reload(&self) {
        self.shared.reload_all().await;
    }

    /// Turns `/v2/health/ready` to 503 and lets connections end with their next answer: for a host that is about to stop.
    pub fn start_draining(&self) {
        self.shared.start_draining();
    }

    /// Waits until the last spans are sent and the last lines are written, but not for ever. To be called once, after the
    /// host has stopped serving; it blocks.
    pub fn finish(&self) {
        self.shared.tracer.stop();
        self.shared.journal.flush();
    }
}

/// Mounts the scoring routes: everything under `/api/v1`, which includes the administration of models (it always needs a key
/// with the scope admin), and under `/v2`.
///
/// Request ids, problem bodies, keys, shedding, metrics and log lines belong to these paths alone; what the host answers
/// elsewhere stays as it is. Mounted inside a scope of the host, the paths begin with that scope's.
///
/// ```
/// use actix_web::{App, HttpResponse, test, web};
/// use clap::Parser;
/// use lead_service::{Args, Config, Journal, State, configure};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # actix_web::rt::System::new().block_on(async {
/// let args = Args::try_parse_from(["host", "--api-keys", "a-key", "--model-path", "../../models/b2b-v1.json"])?;
/// let config = Config::try_from(args)?;
/// let state = State::new(&config, Journal::start(config.log_level, std::io::stderr())?)?;
///
/// let host = App::new()
///     .route("/", web::get().to(|| async { HttpResponse::Ok().body("the host") }))
///     .configure(|app| configure(app, state));
/// let host = test::init_service(host).await;
///
/// let request = test::TestRequest::get().uri("/api/v1/model/info").insert_header(("X-API-Key", "a-key"));
/// let answer = test::call_service(&host, request.to_request()).await;
/// assert_eq!(answer.status(), 200);
/// assert!(answer.headers().contains_key("x-request-id"));
/// # Ok(())
/// # })
/// # }
/// ```
#[expect(
    clippy::needless_pass_by_value,
    reason = "a state is cloned for each worker, and given away reads best where it is mounted"
)]
pub fn configure(app: &mut ServiceConfig, state: State) {
    routes::mount_scoring(app, &state.shared);
}
