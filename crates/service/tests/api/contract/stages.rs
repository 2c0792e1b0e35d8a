//! [`Stages`]: services in all the states that a documented answer may need, and how each answer is provoked.
//!
//! A promise that nobody here knows how to keep fails the test, so that nothing is documented that is not so.

use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{
    answered::Answer,
    asked::{TRACE, bare, filled, key, sound, start, to, too_long},
    shelf::Shelf,
};
use crate::{
    document::{Case, Operation},
    key_file::{KeyFile, entry_with},
    test_app::TestApp,
    wire::{answer, dribbled, half_sent},
};

const LONG: &str = "3600";

/// One service for each state that an answer may need.
pub(super) struct Stages {
    keys: KeyFile,
    pub(super) usual: TestApp,
    /// Told to stop, and waiting.
    draining: TestApp,
    /// Sees wrong keys, again and again.
    guessed: TestApp,
    /// Has seen the last request that its keys' rates allow.
    tired: TestApp,
    /// Has no place left, because of the connection.
    full: (TestApp, TcpStream),
    /// Does not look at drift.
    careless: TestApp,
}

/// A key for each scope.
pub(super) fn keys() -> KeyFile {
    let entry = |scope| entry_with(scope, &key(scope), &json!({"scopes": [scope]}));
    KeyFile::of(&["score", "admin", "metrics"].map(entry))
}

impl Stages {
    pub(super) async fn set() -> Self {
        let keys = keys();
        let start = |flags: &[&str]| start(&keys, flags);
        let draining = start(&["--drain-delay", LONG]);
        draining.say_stop().await;
        draining.wait_for_ready(503).await;
        let tired = start(&["--rate-limit", "0.001", "--rate-burst", "1"]);
        let request = tired.anonymous(Method::GET, "/v2").header("X-API-Key", key("score"));
        assert_eq!(request.send().await.expect("an answer").status(), 200);
        // Whoever holds the place keeps it for as long as the other answers take.
        let full = start(&["--max-in-flight", "1", "--workers", "1", "--body-timeout", LONG]);
        let (holder, _) = half_sent(&full, "/api/v1/score", "holder").await;
        while full.metric_with("http_requests_active", &key("metrics")).await < 2.0 {}
        let small =
            ["--max-score-bytes", "8192", "--max-batch-bytes", "8192", "--body-timeout", "0.3"];
        Self {
            usual: start(&small),
            draining,
            guessed: start(&[]),
            tired,
            full: (full, holder),
            careless: start(&["--drift-window", "0"]),
            keys,
        }
    }

    /// Makes an operation answer what the case says.
    pub(super) async fn answer(&self, case: &Case<'_>) -> Answer {
        let operation = case.operation;
        if operation.tag() == "admin"
            && let Some(answer) = Shelf::new(&self.keys).answer(case).await
        {
            return answer;
        }
        let whole = |app| sound(app, case, "");
        let request = match case.problem {
            None if case.status == 503 => whole(&self.draining),
            None => whole(&self.usual),
            Some("key-missing") => bare(&self.usual, operation),
            Some("key-wrong") => {
                // Each of them is a guess, of which one service takes so many only.
                let fresh = start(&self.keys, &["--workers", "1"]);
                let request = bare(&fresh, operation).header("X-API-Key", "nobody's");
                return Answer::of(request.send().await.expect("an answer")).await;
            }
            Some("scope-missing") => {
                let other = if operation.scope() == Some("admin") { "score" } else { "admin" };
                bare(&self.usual, operation).header("X-API-Key", key(other))
            }
            Some("wrong-keys") => return self.guess(operation).await,
            Some("rate-limited") => whole(&self.tired),
            Some("too-busy") => whole(&self.full.0),
            Some("invalid-parameter") => {
                let name = operation.queries().next().expect("a parameter");
                sound(&self.usual, case, &format!("?{name}=maybe"))
            }
            Some("invalid-leads" | "invalid-tensors") => whole(&self.usual).body("[{}]"),
            Some("batch-too-long") => whole(&self.usual).body(too_long(operation)),
            Some("body-too-large") => whole(&self.usual).body(" ".repeat(8_193)),
            Some("not-json" | "not-lines") => {
                // Takes the place of the right one.
                let kind = (CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                whole(&self.usual).headers(HeaderMap::from_iter([kind]))
            }
            Some("encoded") => whole(&self.usual).header("Content-Encoding", "gzip"),
            Some("no-such-model") => self.nobody(operation),
            Some("no-drift") => whole(&self.careless),
            Some("not-found") => {
                to(&self.usual, operation, &operation.path.replace("{file}", "nothing"))
            }
            Some("body-unreadable") => return self.raw(operation, "zz\r\n").await,
            Some("body-timeout") => return self.slow(operation).await,
            Some(other) => panic!("nobody knows how to provoke {other} of {}", operation.id()),
        };
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// The operation with one wrong key after another, until that is too many of them.
    async fn guess(&self, operation: Operation<'_>) -> Answer {
        loop {
            let request = bare(&self.guessed, operation).header("X-API-Key", "nobody's");
            let answer = request.send().await.expect("an answer");
            if answer.status() != 401 {
                return Answer::of(answer).await;
            }
        }
    }

    /// The operation for a model that is not served.
    fn nobody(&self, operation: Operation<'_>) -> RequestBuilder {
        let path = operation.path.replace("{name}", "nobody").replace("{version}", "1");
        let request = to(&self.usual, operation, &path).header("X-API-Key", key("score"));
        request.header("Content-Type", "application/json")
    }

    fn head(operation: Operation<'_>, framing: &str) -> String {
        let (path, key) = (filled(operation, None), key(operation.scope().unwrap_or("score")));
        format!(
            "{} {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\ntraceparent: {TRACE}\r\n{framing}\r\n\r\n",
            operation.method
        )
    }

    /// The operation with a body that is framed wrongly.
    async fn raw(&self, operation: Operation<'_>, body: &str) -> Answer {
        let mut socket = TcpStream::connect(self.usual.address).await.expect("a connection");
        let request = Self::head(operation, "Transfer-Encoding: chunked") + body;
        socket.write_all(request.as_bytes()).await.expect("written");
        Answer::parse(&answer(&mut socket).await)
    }

    /// The operation with a body that does not come in.
    async fn slow(&self, operation: Operation<'_>) -> Answer {
        let head = Self::head(operation, "Content-Length: 8000");
        Answer::parse(&dribbled(&self.usual, &head, b" ").await)
    }
}
