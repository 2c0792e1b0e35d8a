//! The server of the page, in a thread of its own with two workers: it never takes a sender's turn for long.
//!
//! [`Server::start`] does all that can fail and says where it listens; [`Server::stop`] lets answers that are on their way
//! arrive. Which routes there are is `routes`', what they share `shared`'s.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer, rt};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use tokio::sync::watch;

use super::guard::watch as guard;
use super::routes::mount;
use super::shared::Shared;

/// Threads that serve: one that renders does not keep another page waiting.
const WORKERS: usize = 2;

/// Connections at most, over all workers; browsers that listen are counted apart, and are fewer.
const MOST_CONNECTIONS: usize = 256;

/// How long a client gets to say what it wants.
const HEAD: Duration = Duration::from_secs(5);

/// How long answers that are on their way get when the page closes.
const LAST_WORDS_S: u64 = 2;

/// Why there is no page.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The name to listen at has no address.
    #[error(
        "argument --web-host: {host} is neither an address nor a known name ({reason}); give an address of this machine, or * for all"
    )]
    Unresolved {
        /// What was given.
        host: String,
        /// The resolver's words.
        reason: io::Error,
    },
    /// Somebody else listens there, or nobody may.
    #[error(
        "cannot serve the web page at {address}: {reason}; take another port with --web-port, or --headless for no page"
    )]
    Address {
        /// Where.
        address: SocketAddr,
        /// The system's words.
        reason: io::Error,
    },
    /// A file of certificate or key that cannot be used.
    #[error("argument {option}: {} cannot be used: {reason}", path.display())]
    Pem {
        /// Which of both.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: pem::Error,
    },
    /// Certificate and key that do not fit each other.
    #[error("the certificate of --tls-cert and the key of --tls-key cannot be used together: {0}")]
    Pair(rustls::Error),
    /// The system refused a thread.
    #[error("cannot start the web page: {0}")]
    Thread(io::Error),
}

/// A page that is served.
#[derive(Debug)]
pub(super) struct Server {
    handle: ServerHandle,
    thread: JoinHandle<io::Result<()>>,
    closing: watch::Sender<bool>,
}

impl Server {
    /// Serves at a socket that listens already.
    pub(super) fn start(
        listener: TcpListener,
        tls: Option<ServerConfig>,
        shared: impl FnOnce(watch::Receiver<bool>) -> Shared,
    ) -> Result<Self, ServerError> {
        let (closing, closes) = watch::channel(false);
        let shared = Data::from(Arc::new(shared(closes)));
        let (send, handle) = mpsc::channel();
        let serve = move || {
            rt::System::new().block_on(async move {
                rt::spawn(keep_history(shared.clone()));
                let server = HttpServer::new(move || {
                    let shared = shared.clone();
                    App::new()
                        .configure(|app| mount(app, &shared))
                        .wrap(from_fn(guard))
                        .app_data(shared)
                })
                .workers(WORKERS)
                .max_connections(MOST_CONNECTIONS / WORKERS)
                .client_request_timeout(HEAD)
                .shutdown_timeout(LAST_WORDS_S)
                .disable_signals();
                let server = match tls {
                    Some(tls) => server.listen_rustls_0_23(listener, tls)?,
                    None => server.listen(listener)?,
                }
                .run();
                // Whoever started it waits for this.
                let _gone = send.send(server.handle());
                server.await
            })
        };
        let thread = std::thread::Builder::new().name("web".to_owned()).spawn(serve);
        let thread = thread.map_err(ServerError::Thread)?;
        match handle.recv() {
            Ok(handle) => Ok(Self { handle, thread, closing }),
            Err(_gone) => Err(ServerError::Thread(match thread.join() {
                Ok(Err(reason)) => reason,
                _ => io::Error::other("its thread ended"),
            })),
        }
    }

    /// Closes the page; answers that are on their way arrive.
    pub(super) fn stop(self) {
        self.closing.send_replace(true);
        // The server's own loop does the stopping: this only tells it, whether anybody waits or not.
        drop(self.handle.stop(true));
        let _served = self.thread.join();
    }
}

/// Takes each second into the history that is handed out.
async fn keep_history(shared: Data<Shared>) {
    let mut changed = shared.session.changed();
    while changed.changed().await.is_ok() {
        let view = shared.session.view();
        shared.history.lock().unwrap_or_else(PoisonError::into_inner).take(&view);
    }
}

/// Listens at a name or an address; `*` means all of this machine's.
pub(super) fn listen(host: &str, port: u16) -> Result<TcpListener, ServerError> {
    let unresolved = |reason| ServerError::Unresolved { host: host.to_owned(), reason };
    let name =
        if host == "*" { "0.0.0.0" } else { host.trim_start_matches('[').trim_end_matches(']') };
    let addresses = (name, port).to_socket_addrs().map_err(unresolved)?;
    let mut refused = unresolved(io::Error::other("it has no address"));
    for address in addresses {
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(reason) => refused = ServerError::Address { address, reason },
        }
    }
    Err(refused)
}

/// Whether only this machine can reach an address.
pub(super) fn is_own(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Reads certificate and key.
pub(super) fn encryption(certificate: &Path, key: &Path) -> Result<ServerConfig, ServerError> {
    let refused = |option, path: &Path| {
        let path = path.to_owned();
        move |reason| ServerError::Pem { option, path, reason }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(refused("--tls-cert", certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(refused("--tls-key", key))?;
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(ServerError::Pair)
}
