//! A worker and a master that says what the test wants: over a real socket, against a real server.
//!
//! How a worker decides is tested where it is decided; here is what the socket, the threads and the files add to it. Real
//! masters are met by `cargo xtask interop worker`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use lead_loadgen::{Stop, Tempo, WorkerError, WorkerOrder, worker_at};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use zeromq::{RouterSocket, Socket, SocketEvent, SocketRecv, SocketSend, ZmqMessage};

use crate::server::{Manner, Server};

/// Longer than anything here takes on the slowest machine; nothing waits for it but a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// As fast as a test wants it; nobody is given up.
fn tempo() -> Tempo {
    Tempo {
        heartbeat: Duration::from_millis(40),
        report: Duration::from_millis(100),
        recognition: Duration::from_millis(400),
        ..Tempo::default()
    }
}

/// What a worker said.
#[derive(Debug)]
struct Said {
    id: Vec<u8>,
    kind: String,
    bytes: Vec<u8>,
}

impl Said {
    fn data<T: for<'d> Deserialize<'d>>(&self) -> T {
        let (_, data, _): (String, T, String) = rmp_serde::from_slice(&self.bytes).unwrap();
        data
    }
}

#[derive(Debug, Deserialize)]
struct Stats {
    stats_total: Total,
    user_classes_count: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
struct Total {
    num_requests: u64,
    num_failures: u64,
    min_response_time: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Complete {
    user_classes_count: BTreeMap<String, u64>,
    user_count: u64,
}

#[derive(Debug, Deserialize)]
struct Thrown {
    msg: String,
}

#[derive(Serialize)]
struct Spawn<'s> {
    timestamp: f64,
    user_classes_count: BTreeMap<&'s str, u64>,
    host: Option<&'s str>,
    stop_timeout: f64,
    parsed_options: BTreeMap<&'s str, Option<bool>>,
}

/// A master.
struct Master {
    socket: RouterSocket,
    port: u16,
    answers_heartbeats: bool,
    /// What was reported.
    requests: u64,
    failures: u64,
    /// Users as reported last.
    users: BTreeMap<String, u64>,
}

impl Master {
    async fn at(port: u16) -> Self {
        let mut socket = RouterSocket::new();
        let bound = socket.bind(&format!("tcp://127.0.0.1:{port}")).await.unwrap();
        let port = bound.to_string().rsplit(':').next().unwrap().parse().unwrap();
        let users = BTreeMap::new();
        Self { socket, port, answers_heartbeats: true, requests: 0, failures: 0, users }
    }

    async fn say(&mut self, to: &[u8], kind: &str, data: impl Serialize) {
        let id = String::from_utf8(to.to_vec()).unwrap();
        let bytes = rmp_serde::to_vec_named(&(kind, data, id)).unwrap();
        let mut message = ZmqMessage::from(bytes);
        message.push_front(to.to_vec().into());
        self.socket.send(message).await.unwrap();
    }

    async fn spawn(&mut self, to: &[u8], timestamp: f64, users: u64, host: Option<&str>) {
        let parsed_options = BTreeMap::from([("headless", Some(true)), ("tags", None)]);
        let user_classes_count = BTreeMap::from([("Dummy", users)]);
        let spawn =
            Spawn { timestamp, user_classes_count, host, stop_timeout: 0.0, parsed_options };
        self.say(to, "spawn", spawn).await;
    }

    /// The next message; heartbeats are answered on the way, reports added up.
    async fn next(&mut self) -> Said {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.recv()).await;
            let frames = message.expect("a message in time").unwrap().into_vec();
            let (id, bytes) = (frames[0].to_vec(), frames[1].to_vec());
            let kind = rmp_serde::from_slice::<(String, serde::de::IgnoredAny, String)>(&bytes);
            let (kind, _, name) = kind.unwrap();
            assert_eq!(name.as_bytes(), id, "a worker signs with its identity");
            let said = Said { id, kind, bytes };
            match said.kind.as_str() {
                "heartbeat" if self.answers_heartbeats => self.say(&said.id, "heartbeat", ()).await,
                "heartbeat" => {}
                "stats" => {
                    let stats: Stats = said.data();
                    self.requests += stats.stats_total.num_requests;
                    self.failures += stats.stats_total.num_failures;
                    self.users = stats.user_classes_count;
                    let has_minimum = stats.stats_total.min_response_time.is_some();
                    assert_eq!(has_minimum, stats.stats_total.num_requests > 0);
                }
                _ => return said,
            }
        }
    }

    /// The next message, which must be of this kind.
    async fn hear(&mut self, kind: &str) -> Said {
        let said = self.next().await;
        assert_eq!(said.kind, kind, "{said:?}");
        said
    }

    /// Joins the worker that comes, and returns its name.
    async fn join(&mut self) -> Vec<u8> {
        let said = self.hear("client_ready").await;
        assert_eq!(said.data::<i64>(), -1);
        self.say(&said.id, "ack", BTreeMap::from([("index", 0)])).await;
        said.id
    }

    /// Goes on until so many requests were reported in all.
    async fn until(&mut self, requests: u64) {
        while self.requests < requests {
            let message = tokio::time::timeout(Duration::from_millis(200), self.next()).await;
            assert!(message.is_err(), "nothing but reports: {message:?}");
        }
    }

    /// Takes in what was said before, as long as something comes.
    async fn complete(&mut self, users: u64) {
        self.hear("spawning").await;
        let said: Complete = self.hear("spawning_complete").await.data();
        assert_eq!(said.user_classes_count, BTreeMap::from([("Dummy".to_owned(), users)]));
        assert_eq!(said.user_count, users);
    }

    /// Is gone, and its port is free.
    async fn die(mut self) -> u16 {
        self.socket.unbind_all().await;
        self.port
    }
}

/// A worker in a thread, with files of its own.
struct Worker {
    stop: Stop,
    thread: JoinHandle<Result<u8, WorkerError>>,
    folder: TempDir,
}

impl Worker {
    fn start(port: u16, words: &[&str], tempo: Tempo) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = [
            "--worker",
            "--master-port",
            &port.to_string(),
            "--threads",
            "2",
            "--loglevel",
            "CRITICAL",
            "--csv",
            folder.path().join("own").to_str().unwrap(),
        ]
        .map(OsString::from);
        let words: Vec<OsString> = ["lead-loadgen".into()]
            .into_iter()
            .chain(own)
            .chain(words.iter().map(Into::into))
            .collect();
        let order = WorkerOrder::asked(&words).expect("a worker").unwrap();
        let stop = Stop::new();
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || worker_at(order, &stopped, tempo));
        Self { stop, thread, folder }
    }

    /// Its end, and the requests and failures that it counted itself in its last test.
    fn end(self) -> (Result<u8, WorkerError>, (u64, u64)) {
        let end = self.thread.join().unwrap();
        (end, own_counts(self.folder.path()))
    }
}

fn own_counts(folder: &Path) -> (u64, u64) {
    let own = lead_stats::read(&folder.join("own"));
    own.map_or((0, 0), |run| (run.summary.aggregated.requests, run.summary.aggregated.failures))
}

#[tokio::test]
async fn a_worker_runs_the_users_it_is_told_to_and_reports_every_request() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &[], tempo());
    let id = master.join().await;
    master.spawn(&id, 10.0, 2, Some(&server.url())).await;
    master.complete(2).await;
    master.spawn(&id, 11.0, 5, Some(&server.url())).await;
    master.complete(5).await;
    // An order that was overtaken is answered, and not obeyed.
    master.spawn(&id, 10.5, 900, Some(&server.url())).await;
    master.hear("spawning").await;
    master.until(20).await;
    assert_eq!(master.users, BTreeMap::from([("Dummy".to_owned(), 5)]));

    master.say(&id, "stop", ()).await;
    master.hear("client_stopped").await;
    assert_eq!(master.users, BTreeMap::from([("Dummy".to_owned(), 0)]), "told before");
    master.hear("client_ready").await;
    master.say(&id, "ack", BTreeMap::from([("index", 0)])).await;
    let reported = (master.requests, master.failures);
    // Nothing comes afterwards.
    let after = tokio::time::timeout(Duration::from_millis(300), master.next()).await;
    assert!(after.is_err() && master.requests == reported.0, "{after:?}");

    master.say(&id, "quit", ()).await;
    master.hear("quit").await;
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own), (0, reported));
    assert_eq!(reported.1, 0);
    // Five requests may have been in flight.
    assert!((reported.0..=reported.0 + 5).contains(&server.requests()), "{}", server.requests());
}

#[tokio::test]
async fn a_worker_that_is_dismissed_in_the_middle_of_a_test_reports_everything_first() {
    let server = Server::start(Manner::Status(503));
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &[], tempo());
    let id = master.join().await;
    master.spawn(&id, 10.0, 3, Some(&server.url())).await;
    master.complete(3).await;
    master.until(10).await;
    master.say(&id, "quit", ()).await;
    master.hear("quit").await;
    let reported = (master.requests, master.failures);
    assert_eq!(reported.0, reported.1, "all of them failed");
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own), (0, reported));
}

#[tokio::test]
async fn a_worker_that_is_interrupted_reports_everything_and_says_good_bye() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &["--host", &server.url()], tempo());
    let id = master.join().await;
    // A master without a host leaves the worker its own.
    master.spawn(&id, 10.0, 3, None).await;
    master.complete(3).await;
    master.until(10).await;
    worker.stop.stop();
    master.hear("quit").await;
    let reported = (master.requests, master.failures);
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own), (0, reported));
}

#[tokio::test]
async fn a_second_test_counts_from_nothing() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &[], tempo());
    let id = master.join().await;
    for test in [10.0, 20.0] {
        master.requests = 0;
        master.spawn(&id, test, 2, Some(&server.url())).await;
        master.complete(2).await;
        master.until(5).await;
        master.say(&id, "stop", ()).await;
        master.hear("client_stopped").await;
        master.hear("client_ready").await;
        master.say(&id, "ack", BTreeMap::from([("index", 0)])).await;
    }
    worker.stop.stop();
    master.hear("quit").await;
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own.0), (0, master.requests), "its files are those of the last test");
}

#[tokio::test]
async fn a_worker_joins_a_master_that_was_started_anew_and_ends_what_the_old_one_ordered() {
    let server = Server::start(Manner::Right);
    let mut first = Master::at(0).await;
    let worker = Worker::start(first.port, &[], tempo());
    let id = first.join().await;
    first.spawn(&id, 10.0, 2, Some(&server.url())).await;
    first.complete(2).await;
    first.until(5).await;
    let port = first.die().await;

    let mut second = Master::at(port).await;
    // It knows nobody yet, and answers nobody's heartbeat.
    second.answers_heartbeats = false;
    assert_eq!(second.join().await, id, "under the same name");
    second.answers_heartbeats = true;
    assert_eq!(second.requests, 0, "what the first one ordered is not the second one's");
    // Its clock is behind.
    second.spawn(&id, 5.0, 1, Some(&server.url())).await;
    second.complete(1).await;
    second.until(5).await;
    second.say(&id, "quit", ()).await;
    second.hear("quit").await;
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own), (0, (second.requests, 0)));
}

#[tokio::test]
async fn a_worker_connects_anew_when_the_master_asks_for_it_and_its_users_go_on() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &[], tempo());
    let id = master.join().await;
    master.spawn(&id, 10.0, 2, Some(&server.url())).await;
    master.complete(2).await;
    master.until(5).await;
    master.say(&id, "reconnect", ()).await;
    // It does not present itself again: the master answers its heartbeats and so knows it.
    let before = master.requests;
    master.until(before + 10).await;
    master.say(&id, "quit", ()).await;
    master.hear("quit").await;
    let (end, own) = worker.end();
    assert_eq!((end.unwrap(), own), (0, (master.requests, 0)));
}

#[tokio::test]
async fn a_worker_that_nobody_acknowledges_comes_again_on_a_new_connection() {
    let mut master = Master::at(0).await;
    let mut events = master.socket.monitor();
    let soon = Tempo { acknowledgement: Duration::from_millis(100), ..tempo() };
    let worker = Worker::start(master.port, &[], soon);
    let (mut connections, mut asked) = (0, 0);
    while connections < 2 {
        master.hear("client_ready").await;
        asked += 1;
        while let Some(Some(event)) = events.next().now_or_never() {
            connections += u32::from(matches!(event, SocketEvent::Accepted(..)));
        }
    }
    assert!(asked >= 3, "the first one was given its time, not {asked} tries");
    let id = master.join().await;
    master.say(&id, "quit", ()).await;
    // It may have asked once more before it heard of both.
    while master.next().await.kind != "quit" {}
    assert_eq!(worker.end().0.unwrap(), 0);
}

#[tokio::test]
async fn a_worker_leaves_the_report_that_a_plain_run_leaves() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("own.html");
    let words = ["--html", page.to_str().unwrap(), "--profile", "after-the-cache"];
    let worker = Worker::start(master.port, &words, tempo());
    let id = master.join().await;
    master.spawn(&id, 10.0, 2, Some(&server.url())).await;
    master.complete(2).await;
    master.until(5).await;
    master.say(&id, "quit", ()).await;
    master.hear("quit").await;
    assert_eq!(worker.end().0.unwrap(), 0);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("after-the-cache"), "the profile names the run");
}

#[tokio::test]
async fn a_test_without_a_host_is_told_to_the_master_and_nobody_runs() {
    let mut master = Master::at(0).await;
    let worker = Worker::start(master.port, &[], tempo());
    let id = master.join().await;
    master.spawn(&id, 10.0, 2, None).await;
    master.hear("spawning").await;
    let thrown: Thrown = master.hear("exception").await.data();
    assert!(thrown.msg.contains("--host"), "{}", thrown.msg);
    let said: Complete = master.hear("spawning_complete").await.data();
    assert_eq!(said.user_count, 0);
    // Nor on a host that is none, or where nobody is.
    for (test, host, word) in
        [(11.0, "ftp://x", "http://"), (12.0, "http://127.0.0.1:1", "refused")]
    {
        master.spawn(&id, test, 2, Some(host)).await;
        master.hear("spawning").await;
        let thrown: Thrown = master.hear("exception").await.data();
        assert!(thrown.msg.contains(word), "{}", thrown.msg);
        master.hear("spawning_complete").await;
    }
    master.say(&id, "quit", ()).await;
    master.hear("quit").await;
    assert_eq!(worker.end().0.unwrap(), 0);
}

#[test]
fn a_worker_without_a_master_gives_up_with_locusts_code() {
    let soon = Tempo { acknowledgement: Duration::from_millis(50), tries: 3, ..tempo() };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (end, _) = Worker::start(port, &[], soon).end();
    let fault = end.unwrap_err();
    assert!(matches!(fault, WorkerError::NoMaster { .. }), "{fault}");
    assert_eq!(fault.exit_code(), 255);
    let text = fault.to_string();
    assert!(
        text.starts_with(&format!("Failed to connect to the Locust master: 127.0.0.1:{port}")),
        "{text}"
    );
}

#[tokio::test]
async fn a_master_that_gives_no_sign_any_more_is_left() {
    let server = Server::start(Manner::Right);
    let mut master = Master::at(0).await;
    master.answers_heartbeats = false;
    let soon = Tempo { silence: Duration::from_millis(700), ..tempo() };
    let worker = Worker::start(master.port, &[], soon);
    let id = master.join().await;
    master.spawn(&id, 10.0, 2, Some(&server.url())).await;
    let (end, _) = tokio::task::spawn_blocking(|| worker.end()).await.unwrap();
    let fault = end.unwrap_err();
    assert!(matches!(fault, WorkerError::Silent { .. }), "{fault}");
    assert_eq!(fault.exit_code(), 1);
}

#[test]
fn a_worker_warns_of_options_that_change_nothing_in_the_log_that_was_ordered() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("logs/worker.log");
    let soon = Tempo { acknowledgement: Duration::from_millis(50), tries: 1, ..tempo() };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let words = ["--class-picker", "--logfile", log.to_str().unwrap(), "--loglevel", "WARNING"];
    let (end, _) = Worker::start(port, &words, soon).end();
    assert!(matches!(end, Err(WorkerError::NoMaster { .. })), "{end:?}");
    let text = std::fs::read_to_string(&log).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("/WARNING/lead_loadgen.main: --class-picker changes nothing"), "{text}");

    let words = ["--logfile", folder.path().to_str().unwrap()];
    let (end, _) = Worker::start(port, &words, soon).end();
    assert!(matches!(end, Err(WorkerError::File(_))), "{end:?}");
    assert_eq!(end.unwrap_err().exit_code(), 1);
}

fn program(words: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lead-loadgen"));
    let output = command.args(words).env_clear().output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_a_master_has_no_word_for_is_refused_on_a_worker() {
    for (words, option) in [
        (["--worker", "--rate", "5"], "--rate"),
        (["--worker", "--stages", "30s:5"], "--stages"),
        (["--worker", "--warmup", "5s"], "--warmup"),
    ] {
        let (code, text) = program(&words);
        let expect = format!(
            "lead-loadgen: error: argument {option}: a worker's load is its master's to say; leave it out, or run without \
             --worker\n"
        );
        assert_eq!((code, text), (Some(2), expect), "{words:?}");
    }
    let (code, text) = program(&["--worker", "--master-port", "0"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("argument --master-port: must be a port from 1 to 65535"), "{text}");
    let (code, text) = program(&["--worker", "--master-host", "http://master:5557"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("argument --master-host: must be a host name"), "{text}");
}
