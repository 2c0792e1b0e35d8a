//! The service as a whole: bind, serve, drain, stop.
//!
//! [`App::bind`] does everything that can fail; [`App::run_until_stopped`] serves and then leaves in an orderly way: not
//! ready at once, the socket open for the drain delay, requests in flight finished. The order of the layers around the
//! routes is the one list in [`serve`].

use std::{fmt, future::pending, io, net::SocketAddr};

use actix_cors::Cors as CorsLayer;
use actix_web::{
    HttpServer,
    dev::Server,
    http::{
        Method,
        header::{CONTENT_TYPE, HeaderName, RETRY_AFTER},
    },
    middleware::Condition,
    rt,
    web::Data,
};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, sleep},
};

use crate::{
    config::{Config, Cors},
    connection, descriptors,
    listener::listen,
    log::Journal,
    observe::Observe,
    request_id::X_REQUEST_ID,
    routes,
    state::{Shared, StartError},
    trace::{TRACEPARENT, TRACESTATE},
};

/// How long a browser may remember a preflight's answer, as the predecessor had it.
const PREFLIGHT_SECONDS: usize = 600;

/// A service that holds its socket and its model.
pub struct App {
    server: Server,
    address: SocketAddr,
    state: Data<Shared>,
    drain_delay: Duration,
    shutdown_timeout: Duration,
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The server itself has nothing to show.
        formatter.debug_struct("App").field("address", &self.address).finish_non_exhaustive()
    }
}

impl App {
    /// Loads the model, starts the sampler and the workers, and listens. Must be called inside a runtime.
    ///
    /// # Errors
    ///
    /// [`StartError`] names what is missing and what to do about it.
    pub fn bind(config: &Config, journal: Journal) -> Result<Self, StartError> {
        let state = Data::new(Shared::new(config, journal)?);
        let (server, address) = serve(config, &state)?;
        // Said only once the socket is ours: a start that fails says why and nothing else.
        state.remark(config, address);
        let (drain_delay, shutdown_timeout) =
            (config.server.drain_delay, config.server.shutdown_timeout);
        Ok(Self { server, address, state, drain_delay, shutdown_timeout })
    }

    /// Where the service listens; the port is the real one also when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a client writes it, such as `https://127.0.0.1:8000`.
    pub fn url(&self) -> String {
        let scheme = if self.state.certificates.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The port the service listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Reads again what was read from files (models, keys, certificate) at every word on `reload`, beside serving. What
    /// cannot be used is logged, and changes nothing.
    pub fn reload_on(&self, mut reload: mpsc::Receiver<()>) {
        let state = self.state.clone();
        rt::spawn(async move {
            while reload.recv().await.is_some() {
                state.reload_all().await;
            }
        });
    }

    /// Serves until `stop` says so, then leaves in an orderly way. Each further word on `stop` skips what is being waited
    /// for: first the drain delay, then the requests in flight.
    ///
    /// # Errors
    ///
    /// Fails when the server itself does; requests that fail are answered.
    pub async fn run_until_stopped(self, mut stop: mpsc::Receiver<()>) -> io::Result<()> {
        let handle = self.server.handle();
        let mut serving = rt::spawn(self.server);
        // A word, or nobody left to give one: both mean stop.
        tokio::select! {
            ended = &mut serving => return ended.map_err(io::Error::other)?,
            _ = stop.recv() => {}
        }
        self.state.start_draining();
        tracing::info!(delay_s = self.drain_delay.as_secs(), "draining");
        tokio::select! {
            () = sleep(self.drain_delay) => {}
            () = further_word(&mut stop) => {}
        }
        self.state.start_closing();
        let (closing, in_flight) = (Instant::now(), self.state.metrics.requests.active().get());
        // The server does not say whether it waited for the requests or gave them up when their time was over.
        let given_up = tokio::select! {
            () = handle.stop(true) => in_flight > 0 && closing.elapsed() >= self.shutdown_timeout,
            () = further_word(&mut stop) => true,
        };
        if given_up {
            tracing::warn!("stopped with requests in flight");
        } else {
            tracing::info!("stopped");
        }
        let state = self.state.clone();
        // Sending the last spans takes as long as the collector does; the runtime must not stand still meanwhile.
        rt::task::spawn_blocking(move || state.tracer.stop()).await.map_err(io::Error::other)?;
        self.state.journal.flush();
        Ok(())
    }
}

/// Waits for one more word; nobody left to give it means that there will be none.
async fn further_word(stop: &mut mpsc::Receiver<()>) {
    if stop.recv().await.is_none() {
        pending::<()>().await;
    }
}

/// Listens and starts the workers.
fn serve(config: &Config, state: &Data<Shared>) -> Result<(Server, SocketAddr), StartError> {
    let shared = state.clone();
    let metrics_access = config.keys.metrics;
    let cors = config.cors.clone();
    let (watching, keep_alive) = (state.clone(), config.server.keep_alive);
    let connections = descriptors::room_for(config.server.max_connections, config.server.workers);
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(shared.clone())
            .configure(|app| routes::mount(app, &shared, metrics_access))
            // From here on from the inside out.
            .wrap(Condition::new(cors != Cors::Off, cors_layer(&cors)))
            .wrap(Observe::new(shared.clone()))
    })
    .workers(config.server.workers)
    .max_connections((connections as usize / config.server.workers).max(1))
    .on_connect(move |io, data| connection::watch(io, data, &watching, keep_alive))
    .keep_alive(keep_alive)
    .client_request_timeout(config.timers.head)
    // Answers are small and written at once; Nagle's algorithm would only make them wait for the client's next word.
    .tcp_nodelay(true)
    .shutdown_timeout(config.server.shutdown_timeout.as_secs())
    .disable_signals();
    let refused = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse(config.server.address),
        _ => StartError::Address { address: config.server.address, source },
    };
    let listener = listen(config.server.address, config.timers.write).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let server = match &state.certificates {
        Some(certificates) => server.listen_rustls_0_23(listener, certificates.server()?),
        None => server.listen(listener),
    };
    Ok((server.map_err(refused)?.run(), address))
}

/// Exact origins or any; never credentials, because the key is a header and not a cookie.
fn cors_layer(cors: &Cors) -> CorsLayer {
    let layer = CorsLayer::default()
        .allowed_methods([Method::GET, Method::HEAD, Method::POST])
        .allowed_headers([CONTENT_TYPE, HeaderName::from_static("x-api-key"), X_REQUEST_ID])
        .allowed_headers([TRACEPARENT, TRACESTATE])
        .expose_headers([X_REQUEST_ID, TRACEPARENT, RETRY_AFTER])
        .max_age(PREFLIGHT_SECONDS);
    match cors {
        Cors::Off => layer,
        Cors::Any => layer.allow_any_origin().send_wildcard(),
        Cors::Origins(origins) => {
            origins.iter().fold(layer, |layer, origin| layer.allowed_origin(origin))
        }
    }
}
