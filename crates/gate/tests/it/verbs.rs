//! `init`, `explain`, `--strict` and `--warn-only`, from outside.

use lead_gate::{Demand, Expr, Policy, Rule, Terms, explain};

use crate::{gate::Gate, scenario::Scenario};

/// A gate with a run in it that passes with one warning: there is no baseline.
fn good() -> Gate {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    gate
}

/// A gate with a run too short to judge its drift, beside an equal baseline.
fn short() -> Gate {
    let gate = Gate::new();
    Scenario { seconds: 60, ..Scenario::default() }.write(&gate.folder().join("loadtest"));
    Scenario { seconds: 60, ..crate::scenario::earlier() }.write(&gate.folder().join("before"));
    gate
}

fn bad() -> Gate {
    let gate = Gate::new();
    Scenario { failures: 3, ..Scenario::default() }.write(&gate.folder().join("loadtest"));
    gate
}

fn headline(text: &str) -> &str {
    text.lines().next().unwrap()
}

#[test]
fn strictly_a_warning_fails() {
    assert_eq!(good().check(&[]).code, 0);
    let answer = good().check(&["--strict", "--json", "-"]);
    assert_eq!(answer.code, 1);
    assert_eq!(headline(&answer.stderr), "FAIL: 1 warning, 7 passed (--strict)");
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&document["verdict"], &document["exit_code"]), (&"fail".into(), &1.into()));
}

#[test]
fn strictly_what_could_not_be_decided_ends_with_four() {
    let against = ["--baseline", "before_stats.csv"];
    let usual = short().check(&against);
    assert_eq!(usual.code, 0);
    assert_eq!(headline(&usual.stdout), "PASS: 7 passed, 1 inconclusive");
    let answer = short().check(&[&against[..], &["--strict", "--json", "-"]].concat());
    assert_eq!(answer.code, 4);
    assert_eq!(headline(&answer.stderr), "INCONCLUSIVE: 1 inconclusive, 7 passed (--strict)");
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&document["verdict"], &document["exit_code"]), (&"inconclusive".into(), &4.into()));
    // A warning beside it is the graver matter.
    assert_eq!(short().check(&["--strict"]).code, 1);
}

#[test]
fn warnings_only_never_hide_that_something_failed() {
    assert_eq!(bad().check(&[]).code, 1);
    let answer = bad().check(&["--warn-only"]);
    assert_eq!(answer.code, 0);
    assert_eq!(headline(&answer.stdout), "PASS: 6 passed, 2 warnings (--warn-only)");
    assert!(answer.stdout.contains("3 of 487,800 requests failed"), "{}", answer.stdout);
}

#[test]
fn warnings_only_judge_no_broken_input_and_go_with_nothing_strict() {
    assert_eq!(Gate::new().check(&["--warn-only"]).code, 3);
    assert_eq!(good().check(&["--warn-only", "--config", "gate.toml"]).code, 2);
    assert_eq!(good().check(&["--warn-only", "--strict"]).code, 2);
}

#[test]
fn init_writes_rules_once_and_overwrites_nothing() {
    let gate = good();
    let first = gate.call(&["init"]);
    assert_eq!(first.code, 0);
    insta::assert_snapshot!(first.stdout, @"Wrote gate.toml. Judge by it: lead-gate check --config gate.toml --prefix results/run/loadtest");
    let written = gate.read("gate.toml");
    std::fs::write(gate.folder().join("gate.toml"), "mine").unwrap();
    let second = gate.call(&["init"]);
    assert_eq!((second.code, gate.read("gate.toml").as_str()), (2, "mine"));
    insta::assert_snapshot!(second.stderr, @"lead-gate: gate.toml: there is a file already and it stays as it is; name another, or remove it");
    assert_eq!(gate.call(&["init", "other.toml"]).code, 0);
    assert_eq!(gate.read("other.toml"), written);
    let nowhere = gate.call(&["init", "no/such/folder/gate.toml"]);
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""));
    assert!(nowhere.stderr.contains("name a file in a folder that exists"), "{}", nowhere.stderr);
}

#[test]
fn every_built_in_rule_is_explained() {
    let policy = Policy::built_in();
    let texts: Vec<String> =
        policy.rules().iter().map(|rule| explain(Some(rule.id()), &policy).unwrap()).collect();
    assert!(texts.iter().flat_map(|text| text.lines()).all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn every_kind_of_rule_and_metric_is_explained() {
    let rules = Policy::parse(
        r#"version = 1
           rule = [
             { id = "batch", expr = "p99.9 of 'POST /api/v1/score/batch' < 1.5s", severity = "warn", min_samples = 20000 },
             { id = "each", expr = "failures of each == 0" },
             { id = "base", expr = "avg <= baseline + 5ms", policy = "confident", hard = 1.5, min_abs = "1ms" },
             { id = "pinned", expr = "rps > pinned * 0.905" },
             { id = "rate", expr = "drift(rps) < 10%", min_windows = 12, alpha = 0.001 },
             { id = "stall", expr = "min_window_rps > 270" },
           ]"#,
        std::path::Path::new("gate.toml"),
    )
    .unwrap();
    let subjects = [
        "batch",
        "each",
        "base",
        "pinned",
        "rate",
        "stall",
        "median",
        "min",
        "max",
        "rps",
        "requests",
        "failures",
        "exceptions",
        "p90",
        "drift(avg)",
        "steady_rps >= 10",
    ];
    let texts: Vec<String> = subjects.map(|subject| explain(Some(subject), &rules).unwrap()).into();
    assert!(texts.iter().flat_map(|text| text.lines()).all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn topics_fit_a_screen_and_are_listed() {
    let gate = Gate::new();
    insta::assert_snapshot!(gate.call(&["explain"]).transcript());
    for topic in ["grammar", "run", "verdicts"] {
        let answer = gate.call(&["explain", topic]);
        assert_eq!(answer.code, 0);
        assert!(answer.stdout.lines().all(|line| line.chars().count() <= 110), "{topic}");
        insta::assert_snapshot!(format!("topic-{topic}"), answer.stdout);
    }
}

/// The examples of the grammar are no worse than what they teach.
#[test]
fn the_examples_of_the_grammar_can_be_written() {
    let text = explain(Some("grammar"), &Policy::built_in()).unwrap();
    let example: String = text
        .lines()
        .skip_while(|line| *line != "  version = 1")
        .take_while(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    let policy = Policy::parse(&example, std::path::Path::new("gate.toml")).unwrap();
    assert_eq!((policy.rules().len(), policy.expected().users), (3, Some(300)));
    assert_eq!(policy.demand(), Demand::Usual);
}

#[test]
fn what_cannot_be_explained_is_wrong_usage_with_a_list() {
    let gate = Gate::new();
    let slips = ["p59x", "grammer", "p95 <= 5", "p95 >= baseline * 2", ""];
    let answers: Vec<String> = slips.map(|slip| gate.call(&["explain", slip]).transcript()).into();
    insta::assert_snapshot!(answers.join("\n"));
}

#[test]
fn a_changed_rule_is_explained_as_it_would_be_judged() {
    let gate = Gate::new();
    assert_eq!(gate.call(&["init"]).code, 0);
    let answer = gate.call(&["explain", "p95", "--config", "gate.toml", "--set", "p95.max=800ms"]);
    assert!(answer.stdout.starts_with("p95: p95 <= 800ms\n"), "{}", answer.stdout);
    assert!(answer.stdout.contains("Exactly 800 ms still holds"), "{}", answer.stdout);
}

#[test]
fn names_that_reports_could_not_hold_are_refused() {
    let expr: Expr = "p95 <= 1s".parse().unwrap();
    for id in ["", "a b", "-a", "a|b", "run", "ä", &"a".repeat(61)] {
        assert!(Rule::new(id, expr.clone(), Terms::default()).is_err(), "{id:?}");
    }
    for id in ["p95", "9", "a-b_c.d", &"a".repeat(60)] {
        assert!(Rule::new(id, expr.clone(), Terms::default()).is_ok(), "{id:?}");
    }
}
