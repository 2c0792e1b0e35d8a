//! Many runs: what is found in a history, and what is news.

use std::{collections::BTreeMap, fmt::Write, fs};

use lead_gate::{
    Analysis, EndpointFigures, Figure, Figures, Key, Ledger, Query, RunRecord, Stamp, Standing,
    analyze, exit,
};

use crate::{gate::Gate, html::assert_whole, scenario::START_S};

const DAY_S: u64 = 86_400;

/// A run on the day of this number with this P95; its commit is its number.
pub(crate) fn run(day: u64, p95_ms: f64) -> RunRecord {
    let figures = |scale: f64| Figures {
        requests: 40_000,
        failures: 0,
        p50_ms: Some(p95_ms * scale / 4.0),
        p95_ms: Some(p95_ms * scale),
        p99_ms: Some(p95_ms * scale * 3.0),
        avg_ms: Some(p95_ms * scale / 3.0),
        rps: 400.0,
    };
    let score = EndpointFigures {
        method: "POST".into(),
        name: "/api/v1/score".into(),
        figures: figures(0.8),
    };
    RunRecord {
        schema: 1,
        run: format!("{:012x}", 0xabc_0000 + day),
        ended: Stamp::from_unix_s(START_S + day * DAY_S),
        commit: Some(format!("c0ffee{day:06}")),
        labels: BTreeMap::new(),
        key: Key { config: "aaaaaaaaaaaa".into(), machine: "bbbbbbbbbbbb".into() },
        generator: None,
        verdict: None,
        undecided: Vec::new(),
        all: figures(1.0),
        endpoints: vec![score],
    }
}

/// So many runs around 50 ms, by a pattern of 2 % without a trend, then as many at `factor` times that.
pub(crate) fn stepped(before: u64, after: u64, factor: f64) -> Vec<RunRecord> {
    let level = |day| if day < before { 50.0 } else { 50.0 * factor };
    (0..before + after).map(|day| run(day, level(day) + (day * 7 % 5) as f64 * 0.5)).collect()
}

fn lines(runs: &[RunRecord]) -> String {
    runs.iter().fold(String::new(), |mut text, run| {
        let mut line = serde_json::to_value(run).unwrap();
        line["kind"] = "run".into();
        writeln!(text, "{line}").unwrap();
        text
    })
}

fn query() -> Query {
    Query { figures: vec![Figure::P95], key: None, seed: 1, strict: false }
}

fn analysis_of(text: &str, query: &Query) -> Analysis {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.jsonl");
    fs::write(&file, text).unwrap();
    analyze(&Ledger::read(&file).unwrap(), query).unwrap()
}

pub(crate) fn analysis(runs: &[RunRecord]) -> Analysis {
    analysis_of(&lines(runs), &query())
}

fn standings(analysis: &Analysis) -> Vec<Standing> {
    analysis.series[0].changes.iter().map(|change| change.standing.clone()).collect()
}

/// A gate with a history of these runs in its folder.
pub(crate) fn gate_with(runs: &[RunRecord]) -> Gate {
    let gate = Gate::new();
    fs::write(gate.folder().join("history.jsonl"), lines(runs)).unwrap();
    gate
}

pub(crate) const ANALYZE: [&str; 4] = ["history", "analyze", "--file", "history.jsonl"];

#[test]
fn a_step_is_told_with_its_commits_and_what_to_do() {
    let gate = gate_with(&stepped(20, 6, 1.2));
    let answer = gate.call(&ANALYZE);
    assert_eq!(answer.code, 1);
    insta::assert_snapshot!("step", answer.transcript());
    assert_eq!(gate.call(&ANALYZE).stdout, answer.stdout, "the same seed gives the same words");
}

#[test]
fn a_step_down_suggests_a_new_baseline_and_fails_nobody() {
    let answer = gate_with(&stepped(20, 6, 0.8)).call(&ANALYZE);
    assert_eq!(answer.code, 0);
    insta::assert_snapshot!("step-down", answer.transcript());
}

#[test]
fn falling_throughput_is_worse_and_rising_is_better() {
    let with_rps = |factor: f64| {
        let mut runs = stepped(20, 6, 1.0);
        runs[20..].iter_mut().for_each(|run| run.all.rps *= factor);
        let query = Query { figures: vec![Figure::Rps], ..query() };
        analysis_of(&lines(&runs), &query)
    };
    assert_eq!(with_rps(0.8).exit_code(), exit::FAIL);
    assert_eq!(with_rps(1.3).exit_code(), exit::PASS);
    assert!(with_rps(1.3).series[0].changes[0].is_improvement());
}

#[test]
fn findings_are_data_as_well() {
    let gate = gate_with(&stepped(12, 4, 1.5));
    let answer = gate.call(&[&ANALYZE[..], &["--json", "-"]].concat());
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.starts_with("REGRESSION"), "{}", answer.stderr);
    insta::assert_snapshot!("step.json", answer.stdout);
    assert_eq!(gate.call(&[&ANALYZE[..], &["--json", "found.json"]].concat()).code, 1);
    assert_eq!(gate.read("found.json"), answer.stdout);
}

#[test]
fn nine_runs_are_not_enough_and_ten_are() {
    let nine = gate_with(&stepped(9, 0, 1.0));
    let answer = nine.call(&ANALYZE);
    assert_eq!(answer.code, 0);
    insta::assert_snapshot!(answer.stdout.lines().next().unwrap(), @"NOT ENOUGH HISTORY: 9 of 10 runs");
    assert_eq!(
        nine.call(&[&ANALYZE[..], &["--strict"]].concat()).code,
        i32::from(exit::INCONCLUSIVE)
    );
    let ten = gate_with(&stepped(10, 0, 1.0)).call(&[&ANALYZE[..], &["--strict"]].concat());
    assert_eq!((ten.code, ten.stdout.lines().next().unwrap()), (0, "NOTHING WORSE"));
}

#[test]
fn a_constant_series_never_changes_and_neither_does_one_of_zeros() {
    for p95_ms in [12.0, 0.0] {
        let runs: Vec<RunRecord> = (0..30).map(|day| run(day, p95_ms)).collect();
        assert!(analysis(&runs).series.iter().all(|series| series.changes.is_empty()));
    }
}

#[test]
fn a_zero_among_whole_milliseconds_is_half_of_the_smallest() {
    let whole = |day| if day % 3 == 0 { 0.0 } else { 1.0 };
    let runs: Vec<RunRecord> = (0..30).map(|day| run(day, whole(day))).collect();
    assert!(analysis(&runs).series[0].changes.is_empty());
}

#[test]
fn missing_values_are_skipped_and_not_filled() {
    let mut runs = stepped(20, 6, 1.2);
    for day in [3, 7, 22] {
        runs[day].all.p95_ms = None;
    }
    let found = analysis(&runs);
    let series = &found.series[0];
    assert_eq!((series.values.len(), series.changes.len()), (23, 1));
    assert_eq!(series.changes[0].first_after.commit.as_deref(), Some("c0ffee000020"));
    runs.iter_mut().skip(9).for_each(|run| run.all.p95_ms = None);
    assert_eq!(analysis(&runs).series[0].lacks(), 3);
}

#[test]
fn only_the_last_fifteen_runs_make_news() {
    assert_eq!(standings(&analysis(&stepped(20, 15, 1.2))), [Standing::New]);
    assert_eq!(standings(&analysis(&stepped(20, 16, 1.2))), [Standing::Old]);
}

#[test]
fn what_went_away_by_itself_is_no_news() {
    let mut runs = stepped(20, 6, 1.3);
    runs.extend((26..34).map(|day| run(day, 50.0 + (day % 3) as f64)));
    let found = analysis(&runs);
    assert_eq!(standings(&found), [Standing::Gone, Standing::Back]);
    assert_eq!(found.exit_code(), exit::PASS);
}

#[test]
fn other_loads_and_other_machines_are_left_out() {
    let mut runs = stepped(20, 6, 1.0);
    for run in &mut runs[..20] {
        run.key.machine = "cccccccccccc".into();
    }
    assert_eq!(analysis(&runs).lacks(), 4);
    let older = Query { key: Some("aaaaaaaaaaaa-cc".into()), ..query() };
    assert_eq!(analysis_of(&lines(&runs), &older).runs.len(), 20);
    let answer = gate_with(&runs).call(&[&ANALYZE[..], &["--key", "dd"]].concat());
    assert_eq!(answer.code, 2);
    insta::assert_snapshot!(answer.stderr, @r#"lead-gate: history.jsonl: no run has a key that begins with "dd"; there are aaaaaaaaaaaa-bbbbbbbbbbbb, aaaaaaaaaaaa-cccccccccccc"#);
}

#[test]
fn an_acknowledged_change_is_known_and_the_next_one_is_news() {
    let mut runs = stepped(20, 6, 1.2);
    let gate = gate_with(&runs);
    let ack = ["history", "ack", "--file", "history.jsonl", "--run"];
    let answer =
        gate.call(&[&ack[..], &["c0ffee000020", "--reason", "checks more fields"]].concat());
    insta::assert_snapshot!(answer.transcript(), @"
    exit 0
    Acknowledged the change at the run c0ffee000020.
    ");
    let known = gate.call(&ANALYZE);
    assert_eq!(known.code, 0);
    assert!(known.stdout.contains("known (checks more fields)"), "{}", known.stdout);

    let acknowledgement = gate.read("history.jsonl").lines().last().unwrap().to_owned();
    runs.extend((26..32).map(|day| run(day, 80.0)));
    let again = analysis_of(&(lines(&runs) + &acknowledgement + "\n"), &query());
    let known = Standing::Acknowledged("checks more fields".into());
    assert_eq!(standings(&again), [known, Standing::New]);
    assert_eq!(again.exit_code(), exit::FAIL);
}

#[test]
fn an_acknowledgement_of_another_figure_does_not_count() {
    let gate = gate_with(&stepped(20, 6, 1.2));
    let words =
        ["history", "ack", "--file", "history.jsonl", "--run", "c0ffee000020", "--reason", "x"];
    assert_eq!(gate.call(&[&words[..], &["--metric", "p99"]].concat()).code, 0);
    assert_eq!(gate.call(&ANALYZE).code, 1);
    assert_eq!(gate.call(&[&words[..], &["--metric", "p95"]].concat()).code, 0);
    assert_eq!(gate.call(&ANALYZE).code, 0);
}

#[test]
fn a_run_that_nobody_knows_cannot_be_acknowledged() {
    let gate = gate_with(&stepped(20, 6, 1.2));
    for name in ["feedbeef", "c0ffee"] {
        let answer = gate.call(&[
            "history",
            "ack",
            "--file",
            "history.jsonl",
            "--run",
            name,
            "--reason",
            "x",
        ]);
        assert_eq!(answer.code, 2, "{name}: {}", answer.stderr);
    }
}

#[test]
fn a_line_that_is_torn_or_strange_is_named() {
    let good = lines(&stepped(12, 0, 1.0));
    let cut = &good[..good.len() - 40];
    let text = good.replace("\"schema\":1", "\"schema\":2");
    let merged = format!("{good}<<<<<<< HEAD\n{good}");
    let answers = [cut, good.trim_end(), &text, &merged, ""].map(|text| {
        let gate = Gate::new();
        fs::write(gate.folder().join("history.jsonl"), text).unwrap();
        let answer = gate.call(&ANALYZE);
        assert_eq!((answer.code, answer.stdout.as_str()), (3, ""));
        answer.stderr
    });
    insta::assert_snapshot!(answers.concat(), @"
    lead-gate: history.jsonl: line 12: the line has no end: whatever wrote it was cut off; mend or remove that line
    lead-gate: history.jsonl: line 12: the line has no end: whatever wrote it was cut off; mend or remove that line
    lead-gate: history.jsonl: line 1: its form has version 2, this program knows 1; mend or remove that line
    lead-gate: history.jsonl: line 13: this is no line of a history (expected value at line 1 column 1); mend or remove that line
    lead-gate: history.jsonl: there is no run in it; add one first: lead-gate history append
    ");
    assert_eq!(Gate::new().call(&ANALYZE).code, 3, "no file at all");
}

#[test]
fn names_of_a_server_command_nobody() {
    let mut runs = stepped(20, 6, 1.2);
    for run in &mut runs {
        run.endpoints[0].name = "x\n::error::pwned\u{1b}[31m".into();
        run.undecided = vec!["p95 of '\n::error::x' <= baseline * 1.20".into()];
    }
    let gate = gate_with(&runs);
    for answer in [gate.call(&ANALYZE), gate.call(&[&ANALYZE[..], &["--json", "-"]].concat())] {
        let text = answer.stdout + &answer.stderr;
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}

#[test]
fn the_reports_of_an_analysis_are_those_of_a_check() {
    let gate = gate_with(&stepped(20, 6, 1.2));
    let forms = [
        ["--report", "json=a.json"],
        ["--report", "markdown=a.md"],
        ["--report", "junit=a.xml"],
        ["--report", "html=a.html"],
    ];
    let answer = gate.call(&[&ANALYZE[..], forms.as_flattened()].concat());
    assert_eq!(answer.code, 1);
    insta::assert_snapshot!("step.markdown", gate.read("a.md"));
    insta::assert_snapshot!("step.junit", gate.read("a.xml"));
    assert_whole(&gate.read("a.html"));
    let clash = gate.call(&[&ANALYZE[..], &["--json", "history.jsonl"]].concat());
    assert_eq!(clash.code, 2, "{}", clash.stderr);
    assert!(clash.stderr.contains("would overwrite"), "{}", clash.stderr);
}

#[test]
fn a_runner_is_told_of_what_is_new_for_the_worse_and_of_a_torn_history() {
    let gate = Gate::on_a_runner();
    let file = gate.folder().join("history.jsonl");
    fs::write(&file, lines(&stepped(20, 6, 1.2))).unwrap();
    let answer = gate.call(&ANALYZE);
    assert!(answer.stdout.contains("\n::error title=Load history%3A p95::WORSE: +19.1 %25"));
    assert_eq!(gate.read("outputs.txt"), "verdict=regression\nexit-code=1\nregressions=2\n");
    assert!(gate.read("summary.md").starts_with("## Load history: REGRESSION"));
    fs::write(&file, "{").unwrap();
    let answer = gate.call(&ANALYZE);
    assert_eq!((answer.code, answer.stdout.as_str()), (3, ""));
    assert!(answer.stderr.contains("::error title=Load history%3A not analysed::"));
    assert!(gate.read("outputs.txt").ends_with("verdict=not-judged\nexit-code=3\nregressions=\n"));
}
