//! A run becomes a line of a history: which are let in, and what is kept of them.

use std::{fs, thread};

use lead_gate::Ledger;
use serde_json::{Value, json};

use crate::{
    gate::{Answer, Gate},
    history::ANALYZE,
    scenario::Scenario,
};

#[test]
fn nothing_is_added_behind_a_torn_line() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let file = gate.folder().join("history.jsonl");
    fs::write(&file, "{\"schema\":1,\"ki").unwrap();
    assert_eq!(append(&gate, &[]).code, 3);
    assert_eq!(fs::read_to_string(file).unwrap(), "{\"schema\":1,\"ki");
}

fn append(gate: &Gate, more: &[&str]) -> Answer {
    let words = ["history", "append", "--prefix", "loadtest", "--file", "history.jsonl"];
    gate.call(&[&words[..], more].concat())
}

#[test]
fn a_run_becomes_one_line() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let answer = append(&gate, &["--commit", "4ae1", "--label", "runner=box-1"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let text = gate.read("history.jsonl");
    assert_eq!(text.lines().count(), 1);
    let mut line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(answer.stdout.contains(line["run"].as_str().unwrap()));
    line["key"]["machine"] = "this".into();
    insta::assert_json_snapshot!("line", line);
}

#[test]
fn the_same_run_is_added_once_also_when_it_was_copied() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    assert_eq!(append(&gate, &[]).code, 0);
    Scenario::default().write(&gate.folder().join("copy"));
    let again = gate.call(&["history", "append", "--prefix", "copy", "--file", "history.jsonl"]);
    assert_eq!(again.code, 3);
    assert!(again.stderr.contains("this run stands in line 1 already"), "{}", again.stderr);
    assert_eq!(gate.read("history.jsonl").lines().count(), 1);
}

#[test]
fn what_is_no_run_is_not_added() {
    let gate = Gate::new();
    assert_eq!(append(&gate, &[]).code, 3, "no files");
    Scenario::default().write(&gate.folder().join("loadtest"));
    let summary = gate.folder().join("loadtest_stats.csv");
    let text = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, &text[..text.len() - 3]).unwrap();
    assert_eq!(append(&gate, &[]).code, 3, "torn");
    fs::write(&summary, text).unwrap();
    lead_stats::RunVerdict::unfinished()
        .write(&gate.folder().join("loadtest_verdict.json"))
        .unwrap();
    let answer = append(&gate, &[]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("INVALID"), "{}", answer.stderr);
    assert!(!gate.folder().join("history.jsonl").exists());
}

#[test]
fn words_that_could_command_a_shell_are_no_revision_and_no_label() {
    let gate = Gate::new();
    for words in [["--commit", "a;b"], ["--commit", "--all"], ["--label", "a"], ["--label", "=b"]] {
        assert_eq!(append(&gate, &words).code, 2, "{words:?}");
    }
}

#[test]
fn runs_that_are_added_at_the_same_time_all_arrive_whole() {
    let gate = Gate::new();
    let prefix = |number: u64| format!("run{number}");
    for number in 0..8 {
        let seconds = 100 + number;
        Scenario { seconds, ..Scenario::default() }.write(&gate.folder().join(prefix(number)));
    }
    thread::scope(|scope| {
        for number in 0..8 {
            let gate = &gate;
            scope.spawn(move || {
                let words = ["history", "append", "--file", "history.jsonl", "--prefix"];
                let answer = gate.call(&[&words[..], &[&prefix(number)]].concat());
                assert_eq!(answer.code, 0, "{}", answer.stderr);
            });
        }
    });
    let ledger = Ledger::read(&gate.folder().join("history.jsonl")).unwrap();
    assert_eq!(ledger.runs().count(), 8);
}

/// The verdict of `check` about the run that is there, as if these rules had been asked.
fn verdict(gate: &Gate, rules: &[(&str, &str)]) -> String {
    let answer = gate.check(&["--json", "-"]);
    let mut document: Value = serde_json::from_str(&answer.stdout).unwrap();
    document["rules"] =
        rules.iter().map(|(expr, verdict)| json!({"expr": expr, "verdict": verdict})).collect();
    document.to_string()
}

#[test]
fn a_doubt_twice_in_a_row_is_a_failure() {
    let gate = Gate::new();
    let doubt = [("p95 <= baseline * 1.20", "inconclusive"), ("drift(p95) <= 20%", "inconclusive")];
    let mut codes = Vec::new();
    let mut words = Vec::new();
    for (number, rules) in [&doubt[..], &[], &doubt[..], &doubt[..]].iter().enumerate() {
        let scenario = Scenario { seconds: 100 + number as u64, ..Scenario::default() };
        scenario.write(&gate.folder().join("loadtest"));
        fs::write(gate.folder().join("verdict.json"), verdict(&gate, rules)).unwrap();
        let answer = append(&gate, &["--verdict", "verdict.json"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        words.push(answer.stdout.lines().nth(1).unwrap_or_default().to_owned());
        codes.push(gate.call(&ANALYZE).code);
    }
    assert_eq!(codes, [0, 0, 0, 1]);
    insta::assert_snapshot!(words.concat(), @"The rule p95 <= baseline * 1.20 could not be decided in the last 2 runs: twice in a row is treated as a failure. Run longer, or compare base and head in more rounds.");
    let ledger = Ledger::read(&gate.folder().join("history.jsonl")).unwrap();
    let key = ledger.runs().next().unwrap().key.clone();
    assert_eq!(ledger.undecided_again(&key, doubt[0].0).unwrap().runs, 3);
    assert_eq!(ledger.undecided_again(&key, doubt[1].0), None, "too short a run is no doubt");
}

#[test]
fn a_verdict_of_another_run_is_refused() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let of_a_good_run = verdict(&gate, &[]);
    let mut without_files: Value = serde_json::from_str(&of_a_good_run).unwrap();
    without_files["run"]["files"] = json!([]);
    // As many requests, and each of them slow.
    let slow = Scenario { p95_ms: |_| 2000.0, ..Scenario::default() };
    slow.write(&gate.folder().join("loadtest"));
    let mut told = Vec::new();
    for text in [of_a_good_run, without_files.to_string(), "{}".to_owned(), "torn".to_owned()] {
        fs::write(gate.folder().join("verdict.json"), text).unwrap();
        let answer = append(&gate, &["--verdict", "verdict.json"]);
        assert_eq!(answer.code, 3, "{}", answer.stderr);
        told.push(answer.stderr);
    }
    assert!(told[0].contains("SHA-256 of its summary"), "{}", told[0]);
    assert!(!gate.folder().join("history.jsonl").exists());
}

#[test]
fn what_check_wrote_about_the_run_is_kept() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    assert_eq!(gate.check(&["--json", "verdict.json"]).code, 0);
    assert_eq!(append(&gate, &["--verdict", "verdict.json"]).code, 0);
    let ledger = Ledger::read(&gate.folder().join("history.jsonl")).unwrap();
    assert_eq!(ledger.runs().next().unwrap().verdict.as_deref(), Some("pass"));
}
