//! Connections over TLS.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Certificate, Client, Version};
use tempfile::TempDir;

use crate::{
    lead::lead,
    startup::{Running, refusal},
    test_app::{KEY, client},
};

/// A certificate for localhost and its key, in files.
struct Pair {
    folder: TempDir,
    certificate: String,
}

impl Pair {
    fn new() -> Self {
        let pair = Self { folder: TempDir::new().expect("a folder"), certificate: String::new() };
        pair.renewed()
    }

    /// The same files with a new certificate and a new key.
    fn renewed(self) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        fs::write(self.cert(), made.cert.pem()).expect("written");
        fs::write(self.key(), made.signing_key.serialize_pem()).expect("written");
        Self { folder: self.folder, certificate: made.cert.pem() }
    }

    fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// A client that trusts this certificate and no other.
    fn client(&self) -> Client {
        // The provider of the other tests serves here too.
        let _ = client();
        let trusted = Certificate::from_pem(self.certificate.as_bytes()).expect("PEM");
        Client::builder().tls_certs_only([trusted]).no_proxy().build().expect("a client")
    }

    fn start(&self) -> Running {
        let (cert, key) = (self.cert(), self.key());
        let mut flags = vec!["--port", "0", "--tls-cert", text(&cert), "--tls-key", text(&key)];
        // The end waits for no idle connection: not for one of HTTP/2 either.
        flags.extend(["--shutdown-timeout", "3600"]);
        Running::start(&flags, &[("API_KEYS", KEY)])
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

/// The address by the name that the certificate is for.
fn url(running: &Running, path: &str) -> String {
    let port = running.address.rsplit(':').next().expect("a port");
    format!("https://localhost:{port}{path}")
}

#[actix_web::test]
async fn leads_are_scored_over_tls_by_http_2_and_by_http_1() {
    let pair = Pair::new();
    let running = pair.start();
    assert!(running.address.starts_with("https://127.0.0.1:"), "{}", running.address);
    for (client, version) in [
        (pair.client(), Version::HTTP_2),
        (
            Client::builder()
                .tls_certs_only([Certificate::from_pem(pair.certificate.as_bytes()).expect("PEM")])
                .no_proxy()
                .http1_only()
                .build()
                .expect("a client"),
            Version::HTTP_11,
        ),
    ] {
        let request = client.post(url(&running, "/api/v1/score")).header("X-API-Key", KEY);
        let answer = request.json(&lead("x")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.version(), version);
        assert!(answer.headers().contains_key("x-request-id"));
        let page = client.get(url(&running, "/metrics")).send().await.expect("an answer");
        let page = page.text().await.expect("text");
        assert!(page.contains("\nhttp_connections_active "), "{page}");
        assert!(!page.contains("\nhttp_connections_active 0\n"), "the one that asks is open");
    }
}

#[actix_web::test]
async fn what_is_refused_before_its_body_came_is_answered_over_http_2_all_the_same() {
    let pair = Pair::new();
    let running = pair.start();
    let client = pair.client();
    let (score, large) = (url(&running, "/api/v1/score"), vec![b'x'; 2 << 20]);
    for _ in 0..50 {
        let anonymous = client.post(&score).json(&lead("x")).send().await.expect("an answer");
        assert_eq!((anonymous.status().as_u16(), anonymous.version()), (401, Version::HTTP_2));
        let request = client.post(&score).header("X-API-Key", KEY).body(large.clone());
        let refused = request.send().await.expect("an answer");
        assert_eq!(refused.status(), 413);
        assert!(refused.text().await.expect("text").contains("body-too-large"));
    }
}

#[actix_web::test]
async fn a_stream_longer_than_every_window_flows_over_http_2() {
    let pair = Pair::new();
    let running = pair.start();
    let lines = format!("{}\n", lead("a")).repeat(10_000);
    let request = pair.client().post(url(&running, "/api/v1/score/stream")).body(lines);
    let answer = request.header("X-API-Key", KEY).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
    let text = answer.text().await.expect("text");
    assert_eq!(text.lines().count(), 10_001);
    assert!(text.ends_with("\"scored\":10000,\"failed\":0,\"complete\":true}}\n"));
}

#[actix_web::test]
async fn a_hangup_takes_over_a_new_certificate_and_no_connection_is_closed() {
    let pair = Pair::new();
    let running = pair.start();
    let old = pair.client();
    let health = url(&running, "/health");
    assert_eq!(old.get(&health).send().await.expect("an answer").status(), 200);

    let pair = pair.renewed();
    running.signal("HUP");
    let new = pair.client();
    // The certificate is read beside serving: asked until the new one is shown.
    while new.get(&health).send().await.is_err() {
        actix_web::rt::time::sleep(Duration::from_millis(10)).await;
    }
    let kept = old.get(&health).send().await.expect("the old connection goes on");
    assert_eq!(kept.status(), 200);
}

#[actix_web::test]
async fn a_bad_certificate_leaves_the_old_one_in_place() {
    let pair = Pair::new();
    let mut running = pair.start();
    fs::write(pair.cert(), "no certificate").expect("written");
    running.signal("HUP");
    let client = pair.client();
    let answer = client.get(url(&running, "/health")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    running.signal("TERM");
    let (code, _, stderr) = running.end();
    assert_eq!(code, Some(0));
    assert!(stderr.contains("the certificate stays as it was"), "{stderr}");
}

#[test]
fn files_that_are_no_pair_are_refused_with_the_next_step() {
    let (pair, other) = (Pair::new(), Pair::new());
    let (cert, key) = (pair.cert(), pair.key());
    let nowhere = pair.folder.path().join("nowhere.pem");
    for (cert, key, said) in [
        (&nowhere, &key, "cannot read"),
        (&cert, &nowhere, "check TLS_KEY"),
        (&key, &key, "holds no certificate in PEM"),
        (&cert, &cert, "holds no private key in PEM"),
        (&cert, &other.key(), "cannot be used together"),
    ] {
        let flags = ["--port", "0", "--tls-cert", text(cert), "--tls-key", text(key)];
        let line = refusal(&flags, &[], 1);
        assert!(line.contains(said), "{said}: {line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
    let line = refusal(&["--port", "0", "--tls-cert", text(&cert)], &[], 1);
    assert!(line.contains("TLS_CERT is set and TLS_KEY is not"), "{line}");
}
