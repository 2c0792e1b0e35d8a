//! [`House`]: the program under the table, on its own so that its log and its metrics are about nothing else.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::NamedTempFile;

use super::case::{Answer, Case};
use crate::{lead::lead, startup::program, test_app::KEY};

/// How long an answer is waited for: whoever says nothing by then says nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// A running program.
pub(super) struct House {
    child: Child,
    address: String,
    log: NamedTempFile,
}

/// A head and as much body as it announces.
#[derive(Debug)]
struct Heard {
    status: u16,
    head: String,
    body: String,
}

impl House {
    pub(super) fn start() -> Self {
        let log = NamedTempFile::new().expect("a file");
        let stderr = log.reopen().expect("the same file");
        let mut command = program(&["--port", "0", "--workers", "1"], &[("API_KEYS", KEY)]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut line).expect("a line");
        let (_, address) = line.trim_end().split_once("http://").expect("an address");
        Self { address: address.to_owned(), child, log }
    }

    /// Sends one request and says what is wrong with its answer, or with the service after it.
    pub(super) fn meet(&self, case: &Case) -> Result<(), String> {
        let met = self.answered(case);
        self.serves_on().map_err(|reason| format!("then: {reason}"))?;
        met
    }

    fn answered(&self, case: &Case) -> Result<(), String> {
        let mut socket = self.connected()?;
        let mut writer = socket.try_clone().map_err(|error| error.to_string())?;
        let (bytes, ends) = (case.bytes.clone(), case.ends);
        // The service may refuse, and close, before everything is written.
        let sender = thread::spawn(move || {
            let _ = writer.write_all(&bytes);
            if ends {
                let _ = writer.shutdown(Shutdown::Write);
            }
        });
        let first = heard(&mut socket, case.is_head())?;
        let after = match case.answer {
            Answer::Problem(..) | Answer::Faults(..) => Vec::new(),
            Answer::Empty(_) | Answer::Broken(_) => rest(&mut socket)?,
            Answer::Then(.., status) => {
                let second = heard(&mut socket, false)?;
                if second.status != status || !second.body.is_empty() {
                    return Err(format!("another second answer: {second:?}"));
                }
                rest(&mut socket)?
            }
        };
        drop(socket);
        sender.join().map_err(|_| "the sender panicked")?;
        if !after.is_empty() {
            return Err(format!("one answer too many: {}", String::from_utf8_lossy(&after)));
        }
        judged(case, &first).map_err(|reason| format!("{reason}: {}\n{}", first.head, first.body))
    }

    /// A fresh connection is served.
    fn serves_on(&self) -> Result<(), String> {
        let body = lead("good").to_string();
        let case = Case::post("good", "/api/v1/score", body, Answer::Empty(200));
        let mut socket = self.connected()?;
        socket.write_all(&case.bytes).map_err(|error| error.to_string())?;
        match heard(&mut socket, false)? {
            Heard { status: 200, body, .. } if body.contains("\"good\"") => Ok(()),
            other => Err(format!("a good request is answered {other:?}")),
        }
    }

    fn connected(&self) -> Result<TcpStream, String> {
        let socket = TcpStream::connect(&self.address).map_err(|error| error.to_string())?;
        socket.set_read_timeout(Some(SILENCE)).map_err(|error| error.to_string())?;
        Ok(socket)
    }

    /// Asserts that nothing of what was met was the service's fault, by its own account.
    pub(super) fn is_unharmed(self) {
        let metrics = Case::bare("metrics", "GET", "/metrics", Answer::Empty(200));
        let mut socket = self.connected().expect("a connection");
        socket.write_all(&metrics.bytes).expect("written");
        let page = heard(&mut socket, false).expect("a page").body;
        assert!(page.contains("\nhttp_panics_total 0\n"), "{page}");
        assert!(page.contains("\nhttp_requests_active 1\n"), "{page}");
        // A request that failed is in `http_errors_total` and in `http_requests_total`, each by its status.
        let mut failed = page.lines().filter(|line| line.contains("status=\"5"));
        assert!(failed.all(|line| line.ends_with(" 0")), "{page}");
        let log = fs::read_to_string(self.log.path()).expect("the log");
        for line in log.lines() {
            let line: Value = serde_json::from_str(line).expect("every line is JSON");
            assert!(line["level"] == "INFO" || line["level"] == "WARN", "{line}");
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next answer on a connection.
fn heard(socket: &mut TcpStream, is_head: bool) -> Result<Heard, String> {
    let mut reader = BufReader::with_capacity(1, socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        match reader.read_line(&mut head) {
            Ok(0) => return Err(format!("the connection ended after {head:?}")),
            Ok(_) => {}
            Err(error) => return Err(format!("no answer ({error}) after {head:?}")),
        }
    }
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status in {head:?}"))?;
    // An interim answer is followed by the real one.
    if status == 100 {
        return heard(reader.into_inner(), is_head);
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length =
        length.map_or(Ok(0), str::parse).map_err(|error| format!("{error} in {head:?}"))?;
    let mut body = vec![0; if is_head { 0 } else { length }];
    reader.read_exact(&mut body).map_err(|error| format!("{error} in the body of {head:?}"))?;
    let body = String::from_utf8(body).map_err(|error| error.to_string())?;
    Ok(Heard { status, head, body })
}

/// What else comes before the connection ends. That it ends by a reset is an end as well.
fn rest(socket: &mut TcpStream) -> Result<Vec<u8>, String> {
    let mut rest = Vec::new();
    match socket.read_to_end(&mut rest) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            Err("the connection stays open".to_owned())
        }
        _ => Ok(rest),
    }
}

/// Whether an answer is the documented one.
fn judged(case: &Case, heard: &Heard) -> Result<(), &'static str> {
    let (status, name, code) = match case.answer {
        Answer::Problem(status, name) => (status, name, None),
        Answer::Faults(name, code) => (422, name, Some(code)),
        Answer::Broken(name) => (400, name, None),
        Answer::Then(status, name, _) => (status, name, None),
        Answer::Empty(status) => {
            let right = heard.status == status && heard.body.is_empty();
            return if right { Ok(()) } else { Err("not the empty answer") };
        }
    };
    if heard.status != status {
        return Err("another status");
    }
    if !heard.head.contains("content-type: application/problem+json\r\n") {
        return Err("no problem");
    }
    let id = heard.head.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    let id = id.ok_or("no request id")?;
    if case.is_head() {
        return Ok(());
    }
    let problem: Value = serde_json::from_str(&heard.body).map_err(|_| "no JSON")?;
    let has = |member: &str| problem[member].as_str().is_some_and(|text| !text.is_empty());
    if !["type", "title", "detail"].into_iter().all(has) || problem["status"] != status {
        return Err("half a problem");
    }
    if problem["type"] != format!("/docs#{name}") || problem["request_id"] != id {
        return Err("another problem");
    }
    match code {
        Some(code) if !coded(&problem, code) => Err("no fault of the code"),
        None if problem.get("errors").is_some() && name != "invalid-parameter" => Err("faults"),
        _ => Ok(()),
    }
}

/// Whether a fault has this code.
fn coded(problem: &Value, code: &str) -> bool {
    problem["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| e["code"] == code))
}
