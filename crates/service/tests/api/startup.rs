//! The program: what it prints, what it refuses, and how it exits.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
};

use crate::{
    artifact::{reduced, written},
    test_app::{client, model_path},
};

/// The program with a clean environment.
pub(crate) fn program(flags: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lead-service"));
    command.env_clear().args(flags).envs(variables.iter().copied());
    command.env("MODEL_PATH", model_path());
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

/// Runs a program that must refuse, and returns its one line.
pub(crate) fn refusal(flags: &[&str], variables: &[(&str, &str)], code: i32) -> String {
    let Output { status, stdout, stderr } = program(flags, variables).output().expect("it runs");
    assert_eq!(status.code(), Some(code));
    assert!(stdout.is_empty(), "nothing on stdout");
    String::from_utf8(stderr).expect("UTF-8")
}

/// A running program, ended by its id if the test does not end it.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: String,
}

impl Running {
    pub(crate) fn start(flags: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::spawn(program(flags, variables))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped"))
            .read_line(&mut line)
            .expect("one line");
        let address =
            line.strip_prefix("lead-service listening on ").expect(&line).trim_end().to_owned();
        Self { child, address }
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent =
            Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for the end; returns the exit code, the rest of stdout, and stderr.
    pub(crate) fn end(&mut self) -> (Option<i32>, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child.stdout.take().expect("piped").read_to_string(&mut stdout).expect("UTF-8");
        self.child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
        (self.child.wait().expect("it ends").code(), stdout, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[actix_web::test]
async fn it_prints_its_address_serves_and_ends_well_on_either_signal() {
    for signal in ["TERM", "INT"] {
        let mut service = Running::start(&["--port", "0"], &[("API_KEYS", "k-1")]);
        assert!(service.address.starts_with("http://127.0.0.1:"), "{}", service.address);
        let answer = client()
            .get(format!("{}/health/ready", service.address))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
        service.signal(signal);
        let (code, stdout, stderr) = service.end();
        assert_eq!((code, stdout.as_str()), (Some(0), ""), "{stderr}");
        let messages: Vec<serde_json::Value> = stderr
            .lines()
            .map(|line| serde_json::from_str(line).expect("every line is JSON"))
            .collect();
        assert!(
            messages.iter().any(|line| line["message"] == "draining" && line["level"] == "INFO"),
            "{stderr}"
        );
        assert!(messages.iter().any(|line| line["message"] == "stopped"), "{stderr}");
        assert!(messages.iter().any(|line| line["path"] == "/health/ready"), "{stderr}");
    }
}

#[actix_web::test]
async fn a_request_that_outlives_the_shutdown_timeout_is_given_up_and_told() {
    let mut service = Running::start(&["--port", "0", "--shutdown-timeout", "0"], &[]);
    let address = service.address.trim_start_matches("http://").to_owned();
    let mut socket = TcpStream::connect(address).expect("a connection");
    let head = "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{";
    socket.write_all(head.as_bytes()).expect("written");
    // It is in flight once it is counted beside the request that asks.
    loop {
        let page = client().get(format!("{}/metrics", service.address)).send().await;
        let page = page.expect("an answer").text().await.expect("a page");
        if page.contains("http_requests_active 2\n") {
            break;
        }
    }
    service.signal("TERM");
    let (code, _, stderr) = service.end();
    assert_eq!(code, Some(0));
    assert!(stderr.contains("\"message\":\"stopped with requests in flight\""), "{stderr}");
}

#[test]
fn connections_beyond_the_limit_of_open_files_wait_and_cost_no_error() {
    let mut command = Command::new("sh");
    command.env_clear().env("MODEL_PATH", model_path());
    command.args(["-c", "ulimit -n 200 && exec \"$0\" --port 0 --workers 1"]);
    command.arg(env!("CARGO_BIN_EXE_lead-service"));
    let mut service = Running::spawn(command);
    let address = service.address.trim_start_matches("http://").to_owned();
    let connect = || TcpStream::connect(&address).expect("a connection");
    let ask = |socket: &mut TcpStream| {
        let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.write_all(request.as_bytes()).expect("written");
        let mut page = BufReader::new(socket);
        let mut lines = page.by_ref().lines().map(|line| line.expect("a line"));
        let length = lines
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .expect("a length");
        lines.find(String::is_empty).expect("the head ends");
        let mut text = vec![0; length];
        page.read_exact(&mut text).expect("the page");
        String::from_utf8(text).expect("UTF-8")
    };
    let mut first = connect();
    // 200 files, less 136 for everything else, at two a connection: 32 are held, and as many wait.
    let mut others: Vec<_> = (0..63).map(|_| connect()).collect();
    while !ask(&mut first).contains("\nhttp_connections_active 32\n") {}
    others.drain(..40);
    // The ones that waited take the place of those that left.
    let last = others.last_mut().expect("some are left");
    assert!(ask(last).contains("\nhttp_connections_active "));
    service.signal("TERM");
    let (_, _, stderr) = service.end();
    let warning = "the limit of open files allows fewer connections than wanted";
    assert!(stderr.contains(warning) && stderr.contains("\"connections\":32"), "{stderr}");
    assert!(!stderr.contains("accepting"), "{stderr}");
}

#[actix_web::test]
async fn without_keys_it_serves_loopback_with_one_warning() {
    let mut service = Running::start(&["--port", "0", "--log-level", "warning"], &[]);
    let info = client()
        .get(format!("{}/api/v1/model/info", service.address))
        .send()
        .await
        .expect("an answer");
    assert_eq!(info.status(), 200);
    service.signal("TERM");
    let (_, _, stderr) = service.end();
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(
        lines[0].contains("neither API_KEYS nor KEY_FILE is set") && lines[0].contains("\"WARN\""),
        "{stderr}"
    );
}

#[test]
fn without_keys_it_refuses_an_address_that_others_reach() {
    let line = refusal(&["--port", "0", "--host", "0.0.0.0"], &[], 1);
    insta::assert_snapshot!(line, @"lead-service: HOST is 0.0.0.0, which others can reach, and there is no key: set KEY_FILE (`lead-service keys new` makes a key), or API_KEYS to one or more keys separated by commas, or bind to 127.0.0.1");
}

#[test]
fn an_empty_key_is_refused_and_no_key_is_shown() {
    insta::assert_snapshot!(refusal(&[], &[("API_KEYS", "")], 1), @"lead-service: API_KEYS has an empty entry at position 1 of 1: write the keys separated by single commas, or unset API_KEYS");
    insta::assert_snapshot!(refusal(&["--api-keys", "hidden-1,,hidden-2"], &[], 1), @"lead-service: API_KEYS has an empty entry at position 2 of 3: write the keys separated by single commas, or unset API_KEYS");
}

#[test]
fn a_missing_model_is_named_with_the_next_step() {
    let line = refusal(&["--port", "0"], &[("MODEL_PATH", "no/such/model.json")], 1);
    insta::assert_snapshot!(line, @"lead-service: there is no model at no/such/model.json: run `cargo xtask train`, or set MODEL_PATH to an artifact");
}

#[test]
fn a_bad_model_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("torn.json");
    let whole = std::fs::read(model_path()).expect("the model");
    for bytes in [&whole[..whole.len() / 2], b"", b"{}", b"not a model"] {
        std::fs::write(&path, bytes).expect("written");
        let line = refusal(&["--port", "0", "--model-path", path.to_str().expect("UTF-8")], &[], 1);
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.contains("torn.json") && line.contains("cargo xtask train"), "{line}");
    }
}

#[test]
fn a_challenger_that_cannot_be_one_is_named_with_the_reason() {
    let line = refusal(&["--port", "0"], &[("CHALLENGER_PATH", "no/such/model.json")], 1);
    insta::assert_snapshot!(line, @"lead-service: cannot start the challenger at no/such/model.json: there is no file at that path; set CHALLENGER_PATH to another model, or unset it");

    let folder = tempfile::tempdir().expect("a folder");
    let small = written(&reduced("0.9.0", |name| name != "bounce_rate"), folder.path());
    let path = model_path();
    let whole = path.to_str().expect("UTF-8");
    let line =
        refusal(&["--port", "0", "--model-path", &small, "--challenger-path", whole], &[], 1);
    assert!(
        line.contains("it needs the feature bounce_rate, which the live model does not read"),
        "{line}"
    );
}

#[test]
fn a_busy_port_is_named_in_one_line_also_without_keys() {
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = busy.local_addr().expect("its address");
    let line = refusal(&["--port", &address.port().to_string()], &[], 1);
    assert_eq!(
        line,
        format!(
            "lead-service: address {address} is already in use; stop the program that listens there, or set PORT (0 \
             takes a free one)\n"
        )
    );
}

#[test]
fn a_value_that_cannot_be_is_refused_by_the_name_of_its_variable() {
    for (name, value) in [
        ("HOST", "http://127.0.0.1"),
        ("PORT", "65536"),
        ("WORKERS", "0"),
        ("LOG_LEVEL", "loud"),
        ("MAX_BATCH", "0"),
        ("MAX_SCORE_BYTES", "1k"),
        ("MAX_BATCH_BYTES", "-1"),
        ("MAX_IN_FLIGHT", "0"),
        ("MAX_CONNECTIONS", "0"),
        ("HEAD_TIMEOUT", "0.5"),
        ("BODY_TIMEOUT", "-1"),
        ("WRITE_TIMEOUT", "never"),
        ("KEEP_ALIVE", "forever"),
        ("DRAIN_DELAY", "-5"),
        ("SHUTDOWN_TIMEOUT", "1.5"),
        ("RATE_LIMIT", "fast"),
        ("RATE_LIMIT", "0"),
        ("RATE_BURST", "0"),
        ("RATE_BURST", "1000001"),
        ("DRIFT_WINDOW", "1h"),
        ("LOG_FAILURES_PER_SECOND", "0"),
        ("METRICS_ACCESS", "nobody"),
    ] {
        let message = refusal(&[], &[(name, value)], 2);
        assert!(message.contains(name) && message.contains(value), "{message}");
        // What Rust says of a bad number is about Rust.
        let words = ["non-zero type", "invalid digit", "invalid float", "target type"];
        assert!(words.iter().all(|words| !message.contains(words)), "{message}");
    }
    let message = refusal(&[], &[("CORS_ORIGINS", "https://a.example/path")], 1);
    assert!(
        message.contains("CORS_ORIGINS") && message.contains("https://a.example/path"),
        "{message}"
    );
}

#[test]
fn the_help_shows_every_flag_with_its_variable_and_no_key() {
    let output = program(&["--help"], &[("API_KEYS", "hidden-1"), ("COLUMNS", "100")])
        .output()
        .expect("it runs");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!help.contains("hidden-1"));
    insta::assert_snapshot!(help.replace(&model_path().display().to_string(), "[model]"));
}

#[cfg(not(feature = "otlp"))]
#[actix_web::test]
async fn a_build_that_cannot_send_spans_says_so_and_serves() {
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let mut service = Running::start(&["--port", "0"], &variables);
    service.signal("TERM");
    let (code, _, stderr) = service.end();
    assert_eq!(code, Some(0));
    assert!(stderr.contains("no spans are sent"), "{stderr}");
}
