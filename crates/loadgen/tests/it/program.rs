//! The program as a whole: exit codes, files, signals, and what it says when nobody answers.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::server::{Manner, Server};

/// The program, without the settings of the environment and of the developer's home.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lead-loadgen"));
    command.env("HOME", env!("CARGO_TARGET_TMPDIR"));
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("LOCUST_") || name.starts_with("LEAD_"))
    {
        command.env_remove(name);
    }
    command
}

/// A run of the program.
pub(crate) fn program(url: &str, words: &[&str]) -> Command {
    let mut command = bare();
    command.args(["--headless", "--host", url]).args(words);
    command
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
}

/// Waits for something that other processes do; the limit is only there so that a broken test ends.
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A run at a rate that is over, and in which nothing failed. On a machine that is busy with something else it may have been
/// late, and then says so: that is no fault.
fn check_rate(output: &Output) {
    let said = stderr(output);
    match output.status.code() {
        Some(0) => {}
        code => assert!(code == Some(3) && said.contains("Run: INVALID"), "{code:?} {said}"),
    }
}

/// The files agree with each other and with the server's own count.
fn check_counts(prefix: &Path, server: &Server) {
    let run = lead_stats::read(prefix).unwrap();
    assert_eq!(run.notes, []);
    assert_eq!(run.summary.aggregated.requests, server.requests(), "as many as the server counted");
    let by_endpoint: u64 = run.summary.endpoints.iter().map(|endpoint| endpoint.requests).sum();
    assert_eq!(by_endpoint, run.summary.aggregated.requests);
    assert_eq!(run.history.ticks.last().unwrap().total_requests, run.summary.aggregated.requests);
}

#[test]
fn a_clean_run_leaves_every_file_and_exits_with_zero() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join("new").join(name);
    let words = [
        "-u",
        "10",
        "-r",
        "100",
        "-t",
        "2s",
        "-s",
        "10s",
        "--csv-full-history",
        "--csv",
        at("lt").to_str().unwrap(),
        "--html",
        at("r_{u}.html").to_str().unwrap(),
    ]
    .map(str::to_owned);
    let output = program(&server.url(), &words.each_ref().map(String::as_str)).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(output.stdout, b"");
    check_counts(&at("lt"), &server);
    assert!(std::fs::read_to_string(at("r_10.html")).unwrap().contains("Load test report"));
    for line in [
        "Starting lead-loadgen",
        "Run time limit set to 2 seconds",
        "Ramping to 10 users at a rate of 100.00 per second",
        "All users spawned: {\"LeadScoringUser\": 10} (10 total users)",
        "--run-time limit reached, shutting down",
        "Shutting down (exit code 0)",
        "Response time percentiles (approximated)",
    ] {
        assert!(said.contains(line), "{line} not in:\n{said}");
    }
    assert_eq!(
        said.matches("# reqs      # fails").count(),
        3,
        "a table at 0 s, at 2 s and at the end:\n{said}"
    );
}

#[test]
fn a_warm_up_is_shown_and_is_in_no_file() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let name = prefix.to_str().unwrap();
    let words = [
        "--rate",
        "50",
        "--warmup",
        "2s",
        "-t",
        "4s",
        "--csv",
        name,
        "--csv-full-history",
        "--json-file",
        name,
    ];
    let output = program(&server.url(), &words).output().unwrap();
    let said = stderr(&output);
    check_rate(&output);
    for line in [
        "Sending 50 requests/s, evenly (open model)",
        "Warm-up (not counted): 0 requests so far, 0 of 2 s",
        "Open model: response times count from the moment a request was due",
    ] {
        assert!(said.contains(line), "{line} not in:\n{said}");
    }
    assert!(
        !said.split("2 of 2 s").next().unwrap().contains("# reqs"),
        "no table of zeros:\n{said}"
    );
    let warm: u64 = said
        .split_once(" requests in 2 seconds")
        .and_then(|(before, _)| before.rsplit(' ').next())
        .unwrap()
        .parse()
        .unwrap();

    let run = lead_stats::read(&prefix).unwrap();
    assert_eq!(run.notes, []);
    let counted = run.summary.aggregated.requests;
    assert_eq!(counted + warm, server.requests(), "every request is in the files or was warm-up");
    assert!(warm <= 100 && counted <= 100, "{warm} and {counted}");
    assert_eq!(run.history.ticks.last().unwrap().total_requests, counted);
    // The JSON says when counting began: the history's first second is the one after.
    let twin = std::fs::read_to_string(folder.path().join("lt.json")).unwrap();
    let twin: serde_json::Value = serde_json::from_str(&twin).unwrap();
    let began = twin[0]["start_time"].as_f64().unwrap().floor() as u64;
    assert_eq!(run.history.ticks[0].timestamp_s, began + 1);
    let told: u64 =
        twin.as_array().unwrap().iter().map(|entry| entry["num_requests"].as_u64().unwrap()).sum();
    assert_eq!(told, counted);
}

#[test]
fn stages_end_a_run_and_the_log_says_so() {
    let server = Server::start(Manner::Right);
    let output = program(&server.url(), &["--rate", "20", "--stages", "1s:20"]).output().unwrap();
    let said = stderr(&output);
    check_rate(&output);
    assert!(said.contains("Run time limit set to 1 seconds"), "{said}");
    assert!(said.contains("Sending 20 requests/s, to 20 in 1s, evenly (open model)"), "{said}");
    assert!(said.contains("The last stage is over, shutting down"), "{said}");
}

#[test]
fn failed_requests_decide_the_exit_code() {
    let server = Server::start(Manner::Status(500));
    let run = |words: &[&str]| {
        program(&server.url(), &[&["-t", "1s", "--only-summary"], words].concat()).output().unwrap()
    };
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("Error report"), "{said}");
    assert_eq!(said.matches("# reqs      # fails").count(), 1, "the final one only:\n{said}");
    assert_eq!(run(&["--exit-code-on-error", "0"]).status.code(), Some(0));
}

#[test]
fn a_json_file_holds_every_request_and_the_final_tables_stay() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("out");
    let words =
        ["-t", "1s", "--only-summary", "-L", "ERROR", "--json-file", name.to_str().unwrap()];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("Response time percentiles"), "{}", stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    let entries: serde_json::Value = serde_json::from_str(&text).unwrap();
    let told: u64 = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["num_requests"].as_u64().unwrap())
        .sum();
    assert!(told > 0 && told <= server.requests(), "{told} of {}", server.requests());
}

#[test]
fn ctrl_c_ends_the_run_with_every_report_and_every_count() {
    for signal_of_the_end in [Signal::SIGINT, Signal::SIGTERM] {
        let server = Server::start(Manner::Right);
        let folder = tempfile::tempdir().unwrap();
        let prefix = folder.path().join("lt");
        let words = ["-u", "8", "-r", "100", "-s", "10s", "--csv", prefix.to_str().unwrap()];
        let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| server.requests() > 100);
        signal(&child, signal_of_the_end);
        let output = child.wait_with_output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(
            said.contains("No run time limit set") && said.contains("Got a stop signal"),
            "{said}"
        );
        assert!(said.contains("Response time percentiles"), "{said}");
        check_counts(&prefix, &server);
    }
}

#[test]
fn a_second_ctrl_c_ends_the_program_at_once() {
    let server = Server::start(Manner::Never);
    let words = ["-t", "1h", "-s", "1h"];
    let mut child = program(&server.url(), &words).stderr(Stdio::null()).spawn().unwrap();
    wait_until(|| server.requests() > 0);
    signal(&child, Signal::SIGINT);
    // The request in flight never ends, so only the second one can be what ends the program. Signals of one kind do not
    // queue up, and the first is taken by another thread: it is repeated until one is the second.
    wait_until(|| {
        signal(&child, Signal::SIGINT);
        child.try_wait().unwrap().is_some()
    });
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_dead_service_is_one_clear_line() {
    // A port that was free a moment ago; nobody else on this machine listens there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let url = format!("http://{address}");
    let output = program(&url, &["-t", "5s", "--csv", prefix.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let expect = format!(
        "lead-loadgen: error: cannot connect to {url}: connection refused; is the service running? Start it, or name \
         another one with --host\n"
    );
    assert_eq!(stderr(&output), expect);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "no files of a run that did not begin"
    );
}

#[test]
fn a_name_without_an_address_is_one_clear_line() {
    let output = program("http://no-such-host.invalid:8000", &["-t", "5s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("cannot resolve the host name") && said.lines().count() == 1, "{said}");
}

#[test]
fn usage_faults_exit_with_two() {
    let output = program("http://127.0.0.1:1", &["-r", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output), "lead-loadgen: error: argument -r/--spawn-rate: must be > 0\n");
}

#[test]
fn the_environment_is_read_and_the_key_is_in_no_output() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let output = program(&server.url(), &["--html", page.to_str().unwrap()])
        .envs([("LOCUST_RUN_TIME", "1s"), ("LOCUST_USERS", "3"), ("LOCUST_SPAWN_RATE", "50")])
        .envs([("LEAD_API_KEY", "s3cret"), ("LOCUST_ONLY_SUMMARY", "yes")])
        .output()
        .unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("Ramping to 3 users at a rate of 50.00 per second"), "{said}");
    assert!(server.seen().head.contains("x-api-key: s3cret"));
    assert!(!said.contains("s3cret") && !std::fs::read_to_string(page).unwrap().contains("s3cret"));
}

#[test]
fn a_folder_that_cannot_be_made_is_told_before_the_run() {
    let server = Server::start(Manner::Right);
    let output = program(&server.url(), &["-t", "1s", "--csv", "/proc/no/lt"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("/proc/no: cannot be written"), "{said}");
    assert_eq!(said.matches("cannot be written").count(), 1, "said once: {said}");
    assert_eq!(server.requests(), 0);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_run() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().to_str().unwrap();
    let output = program(&server.url(), &["-t", "1s", "--html", taken]).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("cannot write {taken}")) && said.lines().count() == 1, "{said}");
    assert_eq!(server.requests(), 0);
}

#[test]
fn a_report_that_cannot_be_written_costs_neither_the_others_nor_the_tables() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let [page, twin] = ["report.html", "lt"].map(|name| folder.path().join(name));
    let words = ["--html", page.to_str().unwrap(), "--json-file", twin.to_str().unwrap()];
    let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| server.requests() > 0);
    // During the run the file's place is taken by a folder.
    std::fs::create_dir(&page).expect("a report is not there before it is whole");
    signal(&child, Signal::SIGINT);
    let output = child.wait_with_output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Response time percentiles (approximated)"), "{said}");
    assert!(!said.contains("exit code 0"), "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("lead-loadgen: error: cannot write "), "{said}");
    assert!(std::fs::metadata(twin.with_extension("json")).unwrap().len() > 2);
}

#[test]
fn csv_files_that_can_no_longer_be_written_end_the_run_with_every_other_report() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let [files, page] = ["csv", "report.html"].map(|name| folder.path().join(name));
    let prefix = files.join("lt");
    let words = ["--csv", prefix.to_str().unwrap(), "--html", page.to_str().unwrap()];
    let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| server.requests() > 0);
    // During the run the folder's place is taken by a file: like a full disk, but for every file at once. A file that is
    // renewed just then may make the folder again.
    wait_until(|| {
        let _missing = std::fs::remove_dir_all(&files);
        std::fs::write(&files, "").is_ok()
    });
    let output = child.wait_with_output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("The CSV files cannot be written any more, shutting down"), "{said}");
    assert!(said.contains("Response time percentiles (approximated)"), "{said}");
    assert!(std::fs::read_to_string(page).unwrap().contains("</html>"));
}

#[test]
fn a_wrong_score_is_told_with_an_example_in_log_and_page() {
    let server = Server::start(Manner::AlmostModel);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let words = [
        "--verify",
        crate::scores::MODEL,
        "--html",
        page.to_str().unwrap(),
        "-u",
        "5",
        "-r",
        "50",
        "-t",
        "1s",
    ];
    let output =
        program(&server.url(), &words).env("LOCUST_TAGS", "[score, info]").output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("The first score that differs from the model's: lead lead-0"), "{said}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("The first score that differs from the model's: lead lead-0"), "{page}");
    let asked: Vec<String> = server.seen().requests.into_keys().collect();
    assert!(!asked.iter().any(|line| line.ends_with("/health")), "{asked:?}");
}

#[test]
fn a_scenario_file_with_a_secret_and_a_feeder_is_run() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("accounts.csv"), "id,name\n7,Ann\n8,Bob\n").unwrap();
    let scenario = r#"
        user = "Shopper"
        think_time = "5ms"
        [feeders.accounts]
        file = "accounts.csv"
        order = "sequential"
        [[tasks]]
        name = "account"
        path = "/echo/${accounts.id}"
        headers = { Authorization = "Bearer ${env:SHOP_TOKEN}" }
        expect.checks = [{ at = "/line", equals = "GET /echo/${accounts.id}" }]
    "#;
    std::fs::write(at("shop.toml"), scenario).unwrap();
    let words = [
        "--scenario",
        at("shop.toml").to_str().unwrap(),
        "-t",
        "1s",
        "--html",
        at("r.html").to_str().unwrap(),
    ]
    .map(str::to_owned);
    let mut command = program(&server.url(), &words.each_ref().map(String::as_str));
    let output = command.env("SHOP_TOKEN", "s3cret").output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let seen = server.seen();
    assert!(seen.head.contains("authorization: bearer s3cret"), "{}", seen.head);
    let (one, two) = (seen.requests["GET /echo/7"], seen.requests["GET /echo/8"]);
    assert!(one.abs_diff(two) <= 1 && one > 0, "{one} and {two}");
    assert!(said.contains("{\"Shopper\": 1}") && said.contains("account"), "{said}");
    assert!(
        !said.contains("s3cret")
            && !std::fs::read_to_string(at("r.html")).unwrap().contains("s3cret")
    );
}

/// The same in a process that may have no more than thirty files open.
fn with_thirty_descriptors(command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 30 && exec \"$@\"", "sh"]).arg(command.get_program());
    for (name, _) in command.get_envs() {
        limited.env_remove(name);
    }
    limited.args(command.get_args());
    limited
}

#[test]
fn a_generator_that_runs_out_of_descriptors_blames_itself() {
    for transport in ["reqwest", "raw"] {
        let server = Server::start(Manner::Never);
        let words = ["-u", "60", "-r", "1000", "-t", "2s", "-s", "10s", "--timeout", "1s"];
        let more = ["--threads", "1", "--transport", transport, "--only-summary"];
        let command = program(&server.url(), &[&words[..], &more].concat());
        let output = with_thirty_descriptors(&command).output().unwrap();
        let said = stderr(&output);
        // Not 1, as for failures of the service: such a run says nothing about it.
        assert_eq!(output.status.code(), Some(3), "{said}");
        let verdict = said.split("Run: INVALID").nth(1).unwrap_or_default();
        assert!(
            verdict.contains("there was no file descriptor, so raise ulimit -n (now 30)"),
            "{said}"
        );
        assert!(said.contains("too few for 60 users; raise it with ulimit -n"), "{said}");
        // Some are connected and wait in vain; for the others there is no descriptor, and nothing else fails.
        let report = said.split("Error report").nth(1).unwrap();
        let (report, _) = report.split_once("Closed model:").unwrap();
        let (own, late) = ("OSError(24, 'Too many open files')", "ReadTimeout(");
        assert!(report.contains(own) && report.contains(late), "{said}");
        let failures = report.lines().filter(|line| line.contains('('));
        assert!(failures.clone().all(|line| line.contains(own) || line.contains(late)), "{said}");
    }
}

#[test]
fn csv_files_that_lack_a_descriptor_wait_for_one_and_are_complete_in_the_end() {
    let server = Server::start(Manner::Never);
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let words = ["-u", "60", "-r", "1000", "-t", "3s", "-s", "1s", "--timeout", "20s"];
    let more = ["--threads", "1", "--only-summary", "--csv", prefix.to_str().unwrap()];
    let command = program(&server.url(), &[&words[..], &more].concat());
    let output = with_thirty_descriptors(&command).output().unwrap();
    let said = stderr(&output);
    // As without CSV files: the run goes on to its end, and its exit code is the verdict's.
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert_eq!(said.matches("No file descriptor is left for the CSV files").count(), 1, "{said}");
    assert!(said.contains("--run-time limit reached, shutting down"), "{said}");
    let run = lead_stats::read(&prefix).unwrap();
    let verdict = lead_stats::RunVerdict::read(&lead_stats::Paths::of(&prefix).verdict).unwrap();
    assert_eq!(run.summary.aggregated.requests, verdict.unwrap().requests);
    assert!(
        run.history.ticks.len() >= 3,
        "the history needs no descriptor more: {:?}",
        run.history
    );
}

#[test]
fn ctrl_c_without_patience_tells_every_request_that_it_drops() {
    for transport in ["reqwest", "raw"] {
        let server = Server::start(Manner::HoldAfter(40));
        let folder = tempfile::tempdir().unwrap();
        let prefix = folder.path().join("lt");
        let words = ["-u", "5", "-r", "100", "--transport", transport, "--csv"];
        let words = [&words[..], &[prefix.to_str().unwrap()]].concat();
        let child = program(&server.url(), &words).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| server.seen().held == 5);
        signal(&child, Signal::SIGINT);
        let output = child.wait_with_output().unwrap();
        let said = stderr(&output);
        assert!(said.contains("5 requests were in flight at the end and not counted"), "{said}");
        let run = lead_stats::read(&prefix).unwrap();
        assert_eq!(run.summary.aggregated.requests + 5, server.requests(), "{said}");
    }
}
