//! Runs that five releases of Locust wrote, before the guide's shell gates and before ours.
//!
//! How the folders came about stands in `tests/folders/README.md`. What the shell gates answer is written down here, so that
//! the test needs no tool; where `bash` (for the second one: and `bc`) is at hand, they are asked as well.

use std::{fs, path::Path};

use lead_stats::Paths;

use crate::{
    gate::Gate,
    guide::{
        ABSOLUTE, RELATIVE,
        Script::{self, Fails, Passes},
        ask, has,
    },
    scenario::set_age,
};

/// What each gate makes of a folder: the guide's two (which read column 10), the same with the column mended (17, P95),
/// and ours without and with expectations about the run.
struct Case {
    folder: &'static str,
    guide: [Script; 2],
    mended: [Script; 2],
    ours: i32,
    expecting: i32,
}

const fn case(
    folder: &'static str,
    guide: [Script; 2],
    mended: [Script; 2],
    [ours, expecting]: [i32; 2],
) -> Case {
    Case { folder, guide, mended, ours, expecting }
}

const CASES: [Case; 22] = [
    case("locust-1.6-sound-default", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.2-sound-full", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.20-sound-default", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.44-sound-full", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.47-sound-default", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-1.6-reset-default", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.2-reset-full", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.44-reset-full", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-2.47-reset-default", [Passes, Fails], [Passes, Passes], [0, 0]),
    case("locust-1.6-failing-full", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.2-failing-default", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.20-failing-full", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.44-failing-default", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.47-failing-full", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.47-slow-full", [Passes, Fails], [Fails, Fails], [1, 1]),
    case("locust-2.47-crashing-default", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.47-down-default", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.47-idle-default", [Passes, Passes], [Passes, Passes], [3, 3]),
    case("locust-2.47-percentiles-default", [Passes, Fails], [Passes, Passes], [1, 1]),
    case("locust-2.44-frozen-full", [Passes, Fails], [Passes, Fails], [3, 3]),
    case("locust-2.20-killed-full", [Passes, Fails], [Passes, Passes], [3, 3]),
    case("locust-2.47-killed-full", [Passes, Fails], [Passes, Passes], [0, 3]),
];

/// The guide compares with 50 ms. Few users send less than 300/s, and that is not what these runs are about.
const BASELINE_P95: &str = "50";
const RATE: [&str; 2] = ["--set", "rps.min=80/s"];

#[test]
fn the_guides_shell_gates_pass_what_locust_wrote_of_bad_runs() {
    let (has_bash, has_bc) = (has("bash") && has("cut") && has("tail"), has("bc"));
    let mut table = format!(
        "{:<32}{:<8}{:<10}{:<8}{:<10}{:<8}{}\n{:<32}{:<18}{:<18}{:<8}{}\n",
        "",
        "P95",
        "baseline",
        "P95",
        "baseline",
        "ours",
        "ours, with run.expect_*",
        "",
        "column 10",
        "column 17",
        "",
        ""
    );
    for case in CASES {
        let gate = copied(case.folder);
        for (column, recorded) in [(10, case.guide), (17, case.mended)] {
            for (script, recorded, can_ask) in
                [(ABSOLUTE, recorded[0], has_bash), (RELATIVE, recorded[1], has_bash && has_bc)]
            {
                let name = case.folder;
                if can_ask {
                    let answer = ask(script, gate.folder(), column, BASELINE_P95);
                    assert_eq!(answer, recorded, "{name}, column {column}: {script}");
                }
            }
        }
        let (code, why) = judged(&gate, &RATE);
        let expect = expectations(case.folder);
        let expect: Vec<&str> = expect.iter().flat_map(|set| ["--set", set]).collect();
        let (expecting, why_expecting) = judged(&gate, &[&RATE, expect.as_slice()].concat());
        assert_eq!((code, expecting), (case.ours, case.expecting), "{}: {why}", case.folder);
        let [p95, baseline, mended_p95, mended_baseline] =
            [case.guide, case.mended].concat().try_into().map(words).unwrap();
        table += &format!(
            "{:<32}{p95:<8}{baseline:<10}{mended_p95:<8}{mended_baseline:<10}exit {code:<3}exit {expecting}  {}\n",
            case.folder.trim_start_matches("locust-"),
            if code == expecting { why } else { why_expecting }
        );
    }
    insta::assert_snapshot!(table.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_recorded_folder_is_in_the_table() {
    let mut names: Vec<String> = fs::read_dir(folders())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with("locust-"))
        // These are judged in full elsewhere.
        .filter(|name| {
            !["locust-2.47-default", "locust-2.47-full-history"].contains(&name.as_str())
        })
        .collect();
    let mut cases: Vec<&str> = CASES.iter().map(|case| case.folder).collect();
    names.sort();
    cases.sort_unstable();
    assert_eq!(names, cases);
}

#[test]
fn names_that_no_reader_of_lines_survives_are_read_from_every_release() {
    let expected = [
        "/api/v1/score",
        "/checked",
        "/health?a=\"1\",2",
        "/score, refused",
        "::error title=x::a command|`<b>",
        "Aggregated",
        "two\nlines ü 😀",
    ];
    for case in CASES.iter().filter(|case| case.folder.contains("failing")) {
        let run = lead_stats::read(&folders().join(case.folder).join("loadtest")).unwrap();
        let names: Vec<&str> = run.summary.endpoints.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, expected, "{}", case.folder);
        assert_eq!(run.notes, [], "{}", case.folder);
        assert_eq!((run.failures.len(), run.exceptions.len()), (2, 1), "{}", case.folder);
        assert!(run.exceptions[0].message.contains("no, \"such\" key"), "{}", case.folder);
    }
}

/// A release before 2.44 flushes its history every ten seconds; the last of them were lost with the process.
#[test]
fn what_a_killed_run_kept_is_all_that_is_judged() {
    for (folder, last_s) in [("locust-2.20-killed-full", 10), ("locust-2.47-killed-full", 10)] {
        let run = lead_stats::read(&folders().join(folder).join("loadtest")).unwrap();
        let ticks: Vec<_> = run.history.aggregated().collect();
        let length_s = ticks[ticks.len() - 1].timestamp_s - ticks[0].timestamp_s;
        assert_eq!(length_s, last_s, "{folder}");
    }
}

#[test]
fn a_run_that_was_killed_is_told_where_nobody_said_how_long_it_should_be() {
    for (folder, is_told) in [
        ("locust-2.47-killed-full", true),
        ("locust-2.47-sound-default", false),
        ("locust-2.47-reset-default", false),
        ("locust-2.44-sound-full", false),
        ("loadgen-closed-full", false),
        ("loadgen-open-full", false),
    ] {
        let gate = copied(folder);
        let told = gate.check(&RATE);
        assert_eq!(told.code, 0, "{folder}: {}", told.stderr);
        let note = "before the summary: its load generator was killed";
        assert_eq!(told.stdout.contains(note), is_told, "{folder}: {}", told.stdout);
        let sure = gate.check(&[&RATE[..], &["--set", "run.expect_duration=5s"]].concat());
        assert_eq!(sure.code, 0, "{folder}: {}", sure.stderr);
        assert!(!sure.stdout.contains(note), "{folder}: {}", sure.stdout);
    }
}

/// The folder's files, dated as they were written, in a folder of the gate's own.
fn copied(folder: &str) -> Gate {
    let gate = Gate::new();
    let from = folders().join(folder);
    for entry in fs::read_dir(&from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, gate.folder().join(path.file_name().unwrap())).unwrap();
    }
    let prefix = gate.folder().join("loadtest");
    let run = lead_stats::read(&prefix).unwrap();
    assert!(Paths::of(&prefix).history.exists());
    set_age(&prefix, run.history.ticks.last().unwrap().timestamp_s);
    gate
}

fn folders() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders")
}

/// What `generate.py` asked for.
fn expectations(folder: &str) -> [String; 2] {
    let users = match folder {
        _ if folder.contains("slow") => 400,
        _ if folder.contains("failing") => 10,
        _ if ["sound", "reset", "killed", "frozen"].iter().any(|run| folder.contains(run)) => 40,
        _ => 12,
    };
    let release: f64 = folder.split('-').nth(1).unwrap().parse().unwrap();
    // 2.20 reads as 2.2: both ran longer, because they flush the history every ten seconds only.
    let written_s = if release < 2.3 { 20 } else { 16 };
    [format!("run.expect_users={users}"), format!("run.expect_duration={written_s}s")]
}

/// The exit code, and the rules that failed or why nothing was judged.
fn judged(gate: &Gate, more: &[&str]) -> (i32, String) {
    let answer = gate.check(&[&["--json", "-"], more].concat());
    let document: serde_json::Value =
        serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.stderr));
    let failed = |rule: &&serde_json::Value| {
        ["fail", "no-data", "no_data"].iter().any(|word| rule["verdict"] == *word)
    };
    let rules = document["rules"].as_array().cloned().unwrap_or_default();
    let failed: Vec<&str> =
        rules.iter().filter(failed).filter_map(|rule| rule["id"].as_str()).collect();
    let why = match document["error"].as_str() {
        Some(error) => {
            let reason = error.split("csv: ").nth(1).unwrap_or(error);
            reason.split([';', ':']).next().unwrap_or(reason).to_owned()
        }
        None => failed.join(", "),
    };
    (answer.code, why)
}

fn words(answers: [Script; 4]) -> [&'static str; 4] {
    answers.map(|answer| if answer == Passes { "passes" } else { "fails" })
}
