//! [`TestApp`]: a service on a free port of the loopback address, with a client and a log that can be read back.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use actix_web::rt::{self, task::JoinHandle};
use clap::Parser;
use lead_service::{App, Args, Config, Journal};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::sync::mpsc;

/// The key that every test app knows.
pub(crate) const KEY: &str = "test-key-7f3a";

/// The key that may administer every test app.
pub(crate) const ADMIN_KEY: &str = "test-admin-key-9c1e";

/// The committed model.
pub(crate) fn model_path() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json"))
}

/// A model file of the model crate's collection, where one of every format there ever was is kept.
pub(crate) fn golden_path(name: &str) -> String {
    format!("{}/../model/tests/it/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A running service.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) log: Log,
    client: Client,
    journal: Journal,
    stop: mpsc::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl TestApp {
    /// A service with the test key and the default limits.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further flags; a flag that is given wins over the test's default.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let model_path = model_path();
        let defaults = [
            ("--host", "127.0.0.1"),
            ("--port", "0"),
            ("--workers", "2"),
            ("--api-keys", KEY),
            ("--admin-api-keys", ADMIN_KEY),
            ("--model-path", model_path.to_str().expect("a UTF-8 path")),
            ("--log-level", "info"),
        ];
        let mut typed = vec!["lead-service"];
        for (flag, value) in defaults {
            if !flags.contains(&flag) {
                typed.extend([flag, value]);
            }
        }
        typed.extend(flags);
        let args = Args::try_parse_from(typed).expect("flags of a test are right");
        Self::start_from(&Config::try_from(args).expect("so is their meaning"))
    }

    /// A service of any configuration.
    pub(crate) fn start_from(config: &Config) -> Self {
        let log = Log::default();
        let journal = Journal::start(config.log_level, log.clone()).expect("a thread");
        let app = App::bind(config, journal.clone()).expect("a free port and a model");
        let address = app.address();
        let (stop, word) = mpsc::channel(2);
        let serving = rt::spawn(app.run_until_stopped(word));
        Self { address, log, client: client(), journal, stop, serving }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request without a key.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request with the key that its path asks for.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let key = if path.starts_with("/api/v1/admin") { ADMIN_KEY } else { KEY };
        self.anonymous(method, path).header("X-API-Key", key)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// Posts a JSON value with the test key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.expect("an answer")
    }

    /// Posts these bytes as JSON with the test key.
    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<Vec<u8>>) -> Response {
        let request = self.request(Method::POST, path).header("Content-Type", "application/json");
        request.body(body.into()).send().await.expect("an answer")
    }

    /// The value of one line of `/metrics`, which must be there: a series that is misspelt here is not one of value 0.
    pub(crate) async fn metric(&self, series: &str) -> f64 {
        self.metric_with(series, KEY).await
    }

    /// The same where `/metrics` asks for a key of its own.
    pub(crate) async fn metric_with(&self, series: &str, key: &str) -> f64 {
        let request = self.anonymous(Method::GET, "/metrics").header("X-API-Key", key);
        let page = request.send().await.expect("an answer").text().await.expect("text");
        let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        let Some(value) = line else { panic!("{series} is not on the page:\n{page}") };
        value.parse().expect("a number")
    }

    /// The lines that the service has logged so far, each parsed.
    pub(crate) fn logged(&self) -> Vec<Value> {
        self.journal.flush();
        let text = self.log.text();
        text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
    }

    /// Says once that the service should stop.
    pub(crate) async fn say_stop(&self) {
        self.stop.send(()).await.expect("the service listens for the word");
    }

    /// Waits until the service has ended by itself.
    pub(crate) async fn ended(self) -> io::Result<()> {
        self.serving.await.expect("no panic")
    }

    /// Asks until `/health/ready` has this status; the change itself is what is tested, not its speed.
    pub(crate) async fn wait_for_ready(&self, status: u16) {
        while self.get("/health/ready").await.status() != status {
            rt::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// What the service wrote to its log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A client that follows no redirect, so that a redirect can be seen.
pub(crate) fn client() -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // A service that exports spans has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client")
}

/// Asserts that an answer is a problem of this status with every member it must have, and returns it.
pub(crate) async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let header = response.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], header.as_str());
    for member in ["type", "title", "detail"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {body}");
    }
    body
}

/// The `(pointer, code)` pairs of a 422.
pub(crate) fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let errors = problem["errors"].as_array().expect("a list of errors");
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

/// A body with the values of these members replaced by their names, for snapshots of what does not change.
pub(crate) fn redacted(body: &str, members: &[&str]) -> String {
    let mut redacted = body.to_owned();
    for member in members {
        let key = format!("\"{member}\":");
        let mut from = 0;
        while let Some(found) = redacted[from..].find(&key) {
            let start = from + found + key.len();
            let length = redacted[start..].find([',', '}', ']']).expect("a value ends");
            redacted.replace_range(start..start + length, &format!("[{member}]"));
            from = start;
        }
    }
    redacted
}
