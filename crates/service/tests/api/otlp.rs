//! Spans over OTLP, as a collector receives them (in builds with the feature `otlp`).
//!
//! [`Collector`] is a server that records what is posted to it; [`Message`] reads protobuf by field number, so that what is
//! checked is what is on the wire. The numbers are those of OpenTelemetry's `trace.proto`.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use reqwest::Method;

use crate::{lead::lead, startup::Running, test_app::TestApp};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const ENDPOINT: &str = "--otel-exporter-otlp-endpoint";

/// A request to the collector: its first line and headers, and its body.
type Recorded = (String, Vec<u8>);

/// Takes whatever is posted to it.
struct Collector {
    url: String,
    recorded: Receiver<Recorded>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, recorded) = channel();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (socket, sender) = (socket.expect("a connection"), sender.clone());
                thread::spawn(move || record(&socket, &sender));
            }
        });
        Self { url, recorded }
    }

    /// The spans of everything received so far.
    fn spans(&self) -> Vec<Span> {
        self.recorded.try_iter().flat_map(|(_, body)| spans(&body)).collect()
    }
}

/// Answers the requests of one connection until it is closed.
fn record(socket: &TcpStream, sender: &Sender<Recorded>) {
    let mut reader = BufReader::new(socket);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let from = head.len();
            if reader.read_line(&mut head).expect("text") == 0 {
                return;
            }
            let line = head[from..].trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().expect("a number");
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("the whole body");
        // The test may have seen enough.
        let _ = sender.send((head, body));
        let answer =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
        (&mut &*socket).write_all(answer).expect("written");
    }
}

/// The fields of a protobuf message: bytes of the length-delimited ones, little-endian bytes of all numbers.
struct Message(BTreeMap<u64, Vec<Vec<u8>>>);

impl Message {
    fn read(mut bytes: &[u8]) -> Self {
        let mut fields: BTreeMap<u64, Vec<Vec<u8>>> = BTreeMap::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let value = match key & 7 {
                0 => varint(&mut bytes).to_le_bytes().to_vec(),
                1 => taken(&mut bytes, 8),
                2 => {
                    let length = varint(&mut bytes) as usize;
                    taken(&mut bytes, length)
                }
                5 => taken(&mut bytes, 4),
                other => panic!("no wire type {other}"),
            };
            fields.entry(key >> 3).or_default().push(value);
        }
        Self(fields)
    }

    fn all(&self, field: u64) -> impl Iterator<Item = Self> {
        self.0.get(&field).into_iter().flatten().map(|bytes| Self::read(bytes))
    }

    fn bytes(&self, field: u64) -> &[u8] {
        self.0.get(&field).map_or(&[], |values| &values[0])
    }

    fn text(&self, field: u64) -> String {
        String::from_utf8(self.bytes(field).to_vec()).expect("UTF-8")
    }

    fn number(&self, field: u64) -> u64 {
        self.bytes(field).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// `KeyValue`s, each value as text.
    fn attributes(&self, field: u64) -> BTreeMap<String, String> {
        let value = |value: Self| match value.0.keys().next().expect("one of several") {
            1 => value.text(1),
            3 => value.number(3).to_string(),
            5 => {
                let list = value.all(5).next().expect("a list");
                list.all(1).map(|entry| entry.text(1)).collect::<Vec<_>>().join(",")
            }
            other => panic!("no value of kind {other} is expected"),
        };
        self.all(field)
            .map(|pair| (pair.text(1), value(pair.all(2).next().expect("a value"))))
            .collect()
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = taken(bytes, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn taken(bytes: &mut &[u8], length: usize) -> Vec<u8> {
    let (taken, rest) = bytes.split_at(length);
    *bytes = rest;
    taken.to_vec()
}

/// What a span says.
struct Span {
    resource: BTreeMap<String, String>,
    scope: String,
    trace: String,
    span: String,
    parent: String,
    name: String,
    kind: u64,
    nanoseconds: u64,
    attributes: BTreeMap<String, String>,
    status: u64,
    flags: u64,
}

fn spans(body: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for of_resource in Message::read(body).all(1) {
        let resource = of_resource.all(1).next().expect("a resource").attributes(1);
        for of_scope in of_resource.all(2) {
            let scope = of_scope.all(1).next().expect("a scope").text(1);
            spans.extend(of_scope.all(2).map(|span| Span {
                resource: resource.clone(),
                scope: scope.clone(),
                trace: hex(span.bytes(1)),
                span: hex(span.bytes(2)),
                parent: hex(span.bytes(4)),
                name: span.text(5),
                kind: span.number(6),
                nanoseconds: span.number(8).checked_sub(span.number(7)).expect("it ends later"),
                attributes: span.attributes(9),
                status: span.all(15).next().map_or(0, |status| status.number(3)),
                flags: span.number(16),
            }));
        }
    }
    spans
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Stops the service, which sends what is left.
async fn stopped(app: TestApp) {
    app.say_stop().await;
    app.ended().await.expect("an end without an error");
}

#[actix_web::test]
async fn a_request_becomes_a_span_of_the_callers_trace_before_the_service_ends() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[ENDPOINT, &collector.url]);
    let request = app
        .request(Method::POST, "/api/v1/score?include_details=1")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("X-Request-ID", "r-17")
        .json(&lead("lead-7731"));
    let answer = request.send().await.expect("an answer");
    let header = answer.headers()["traceparent"].to_str().expect("ASCII").to_owned();
    stopped(app).await;

    let recorded: Vec<Recorded> = collector.recorded.try_iter().collect();
    let [(head, body)] = recorded.as_slice() else { panic!("{} requests", recorded.len()) };
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(head.to_lowercase().contains("content-type: application/x-protobuf"), "{head}");
    assert!(!hex(body).contains(&hex(b"7731")), "nothing of the body is sent");
    let spans = spans(body);
    let [span] = spans.as_slice() else { panic!("{} spans", spans.len()) };
    assert_eq!((span.trace.as_str(), span.parent.as_str()), (TRACE, PARENT));
    assert_eq!(header, format!("00-{TRACE}-{}-01", span.span), "the answer names the same span");
    assert_eq!((span.name.as_str(), span.kind), ("POST /api/v1/score", 2));
    assert!(span.nanoseconds > 0 && span.status == 0);
    // Sampled, and its parent is known to be somebody else's.
    assert_eq!(span.flags, 0x301);
    let said: Vec<_> =
        span.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        said,
        [
            "http.request.method=POST",
            "http.response.header.x-request-id=r-17",
            "http.response.status_code=200",
            "http.route=/api/v1/score",
            "network.protocol.version=1.1",
            "url.scheme=http",
        ]
    );
    assert_eq!(span.resource["service.name"], "lead-service");
    assert_eq!(span.resource["service.version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(span.scope, "lead-service");
}

#[actix_web::test]
async fn a_trace_that_begins_here_is_answered_logged_and_sent_with_one_id() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[ENDPOINT, &collector.url]);
    let answer = app.get("/nothing-7731?q=7732").await;
    let header = answer.headers()["traceparent"].to_str().expect("ASCII").to_owned();
    let line = app.logged().remove(0);
    stopped(app).await;
    let span = collector.spans().remove(0);
    assert_eq!(header, format!("00-{}-{}-03", span.trace, span.span));
    assert_eq!((&line["trace_id"], &line["span_id"]), (&span.trace.into(), &span.span.into()));
    assert_eq!((span.parent.as_str(), span.name.as_str()), ("", "GET"), "no route, no path");
    assert_eq!(span.attributes["http.response.status_code"], "404");
    assert!(!span.attributes.contains_key("http.route"));
    assert_eq!(span.status, 0, "a caller's mistake is no failure of the service");
    let said = format!("{:?}", span.attributes);
    assert!(!said.contains("7731") && !said.contains("7732"), "{said}");
}

#[actix_web::test]
async fn a_callers_decision_not_to_keep_a_trace_stands() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[ENDPOINT, &collector.url]);
    for flags in ["00", "01"] {
        let traceparent = format!("00-{TRACE}-{PARENT}-{flags}");
        let request = app.request(Method::GET, "/health").header("traceparent", traceparent);
        request.send().await.expect("an answer");
    }
    stopped(app).await;
    assert_eq!(collector.spans().len(), 1);
}

#[actix_web::test]
async fn the_samplers_share_decides_about_traces_that_begin_here() {
    let collector = Collector::start();
    let flags = [ENDPOINT, &collector.url, "--otel-traces-sampler-arg", "0"];
    let app = TestApp::start_with(&flags);
    let header = app.get("/health").await.headers()["traceparent"].clone();
    assert!(header.to_str().expect("ASCII").ends_with("-02"), "{header:?}");
    stopped(app).await;
    assert!(collector.spans().is_empty());
}

#[actix_web::test]
async fn a_service_that_leaves_with_503_reports_an_error() {
    let collector = Collector::start();
    let app = TestApp::start_with(&[ENDPOINT, &collector.url, "--drain-delay", "3600"]);
    app.say_stop().await;
    app.wait_for_ready(503).await;
    stopped(app).await;
    let span = collector.spans().pop().expect("the last question");
    assert_eq!((span.name.as_str(), span.status), ("GET /health/ready", 2));
    assert_eq!(span.attributes["error.type"], "503");
}

#[actix_web::test]
async fn a_collector_that_is_gone_costs_spans_and_no_request() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let app = TestApp::start_with(&[ENDPOINT, &gone]);
    // More than the queue holds.
    for _ in 0..3_000 {
        assert_eq!(app.get("/health/live").await.status(), 200);
    }
    stopped(app).await;
}

#[actix_web::test]
async fn the_standard_variables_are_read() {
    let collector = Collector::start();
    let mut service = Running::start(
        &["--port", "0"],
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/own/path", collector.url)),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=sales"),
            ("OTEL_SERVICE_NAME", "scores"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=other"),
        ],
    );
    let url = format!("{}/health", service.address);
    crate::test_app::client().get(url).send().await.expect("an answer");
    service.signal("TERM");
    let (code, _, stderr) = service.end();
    assert_eq!(code, Some(0), "{stderr}");
    let (head, body) = collector.recorded.try_recv().expect("sent before the end");
    assert!(head.starts_with("POST /own/path HTTP/1.1\r\n") && head.contains("x-tenant: sales"));
    let span = spans(&body).remove(0);
    assert_eq!(span.resource["service.name"], "scores");
    assert_eq!(span.resource["deployment.environment.name"], "test");
}
