//! Rules files: what `init` writes, what is understood, and every way to be wrong.

use std::path::Path;

use lead_gate::{Certainty, Change, Demand, Policy, PolicyError, Quantity, Severity, TEMPLATE};

use crate::{gate::Gate, scenario::Scenario};

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(text, Path::new("gate.toml"))
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

/// A file with these rules.
fn with_rules(rules: &str) -> String {
    format!("version = 1\nrule = [\n{rules}\n]\n")
}

#[test]
fn the_file_that_init_writes_holds_the_built_in_rules() {
    let (file, built_in) = (parse(TEMPLATE).unwrap(), Policy::built_in());
    assert_eq!(file.rules(), built_in.rules());
    assert_eq!((file.drift(), file.expected()), (built_in.drift(), built_in.expected()));
    insta::assert_snapshot!(TEMPLATE);
}

/// What stands behind a comment sign is a promise as well.
#[test]
fn every_rule_that_the_file_of_init_proposes_can_be_written() {
    let proposed: Vec<&str> =
        TEMPLATE.lines().filter_map(|line| line.trim().strip_prefix("# {")).collect();
    assert_eq!(proposed.len(), 7);
    for rule in proposed {
        parse(&with_rules(&format!("{{{rule}"))).unwrap();
    }
    let run: String = TEMPLATE
        .lines()
        .skip_while(|line| *line != "[run]")
        .map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned() + "\n")
        .collect();
    let expected =
        parse(&(with_rules("{ id = 'a', expr = 'p95 < 1s' }") + &run)).unwrap().expected();
    assert_eq!((expected.users, expected.requests), (Some(300), Some(1000)));
    assert_eq!(expected.start.settle.map(|settle| settle.as_secs()), Some(10));
}

#[test]
fn every_term_is_read() {
    let policy = parse(&with_rules(
        r#"{ id = "base", expr = "p95 <= baseline * 1.20", severity = "warn", policy = "confident", min_abs = "5ms", min_samples = 5000, alpha = 0.05, hard = 1.5 },
           { id = "trend", expr = "drift(p95) <= 20%", min_windows = 12, alpha = 0.001, min_abs = "2ms" }"#,
    ))
    .unwrap();
    let [base, trend] = policy.rules() else { panic!("there are two rules") };
    assert_eq!((base.severity(), base.certainty()), (Severity::Warn, Certainty::Confident));
    assert_eq!(base.min_abs(), Some(Quantity::Milliseconds(5.0)));
    assert_eq!(base.min_samples(), Some(5000));
    assert_eq!((base.terms().alpha, base.terms().hard), (Some(0.05), Some(1.5)));
    assert_eq!(trend.terms().min_windows, Some(12));
    assert_eq!(trend.min_abs(), Some(Quantity::Milliseconds(2.0)));
}

#[test]
fn rules_may_also_be_tables_of_their_own() {
    let tables = "version = 1\n[[rule]]\nid = 'a'\nexpr = 'p95 < 1s'\n[[rule]]\nid = 'b'\nexpr = 'p99 < 2s'\n";
    assert_eq!(parse(tables).unwrap().rules().len(), 2);
}

/// Windows editors put a mark before the first line and end lines with two signs.
#[test]
fn a_file_of_windows_is_read() {
    let text = format!("\u{feff}{}", TEMPLATE.replace('\n', "\r\n"));
    assert_eq!(parse(&text).unwrap().rules(), Policy::built_in().rules());
}

#[test]
fn a_file_that_is_wrong_says_where_and_what_there_is() {
    let rule = |rule: &str| with_rules(rule);
    let good = r#"{ id = "p95", expr = "p95 <= 1s" },"#;
    let files = [
        String::new(),
        "version = 1".to_owned(),
        "version = 2\nrule = []".to_owned(),
        "version = '1'\nrule = []".to_owned(),
        "version = 1\nrule = []".to_owned(),
        "version = 1\nrule = 'p95 <= 1s'".to_owned(),
        "version = 1\nrule = ['p95 <= 1s']".to_owned(),
        "version = 1\nrules = []".to_owned(),
        "version = 1\nrule = [\n  { id = 'a' expr = 'p95' }\n]".to_owned(),
        rule(good) + "[runs]\n",
        rule(r#"  { id = "p95", expr = "p95 <= 1s", sevrity = "warn" }"#),
        rule(r#"  { id = "p95", expression = "p95 <= 1s" }"#),
        rule(r#"  { expr = "p95 <= 1s" }"#),
        rule(r#"  { id = 95, expr = "p95 <= 1s" }"#),
        rule(r#"  { id = "p 95", expr = "p95 <= 1s" }"#),
        rule(r#"  { id = "run", expr = "p95 <= 1s" }"#),
        rule(&format!("  {good}\n  {good}")),
        rule("  # a comment: äöü\n  { id = 'äöü'.x, expr = '' }"),
        rule("  # äöü\n  { id = \"p95\", expr = \"p95 of 'GET /ä' <= 1\" }"),
        rule(r#"  { id = "p95", expr = "p95 of 'GET \u00e4' <= 1" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= 1000ms", severity = "warning" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= 1000ms", severity = 1 }"#),
        rule(r#"  { id = "p95", expr = "p95 <= 1000ms", policy = "confident" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= 1000ms", min_abs = "5ms" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", min_abs = "5" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", min_abs = "5%" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", hard = 1.5 }"#),
        rule(
            r#"  { id = "p95", expr = "p95 <= baseline * 1.2", policy = "confident", hard = 0.5 }"#,
        ),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", policy = "sure" }"#),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", alpha = 0.01 }"#),
        rule(r#"  { id = "p95", expr = "p95 <= baseline * 1.2", min_windows = 8 }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", min_windows = 4 }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", min_windows = 8.5 }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", min_windows = "8" }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", alpha = 1 }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", alpha = nan }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", alpha = 1e-300 }"#),
        rule(r#"  { id = "d", expr = "drift(p95) <= 20%", min_windows = 1000000 }"#),
        rule(r#"  { id = "d", expr = "drift(rps) <= 20%", min_abs = "1ms" }"#),
        rule(r#"  { id = "e", expr = "exceptions <= 0", min_samples = 5 }"#),
        rule(r#"  { id = "e", expr = "p95 <= 1s", min_samples = 0 }"#),
        rule(r#"  { id = "e", expr = "p95 <= 1s", min_samples = -5 }"#),
        rule(good) + "[run]\nexpect_user = 300\n",
        rule(good) + "[run]\nexpect_users = '300'\n",
        rule(good) + "[run]\nexpect_users = 0\n",
        rule(good) + "[run]\nexpect_duration = 300\n",
        rule(good) + "[run]\nexpect_duration = '300'\n",
        rule(good) + "[run]\nexpect_duration = 'long'\n",
        rule(good) + "[run]\nramp = 'automatic'\n",
        rule(good) + "[run]\nsettle = true\n",
    ];
    let transcript: Vec<String> =
        files.iter().map(|file| format!("{file}\n  --> {}", error(file))).collect();
    insta::assert_snapshot!(transcript.join("\n\n"));
}

fn changed(changes: &[&str]) -> Result<Policy, PolicyError> {
    let changes: Vec<Change> = changes.iter().map(|change| change.parse().unwrap()).collect();
    Policy::load(None, &changes)
}

#[test]
fn the_command_line_changes_rules_and_what_counts_as_a_run() {
    let policy = changed(&[
        "p95.max=800ms",
        "p95.severity=warn",
        "rps.min = 500",
        "p99.expr=p99.9 <= 2s",
        "p95-baseline.max=baseline * 1.3",
        "p95-baseline.policy=confident",
        "run.expect_users=100",
        "p95-drift.min_windows=10",
    ])
    .unwrap();
    let lines: Vec<String> = policy
        .rules()
        .iter()
        .map(|rule| format!("{} {}", rule.severity().as_str(), rule.expr()))
        .collect();
    assert_eq!(lines[1], "warn p95 <= 800ms");
    assert_eq!(lines[2], "fail p99.9 <= 2000ms");
    assert_eq!(lines[3], "fail steady_rps >= 500/s");
    assert_eq!(lines[6], "fail p95 <= baseline * 1.30");
    assert_eq!(policy.expected().users, Some(100));
    assert_eq!(policy.rules()[7].terms().min_windows, Some(10));
}

#[test]
fn a_change_that_is_wrong_lists_what_there_is() {
    let changes = [
        "p59.max=800ms",
        "p95.maximum=800ms",
        "p95.min=800ms",
        "rps.max=800",
        "p95.max=800",
        "p95.max=",
        "p95.expr=p95",
        "p95.policy=confident",
        "p95.alpha=x",
        "run.users=5",
        "run.expect_users=many",
        "errors.max=100%",
    ];
    let transcript: Vec<String> =
        changes.map(|change| changed(&[change]).unwrap_err().to_string()).into();
    insta::assert_snapshot!(transcript.join("\n"));
    let slips = ["p95", "p95.max", "max=5", "=5"].map(|slip| slip.parse::<Change>().unwrap_err());
    assert!(slips.iter().all(|slip| slip.contains("p95.max=800ms")), "{slips:?}");
    assert_eq!(changed(&[]).unwrap().demand(), Demand::Usual);
}

/// Judges a good run by a file; the exit code and what stderr says.
fn judged(rules: &str, more: &[&str]) -> (i32, String) {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    std::fs::write(gate.folder().join("gate.toml"), rules).unwrap();
    let answer = gate.check(&[&["--config", "gate.toml"], more].concat());
    (answer.code, answer.stderr)
}

#[test]
fn a_rule_about_what_the_run_has_not_is_an_error_that_lists_what_it_has() {
    let (code, why) =
        judged(&with_rules("{ id = 'b', expr = \"p95 of 'POST /api/v1/scor' <= 1s\" }"), &[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(why, @r#"lead-gate: gate.toml: line 3, column 1: rule "b": this run has no endpoint 'POST /api/v1/scor' (did you mean "POST /api/v1/score"?). It has: 'POST /api/v1/score', 'POST /api/v1/score/batch'"#);
    let (code, why) = judged(&with_rules("{ id = 'p97', expr = 'p97 <= 1s' }"), &[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(why, @r#"lead-gate: gate.toml: line 3, column 1: rule "p97": _stats.csv has no column for p97; nothing is interpolated. It has: p50, p66, p75, p80, p90, p95, p98, p99, p99.9, p99.99, p100"#);
    let (code, why) = judged(&with_rules("{ id = 'd', expr = 'drift(p97) <= 20%' }"), &[]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(why, @r#"lead-gate: gate.toml: line 3, column 1: rule "d": _stats.csv has no column for p97; nothing is interpolated. It has: p50, p66, p75, p80, p90, p95, p98, p99, p99.9, p99.99, p100"#);
    let (code, why) = judged(TEMPLATE, &["--set", "p99.expr=p97 <= 1s"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(why, @r#"lead-gate: --set "p99.expr=p97 <= 1s": rule "p99": _stats.csv has no column for p97; nothing is interpolated. It has: p50, p66, p75, p80, p90, p95, p98, p99, p99.9, p99.99, p100"#);
}

#[test]
fn the_file_of_init_judges_as_the_built_in_rules_do() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    assert_eq!(gate.call(&["init"]).code, 0);
    let by_file = gate.check(&["--config", "gate.toml"]);
    assert_eq!(by_file.transcript(), gate.check(&[]).transcript());
    assert_eq!(by_file.code, 0);
}

#[test]
fn a_missing_or_unreadable_file_is_wrong_usage() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let missing = gate.check(&["--config", "gate.toml"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(missing.stderr, @"lead-gate: gate.toml: no such file; `lead-gate init` writes one to begin with");
    std::fs::write(gate.folder().join("gate.toml"), b"version = 1\n# \xff\n").unwrap();
    let answer = gate.check(&["--config", "gate.toml"]);
    assert_eq!(answer.code, 2);
    insta::assert_snapshot!(answer.stderr, @"lead-gate: gate.toml: not UTF-8; save the rules as UTF-8");
}

/// A rules file of a pull request is text of unknown origin, too.
#[test]
fn what_a_rules_file_says_commands_no_build_log() {
    let (code, why) =
        judged(&with_rules("{ id = \"\\n::error::x\\u001b[31m\", expr = 'p95 <= 1s' }"), &[]);
    assert_eq!((code, why.lines().count()), (2, 1));
    assert!(!why.contains('\u{1b}') && !why.starts_with("::"), "{why}");
}

#[test]
fn a_report_cannot_take_the_place_of_the_rules() {
    let (code, why) = judged(TEMPLATE, &["--json", "gate.toml"]);
    assert_eq!(code, 2);
    assert!(why.contains("would overwrite another file"), "{why}");
}
