//! Folders of stats files and what the gate makes of them: table, JSON, Markdown and exit code, as snapshots.

use std::fs;

use lead_gate::Screen;

use crate::{
    gate::Gate,
    scenario::{Scenario, even},
};

/// Judges a run in all forms at once.
fn check(name: &str, scenario: &Scenario, more: &[&str]) {
    let gate = Gate::new();
    check_in(&gate, name, scenario, more);
}

fn check_in(gate: &Gate, name: &str, scenario: &Scenario, more: &[&str]) {
    scenario.write(&gate.folder().join("loadtest"));
    let forms = ["--json", "gate.json", "--markdown", "gate.md"];
    let answer = gate.check(&[&forms, more].concat());
    assert!(
        answer
            .stdout
            .lines()
            .all(|line| line.chars().count() <= 116 || !line.starts_with(['│', '┌']))
    );
    insta::assert_snapshot!(format!("{name}.table"), answer.transcript());
    insta::assert_snapshot!(format!("{name}.markdown"), gate.read("gate.md"));
    insta::assert_snapshot!(format!("{name}.json"), gate.read("gate.json"));
}

#[test]
fn a_good_run_without_baseline_passes_with_a_warning() {
    check("good", &Scenario::default(), &[]);
}

#[test]
fn a_good_run_with_baseline_passes_and_says_how_large_chance_is() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("before"));
    let slightly_slower = Scenario { p95_ms: |second| even(second) + 3.0, ..Scenario::default() };
    check_in(&gate, "good-baseline", &slightly_slower, &["--baseline", "before_stats.csv"]);
}

#[test]
fn a_slow_and_failing_run_says_where_to_look() {
    let scenario = Scenario {
        p95_ms: |_| 1240.0,
        failures: 1200,
        exceptions: 3,
        rps_per_user: 0.8,
        ..Scenario::default()
    };
    check("slow", &scenario, &[]);
}

#[test]
fn a_regression_against_the_baseline_fails() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("before"));
    let slower = Scenario { p95_ms: |second| even(second) * 1.3, ..Scenario::default() };
    check_in(&gate, "regression", &slower, &["--baseline", "before_stats.csv"]);
}

#[test]
fn a_run_that_grows_slower_fails() {
    let rising = |second: u64| 50.0 + second as f64 / 5.0;
    check("drifting", &Scenario { p95_ms: rising, ..Scenario::default() }, &[]);
}

#[test]
fn a_run_that_grows_slower_fails_even_if_its_percentiles_are_cumulative() {
    let rising = |second: u64| 50.0 + second as f64 / 5.0;
    check(
        "drifting-cumulative",
        &Scenario { p95_ms: rising, full_history: false, ..Scenario::default() },
        &[],
    );
}

#[test]
fn ten_seconds_of_twenty_users_are_judged() {
    check(
        "short",
        &Scenario { users: 20, seconds: 10, rps_per_user: 18.0, ..Scenario::default() },
        &[],
    );
}

#[test]
fn names_and_errors_of_a_server_command_nobody() {
    let scenario = Scenario {
        endpoint: "::error title=x::|`<b>[a](http://b)\n::set-output name=v::pass",
        error: "\u{1b}[2J##[error]\u{202e}gnp|`<script>\r\n::warning::x",
        failures: 7,
        ..Scenario::default()
    };
    check("hostile", &scenario, &[]);
}

#[test]
fn no_line_of_any_form_begins_with_a_foreign_command() {
    let gate = Gate::new();
    let hostile = Scenario {
        endpoint: "x\n::error::y",
        error: " ::error::z ##[debug]",
        failures: 1,
        ..Scenario::default()
    };
    hostile.write(&gate.folder().join("loadtest"));
    for form in [&[][..], &["--json", "-"], &["--markdown", "/dev/stdout"]] {
        let answer = gate.check(form);
        for line in answer.stdout.lines().chain(answer.stderr.lines()) {
            assert!(
                !line.trim_start().starts_with("::") && !line.contains("##["),
                "{form:?} printed {line:?}"
            );
        }
    }
}

#[test]
fn json_on_stdout_leaves_the_table_to_stderr() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let answer = gate.check(&["--json", "-"]);
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(
        (answer.code, &document["verdict"], &document["exit_code"]),
        (0, &"pass".into(), &0.into())
    );
    assert!(answer.stderr.starts_with("PASS: "));
}

#[test]
fn the_job_summary_is_appended_to_and_other_files_are_replaced() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    fs::write(gate.folder().join("gate.md"), "old").unwrap();
    gate.check(&["--markdown", "gate.md"]);
    assert!(gate.read("gate.md").starts_with("## Load test: PASS"));

    let summary = gate.folder().join("summary.md");
    fs::write(&summary, "# Job\n").unwrap();
    let outputs = lead_gate::Outputs {
        markdown: Some(summary.clone()),
        step_summary: Some(summary),
        json: None,
    };
    let judgement = Ok(verdict_on(&gate));
    let code =
        outputs.deliver(&judgement, Screen::PLAIN, &mut Vec::new(), &mut Vec::new()).unwrap();
    assert_eq!(code, 0);
    assert!(gate.read("summary.md").starts_with("# Job\n## Load test: PASS"));
}

fn verdict_on(gate: &Gate) -> lead_gate::Verdict {
    let inputs = lead_gate::Inputs {
        prefix: gate.folder().join("loadtest"),
        baseline: None,
        max_age: None,
        expected: lead_gate::Expected::default(),
        now: std::time::UNIX_EPOCH,
    };
    let evidence = lead_gate::Evidence::gather(&inputs).unwrap();
    lead_gate::judge(&evidence, &lead_gate::Policy::built_in())
}

#[test]
fn the_table_fits_the_terminal_between_80_and_116_columns() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let judgement = Ok(verdict_on(&gate));
    for (terminal, widest) in [(20, 80), (80, 80), (97, 97), (116, 116), (300, 116)] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let screen = Screen { colour: false, width: terminal };
        lead_gate::Outputs::default().deliver(&judgement, screen, &mut out, &mut err).unwrap();
        let text = String::from_utf8(out).unwrap();
        let found = text.lines().map(|line| line.chars().count()).max();
        assert_eq!(found, Some(widest), "in {terminal} columns:\n{text}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_no_pass() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let answer = gate.check(&["--json", "no/such/folder/gate.json"]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("no/such/folder/gate.json"), "{}", answer.stderr);
}

#[test]
fn a_report_never_takes_the_place_of_the_run_or_of_the_other_report() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let before = gate.read("loadtest_stats.csv");
    for words in [
        ["--json", "loadtest_stats.csv", "--markdown", "gate.md"],
        ["--json", "gate.json", "--markdown", "./loadtest_stats_history.csv"],
        ["--json", "same", "--markdown", "same"],
    ] {
        let answer = gate.check(&words);
        assert_eq!(answer.code, 2, "{words:?}");
        assert!(answer.stderr.contains("would overwrite"), "{}", answer.stderr);
    }
    assert_eq!(gate.read("loadtest_stats.csv"), before);
    assert!(!gate.folder().join("same").exists());
}
