//! How the live page begins and ends: its options, encryption, a path of its own, runs that begin by themselves, exit codes.

use std::net::TcpStream;
use std::process::Output;
use std::sync::Arc;

use lead_stats::Run;
use nix::sys::signal::Signal;
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::program::{bare, stderr, wait_until};
use crate::server::{Manner, Server};
use crate::web::{Page, ask};

fn output(words: &[&str]) -> Output {
    bare().args(["--web-port", "0", "--threads", "1"]).args(words).output().unwrap()
}

/// The files hold every score that the server gave; what else is asked of it (what it uses) is in no file.
fn check_scores(run: &Run, server: &Server) {
    let score = run.summary.endpoints.iter().find(|endpoint| endpoint.name == "/api/v1/score");
    let given = server.seen().requests["POST /api/v1/score"];
    assert_eq!(score.unwrap().requests, given, "as many as the server counted");
}

#[test]
fn options_that_cannot_be_obeyed_are_told_with_locusts_exit_codes() {
    let host = ["--host", "http://127.0.0.1:1"];
    for (words, code, expect) in [
        (
            &["--autoquit", "5"][..],
            1,
            "--autoquit is only meaningful in combination with --autostart",
        ),
        (
            &["--headless", "--autoquit", "5"],
            1,
            "--autoquit is only meaningful in combination with --autostart",
        ),
        (
            &["--web-base-path", "load"],
            1,
            "Invalid format for --web-base-path argument (load): the url path must start with a slash.",
        ),
        (&["--web-base-path", "//evil.example"], 1, "only letters, digits"),
        (&["--web-base-path", "/a/../b"], 1, "only letters, digits"),
        (&["--web-base-path", "/{a}"], 1, "only letters, digits"),
        (&["--autoquit", "x", "--autostart"], 2, "argument --autoquit: invalid int value: 'x'"),
        (&["--web-port", "70000"], 2, "argument --web-port/-P: invalid int value: '70000'"),
        (&["--tls-cert", "x.pem"], 2, "argument --tls-cert: only together with --tls-key"),
        (&["--tls-key", "x.pem"], 2, "argument --tls-key: only together with --tls-cert"),
        (
            &["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"],
            1,
            "argument --tls-cert: /nowhere.pem cannot be used",
        ),
        (
            &["--web-host", "no-such-host.invalid"],
            1,
            "argument --web-host: no-such-host.invalid is neither an address nor a known name",
        ),
        (&["--autostart"], 1, "cannot connect to http://127.0.0.1:1: connection refused"),
    ] {
        let output = output(&[&host[..], words].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        assert!(said.contains(expect), "{words:?}: {said}");
    }
    let output = output(&["--autostart"]);
    assert_eq!(output.status.code(), Some(2), "a run that begins by itself needs a host");
    let weak = bare()
        .args(host)
        .args(["--web-port", "0"])
        .env("LEAD_WEB_TOKEN", "short")
        .output()
        .unwrap();
    assert_eq!(weak.status.code(), Some(2));
    assert!(
        stderr(&weak).contains("LEAD_WEB_TOKEN has fewer than 16 characters"),
        "{}",
        stderr(&weak)
    );
}

#[test]
fn a_port_that_is_taken_is_one_clear_line() {
    let server = Server::start(Manner::Right);
    let port = server.address.port().to_string();
    let output = output(&["--host", &server.url(), "--web-port", &port]);
    let said = stderr(&output);
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    assert!(
        said.contains(&format!("cannot serve the web page at 127.0.0.1:{port}"))
            && said.contains("--web-port"),
        "{said}"
    );
}

#[test]
fn below_a_path_is_everything_and_beside_it_nothing() {
    let server = Server::start(Manner::Right);
    let words = ["--host", &server.url(), "--web-base-path", "/team/load/", "--web-login"];
    let page = Page::start(&words, &[("LEAD_WEB_TOKEN", "0123456789abcdef")]);
    assert_eq!(page.base, "/team/load");
    let host = format!("Host: {}", page.address);
    let headers = [host.as_str(), "Authorization: Bearer 0123456789abcdef"];
    let get = |path: &str| page.ask_at("GET", path, &headers, "");
    for path in ["/team/load/", "/team/load/stats/requests", "/team/load/assets/page.css"] {
        assert_eq!(get(path).status, 200, "{path}");
    }
    let into = get("/team/load");
    assert!(into.status == 308 && into.head.contains("location: /team/load/\r\n"), "{into:?}");
    for path in ["/", "/stats/requests", "/stop", "/team/", "/team/loading/", "/assets/page.css"] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    let door = page.ask_at("GET", "/team/load/", &[&host, "Accept: text/html"], "");
    assert!(door.head.contains("location: /team/load/login\r\n"), "{door:?}");
    let form = "Content-Type: application/x-www-form-urlencoded";
    let entered = page.ask_at("POST", "/team/load/login", &[&host, form], "token=0123456789abcdef");
    assert!(
        entered.head.contains("; path=/team/load/;")
            && entered.head.contains("location: /team/load/\r\n"),
        "{entered:?}"
    );
    // What needs no token there needs one elsewhere.
    assert_eq!(page.ask_at("GET", "/login", &[&host], "").status, 401);
}

#[test]
fn with_a_certificate_the_page_is_encrypted_and_its_cookie_is_kept_so() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(at("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(at("key.pem"), key.serialize_pem()).unwrap();
    let (cert, key) = (at("cert.pem"), at("key.pem"));
    let words = ["--host", &server.url(), "--tls-cert", &cert, "--tls-key", &key, "--web-login"];
    let page = Page::start(&words, &[("LEAD_WEB_TOKEN", "0123456789abcdef")]);
    assert!(
        page.said().contains("Starting web interface at https://127.0.0.1:"),
        "{}",
        page.said()
    );
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let encrypted = |method: &str, path: &str, headers: &[&str], body: &str| {
        let name = "localhost".try_into().unwrap();
        let connection = ClientConnection::new(Arc::clone(&config), name).unwrap();
        let stream = TcpStream::connect(page.address).unwrap();
        let host = format!("Host: localhost:{}", page.address.port());
        let headers = [&[host.as_str()], headers].concat();
        ask(&mut StreamOwned::new(connection, stream), method, path, &headers, body)
    };
    let bearer = ["Authorization: Bearer 0123456789abcdef"];
    assert_eq!(encrypted("GET", "/stats/requests", &bearer, "").json()["state"], "ready");
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let entered = encrypted("POST", "/login", &form, "token=0123456789abcdef");
    assert!(entered.head.contains("; httponly; samesite=strict; secure"), "{entered:?}");
    assert_ne!(page.get("/stats/requests").status, 200, "not without encryption");
}

#[test]
fn a_run_that_begins_by_itself_ends_the_program_with_its_own_code_and_its_files() {
    for (manner, code) in [(Manner::Right, 0), (Manner::Status(500), 1)] {
        let server = Server::start(manner);
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (csv, html) = (at("lt"), at("report.html"));
        let url = server.url();
        let words = [
            "--host",
            &url,
            "--autostart",
            "--autoquit",
            "0",
            "-u",
            "2",
            "-r",
            "10",
            "-t",
            "2s",
            "-s",
            "10s",
            "--csv",
            &csv,
            "--csv-full-history",
            "--html",
            &html,
        ];
        let output = output(&words);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        for line in [
            "Starting web interface at http://127.0.0.1:",
            "--autoquit time reached, shutting down",
            &format!("Shutting down (exit code {code})"),
        ] {
            assert!(said.contains(line), "{line} not in:\n{said}");
        }
        let run = lead_stats::read(csv.as_ref()).unwrap();
        check_scores(&run, &server);
        assert!(std::fs::read_to_string(html).unwrap().contains("Load test report"));
    }
}

#[test]
fn without_autoquit_the_page_stays_until_a_signal_and_keeps_the_runs_code() {
    let server = Server::start(Manner::Status(500));
    let words = ["--host", &server.url(), "--autostart", "-t", "1s", "--exit-code-on-error", "7"];
    let mut page = Page::start(&words, &[]);
    page.wait_for_state("stopped");
    wait_until(|| {
        page.said().contains("--autoquit not specified, leaving web ui running indefinitely")
    });
    assert!(!page.has_ended());
    page.signal(Signal::SIGTERM);
    let (code, said) = page.end();
    assert_eq!(code, Some(7), "{said}");
}

#[test]
fn a_signal_before_its_time_ends_a_run_with_all_its_files() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("lt");
    let words = ["--host", &server.url(), "--csv", csv.to_str().unwrap(), "-s", "10s"];
    let page = Page::start(&words, &[]);
    page.swarm("user_count=2&spawn_rate=10&run_time=1h");
    wait_until(|| server.requests() > 20);
    page.signal(Signal::SIGINT);
    let (code, said) = page.end();
    assert_eq!(code, Some(130), "{said}");
    check_scores(&lead_stats::read(&csv).unwrap(), &server);
}

#[test]
fn a_run_that_was_stopped_on_the_page_was_not_interrupted() {
    let server = Server::start(Manner::Status(500));
    let page = Page::of(&server);
    page.swarm("user_count=2&spawn_rate=10&run_time=1h");
    wait_until(|| page.requests() > 20);
    page.get("/stop");
    page.signal(Signal::SIGINT);
    let (code, said) = page.end();
    assert_ne!(code, Some(130), "{said}");
    assert_ne!(code, Some(0), "requests failed: {said}");
    let unused = Page::of(&server);
    unused.signal(Signal::SIGINT);
    assert_eq!(unused.end().0, Some(0), "nothing ran");
}
