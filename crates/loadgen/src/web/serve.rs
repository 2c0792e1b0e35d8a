//! A program with a web page: what is said, and when it ends.
//!
//! [`serve`] puts the page up, starts a run where `--autostart` says so, and ends with `--autoquit` or a signal; a run that goes
//! on then ends with all its files. What comes of a run is the [session](crate::Session)'s, what the page shows the routes'.

use std::env;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::names::{Names, is_own_name};
use super::server::{Server, ServerError, encryption, is_own, listen};
use super::shared::{Live, Setup, Shared};
use super::token::{Lock, random};
use crate::cli::{Order, TOKEN_VARIABLE, Web, WebFault, Wish, checked_token};
use crate::engine::{Stop, reach};
use crate::errand::HeadlessError;
use crate::exit;
use crate::safety::consent;
use crate::session::{Session, SessionFault, State, View};

/// How often it is looked whether it is time to end: a signal sets a flag and wakes nobody.
const GLANCE: Duration = Duration::from_millis(50);

/// Why there is no page, or the run that was to begin by itself did not.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WebError {
    /// Options that Locust ends with exit code 1.
    #[error(transparent)]
    Options(#[from] WebFault),
    /// The token of the environment cannot be used.
    #[error("{0}")]
    Token(String),
    /// The page cannot be served.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The run of `--autostart` could not begin.
    #[error(transparent)]
    Autostart(#[from] SessionFault),
}

impl WebError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Options(_) | Self::Server(_) => exit::NO_RESULT,
            Self::Token(_) | Self::Autostart(SessionFault::Usage(_)) => exit::USAGE,
            Self::Autostart(SessionFault::Run(fault)) => fault.exit_code(),
            Self::Autostart(_) => exit::NO_RESULT,
        }
    }
}

impl From<HeadlessError> for WebError {
    fn from(fault: HeadlessError) -> Self {
        Self::Autostart(fault.into())
    }
}

/// Serves the page until `stop` is given, or until `--autoquit` says so.
///
/// Returns the [exit code](crate::exit) of the last run, 0 where there was none; 130 only when the signal ended a run before
/// its time.
///
/// # Errors
///
/// [`WebError`] when the page cannot be served, or the run of `--autostart` cannot begin.
pub fn serve(order: &Order, stop: &Stop) -> Result<u8, WebError> {
    let web = &order.web;
    web.check()?;
    let tls = web.tls.as_ref().map(|(certificate, key)| encryption(certificate, key));
    let tls = tls.transpose()?;
    let token = env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty());
    let token = token.map(|token| checked_token(&token)).transpose().map_err(WebError::Token)?;
    let listener = listen(&web.host, web.port)?;
    let address = listener.local_addr().map_err(ServerError::Thread)?;
    // Nothing of the page is open to other machines without a token, whether it was asked for or not; not by a proxy, either.
    let is_open =
        !is_own(address.ip()) || web.display_name.as_deref().is_some_and(|name| !is_own_name(name));
    let is_locked = web.login || token.is_some() || is_open;

    let mut order = order.clone();
    if web.autostart {
        let reached = reach(&order.plan.target).map_err(HeadlessError::from)?;
        let load = order.plan.load.to_string();
        consent(&order.plan.target, reached.address(), &load, order.is_confirmed, stop)
            .map_err(HeadlessError::from)?;
    }
    let session = Session::new(order.clone())?;
    let log = session.log();
    log.info("main", &format!("Starting lead-loadgen {}", env!("CARGO_PKG_VERSION")));
    order.notes.iter().for_each(|note| log.warning("main", note));
    let made_up = (is_locked && token.is_none()).then(random);
    let lock = made_up.clone().or(token).filter(|_| is_locked);
    let setup = Setup {
        base: web.base_path().to_owned(),
        names: Names::new(address.ip(), &web.host, web.display_name.as_deref()),
        lock: lock.map(|token| Lock::new(&token, address.port())),
        is_secure: tls.is_some(),
        has_target: web.has_target,
        is_confirmed: order.is_confirmed,
        files: live_files(&order),
    };
    let shown = session.clone();
    let server = Server::start(listener, tls, move |closing| Shared::new(shown, setup, closing))?;
    log.info("main", &format!("Starting web interface at {}", url(web, address)));
    if let Some(token) = made_up {
        // Not through the log, whose last lines the page itself shows.
        let _unheard = writeln!(io::stderr(), "Token for the web interface: {token}");
    }
    if web.autostart {
        // Whether the target may be loaded was settled above.
        order.is_confirmed = true;
        let wish = Wish { is_confirmed: true, ..Wish::default() };
        if let Err(fault) = session.start(&wish) {
            server.stop();
            return Err(fault.into());
        }
    }
    let is_interrupted = until_the_end(web, &session, stop);
    server.stop();
    let code = code_of(&order, &session.view(), is_interrupted);
    log.info("main", &format!("Shutting down (exit code {code})"));
    Ok(code)
}

/// Waits for a signal, or for the time after the run of `--autostart`; whatever goes on then ends with its files. Tells
/// whether it was a run that goes on that was ended by the signal.
fn until_the_end(web: &Web, session: &Session, stop: &Stop) -> bool {
    let mut quits = None;
    let mut awaits = web.autostart;
    loop {
        let is_active = session.view().state.is_active();
        if stop.is_stopped() {
            end(session, stop);
            return is_active;
        }
        if awaits && session.view().state == State::Stopped {
            awaits = false;
            quits = web.autoquit.map(|time| Instant::now() + time);
            if quits.is_none() {
                let text = "--autoquit not specified, leaving web ui running indefinitely";
                session.log().info("main", text);
            }
        }
        if quits.is_some_and(|time| Instant::now() >= time) {
            session.log().info("main", "--autoquit time reached, shutting down");
            session.close();
            return false;
        }
        thread::sleep(GLANCE);
    }
}

/// Ends what goes on as the signal says: at once, or as soon as its answers have come.
fn end(session: &Session, stop: &Stop) {
    if session.view().state.is_active() && !stop.is_stopped_now() {
        session.stop();
        while session.view().state.is_active() && !stop.is_stopped_now() {
            thread::sleep(GLANCE);
        }
    }
    session.close();
}

/// What the program exits with: the last run's code. A run that was stopped on the page was not interrupted.
fn code_of(order: &Order, view: &View, is_interrupted: bool) -> u8 {
    match (view.exit_code, &view.account) {
        (Some(exit::INTERRUPTED), Some(account)) if !is_interrupted => {
            let failures = account.recording.total().failures();
            let on_error = order.outputs.exit_code_on_error;
            exit::of_run(false, account.judgement.validity, failures, on_error)
        }
        (Some(code), _) => code,
        // A run that broke has no result; where none was tried there is nothing to complain of.
        (None, _) if view.fault.is_some() && view.runs > 0 => exit::NO_RESULT,
        (None, _) => exit::CLEAN,
    }
}

/// What a run leaves live on the disk and the page can hand out.
fn live_files(order: &Order) -> Live {
    let outputs = &order.outputs;
    let prefix = outputs.csv.as_deref().filter(|_| outputs.csv_full_history);
    Live {
        full_history: prefix.map(|prefix| lead_stats::Paths::of(prefix).history),
        hdr: outputs.hdr.clone(),
    }
}

/// The address as a browser writes it.
fn url(web: &Web, address: SocketAddr) -> String {
    let scheme = if web.tls.is_some() { "https" } else { "http" };
    match &web.display_name {
        Some(name) if name.contains("://") => name.clone(),
        Some(name) => format!("{scheme}://{name}{}", web.base_path()),
        None => format!("{scheme}://{address}{}", web.base_path()),
    }
}
