//! https: certificates are verified by both transports alike, unless `--insecure` is said.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::thread::JoinHandle;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::program::{program, stderr};
use crate::server::{Manner, Server};

/// Speaks TLS in front of a server; it ends with this value.
struct Terminator {
    address: SocketAddr,
    end: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Terminator {
    /// For `localhost`, vouched for by an authority of its own, whose certificate goes into a file.
    fn start(server: SocketAddr, authority: &Path) -> Self {
        let mut params = CertificateParams::default();
        let name = authority.file_name().unwrap().to_str().unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(authority, issuer.pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let end = Arc::new(Notify::new());
        let told = Arc::clone(&end);
        let serve = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = told.notified() => {}
                    () = terminate(listener, TlsAcceptor::from(Arc::new(config)), server) => {}
                }
            });
        };
        Self { address, end, thread: Some(std::thread::spawn(serve)) }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        self.end.notify_one();
        self.thread.take().unwrap().join().unwrap();
    }
}

async fn terminate(listener: std::net::TcpListener, acceptor: TlsAcceptor, server: SocketAddr) {
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (tcp, _) = listener.accept().await.unwrap();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // Whoever does not agree to the certificate has gone.
            let Ok(mut tls) = acceptor.accept(tcp).await else { return };
            let mut plain = TcpStream::connect(server).await.unwrap();
            let _either_has_gone = copy_bidirectional(&mut tls, &mut plain).await;
        });
    }
}

/// One second of the program over TLS, with its own roots only.
fn run(url: &str, roots: &Path, words: &[&str]) -> Output {
    let words = [&["-t", "1s", "-s", "10s", "--only-summary"], words].concat();
    program(url, &words).env("SSL_CERT_FILE", roots).env_remove("SSL_CERT_DIR").output().unwrap()
}

/// A server behind TLS, the file with its authority, and one with a stranger's.
struct Scene {
    server: Server,
    door: Terminator,
    authority: PathBuf,
    stranger: PathBuf,
    _folder: tempfile::TempDir,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let [authority, stranger] = ["own.pem", "other.pem"].map(|name| folder.path().join(name));
    let server = Server::start(Manner::Right);
    drop(Terminator::start(server.address, &stranger));
    let door = Terminator::start(server.address, &authority);
    Scene { server, door, authority, stranger, _folder: folder }
}

#[test]
fn a_certificate_that_the_systems_roots_vouch_for_is_accepted() {
    let Scene { server, door, authority, _folder, .. } = scene();
    for transport in ["reqwest", "raw"] {
        let output = run(&door.url(), &authority, &["--transport", transport]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(!said.contains("NOT VERIFIED"), "{said}");
        assert!(said.contains("Look up the name"), "{said}");
        assert_eq!(said.contains("TLS handshake"), transport == "raw", "{said}");
    }
    assert!(server.requests() > 0);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_in_the_same_words() {
    let Scene { server, door, stranger, _folder, .. } = scene();
    for transport in ["reqwest", "raw"] {
        let output = run(&door.url(), &stranger, &["--transport", transport]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let report = said.split("Error report").nth(1).unwrap();
        let causes = report.lines().filter(|line| line.contains("Error(")).count();
        let text = "SSLError('invalid peer certificate: UnknownIssuer')";
        assert!(causes > 0 && report.matches(text).count() == causes, "{said}");
    }
    assert_eq!(server.requests(), 0);
}

#[test]
fn with_insecure_any_certificate_will_do_and_that_is_said_loudly_once() {
    let Scene { server, door, stranger, _folder, .. } = scene();
    for transport in ["reqwest", "raw"] {
        let output = run(&door.url(), &stranger, &["--transport", transport, "--insecure"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said.matches("CERTIFICATES ARE NOT VERIFIED").count(), 1, "{said}");
    }
    assert!(server.requests() > 0);
}

#[test]
fn a_server_without_tls_is_no_https_target() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("own.pem");
    drop(Terminator::start(server.address, &roots));
    for transport in ["reqwest", "raw"] {
        let url = format!("https://{}", server.address);
        let output = run(&url, &roots, &["--transport", transport, "--timeout", "1s"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        // The server waits for the end of a request that it cannot read.
        assert!(said.contains("ReadTimeout('no complete answer within 1s')"), "{said}");
    }
}
