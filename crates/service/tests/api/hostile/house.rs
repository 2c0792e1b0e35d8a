//! [`House`]: the program under the table, on its own so that its log and its metrics are about nothing else.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{Shutdown, TcpStream},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{
    admin::ADMIN_KEY,
    case::{Answer, Case},
    heard::{Heard, heard, rest},
    verdict::judged,
};
use crate::{
    key_file::{KeyFile, entry_with},
    lead::lead,
    startup::program,
    test_app::KEY,
};

/// How long an answer is waited for: whoever says nothing by then says nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// A running program.
pub(super) struct House {
    child: Child,
    address: String,
    log: NamedTempFile,
    _keys: KeyFile,
}

impl House {
    pub(super) fn start() -> Self {
        let log = NamedTempFile::new().expect("a file");
        let stderr = log.reopen().expect("the same file");
        let scopes = json!({"scopes": ["admin"]});
        let keys = KeyFile::of(&[entry_with("admin", ADMIN_KEY, &scopes)]);
        let variables = [("API_KEYS", KEY), ("KEY_FILE", &keys.typed())];
        let mut command = program(&["--port", "0", "--workers", "1"], &variables);
        let mut child =
            command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut line).expect("a line");
        let (_, address) = line.trim_end().split_once("http://").expect("an address");
        Self { address: address.to_owned(), child, log, _keys: keys }
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
            Answer::Empty(_) | Answer::Broken(_) | Answer::Cut => rest(&mut socket)?,
            Answer::Then(.., status) => {
                let second = heard(&mut socket, false)?;
                if second.status != status || !second.body.is_empty() {
                    return Err(format!("another second answer: {second:?}"));
                }
                rest(&mut socket)?
            }
            _ => Vec::new(),
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
    pub(super) fn stays_unharmed(self) {
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
