//! Every answer that the served document promises is provoked and held against it: status, media type, headers, body.
//!
//! What is provoked how stands in [`Stages::answer`]; a promise that it cannot keep fails the test, so that nothing is
//! documented that is not so.

use std::{collections::BTreeSet, fs::File, io::BufReader, sync::LazyLock};

use lead_model::Scorer;
use reqwest::{
    Method, RequestBuilder, Response,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::{
    document::{Case, Document, Operation, PROBLEM},
    key_file::{KeyFile, entry_with},
    test_app::{TestApp, model_path},
    wire::{answer, dribbled, half_sent},
};

const LONG: &str = "3600";

/// What can only be provoked from inside; `routes/endpoint.rs` has the test.
const FROM_INSIDE: [&str; 1] = ["internal"];

/// Operations with queries that add to what they answer.
const QUERIES: [(&str, &str); 2] =
    [("scoreLead", "?include_details=true"), ("scoreBatch", "?include_details=yes")];

/// Name and version of the model that is served.
static MODEL: LazyLock<(String, String)> = LazyLock::new(|| {
    let file = File::open(model_path()).expect("a model");
    let model = Scorer::load(BufReader::new(file)).expect("a sound one");
    (model.artifact().name.clone(), model.artifact().version.clone())
});

/// One service for each state that an answer may need.
struct Stages {
    keys: KeyFile,
    usual: TestApp,
    /// Told to stop, and waiting.
    draining: TestApp,
    /// Has seen too many wrong keys.
    guessed: TestApp,
    /// Has seen the last request that its keys' rates allow.
    tired: TestApp,
    /// Has no place left, because of the connection.
    full: (TestApp, TcpStream),
}

/// An answer, however it was got.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Stages {
    async fn set() -> Self {
        let keys = KeyFile::of(
            &["score", "admin", "metrics"]
                .map(|scope| entry_with(scope, &key(scope), &json!({"scopes": [scope]}))),
        );
        let start = |flags: &[&str]| start(&keys, flags);
        let draining = start(&["--drain-delay", LONG]);
        draining.say_stop().await;
        draining.wait_for_ready(503).await;
        let guessed = start(&[]);
        for _ in 0..10 {
            let request = guessed.anonymous(Method::GET, "/v2").header("X-API-Key", "a guess");
            assert_eq!(request.send().await.expect("an answer").status(), 401);
        }
        let tired = start(&["--rate-limit", "0.001", "--rate-burst", "1"]);
        let request = tired.anonymous(Method::GET, "/v2").header("X-API-Key", key("score"));
        assert_eq!(request.send().await.expect("an answer").status(), 200);
        let full = start(&["--max-in-flight", "1", "--workers", "1"]);
        let (holder, _) = half_sent(&full, "/api/v1/score", "holder").await;
        while full.metric_with("http_requests_active", &key("metrics")).await < 2.0 {}
        let small =
            ["--max-score-bytes", "8192", "--max-batch-bytes", "8192", "--body-timeout", "0.3"];
        Self { usual: start(&small), draining, guessed, tired, full: (full, holder), keys }
    }

    /// Makes an operation answer what the case says.
    async fn answer(&self, case: &Case<'_>) -> Answer {
        let operation = case.operation;
        let whole = |app| sound(app, case);
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
            Some("wrong-keys") => bare(&self.guessed, operation).header("X-API-Key", "nobody's"),
            Some("rate-limited") => whole(&self.tired),
            Some("too-busy") => whole(&self.full.0),
            Some("invalid-parameter") => asked(&self.usual, case, "?include_details=maybe"),
            Some("invalid-leads" | "invalid-tensors") => whole(&self.usual).body("[{}]"),
            Some("batch-too-long") => whole(&self.usual).body(too_long(operation)),
            Some("body-too-large") => whole(&self.usual).body(" ".repeat(8_193)),
            Some("not-json") => {
                // Takes the place of the right one.
                let kind = (CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                whole(&self.usual).headers(HeaderMap::from_iter([kind]))
            }
            Some("encoded") => whole(&self.usual).header("Content-Encoding", "gzip"),
            Some("no-such-model") => self.nobody(operation),
            Some("not-found") => {
                let path = operation.path.replace("{file}", "nothing");
                self.usual.anonymous(Method::GET, &path)
            }
            Some("body-unreadable") => return self.raw(operation, "zz\r\n").await,
            Some("body-timeout") => return self.slow(operation).await,
            Some(other) => panic!("nobody knows how to provoke {other} of {}", operation.id()),
        };
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// The operation for a model that is not served.
    fn nobody(&self, operation: Operation<'_>) -> RequestBuilder {
        let path = operation.path.replace("{name}", "nobody").replace("{version}", "1");
        let request = self.usual.anonymous(operation.method.parse().expect("a method"), &path);
        request.header("X-API-Key", key("score")).header("Content-Type", "application/json")
    }

    fn head(operation: Operation<'_>, framing: &str) -> String {
        let (path, key) = (filled(operation, None), key(operation.scope().unwrap_or("score")));
        format!(
            "{} {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n{framing}\r\n\r\n",
            operation.method
        )
    }

    /// The operation with a body that is framed wrongly.
    async fn raw(&self, operation: Operation<'_>, body: &str) -> Answer {
        use tokio::io::AsyncWriteExt;

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

impl Answer {
    async fn of(response: Response) -> Self {
        let text = |value: &HeaderValue| value.to_str().expect("ASCII").to_owned();
        let headers = response.headers().iter();
        Self {
            status: response.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: response.bytes().await.expect("a body").to_vec(),
        }
    }

    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        Self {
            status: head[9..12].parse().expect("a status"),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    fn media_type(&self) -> Option<&str> {
        Some(self.header("content-type")?.split(';').next()?.trim())
    }

    /// The body as a schema sees it.
    fn value(&self) -> Value {
        match self.media_type() {
            Some("application/json" | PROBLEM) => serde_json::from_slice(&self.body).expect("JSON"),
            // Swagger UI's files are packed.
            _ => String::from_utf8_lossy(&self.body).into(),
        }
    }
}

/// A service with these keys.
fn start(keys: &KeyFile, flags: &[&str]) -> TestApp {
    let typed = keys.typed();
    let common = ["--key-file", &typed, "--metrics-access", "key", "--max-batch", "2"];
    TestApp::start_with(&[&common, flags].concat())
}

fn key(scope: &str) -> String {
    format!("{scope}-key-of-the-contract")
}

/// The path of an operation that fits the media type which is wanted.
fn filled(operation: Operation<'_>, media_type: Option<&str>) -> String {
    let file = match (operation.id(), media_type) {
        ("getPageFile", Some("text/css")) => "style.css",
        ("getPageFile", _) => "app.js",
        (_, Some("text/css")) => "swagger-ui.css",
        _ => "swagger-ui-bundle.js",
    };
    let (name, version) = &*MODEL;
    let path = operation.path.replace("{file}", file).replace("{name}", name);
    path.replace("{version}", version)
}

/// The operation with its example, and without a key.
fn bare(app: &TestApp, operation: Operation<'_>) -> RequestBuilder {
    let method = operation.method.parse().expect("a method");
    let request = app.anonymous(method, &filled(operation, None));
    match operation.example() {
        Some(example) => request.json(example),
        None => request,
    }
}

/// The operation as the document says that it is right.
fn sound(app: &TestApp, case: &Case<'_>) -> RequestBuilder {
    asked(app, case, "")
}

/// The same with a query.
fn asked(app: &TestApp, case: &Case<'_>, query: &str) -> RequestBuilder {
    let (operation, media_type) = (case.operation, case.media_type);
    let method = operation.method.parse().expect("a method");
    let mut request = app.anonymous(method, &(filled(operation, media_type) + query));
    if let Some(scope) = operation.scope() {
        request = request.header("X-API-Key", key(scope));
    }
    if let Some(media_type) = media_type {
        request = request.header("Accept", media_type);
    }
    match operation.example() {
        Some(example) => {
            request.header("Content-Type", "application/json").body(example.to_string())
        }
        None => request,
    }
}

/// The example with more leads than two.
fn too_long(operation: Operation<'_>) -> String {
    let example = operation.example().expect("an example");
    if let Some(leads) = example.as_array() {
        return json!([leads[0], leads[0], leads[0]]).to_string();
    }
    let mut request = example.clone();
    let input = &mut request["inputs"][0];
    let row = input["data"].as_array().expect("data").clone();
    input["shape"][0] = 3.into();
    input["data"] = [&row[..], &row, &row].concat().into();
    request.to_string()
}

/// Holds an answer against what is documented.
fn check(document: &Document, case: &Case<'_>, answer: &Answer) {
    let Operation { method, path, .. } = case.operation;
    let what = format!("{method} {path} {} {:?}", case.status, case.problem.or(case.media_type));
    let body = answer.value();
    assert_eq!(answer.status, case.status, "{what}: {body:.300}");
    assert_eq!(answer.media_type(), case.media_type, "{what}");
    assert!(answer.header("X-Request-ID").is_some(), "{what}");
    if let Some(problem) = case.problem {
        assert_eq!(body["type"], format!("/docs#{problem}"), "{what}");
        for header in Document::headers(case) {
            assert!(answer.header(header).is_some(), "{what} has no {header}");
        }
    }
    if let Some(validator) = document.validator(case) {
        let faults = validator.iter_errors(&body);
        let faults = faults.map(|fault| format!("{}: {fault:.200}", fault.instance_path()));
        let faults: Vec<_> = faults.collect();
        assert!(faults.is_empty(), "{what}: {faults:#?}");
    }
}

#[actix_web::test]
async fn every_documented_answer_is_given_and_is_as_documented() {
    let stages = Stages::set().await;
    let document = Document::of(&stages.usual).await;
    let mut provoked = 0;
    for operation in document.operations() {
        for case in document.cases(operation) {
            if case.problem.is_some_and(|problem| FROM_INSIDE.contains(&problem)) {
                continue;
            }
            check(&document, &case, &stages.answer(&case).await);
            provoked += 1;
        }
    }
    assert!(provoked > 100, "{provoked}");
}

#[actix_web::test]
async fn what_a_query_adds_to_an_answer_is_documented_too() {
    let keys = KeyFile::of(&[entry_with("score", &key("score"), &json!({}))]);
    let app = start(&keys, &[]);
    let document = Document::of(&app).await;
    for (id, query) in QUERIES {
        let operation = document.operations().find(|operation| operation.id() == id);
        let cases = document.cases(operation.expect("an operation"));
        let case = cases.iter().find(|case| case.status == 200).expect("an answer");
        let short = Answer::of(asked(&app, case, "").send().await.expect("an answer")).await;
        let long = Answer::of(asked(&app, case, query).send().await.expect("an answer")).await;
        check(&document, case, &long);
        assert!(long.body.len() > short.body.len() + 50, "{id}{query} adds nothing");
    }
}

#[actix_web::test]
async fn every_path_takes_the_documented_methods_and_no_other() {
    let stages = TestApp::start();
    let document = Document::of(&stages).await;
    let paths: BTreeSet<_> = document.operations().map(|operation| operation.path).collect();
    for path in paths {
        let at: Vec<_> = document.operations().filter(|operation| operation.path == path).collect();
        let mut documented: BTreeSet<_> = at.iter().map(|operation| operation.method).collect();
        if documented.contains("GET") {
            documented.insert("HEAD");
        }
        let answer = stages.request(Method::PATCH, &filled(at[0], None)).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 405, "{path}");
        let allow = answer.headers()["allow"].to_str().expect("ASCII").to_owned();
        assert_eq!(allow.split(", ").collect::<BTreeSet<_>>(), documented, "{path}");
    }
}
