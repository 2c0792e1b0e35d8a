//! A history in which the load or the machine changed: what was open stays open.

use lead_gate::{Key, RunRecord, exit};

use crate::history::{ANALYZE, analysis, gate_with, run, stepped};

/// Runs of another load behind those that are there.
fn then_of_another_load(runs: &[RunRecord], count: u64) -> Vec<RunRecord> {
    let more = (0..count).map(|number| {
        let key = Key { config: "cccccccccccc".into(), machine: "bbbbbbbbbbbb".into() };
        RunRecord { key, ..run(runs.len() as u64 + number, 20.0) }
    });
    runs.iter().cloned().chain(more).collect()
}

#[test]
fn what_is_open_stays_open_when_the_load_changes() {
    let runs = then_of_another_load(&stepped(20, 6, 1.2), 1);
    let gate = gate_with(&runs);
    let answer =
        gate.call(&[&ANALYZE[..], &["--report", "json=a.json", "--junit", "a.xml"]].concat());
    assert_eq!(answer.code, 1, "{}", answer.stdout);
    insta::assert_snapshot!("other-key", answer.transcript());
    let document: serde_json::Value = serde_json::from_str(&gate.read("a.json")).unwrap();
    assert_eq!(document["verdict"], "regression");
    assert_eq!(document["other_keys"][0]["regressions"], 2);
    assert!(gate.read("a.xml").contains("name=\"aaaaaaaaaaaa-bbbbbbbbbbbb\""));
    // Asked for by its key, the new load is judged alone; and what is acknowledged is no news any more.
    let alone = gate.call(&[&ANALYZE[..], &["--key", "cccc"]].concat());
    assert_eq!(alone.code, 0, "{}", alone.stdout);
    let words =
        ["history", "ack", "--file", "history.jsonl", "--run", "c0ffee000020", "--reason", "x"];
    assert_eq!(gate.call(&words).code, 0);
    let known = gate.call(&ANALYZE);
    assert_eq!(known.code, 0, "{}", known.stdout);
    assert!(known.stdout.contains("26 runs up to 2026-11-26, nothing new"), "{}", known.stdout);
}

#[test]
fn another_load_is_forgotten_when_as_many_runs_as_are_looked_at_came_behind_it() {
    let runs = then_of_another_load(&stepped(20, 6, 1.2), 50);
    let found = analysis(&runs);
    assert_eq!((found.others.len(), found.exit_code()), (0, exit::PASS));
    let fewer = then_of_another_load(&stepped(20, 6, 1.2), 49);
    assert_eq!(analysis(&fewer).exit_code(), exit::FAIL);
}
