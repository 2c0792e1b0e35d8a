//! Where the program's words go: log lines, tables and JSON, in Locust's ways.

use lead_loadgen::locust_json;

use crate::program::{bare, program, stderr};
use crate::recordings::quarter_minute;
use crate::server::{Manner, Server};

#[test]
fn the_json_of_the_standard_output_has_locusts_members_and_no_others() {
    insta::assert_snapshot!("locust_json", locust_json(&quarter_minute()));
}

#[test]
fn json_goes_to_the_standard_output_and_tables_stay_where_they_are() {
    let server = Server::start(Manner::Right);
    let output = program(&server.url(), &["-t", "1s", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let entries: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: u64 = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["num_requests"].as_u64().unwrap())
        .sum();
    assert!(told > 0 && told <= server.requests());
    assert!(stderr(&output).contains("Response time percentiles"));
}

#[test]
fn log_lines_go_to_the_end_of_a_log_file_and_tables_do_not() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new").join("run.log");
    for runs in 1..=2 {
        let words = ["-t", "1s", "--logfile", file.to_str().unwrap()];
        let output = program(&server.url(), &words).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let said = stderr(&output);
        assert!(said.contains("# reqs") && !said.contains("/INFO/"), "{said}");
        let log = std::fs::read_to_string(&file).unwrap();
        assert_eq!(log.matches("Starting lead-loadgen").count(), runs, "{log}");
        assert!(log.contains("/INFO/lead_loadgen.main: Shutting down (exit code 0)"), "{log}");
        assert!(!log.contains("# reqs"), "{log}");
    }
    let nowhere = format!("{}/run.log", file.display());
    let output = program(&server.url(), &["--logfile", &nowhere]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("cannot write {nowhere}")), "{}", stderr(&output));
}

#[test]
fn without_a_log_set_up_there_are_bare_warnings_only() {
    let server = Server::start(Manner::Right);
    let words = ["-t", "1s", "--skip-log", "--otel", "--json"];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = stderr(&output);
    assert!(said.starts_with("--otel changes nothing: "), "{said}");
    assert!(!said.contains("INFO") && !said.contains("# reqs") && !said.contains("Run:"), "{said}");
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
}

#[test]
fn csv_files_hold_locusts_integers_where_that_is_asked_for() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("lt");
    let words = [
        "-t",
        "2s",
        "-u",
        "3",
        "--csv-integer",
        "--csv-full-history",
        "--csv",
        prefix.to_str().unwrap(),
    ];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for name in ["lt_stats.csv", "lt_stats_history.csv"] {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
        assert!(rows.len() > 1, "{text}");
        for row in rows {
            for (column, cell) in
                columns.iter().zip(row).filter(|(column, _)| column.ends_with('%'))
            {
                assert!(
                    cell == "N/A" || cell.parse::<u64>().is_ok(),
                    "{column} is {cell} in {text}"
                );
            }
        }
    }
}

#[test]
fn a_run_follows_the_files_of_its_folder_and_home() {
    let server = Server::start(Manner::Right);
    let [home, folder] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    std::fs::write(
        home.path().join(".locust.conf"),
        "headless = true\nrun-time = 1s\nonly-summary\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("locust.conf"),
        format!("host = {}\nusers = 2\njson\n", server.url()),
    )
    .unwrap();
    let mut command = bare();
    command.env("HOME", home.path()).current_dir(folder.path()).env("LOCUST_SPAWN_RATE", "100");
    let output = command.output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("Ramping to 2 users at a rate of 100.00 per second"), "{said}");
    assert_eq!(said.matches("# reqs      # fails").count(), 1, "{said}");
    assert!(output.stdout.starts_with(b"["));
    std::fs::write(folder.path().join("pyproject.toml"), "[tool.locust]\nrun-time = \"soon\"\n")
        .unwrap();
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let place = " (run-time in ./pyproject.toml, line 2)\n";
    assert!(stderr(&output).ends_with(place), "{}", stderr(&output));
}

#[test]
fn a_profile_stands_before_the_scenario_in_the_report() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("r.html");
    let words = ["-t", "1s", "--profile", "night & day", "--html", page.to_str().unwrap()];
    let output = program(&server.url(), &words).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("night &amp; day: LeadScoringUser"), "{page}");
}
