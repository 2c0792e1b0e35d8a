//! `lead-loadgen capacity` as a program: exit codes, what it prints, and the files it leaves.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::program::{bare, signal, stderr, wait_until};
use crate::server::{Manner, Server};

/// A search with an objective so mild that a busy machine holds it.
fn program(url: &str, folder: &Path, words: &[&str]) -> Command {
    let mut command = bare();
    let fixed = ["capacity", "--host", url, "--p95", "20s", "--threads", "1", "--step-time", "2s"];
    command.args(fixed).args(["--out", folder.to_str().unwrap()]).args(words);
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn document(folder: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("capacity.json")).unwrap()).unwrap()
}

#[test]
fn a_capacity_is_printed_and_written() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("new");
    let words = ["--start", "10", "--max-rate", "20", "--wanted-rate", "50", "--api-key", "s3cret"];
    let output = program(&server.url(), &folder, &words).output().unwrap();
    let (said, told) = (stderr(&output), stdout(&output));
    assert_eq!(output.status.code(), Some(0), "{said}{told}");
    // Where the machine of the test was away for a second there may be a run more.
    assert!(said.matches("| holds").count() >= 3, "a line per run as it goes:\n{said}");
    for line in [
        "Capacity: at least 20.0 requests/s hold p95 <= 20000 ms, errors <= 0 %; more was not tried",
        "Needed: 4 replicas for 50.0 requests/s with 30 % headroom (at most 14.0/s each)",
    ] {
        assert!(told.contains(line), "{line} not in:\n{told}");
    }
    let document = document(&folder);
    assert_eq!(document["capacity_per_s"], 20.0);
    assert_eq!((&document["end"], &document["is_confirmed"]), (&"cap".into(), &true.into()));
    let page = std::fs::read_to_string(folder.join("capacity.html")).unwrap();
    assert!(page.contains("Capacity report") && page.contains("<polyline"));
    assert!(!page.contains("of thinking"), "a rate leaves no time to think");
    assert!(!page.contains("s3cret") && !document.to_string().contains("s3cret"));
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["capacity.html", "capacity.json"], "nothing else is left");
}

#[test]
fn errors_at_the_lowest_rate_exit_with_one() {
    let server = Server::start(Manner::Status(500));
    let folder = tempfile::tempdir().unwrap();
    let output = program(&server.url(), folder.path(), &["--start", "1"]).output().unwrap();
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("Capacity: none: not even 1.00 requests/s hold"), "{told}");
    assert!(told.contains("What gave way first: errors: errors 100.000 % > 0 %"), "{told}");
    assert_eq!(document(folder.path())["end"], "floor");
}

#[test]
fn a_wrong_key_ends_the_search_with_the_first_run_and_is_named() {
    let server = Server::start(Manner::Status(401));
    let folder = tempfile::tempdir().unwrap();
    let output = program(&server.url(), folder.path(), &["--start", "40"]).output().unwrap();
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("Capacity: unknown: nearly every request failed alike"), "{told}");
    assert!(told.contains("errors 100.000 % > 0 %: 401 Client Error: Unauthorized"), "{told}");
    assert!(told.contains("--api-key"), "{told}");
    let document = document(folder.path());
    assert_eq!(document["end"], "failing");
    assert_eq!(document["steps"].as_array().unwrap().len(), 1, "{told}");
}

#[test]
fn a_service_that_is_the_limit_is_told_with_its_rate() {
    // 20 ms each, one after the other: 50 per second and not one more, on whatever machine.
    let server = Server::start(Manner::Serial(Duration::from_millis(20)));
    let folder = tempfile::tempdir().unwrap();
    let words = ["--start", "100", "--max-rate", "100", "--p95", "20s"];
    let output = program(&server.url(), folder.path(), &words).output().unwrap();
    let told = stdout(&output);
    let document = document(folder.path());
    assert_eq!((output.status.code(), &document["end"]), (Some(0), &"edge".into()), "{told}");
    // In the one second that counts 50 are answered, and with ten missing the queue grows, however mild the objective.
    let held = document["capacity_per_s"].as_f64().unwrap();
    assert!(held < 65.0, "{told}");
    let broke = &document["steps"].as_array().unwrap()[0];
    assert_eq!((&broke["asked_per_s"], &broke["outcome"]), (&100.0.into(), &"broke".into()));
    assert!(told.contains("the queue grew: 5") || told.contains("the queue grew: 4"), "{told}");
}

#[test]
fn a_generator_that_is_the_limit_is_told_and_its_rate_a_lower_bound() {
    // Half a second each: at 320/s 160 requests are in flight, for which there are 48 descriptors.
    let server = Server::start(Manner::After(Duration::from_millis(500)));
    let folder = tempfile::tempdir().unwrap();
    let search = program(&server.url(), folder.path(), &["--start", "40", "--max-rate", "320"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 48; exec \"$0\" \"$@\""]);
    shell.arg(search.get_program()).args(search.get_args());
    for (name, _) in search.get_envs() {
        shell.env_remove(name);
    }
    let output = shell.output().unwrap();
    let told = stdout(&output);
    let document = document(folder.path());
    assert_eq!((output.status.code(), &document["end"]), (Some(3), &"generator".into()), "{told}");
    assert!(told.contains("failed on its own machine (descriptors, ports or memory)"), "{told}");
    assert_eq!(document["is_lower_bound"], true);
    assert!(document["capacity_per_s"].as_f64().unwrap() < 160.0, "{told}");
}

#[test]
fn a_service_that_does_not_survive_is_told() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let child = program(&server.url(), folder.path(), &["--start", "200"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| server.requests() > 20);
    drop(server);
    let output = child.wait_with_output().unwrap();
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("the service accepts no connections any more"), "{told}");
    assert_eq!(document(folder.path())["end"], "gone");
}

#[test]
fn a_service_that_is_away_for_a_while_is_waited_for() {
    let server = Server::start(Manner::Right);
    let address = server.address;
    let folder = tempfile::tempdir().unwrap();
    let child = program(&server.url(), folder.path(), &["--start", "200"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| server.requests() > 20);
    drop(server);
    // Longer than what is left of the first run and the rest behind it: there is nobody when the second one begins.
    std::thread::sleep(Duration::from_secs(6));
    let server = Server::start_at(address, Manner::Right);
    wait_until(|| server.requests() > 0);
    signal(&child, Signal::SIGINT);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stdout(&output));
    assert_eq!(document(folder.path())["end"], "interrupted");
}

#[test]
fn ctrl_c_leaves_what_is_known() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("capacity.json"), "an earlier one").unwrap();
    let child = program(&server.url(), folder.path(), &["--start", "50"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // In the second run, at 100/s.
    wait_until(|| server.requests() > 110);
    signal(&child, Signal::SIGINT);
    let output = child.wait_with_output().unwrap();
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(
        told.contains("Capacity: 50.0 requests/s held")
            && told.contains("not confirmed; then it was interrupted"),
        "{told}"
    );
    let document = document(folder.path());
    assert_eq!(
        (&document["end"], &document["capacity_per_s"]),
        (&"interrupted".into(), &50.0.into())
    );
    assert_eq!(document["steps"].as_array().unwrap().len(), 1, "a run cut short says nothing");
}

#[test]
fn a_folder_that_cannot_be_made_and_a_dead_service_are_told_before_the_first_run() {
    let server = Server::start(Manner::Right);
    let output = program(&server.url(), Path::new("/proc/no"), &[]).output().unwrap();
    assert_eq!((output.status.code(), server.requests()), (Some(1), 0));
    assert!(stderr(&output).contains("cannot write /proc/no:"), "{}", stderr(&output));
    let folder = tempfile::tempdir().unwrap();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = program(&format!("http://{address}"), folder.path(), &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("connection refused"), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
