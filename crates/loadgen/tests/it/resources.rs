//! What is asked of the target beside the load.

use lead_loadgen::{Plan, Service, Watch, reach};

use crate::program::{program, stderr, wait_until};
use crate::server::{Manner, Server, Step};
use crate::simulated::plan;

/// A plan for a server, with a key.
fn plan_of(server: &Server) -> Plan {
    let mut plan = plan(1, "1s", std::time::Duration::ZERO);
    plan.target = lead_loadgen::Origin::parse(&server.url()).unwrap();
    plan.api_key = Some(lead_loadgen::ApiKey::parse("s3cret").unwrap());
    plan
}

/// One answer that serves for every question: the members of three documents.
const ALL: &[Step] = &[Step::Send(
    "HTTP/1.1 200 OK\r\nContent-Length: 156\r\n\r\n\
     {\"status\":\"healthy\",\"version\":\"1.2.0\",\"metadata\":{\"name\":\"some_model\"},\
     \"process\":{\"cpu_percent\":50.0,\"memory_mb\":64.0},\"model_version\":\"other\",\"x\":12345678}",
)];

#[test]
fn the_target_is_asked_for_its_model_and_its_state() {
    let server = Server::start(Manner::Steps(ALL));
    let plan = plan_of(&server);
    let service = Service::ask(&plan, reach(&plan.target).unwrap());
    assert_eq!(service.model.as_deref(), Some("some_model 1.2.0"));
    assert_eq!(service.health.as_deref(), Some("healthy"));
    assert_eq!(server.requests(), 0, "none of it is load");
    let asked: Vec<String> = server.seen().beside.into_keys().collect();
    assert_eq!(asked, ["/api/v1/model/info", "/health"]);
}

#[test]
fn a_target_that_is_something_else_says_nothing() {
    for manner in [Manner::Status(404), Manner::Garbage, Manner::Empty, Manner::Close, Manner::Half]
    {
        let server = Server::start(manner);
        let plan = plan_of(&server);
        let service = Service::ask(&plan, reach(&plan.target).unwrap());
        assert_eq!(service, Service::default(), "{manner:?}");
    }
    let endless = &[Step::Send("HTTP/1.1 200 OK\r\n\r\n\""), Step::Repeat("x", 300_000), Step::End];
    let server = Server::start(Manner::Steps(endless));
    let plan = plan_of(&server);
    assert_eq!(Service::ask(&plan, reach(&plan.target).unwrap()), Service::default());
}

#[test]
fn what_the_service_uses_is_asked_again_and_again_until_the_watch_ends() {
    let server = Server::start(Manner::Steps(ALL));
    let plan = plan_of(&server);
    let before = jiff::Timestamp::now();
    let watch = Watch::start(&plan, reach(&plan.target).unwrap());
    wait_until(|| watch.samples(before).len() >= 2);
    let samples = watch.samples(before);
    assert!(samples.is_sorted_by(|a, b| a.at_s < b.at_s), "{samples:?}");
    assert_eq!(samples[0].cpu_percent, Some(50.0));
    assert_eq!(samples[0].memory_bytes, Some(64 << 20));
    let late = before + jiff::SignedDuration::from_secs(3_600);
    assert!(watch.samples(late).is_empty(), "what was seen before a run is no part of it");
    assert_eq!(server.seen().connections, 2, "the preflight's, and one for all questions");
}

#[test]
fn a_target_without_resources_is_left_alone_after_three_questions() {
    let server = Server::start(Manner::Status(404));
    let plan = plan_of(&server);
    let watch = Watch::start(&plan, reach(&plan.target).unwrap());
    let asked = || server.seen().beside.get("/resources").copied().unwrap_or(0);
    wait_until(|| asked() == 3);
    // Two intervals later there would be more of them.
    std::thread::sleep(std::time::Duration::from_millis(2_200));
    assert_eq!(asked(), 3);
    assert!(watch.samples(jiff::Timestamp::UNIX_EPOCH).is_empty());
}

#[test]
fn a_run_without_a_report_asks_nothing_beside_the_load() {
    let server = Server::start(Manner::Right);
    let words = ["-u", "2", "-r", "100", "-t", "1s"];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(server.requests() > 0 && server.seen().beside.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let words = [words.as_slice(), &["--html", page.to_str().unwrap()]].concat();
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(server.seen().beside.contains_key("/resources"));
}
