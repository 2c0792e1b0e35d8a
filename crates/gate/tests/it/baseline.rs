//! `lead-gate baseline update`: which runs become a baseline, and what becomes of the one before.

use std::fs;

use lead_stats::{Paths, RunVerdict};
use serde_json::{Value, json};

use crate::{
    gate::{Answer, Gate},
    scenario::Scenario,
};

/// Five runs of one load, whose P95 is these milliseconds all the time.
pub(crate) const P95_MS: [fn(u64) -> f64; 5] = [|_| 64.0, |_| 65.0, |_| 66.0, |_| 65.0, |_| 67.0];

pub(crate) const FILE: &str = "perf.json";

/// Writes runs `0/loadtest`, `1/loadtest`, ... into the gate's folder, each a little different in its requests.
pub(crate) fn write_runs(gate: &Gate, p95_ms: &[fn(u64) -> f64]) {
    for (at, p95_ms) in p95_ms.iter().enumerate() {
        let run = Scenario { p95_ms: *p95_ms, seconds: 150 + at as u64, ..Scenario::default() };
        run.write(&gate.folder().join(format!("{at}/loadtest")));
    }
}

pub(crate) fn update(gate: &Gate, runs: &[&str], more: &[&str]) -> Answer {
    let fixed = ["--out", FILE, "--by", "tester", "--commit", "abc123"];
    gate.call(&[&["baseline", "update", "--from"], runs, &fixed, more].concat())
}

/// A folder with a baseline of five runs.
pub(crate) fn with_baseline(more: &[&str]) -> Gate {
    let gate = Gate::new();
    write_runs(&gate, &P95_MS);
    let answer = update(&gate, &["0", "1", "2", "3", "4"], more);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    gate
}

pub(crate) fn document(gate: &Gate) -> Value {
    serde_json::from_str(&gate.read(FILE)).unwrap()
}

/// Changes the file as a careless hand would.
pub(crate) fn tamper(gate: &Gate, change: impl FnOnce(&mut Value)) {
    let mut document = document(gate);
    change(&mut document);
    fs::write(gate.folder().join(FILE), document.to_string()).unwrap();
}

/// The exit code, and the one line of the refusal.
pub(crate) fn refusal(answer: &Answer) -> String {
    assert!(
        answer.stdout.is_empty() && answer.stderr.lines().count() == 1,
        "{}",
        answer.transcript()
    );
    format!("{} {}", answer.code, answer.stderr.trim_end())
}

/// Judges a run with this P95 by one rule against the baseline.
pub(crate) fn check(gate: &Gate, p95_ms: fn(u64) -> f64, more: &[&str]) -> (Answer, Value) {
    Scenario { p95_ms, ..Scenario::default() }.write(&gate.folder().join("loadtest"));
    let answer = gate.check(&[&["--baseline", FILE, "--json", "-"], more].concat());
    let verdict = serde_json::from_str(&answer.stdout).unwrap();
    (answer, verdict)
}

/// What became of the rule called `p95-baseline`.
pub(crate) fn outcome(verdict: &Value) -> (&str, &str) {
    let rules = verdict["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "p95-baseline").unwrap();
    (rule["verdict"].as_str().unwrap(), rule["why"].as_str().unwrap())
}

#[test]
fn runs_become_a_file_that_says_all_that_is_compared() {
    let gate = with_baseline(&["--pin"]);
    let document = document(&gate);
    assert_eq!((&document["kind"], &document["schema"]), (&json!("lead-gate baseline"), &json!(1)));
    assert_eq!(document["commit"], "abc123");
    assert_eq!(document["config"]["users"], 300);
    assert_eq!(document["config_hash"].as_str().unwrap().len(), 64);
    assert!(document["fingerprint"]["cores"].as_u64().unwrap() > 0);
    let runs = document["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 5);
    assert_eq!(runs[0]["all"]["ms"]["p95"], 64.0);
    assert_eq!(runs[0]["endpoints"].as_array().unwrap().len(), 2);
    let p95 = &document["summary"]["all"]["p95"];
    // ln of 64, 65, 66, 65, 67: mean and deviation (with n - 1) by Python.
    assert_eq!(p95["median"], 65.0);
    assert!((p95["geomean"].as_f64().unwrap() - 65.392_069_975_476_86).abs() < 1e-9, "{p95}");
    assert!((p95["sd_log"].as_f64().unwrap() - 0.017_400_180_675_811_217).abs() < 1e-12, "{p95}");
    assert_eq!(document["pinned"]["runs"], document["runs"]);
    assert_eq!(document["accepted"], json!([]));
    assert!(!gate.folder().join(format!("{FILE}.new")).exists(), "nothing is left beside it");
}

#[test]
fn a_run_is_held_against_what_the_runs_show_of_the_machine() {
    let gate = with_baseline(&[]);
    let (answer, verdict) = check(&gate, |_| 68.0, &[]);
    assert_eq!((answer.code, outcome(&verdict).0), (0, "pass"));
    insta::assert_snapshot!(outcome(&verdict).1, @"4.6 % slower than the baseline's 65 ms; rounding alone gives x1.03 to x1.06, sampling alone gives x1.04 to x1.06, and its 5 runs vary by 1.7 %, so that 97.5 % of runs like them stay below 68.9 ms.");
    let (answer, verdict) = check(&gate, |_| 80.0, &[]);
    assert_eq!((answer.code, outcome(&verdict).0), (1, "fail"));
    assert!(outcome(&verdict).1.ends_with("Find the cause, or accept it: lead-gate baseline update --accept-regression \"reason\"."), "{}", outcome(&verdict).1);
    let (_, verdict) = check(&gate, |_| 50.0, &[]);
    assert!(outcome(&verdict).1.ends_with("Renew the baseline: lead-gate baseline update."));
}

#[test]
fn three_runs_are_enough_to_compare_and_too_few_to_be_sure() {
    let gate = Gate::new();
    write_runs(&gate, &P95_MS[..3]);
    let answer = update(&gate, &["0", "1/loadtest", "2/loadtest_stats.csv"], &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert!(answer.stdout.contains("With 5 runs it would show"), "{}", answer.stdout);
    let confident = ["--set", "p95-baseline.policy=confident"];
    let (answer, verdict) = check(&gate, |_| 80.0, &confident);
    assert_eq!((answer.code, outcome(&verdict).0), (0, "inconclusive"));
    assert!(
        outcome(&verdict).1.contains("its 3 runs do not show how much the machine varies, 5 would")
    );
    assert!(outcome(&verdict).1.ends_with("and nothing tells whether chance does the same; 2 more runs in the baseline would tell."), "{}", outcome(&verdict).1);
    assert_eq!(
        check(
            &gate,
            |_| 80.0,
            &[&confident[..], &["--strict", "--set", "p95-drift.severity=warn"]].concat()
        )
        .0
        .code,
        4
    );
    // Half as much again fails whatever chance does.
    assert_eq!(outcome(&check(&gate, |_| 99.0, &confident).1).0, "fail");
}

#[test]
fn what_a_confident_rule_cannot_decide_needs_a_reason_to_be_kept() {
    let gate = Gate::new();
    write_runs(&gate, &P95_MS[..3]);
    let runs = ["0", "1", "2"];
    assert_eq!(update(&gate, &runs, &[]).code, 0);
    let before = gate.read(FILE);
    let confident = ["--set", "p95-baseline.policy=confident"];
    write_runs(&gate, &[|_| 86.0, |_| 86.0, |_| 87.0]);
    let answer = update(&gate, &runs, &confident);
    assert_eq!(answer.code, 1, "{}", answer.transcript());
    assert!(answer.stderr.contains("is undecided: 86 ms, not <= 78 ms"), "{}", answer.stderr);
    assert_eq!(gate.read(FILE), before);
    let accept = ["--accept-regression", "a larger model"];
    let answer = update(&gate, &runs, &[&confident[..], &accept].concat());
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert_eq!(document(&gate)["accepted"][0]["failed"].as_array().unwrap().len(), 3);
    // Slower within the limit is no doubt.
    write_runs(&gate, &[|_| 90.0, |_| 91.0, |_| 92.0]);
    let answer = update(&gate, &runs, &confident);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

#[test]
fn a_pinned_reference_changes_only_when_told() {
    let gate = with_baseline(&["--pin"]);
    let pinned = document(&gate)["pinned"].clone();
    write_runs(&gate, &[|_| 74.0, |_| 75.0, |_| 76.0]);
    let answer = update(&gate, &["0", "1", "2"], &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert!(answer.stdout.contains("The pinned reference of"), "{}", answer.stdout);
    let document = document(&gate);
    assert_eq!(
        (&document["pinned"], &document["runs"][0]["all"]["ms"]["p95"]),
        (&pinned, &json!(74.0))
    );
    // Small steps add up: 86 is 15 % above the baseline, and 32 % above what is pinned.
    let pin_rule = ["--set", "p95-baseline.expr=p95 <= pinned * 1.30"];
    assert_eq!(outcome(&check(&gate, |_| 86.0, &[]).1).0, "pass");
    let (answer, verdict) = check(&gate, |_| 86.0, &pin_rule);
    assert_eq!((answer.code, outcome(&verdict).0), (1, "fail"));
    assert!(outcome(&verdict).1.contains("slower than the pinned reference's 65 ms"));
    assert_eq!(update(&gate, &["0", "1", "2"], &["--pin"]).code, 0);
    assert_eq!(outcome(&check(&gate, |_| 86.0, &pin_rule).1).0, "pass");
}

#[test]
fn a_baseline_that_pins_nothing_has_no_data_for_a_pinned_rule() {
    let gate = with_baseline(&[]);
    let pin_rule = ["--set", "p95-baseline.expr=p95 <= pinned * 1.30"];
    let (answer, verdict) = check(&gate, |_| 65.0, &pin_rule);
    assert_eq!((answer.code, outcome(&verdict).0), (1, "no-data"));
    assert!(outcome(&verdict).1.contains("Pin a release: lead-gate baseline update"));
    assert_eq!(update(&gate, &["0", "1", "2"], &[&pin_rule[..], &["--pin"]].concat()).code, 0);
}

#[test]
fn failing_runs_are_taken_only_with_a_reason_that_stays() {
    let gate = with_baseline(&[]);
    let before = gate.read(FILE);
    write_runs(&gate, &[|_| 95.0, |_| 96.0, |_| 70.0]);
    let runs = ["0", "1", "2"];
    insta::assert_snapshot!(refusal(&update(&gate, &runs, &[])), @r#"1 lead-gate: 0/loadtest: p95-baseline fails: 95 ms, not <= 78 ms; 1/loadtest: p95-baseline fails: 96 ms, not <= 78 ms; a baseline of runs that fail would let the next ones pass: mend the cause, or accept it: --accept-regression "reason""#);
    insta::assert_snapshot!(refusal(&update(&gate, &runs, &["--accept-regression", " "])), @"2 lead-gate: the reason is empty; say in a few words why this regression is accepted");
    assert_eq!(gate.read(FILE), before, "nothing is written");
    let answer = update(&gate, &runs, &["--accept-regression", "batches are\nchecked twice"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let document = document(&gate);
    let accepted = &document["accepted"][0];
    assert_eq!(
        (&accepted["by"], &accepted["reason"]),
        (&json!("tester"), &json!("batches are\nchecked twice"))
    );
    assert_eq!(
        (&accepted["before"]["p95_ms"], &accepted["before"]["commit"]),
        (&json!(65.0), &json!("abc123"))
    );
    assert_eq!(accepted["failed"].as_array().unwrap().len(), 2);
    assert!(accepted["at"].as_str().unwrap().ends_with('Z'));
    let shown = gate.call(&["baseline", "show", FILE]).stdout;
    assert!(shown.contains("by tester: batches are\\nchecked twice (p95 was 65 ms)"), "{shown}");
    // The reason stays when the next runs are good.
    write_runs(&gate, &[|_| 90.0, |_| 91.0, |_| 92.0]);
    assert_eq!(update(&gate, &runs, &["--accept-regression", "not needed"]).code, 0);
    assert_eq!(self::document(&gate)["accepted"].as_array().unwrap().len(), 1);
}

#[test]
fn a_first_baseline_of_failing_runs_needs_a_reason_too() {
    let gate = Gate::new();
    write_runs(&gate, &[|_| 4000.0, |_| 4100.0, |_| 4200.0]);
    assert_eq!(update(&gate, &["0", "1", "2"], &[]).code, 1);
    assert!(!gate.folder().join(FILE).exists());
    assert_eq!(update(&gate, &["0", "1", "2"], &["--accept-regression", "to begin with"]).code, 0);
    assert_eq!(document(&gate)["accepted"][0]["before"], Value::Null);
    // The rules of a file are those that count.
    let gate = Gate::new();
    write_runs(&gate, &P95_MS);
    assert_eq!(update(&gate, &["0", "1", "2"], &["--set", "p95.max=60ms"]).code, 1);
}

#[test]
fn what_is_no_baseline_of_runs_is_refused() {
    let gate = Gate::new();
    write_runs(&gate, &P95_MS);
    let told = [
        update(&gate, &["0", "1"], &[]),
        update(&gate, &["0", "1", "0/loadtest"], &[]),
        update(&gate, &["0", "1", "nowhere"], &[]),
        update(&gate, &["0", "1", "."], &[]),
        gate.call(&["baseline", "update", "--from", "0", "1", "2", "--out", "nowhere/perf.json"]),
    ];
    insta::assert_snapshot!(told.map(|answer| refusal(&answer)).join(
        "
"
    ));
    let other = Scenario { users: 100, ..Scenario::default() };
    other.write(&gate.folder().join("other/loadtest"));
    let torn = gate.folder().join("torn/loadtest");
    Scenario::default().write(&torn);
    let summary = Paths::of(&torn).summary;
    let text = fs::read(&summary).unwrap();
    fs::write(&summary, &text[..text.len() - 20]).unwrap();
    let invalid = gate.folder().join("invalid/loadtest");
    Scenario::default().write(&invalid);
    RunVerdict::unfinished().write(&Paths::of(&invalid).verdict).unwrap();
    fs::copy(
        summary.with_file_name("loadtest_failures.csv"),
        gate.folder().join("2/second_stats.csv"),
    )
    .unwrap();
    let told =
        ["other", "torn", "invalid", "2"].map(|run| refusal(&update(&gate, &["0", "1", run], &[])));
    insta::assert_snapshot!(told.join(
        "
"
    ));
    assert!(!gate.folder().join(FILE).exists());
}
