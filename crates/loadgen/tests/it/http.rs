//! The real targets against a real server: good answers count, bad ones are named, nothing is lost. Everything here holds of
//! both transports.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lead_loadgen::{Args, Corpus, Plan, Recording, Stop, Transport, reach};

use crate::server::{Manner, Server};
use crate::simulated::ramp;

/// What carries requests.
pub(crate) const TRANSPORTS: [Transport; 2] = [Transport::Reqwest, Transport::Raw];

/// The built-in scenario almost without pauses, requests in flight finished.
fn plan(url: &str, transport: Transport) -> Plan {
    let words = ["lead-loadgen", "--host", url, "--api-key", "k3y", "--seed", "11", "-s", "20s"];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    plan.transport = transport;
    plan.load = ramp(4, "1000");
    plan.threads = NonZeroUsize::new(2).unwrap();
    plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(3);
    plan
}

/// Loads over the plan's transport.
pub(crate) fn load(plan: &Plan, before_the_run: impl FnOnce()) -> Recording {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let reached = reach(&plan.target).unwrap();
    before_the_run();
    lead_loadgen::load(plan, corpus, reached, &Stop::new(), |_| {}).unwrap()
}

/// Loads over the plan's transport until it is enough, however long that takes on this machine; the limit is only there so
/// that a broken test ends.
pub(crate) fn load_until(plan: &Plan, is_enough: impl Fn() -> bool + Sync) -> Recording {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    load_corpus_until(plan, corpus, is_enough)
}

/// The same with a corpus of one's own.
pub(crate) fn load_corpus_until(
    plan: &Plan,
    corpus: Arc<Corpus>,
    is_enough: impl Fn() -> bool + Sync,
) -> Recording {
    let (reached, stop) = (reach(&plan.target).unwrap(), Stop::new());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let began = Instant::now();
            while !is_enough() && began.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(2));
            }
            stop.stop();
        });
        lead_loadgen::load(plan, corpus, reached, &stop, |_| {}).unwrap()
    })
}

/// Loads a server until every task was asked for, and some dozens of requests were sent.
fn load_all(plan: &Plan, server: &Server) -> Recording {
    load_until(plan, || {
        server.requests() >= 60 && server.seen().requests.len() == plan.scenario.tasks.len()
    })
}

/// The failure texts that a server's manner gives, sorted; every request must have failed.
fn check_failures(manner: Manner, expect: &[&str]) {
    TRANSPORTS.into_iter().for_each(|transport| check_failures_over(transport, manner, expect));
}

fn check_failures_over(transport: Transport, manner: Manner, expect: &[&str]) {
    let server = Server::start(manner);
    let mut plan = plan(&server.url(), transport);
    plan.timeout = Duration::from_millis(if manner == Manner::Never { 100 } else { 20_000 });
    let recording = load_all(&plan, &server);
    let mut texts: Vec<String> =
        recording.failures().into_iter().map(|failure| failure.error).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts, expect, "{manner:?} {transport:?}");
    assert!(recording.total().requests() > 0);
    let told: u64 = recording.failures().iter().map(|failure| failure.occurrences).sum();
    assert_eq!(told, recording.total().failures());
}

#[test]
fn every_request_that_the_server_counted_is_reported_once() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        let recording = load_all(&plan(&server.url(), transport), &server);
        assert_eq!(recording.failures(), []);
        let reported: Vec<(String, u64)> = recording
            .endpoints()
            .iter()
            .map(|entry| (format!("{} {}", entry.method, entry.name), entry.requests()))
            .filter(|(_, requests)| *requests > 0)
            .collect();
        let mut counted: Vec<(String, u64)> = server.seen().requests.into_iter().collect();
        counted.sort_by_key(|(line, _)| line.split_once(' ').map(|(_, path)| path.to_owned()));
        assert_eq!(reported, counted);
        assert!(recording.total().requests() > 0);
    }
}

#[test]
fn requests_carry_the_key_the_agent_and_changing_leads() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        load_all(&plan(&server.url(), transport), &server);
        let seen = server.seen();
        assert!(seen.head.lines().any(|line| line == "x-api-key: k3y"), "{}", seen.head);
        assert!(seen.head.contains("user-agent: lead-loadgen/"), "{}", seen.head);
        assert!(seen.bodies.len() > 3, "{} distinct bodies", seen.bodies.len());
    }
}

#[test]
fn connections_are_kept_for_as_many_users_as_there_are() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        load_all(&plan(&server.url(), transport), &server);
        // Four users, the preflight's one, and a spare for each user that found its connection not yet given back.
        let connections = server.seen().connections;
        assert!(connections <= 9, "{connections} connections");
    }
}

#[test]
fn a_path_in_the_base_url_goes_before_every_task() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        load_all(&plan(&format!("{}/prefix/", server.url()), transport), &server);
        let paths: Vec<String> = server.seen().requests.into_keys().collect();
        assert!(
            !paths.is_empty() && paths.iter().all(|line| line.contains(" /prefix/")),
            "{paths:?}"
        );
    }
}

#[test]
fn answers_in_pieces_are_whole_and_right() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::InPieces);
        let recording = load_all(&plan(&server.url(), transport), &server);
        assert_eq!(recording.failures(), []);
        assert!(recording.total().bytes() > recording.total().requests() * 20);
    }
}

#[test]
fn wrong_statuses_are_failures_by_endpoint() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Status(503));
        let recording = load_all(&plan(&server.url(), transport), &server);
        for failure in recording.failures() {
            let expect = format!(
                "HTTPError('503 Server Error: Service Unavailable for url: {}')",
                failure.name
            );
            assert_eq!(failure.error, expect);
        }
        assert_eq!(recording.total().failures(), recording.total().requests());
    }
}

#[test]
fn redirects_are_not_followed() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Status(307));
        let recording = load_all(&plan(&server.url(), transport), &server);
        assert!(
            recording.failures()[0]
                .error
                .starts_with("HTTPError('307 Unexpected Status: Temporary Redirect")
        );
        assert_eq!(recording.total().requests(), server.requests());
    }
}

#[test]
fn wrong_answers_are_failures_that_say_what_is_wrong() {
    check_failures(Manner::Empty, &["CatchResponseError('empty body')"]);
    check_failures(
        Manner::Garbage,
        &[
            "CatchResponseError('answer is not JSON with lead_id and score (raw_score, bucket, tier)')",
            "CatchResponseError('answer is not a JSON object with members')",
            "CatchResponseError('batch answer is not a JSON array of scores')",
        ],
    );
    check_failures(
        Manner::OtherLead,
        &[
            "CatchResponseError('answer names another lead_id than the one sent')",
            "CatchResponseError('batch answer has another number of scores than leads were sent')",
        ],
    );
    check_failures(
        Manner::OutOfRange,
        &[
            "CatchResponseError('score is out of range (raw_score 0 to 1, bucket 1 to 5, tier A to E)')",
        ],
    );
}

#[test]
fn broken_connections_are_failures_with_stable_texts() {
    check_failures(
        Manner::Close,
        &["BrokenConnection('connection closed before message completed')"],
    );
    check_failures(
        Manner::Half,
        &["BrokenConnection('end of file before message length reached')"],
    );
    check_failures(Manner::Reset, &["ConnectionResetError(104, 'Connection reset by peer')"]);
}

#[test]
fn a_server_that_never_answers_is_a_timeout_and_hangs_nobody() {
    check_failures(Manner::Never, &["ReadTimeout('no complete answer within 100ms')"]);
}

#[test]
fn a_server_that_dies_after_the_preflight_is_refused_connections() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Right);
        let mut plan = plan(&server.url(), transport);
        plan.run_time = Some(Duration::from_secs(1));
        let recording = load(&plan, || drop(server));
        let texts: Vec<String> =
            recording.failures().into_iter().map(|failure| failure.error).collect();
        assert!(
            texts.iter().all(|text| text == "ConnectionRefusedError(111, 'Connection refused')"),
            "{texts:?}"
        );
        assert!(recording.total().failures() > 0);
    }
}
