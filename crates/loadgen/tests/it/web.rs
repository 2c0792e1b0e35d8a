//! The live page as a browser and a script see it: Locust's routes and shapes, and the life of a run.
//!
//! [`Page`] is the program with its page on a free port; [`ask`] sends a request byte by byte as it is told, because some of
//! them are attacks (`web_attacks`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::program::{bare, signal, wait_until};
use crate::server::{Manner, Server};

/// A program that serves its page; it ends with this value.
pub(crate) struct Page {
    child: Child,
    said: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    pub(crate) address: SocketAddr,
    /// The path before every route.
    pub(crate) base: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// Starts the program with these words and this environment.
    pub(crate) fn start(words: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = bare();
        command.args(["--web-port", "0", "--threads", "1"]).args(words);
        command.envs(environment.iter().copied()).stderr(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (said, pipe) = (Arc::new(Mutex::new(String::new())), child.stderr.take().unwrap());
        let heard = Arc::clone(&said);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let place = || {
            let said = said.lock().unwrap();
            let (_, rest) = said.split_once("Starting web interface at ")?;
            let (url, _) = rest.split_once('\n')?;
            let (_, place) = url.split_once("://").unwrap();
            let (address, base) = place.split_once('/').unwrap_or((place, ""));
            Some((address.to_owned(), base.to_owned()))
        };
        wait_until(|| place().is_some() || child.try_wait().unwrap().is_some());
        let (address, base) = place().unwrap_or_else(|| panic!("{}", said.lock().unwrap()));
        // A name that stands for the page says no port: then it is one that was asked for.
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| words.last().unwrap().parse().unwrap());
        let base = if base.is_empty() { base } else { format!("/{base}") };
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self { child, said, reader: Some(reader), address, base }
    }

    /// A page for a server.
    pub(crate) fn of(server: &Server) -> Self {
        Self::start(&["--host", &server.url()], &[])
    }

    /// What was said on stderr so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, which: Signal) {
        signal(&self.child, which);
    }

    /// Waits until the program has ended, and gives its exit code and all that it said.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        wait_until(|| self.child.try_wait().unwrap().is_some());
        self.reader.take().unwrap().join().unwrap();
        (self.child.wait().unwrap().code(), self.said())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Asks as a script does, with further headers.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
        let host = format!("Host: {}", self.address);
        self.ask_at(
            method,
            &format!("{}{path}", self.base),
            &[&[host.as_str()], headers].concat(),
            body,
        )
    }

    /// Asks with these headers alone.
    pub(crate) fn ask_at(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address).unwrap();
        ask(&mut stream, method, path, headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        assert!(reply.head.contains("content-type: application/json"), "{path}: {}", reply.head);
        reply.json()
    }

    /// Sends a form to `/swarm`.
    pub(crate) fn swarm(&self, form: &str) -> Value {
        let reply =
            self.ask("POST", "/swarm", &["Content-Type: application/x-www-form-urlencoded"], form);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    pub(crate) fn numbers(&self) -> Value {
        self.json("/stats/requests")
    }

    pub(crate) fn requests(&self) -> u64 {
        self.numbers()["stats"].as_array().unwrap().last().unwrap()["num_requests"]
            .as_u64()
            .unwrap()
    }

    pub(crate) fn wait_for_state(&self, state: &str) {
        wait_until(|| self.numbers()["state"] == state);
    }

    /// The first `count` events that a new listener is told: number and data.
    fn listen(&self, count: usize) -> Vec<(String, String)> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut events = Vec::new();
        let mut number = String::new();
        for line in BufReader::new(stream).lines().map(Result::unwrap) {
            if let Some(id) = line.strip_prefix("id: ") {
                number = id.to_owned();
            }
            if let Some(data) = line.strip_prefix("data: ") {
                events.push((number.clone(), data.to_owned()));
            }
            if events.len() == count {
                break;
            }
        }
        events
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|fault| panic!("{fault}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request and reads the answer to its end.
pub(crate) fn ask(
    stream: &mut (impl Read + Write),
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Reply {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut bytes = Vec::new();
    // A peer that closes without a word has said all the same.
    let _closed =
        stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut bytes));
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Reply { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Written by hand from Locust's own answer, sorted as its server sorts.
const MEMBERS: [&str; 10] = [
    "current_fail_per_sec",
    "current_response_time_percentiles",
    "current_rps",
    "errors",
    "fail_ratio",
    "state",
    "stats",
    "total_fail_per_sec",
    "total_rps",
    "user_count",
];

const ROW: [&str; 15] = [
    "avg_content_length",
    "avg_response_time",
    "current_fail_per_sec",
    "current_rps",
    "max_response_time",
    "median_response_time",
    "method",
    "min_response_time",
    "name",
    "num_failures",
    "num_requests",
    "response_time_percentile_0.95",
    "response_time_percentile_0.99",
    "total_fail_per_sec",
    "total_rps",
];

#[test]
fn the_numbers_have_locusts_members_before_a_run_and_in_it() {
    let server = Server::start(Manner::Status(503));
    let page = Page::of(&server);
    let before = page.numbers();
    assert_eq!(keys(&before), MEMBERS);
    assert_eq!((&before["state"], &before["user_count"]), (&json!("ready"), &json!(0)));
    assert_eq!(before["stats"].as_array().unwrap().len(), 1, "the total alone");
    assert_eq!(
        before["current_response_time_percentiles"],
        json!({ "response_time_percentile_0.5": null, "response_time_percentile_0.95": null })
    );

    page.swarm("user_count=4&spawn_rate=100");
    wait_until(|| page.requests() > 20);
    let numbers = page.numbers();
    assert_eq!(keys(&numbers), MEMBERS);
    assert_eq!((&numbers["state"], &numbers["user_count"]), (&json!("running"), &json!(4)));
    let rows = numbers["stats"].as_array().unwrap();
    rows.iter().for_each(|row| assert_eq!(keys(row), ROW));
    let total = rows.last().unwrap();
    assert_eq!((&total["name"], &total["method"]), (&json!("Aggregated"), &json!("")));
    for whole in ["min_response_time", "max_response_time"] {
        assert_eq!(total[whole].as_f64().unwrap().fract(), 0.0, "{whole}");
        assert!(total[whole].is_f64(), "{whole} as Locust writes it: 4.0");
    }
    assert_eq!(total["num_requests"], total["num_failures"]);
    assert_eq!(numbers["fail_ratio"], json!(1.0));
    let error = &numbers["errors"][0];
    assert_eq!(keys(error), ["error", "first_seen", "last_seen", "method", "name", "occurrences"]);
    assert!(error["error"].as_str().unwrap().contains("503"), "{error}");
    assert!(error["first_seen"].as_f64().unwrap() > 1.7e9);
    let text = page.get("/stats/requests").text();
    let places: Vec<usize> =
        MEMBERS.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "the wire is sorted as Locust's: {text}");
}

#[test]
fn every_other_route_of_locust_has_its_shape() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    assert_eq!(page.json("/exceptions"), json!({ "exceptions": [] }));
    assert_eq!(page.json("/worker-count"), json!({ "worker_count": 0 }));
    assert_eq!(keys(&page.json("/logs")), ["master", "workers"]);
    let tasks = page.json("/tasks");
    assert_eq!(keys(&tasks), ["per_class", "total"]);
    let class = &tasks["per_class"]["LeadScoringUser"];
    assert_eq!(class["ratio"], json!(0.0), "nobody runs");
    assert!(class["tasks"]["/api/v1/score"]["ratio"].as_f64().unwrap() > 0.5);
    assert_eq!(tasks["total"]["LeadScoringUser"]["tasks"]["/api/v1/score"]["ratio"], json!(0.0));
    assert_eq!(page.get("/login").status, 303, "there is no door where no token is asked for");
    assert_eq!(page.ask("POST", "/user", &[], "{}").status, 501);
    for (path, header, name) in [
        ("/stats/requests/csv", "Type,Name,Request Count,", "_requests.csv"),
        ("/stats/failures/csv", "Method,Name,Error,Occurrences,", "_failures.csv"),
        ("/exceptions/csv", "Count,Message,Traceback,Nodes", "_exceptions.csv"),
        (
            "/stats/requests_full_history/csv",
            "Timestamp,User Count,Type,",
            "_requests_full_history.csv",
        ),
    ] {
        let reply = page.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.text().starts_with(header), "{path}: {}", reply.text());
        assert!(reply.head.contains("content-type: text/csv"), "{path}: {}", reply.head);
        assert!(
            reply.head.contains("content-disposition: attachment; filename=\"lead-loadgen_"),
            "{}",
            reply.head
        );
        assert!(reply.head.contains(name), "{path}: {}", reply.head);
    }
    for path in ["/stats/report", "/stats/json", "/stats/hdr"] {
        assert_eq!(page.get(path).status, 404, "{path}: there was no run");
    }
    for (method, path) in
        [("GET", "/swarm"), ("POST", "/stats/requests"), ("DELETE", "/stop"), ("GET", "/user")]
    {
        assert_eq!(page.ask(method, path, &[], "").status, 405, "{method} {path}");
    }
    assert_eq!(page.get("/nothing").status, 404);
}

#[test]
fn a_run_is_started_changed_stopped_forgotten_and_started_again() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    let started = page
        .swarm("user_count=2&spawn_rate=10&run_time=1h&profile=mine&user_classes=LeadScoringUser");
    assert_eq!(
        started,
        json!({ "success": true, "message": "Swarming started", "host": server.url(), "run_time": 3600 })
    );
    page.wait_for_state("running");
    wait_until(|| page.requests() > 0);
    assert_eq!(page.swarm("user_count=5&spawn_rate=100")["success"], true);
    wait_until(|| page.numbers()["user_count"] == 5);
    assert_eq!(page.get("/stats/reset").text(), "ok");
    for part in ["charts", "statistics", "percentiles", "failures", "exceptions", "ratio"] {
        let reply = page.get(&format!("/parts/{part}"));
        assert_eq!(reply.status, 200);
        assert!(reply.text().starts_with('<'), "{part}: {}", reply.text());
    }
    assert_eq!(page.get("/parts/verdict").text(), "", "a run that goes on has none");
    assert_eq!(page.get("/parts/other").status, 404);
    wait_until(|| page.requests() > 0);
    assert_eq!(
        page.ask("POST", "/stop", &[], "").json(),
        json!({ "success": true, "message": "Test stopped" })
    );
    assert_eq!(page.numbers()["state"], "stopped", "the answer comes when it is over");
    assert!(page.get("/parts/verdict").text().contains("verdict"));
    let (counted, csv) = (page.requests(), page.get("/stats/requests/csv").text());
    let total = csv.lines().last().unwrap().split(',').nth(2).unwrap().to_owned();
    assert_eq!(total, counted.to_string());
    let history = page.get("/stats/requests_full_history/csv").text();
    assert!(history.lines().count() > 1, "{history}");
    assert!(page.get("/stats/report").text().contains("Load test report"));
    let saved = page.get("/stats/report?download=1&theme=dark");
    assert!(
        saved.head.contains(".html\"") && !saved.text().contains("prefers-color-scheme"),
        "{}",
        saved.head
    );
    // A page whose policy names another style than its own would be shown without any.
    let style_named = |page: &str| {
        page.split("style-src '").nth(1).and_then(|rest| rest.split('\'').next()).map(str::to_owned)
    };
    let plain = style_named(&page.get("/stats/report").text());
    assert!(plain.is_some_and(|plain| Some(plain) != style_named(&saved.text())));
    assert!(page.json("/stats/json").to_string().len() > 100);
    assert!(page.get("/stats/hdr").text().starts_with("#["));
    assert_eq!(page.ask("POST", "/stats/reset", &[], "").text(), "ok");
    assert_eq!(page.requests(), 0);
    assert_eq!(page.swarm("user_count=1&spawn_rate=1&run_time=1")["run_time"], json!(1));
    page.wait_for_state("stopped");
    assert!(page.said().contains("Ramping to 1 users"), "{}", page.said());
    let logs = page.json("/logs")["master"].to_string();
    assert!(
        logs.contains("Starting web interface at") && logs.contains("Ramping to 5 users"),
        "{logs}"
    );
}

#[test]
fn what_is_wrong_with_a_form_is_told_at_its_field_and_in_locusts_words() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    for (form, message, field) in [
        ("", "Missing or invalid user_count or spawn_rate from /swarm request", "user_count"),
        (
            "user_count=5",
            "Missing or invalid user_count or spawn_rate from /swarm request",
            "spawn_rate",
        ),
        (
            "user_count=-1&spawn_rate=1",
            "Missing or invalid user_count or spawn_rate from /swarm request",
            "user_count",
        ),
        (
            "user_count=many&spawn_rate=1",
            "Invalid user_count value: 'many' (must be an integer)",
            "user_count",
        ),
        (
            "user_count=1&spawn_rate=x",
            "Invalid spawn_rate value: 'x' (must be a number)",
            "spawn_rate",
        ),
        (
            "user_count=1&spawn_rate=1&run_time=1.5m",
            "Valid run_time formats are : 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.",
            "run_time",
        ),
        (
            "user_count=1&spawn_rate=1&host=ftp://x",
            "Must be a URL like http://127.0.0.1:8000, with http:// or https://",
            "host",
        ),
        ("stages=30s", "argument --stages: '30s' has no colon; write a stage as 30s:100", "stages"),
        ("rate=0", "there would never be any requests", ""),
        ("user_count=99999&spawn_rate=1", "99999 users are more than 10000; add --no-caps", ""),
        (
            "user_count=1&spawn_rate=1&host=http://127.0.0.1:1",
            "cannot connect to http://127.0.0.1:1: connection refused",
            "host",
        ),
    ] {
        let said = page.swarm(form);
        assert_eq!(said["success"], false, "{form}");
        assert!(said["message"].as_str().unwrap().starts_with(message), "{form}: {said}");
        assert!(field.is_empty() || said["faults"][field].is_string(), "{form}: {said}");
        assert!(said["host"].is_string(), "{form}: {said}");
    }
    let all = page.swarm("user_count=many&spawn_rate=2&host=somewhere&run_time=1.5m");
    assert_eq!(keys(&all["faults"]), ["host", "run_time", "user_count"]);
    let kind = ["Content-Type: application/json"];
    assert_eq!(page.ask("POST", "/swarm", &kind, r#"{"user_count": 1}"#).status, 415);
    let long = format!("user_count=1&x={}", "x".repeat(100_000));
    assert_eq!(
        page.ask("POST", "/swarm", &["Content-Type: application/x-www-form-urlencoded"], &long)
            .status,
        413
    );
    assert_eq!((page.numbers()["state"].clone(), server.requests()), (json!("ready"), 0));
}

#[test]
fn a_page_without_a_host_asks_for_it() {
    let server = Server::start(Manner::Right);
    let page = Page::start(&[], &[]);
    let said = page.swarm("user_count=1&spawn_rate=1");
    assert_eq!((&said["success"], &said["host"]), (&json!(false), &Value::Null));
    assert!(said["faults"]["host"].is_string(), "{said}");
    let said = page.swarm(&format!("user_count=1&spawn_rate=1&host={}", server.url()));
    assert_eq!((&said["success"], &said["host"]), (&json!(true), &json!(server.url())));
    wait_until(|| server.requests() > 0);
}

#[test]
fn two_browsers_see_the_same_and_one_that_comes_again_sees_it_at_once() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    let first: Value = serde_json::from_str(&page.listen(1)[0].1).unwrap();
    assert_eq!(first["state"], "ready");
    assert_eq!(first["form"]["host"], json!(server.url()));
    page.swarm("user_count=3&spawn_rate=100&run_time=1h");
    wait_until(|| page.requests() > 0);
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| page.listen(4));
        (page.listen(4), other.join().unwrap())
    });
    let both: Vec<_> =
        one.iter().filter(|(id, _)| other.iter().any(|(same, _)| same == id)).collect();
    assert!(both.len() >= 2, "{} and {} events have little in common", one.len(), other.len());
    both.iter().for_each(|event| assert!(other.contains(event), "one number, two texts"));
    let event: Value = serde_json::from_str(&page.listen(1)[0].1).unwrap();
    MEMBERS.iter().for_each(|name| assert!(event.get(name).is_some(), "{name}"));
    assert_eq!(
        (&event["run"], &event["is_open"], &event["target_users"]),
        (&json!(1), &json!(false), &json!(3))
    );
    assert_eq!(event["ends_s"], json!(3600.0));
    assert_eq!(event["form"]["user_count"], json!("3"));
    assert!(event["elapsed_s"].as_f64().unwrap() > 0.0);
    let row = event["stats"].as_array().unwrap().last().unwrap();
    for name in ["p50", "p95", "p99", "p99.9", "min_ms", "max_ms"] {
        assert!(row[name].is_number(), "{name}: {row}");
    }
}

#[test]
fn a_rate_is_kept_and_a_signal_ends_page_and_run() {
    let server = Server::start(Manner::Right);
    let page = Page::of(&server);
    assert_eq!(page.swarm("rate=40&arrivals=poisson")["success"], true);
    wait_until(|| page.requests() > 0);
    let event: Value = serde_json::from_str(&page.listen(1)[0].1).unwrap();
    assert_eq!((&event["is_open"], &event["target_rate"]), (&json!(true), &json!(40.0)));
    assert_eq!(
        (&event["form"]["arrivals"], &event["form"]["rate"]),
        (&json!("poisson"), &json!("40"))
    );
    // A listener must not hold up the end.
    let mut listener = TcpStream::connect(page.address).unwrap();
    write!(listener, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.address).unwrap();
    page.signal(Signal::SIGINT);
    let (code, said) = page.end();
    assert!(matches!(code, Some(0 | 3)), "as the run was judged: {code:?} {said}");
    assert!(
        said.contains("Response time percentiles") && said.contains("Shutting down (exit code "),
        "{said}"
    );
}
