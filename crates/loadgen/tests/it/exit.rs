//! How a run ends: exit codes, the verdict's file, and what a killed run leaves.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use lead_stats::{LoadModel, Paths, RunVerdict, Validity};
use nix::sys::signal::Signal;

use crate::program::{program, signal, stderr, wait_until};
use crate::server::{Manner, Server};

fn verdict(prefix: &Path) -> RunVerdict {
    RunVerdict::read(&Paths::of(prefix).verdict).unwrap().unwrap()
}

fn rules(verdict: &RunVerdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

#[test]
fn a_run_that_is_stopped_before_its_time_writes_every_report_and_exits_with_130() {
    for name in [Signal::SIGINT, Signal::SIGTERM] {
        // With a failing service too: that the run was cut short outweighs it.
        let server = Server::start(Manner::Status(500));
        let folder = tempfile::tempdir().unwrap();
        let [prefix, page] = ["lt", "report.html"].map(|name| folder.path().join(name));
        let files = ["--csv", prefix.to_str().unwrap(), "--html", page.to_str().unwrap()];
        let words = [&["-u", "8", "-r", "100", "-t", "1h", "-s", "10s"][..], &files].concat();
        let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| server.requests() > 100);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains("Got a stop signal, shutting down"), "{said}");
        assert!(said.contains("Shutting down (exit code 130)"), "{said}");
        assert!(said.contains("SUSPECT: The run was stopped after"), "{said}");
        let run = lead_stats::read(&prefix).unwrap();
        let verdict = verdict(&prefix);
        assert_eq!(run.summary.aggregated.requests, server.requests());
        assert_eq!(verdict.requests, server.requests());
        assert!(verdict.validity >= Validity::Suspect && rules(&verdict).contains(&"cut-short"));
        assert!(std::fs::read_to_string(page).unwrap().contains("The run was stopped after"));
    }
}

/// Runs against a service that never answers, signals each time when the next of these words was said, and returns
/// the exit code and all that was said.
fn interrupted(load: &[&str], folder: &Path, signals: &[&str]) -> (Option<i32>, String) {
    let server = Server::start(Manner::Never);
    let [prefix, page, twin, said] =
        ["lt", "report.html", "report.json", "said"].map(|name| folder.join(name));
    let name = folder.join("report");
    let paths = [&prefix, &page, &name].map(|path| path.to_str().unwrap());
    let files = ["--csv", paths[0], "--html", paths[1], "--json-file", paths[2], "--only-summary"];
    let words = [load, &files].concat();
    let log = std::fs::File::create(&said).unwrap();
    let mut child = program(&server.url(), &words).stderr(log).spawn().unwrap();
    let so_far = || std::fs::read_to_string(&said).unwrap();
    wait_until(|| server.requests() > 0);
    for awaited in signals {
        wait_until(|| so_far().contains(awaited));
        assert!(!page.exists() && !twin.exists(), "no report before it is whole");
        signal(&child, Signal::SIGINT);
    }
    // The limit of a request and the patience are an hour: only the signal ends the run.
    wait_until(|| child.try_wait().unwrap().is_some());
    let code = child.wait().unwrap().code();
    assert!(std::fs::read_to_string(page).unwrap().contains("</html>"), "{}", so_far());
    assert!(std::fs::read_to_string(twin).unwrap().trim_end().ends_with(']'));
    assert!(rules(&verdict(&prefix)).contains(&"dropped"), "{}", so_far());
    (code, so_far())
}

#[test]
fn a_signal_ends_the_wait_for_answers_and_writes_every_report() {
    let open = ["--rate", "20", "-t", "2s", "--timeout", "1h"];
    let closed = ["-u", "40", "-r", "100", "-t", "2s", "--timeout", "1h", "-s", "1h"];
    for load in [&open[..], &closed[..]] {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = interrupted(load, folder.path(), &["s for 40 answers; Ctrl-C ends"]);
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("Got a stop signal, shutting down"), "{said}");
        assert!(said.contains("40 requests were in flight at the end"), "{said}");
        assert!(!said.contains("The run was stopped after"), "the load was complete: {said}");
    }
}

#[test]
fn a_signal_during_the_load_waits_only_where_that_was_ordered() {
    let open = ["--rate", "20", "-t", "1h", "--timeout", "1h"];
    let closed = ["-u", "4", "-r", "100", "-t", "1h", "--timeout", "1h", "-s", "1h"];
    for (load, signals) in [
        (&open[..], &["Sending 20 requests/s"][..]),
        (&closed[..], &["All users spawned", "Waiting up to 3600 s for 4 answers"][..]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = interrupted(load, folder.path(), signals);
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("The run was stopped after"), "{said}");
    }
}

#[test]
fn stages_are_a_planned_end_too() {
    let server = Server::start(Manner::Right);
    let words = ["--rate", "50", "--stages", "1h:50", "--only-summary"];
    let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| server.requests() > 0);
    signal(&child, Signal::SIGINT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
}

#[test]
fn a_run_time_beyond_the_stages_is_told_to_change_nothing() {
    let server = Server::start(Manner::Right);
    for (time, is_told) in [("2s", true), ("1s", false)] {
        let words = ["--stages", "1s:5", "-t", time, "--only-summary"];
        let said = stderr(&program(&server.url(), &words).output().unwrap());
        let told = "--run-time (2 s) is longer than all --stages together: the run ends with the last stage, after 1 s";
        assert_eq!(said.contains(told), is_told, "{said}");
    }
}

#[test]
fn a_run_whose_only_end_is_the_signal_ends_as_planned() {
    for (manner, code) in [(Manner::Right, 0), (Manner::Status(500), 1)] {
        let server = Server::start(manner);
        let folder = tempfile::tempdir().unwrap();
        let prefix = folder.path().join("lt");
        let words = ["-u", "8", "-r", "100", "--csv", prefix.to_str().unwrap()];
        let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| server.requests() > 200);
        signal(&child, Signal::SIGINT);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(!rules(&verdict(&prefix)).contains(&"cut-short"));
    }
}

#[test]
fn a_run_that_cannot_be_believed_exits_with_three_and_says_why() {
    let server = Server::start(Manner::Never);
    let folder = tempfile::tempdir().unwrap();
    let [prefix, page] = ["lt", "report.html"].map(|name| folder.path().join(name));
    let files = ["--csv", prefix.to_str().unwrap(), "--html", page.to_str().unwrap()];
    // One request may be in flight, and no answer comes: all but the first are never sent.
    let load = ["--rate", "50", "--max-in-flight", "1", "-t", "2s", "--timeout", "5s"];
    let words = [&load[..], &["--exit-code-on-error", "0"], &files].concat();
    let output = program(&server.url(), &words).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("Shutting down (exit code 3)"), "{said}");
    assert!(
        said.contains("Run: INVALID: 0.5 requests/s were sent of the 50 asked for, 1 %"),
        "{said}"
    );
    let verdict = verdict(&prefix);
    assert_eq!((verdict.validity, verdict.model), (Validity::Invalid, Some(LoadModel::Open)));
    assert!(rules(&verdict).starts_with(&["achieved", "unsent"]), "{verdict:?}");
    let rate = verdict.rate.unwrap();
    assert_eq!((rate.sent, rate.unsent, rate.asked_per_s), (1, 99, 50.0));
    assert!(
        std::fs::read_to_string(page)
            .unwrap()
            .contains("<b>Measurement: INVALID</b> Do not use these numbers")
    );
}

#[test]
fn a_service_that_hangs_for_good_is_no_valid_run() {
    // Nobody waits at the end, and the time limit of a request is longer than the run: nothing counts as a failure.
    let server = Server::start(Manner::HoldAfter(500));
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let load = ["-u", "10", "-r", "100", "-t", "8s", "-s", "0s", "--timeout", "1h"];
    let words = [&load[..], &["--csv", prefix.to_str().unwrap()]].concat();
    let output = program(&server.url(), &words).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("10 requests were still in flight at the end"), "{said}");
    let verdict = verdict(&prefix);
    assert!(rules(&verdict).contains(&"dropped"), "{verdict:?}");
    assert_eq!((verdict.validity, verdict.requests), (Validity::Invalid, 500));
}

#[test]
fn a_run_without_a_fault_ends_with_its_verdict() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let words = ["-u", "4", "-r", "100", "-t", "2s", "-s", "5s", "--csv", prefix.to_str().unwrap()];
    let output = program(&server.url(), &words).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // How busy the machine of a test is, nobody knows; that a verdict is the last thing said is certain.
    let verdict = verdict(&prefix);
    assert!(verdict.validity < Validity::Invalid, "{verdict:?}");
    let last = said.split("\nRun: ").nth(1).unwrap();
    assert!(last.starts_with(verdict.validity.as_str()), "{said}");
    assert!(last.contains("The target is on this machine"), "{said}");
    if cfg!(target_os = "linux") {
        assert!(
            last.contains("The generator used at most") && !last.contains("Not measured"),
            "{said}"
        );
    }
    assert_eq!((verdict.model, verdict.rate), (Some(LoadModel::Closed), None));
    assert_eq!(verdict.requests, server.requests());
}

#[test]
fn a_killed_run_leaves_a_verdict_that_says_so() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let words = ["-t", "1h", "--csv", prefix.to_str().unwrap()];
    let mut child = program(&server.url(), &words).stderr(Stdio::null()).spawn().unwrap();
    wait_until(|| server.requests() > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(verdict(&prefix), RunVerdict::unfinished());
}

#[test]
fn loads_beyond_the_caps_are_a_slip_of_the_finger_unless_they_are_meant() {
    let server = Server::start(Manner::Right);
    for (load, said) in [
        (
            ["-u", "10001"],
            "10001 users are more than 10000; add --no-caps if that is what you mean",
        ),
        (
            ["--rate", "100001"],
            "100001 requests/s are more than 100000; add --no-caps if that is what you mean",
        ),
        (
            ["--stages", "1s:5,1s:20000"],
            "20000 users are more than 10000; add --no-caps if that is what you mean",
        ),
    ] {
        let output = program(&server.url(), &load).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stderr(&output), format!("lead-loadgen: error: {said}\n"));
    }
    // What falls due beyond this would keep a thread from the clock and from every signal.
    for load in [&["--rate", "1e9"][..], &["--rate", "1", "--stages", "1s:10000001"]] {
        let output = program(&server.url(), &[load, &["--no-caps"]].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(
            said.contains("requests/s are more than 10000000, which no generator can send"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1);
    }
    let search =
        ["lead-loadgen", "capacity", "-H", "http://127.0.0.1:1", "--p95", "1s", "--max-rate"];
    let order = |more: &[&str]| {
        let words: Vec<_> = search.iter().chain(more).map(Into::into).collect();
        lead_loadgen::CapacityArgs::order(&words).map(|order| order.is_confirmed)
    };
    let refusal = order(&["200000"]).unwrap_err();
    assert!(
        refusal.text().contains("200000 requests/s are more than 100000"),
        "{}",
        refusal.text()
    );
    assert!(!order(&["200000", "--no-caps"]).unwrap());
    assert!(order(&["1e8", "--no-caps"]).is_err());
    assert!(order(&["100000", "--yes"]).unwrap());
    assert_eq!(server.requests(), 0);
    let words = ["-u", "10001", "-r", "1", "-t", "1s", "--no-caps", "--only-summary"];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// A target that keeps its thread from everything else.
#[test]
fn a_thread_that_is_away_is_seen_in_the_recording() {
    use lead_loadgen::{Corpus, Reply, Request, Stop, Target, Targets, run};

    struct Blocking;
    impl Targets for Blocking {
        type Target = Self;
        fn open(&self, _worker: usize) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
            Ok(Self)
        }
    }
    impl Target for Blocking {
        async fn send(&self, _request: Request) -> Reply {
            std::thread::sleep(Duration::from_millis(120));
            let latency = Duration::from_millis(120);
            Reply { latency, first_byte: None, bytes: 0, outcome: Ok(()) }
        }
    }
    let plan = crate::simulated::plan(1, "1s", Duration::from_millis(50));
    let corpus = std::sync::Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = run(&plan, corpus, &Blocking, &Stop::new(), |_| {}).unwrap();
    // Of 120 ms it was expected every ten; the rest is what it was late, and no machine is faster than that.
    assert!(
        recording.greatest_stall() >= Duration::from_millis(105),
        "{:?}",
        recording.greatest_stall()
    );
}
