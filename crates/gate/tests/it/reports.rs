//! Where reports go: any number of them, whole or not at all, and never over what they were made from.

use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{gate::Gate, scenario::Scenario};

/// A folder with a good run in it.
fn good() -> Gate {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    gate
}

/// How each kind of report begins.
const BEGINNINGS: [(&str, &str); 4] =
    [("json", "{\n"), ("junit", "<?xml"), ("markdown", "## Load"), ("html", "<!doctype html>")];

#[test]
fn every_kind_of_report_is_written_by_its_long_and_its_short_form() {
    let gate = good();
    for (kind, beginning) in BEGINNINGS {
        let (long, short) = (format!("{kind}=long"), format!("--{kind}"));
        let answer = gate.check(&["--report", &long, &short, "short"]);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        assert!(gate.read("long").starts_with(beginning), "{kind}");
        assert_eq!(gate.read("long"), gate.read("short"), "{kind}");
    }
}

#[test]
fn any_number_of_reports_is_written_at_once() {
    let gate = good();
    let reports = ["json=a", "json=b", "junit=c", "markdown=d", "html=e"];
    let words: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    assert_eq!(gate.check(&words).code, 0);
    assert!(["a", "b", "c", "d", "e"].iter().all(|file| !gate.read(file).is_empty()));
    assert_eq!(gate.read("a"), gate.read("b"));
}

#[test]
fn a_report_on_stdout_leaves_the_table_to_stderr() {
    let gate = good();
    for (kind, beginning) in BEGINNINGS {
        let answer = gate.check(&["--report", &format!("{kind}=-")]);
        assert!(answer.stdout.starts_with(beginning), "{kind}: {}", answer.stdout);
        assert!(answer.stderr.starts_with("PASS: "), "{kind}: {}", answer.stderr);
    }
}

#[test]
fn an_unknown_kind_is_a_usage_error_that_lists_the_known_ones() {
    let answer = good().check(&["--report", "sarif=gate.sarif"]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("json, junit, markdown, html"), "{}", answer.stderr);
}

#[test]
fn reports_replace_older_ones() {
    let gate = good();
    fs::write(gate.folder().join("gate.md"), "old").unwrap();
    gate.check(&["--markdown", "gate.md"]);
    assert!(gate.read("gate.md").starts_with("## Load test: PASS"));
}

#[test]
fn of_several_reports_all_are_written_or_none() {
    let gate = good();
    for name in ["gate.json", "gate.html"] {
        fs::write(gate.folder().join(name), "old").unwrap();
    }
    let before = fs::read_dir(gate.folder()).unwrap().count();
    let reports =
        ["--json", "gate.json", "--html", "gate.html", "--junit", "no/such/folder/gate.xml"];
    let answer = gate.check(&reports);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("no/such/folder/gate.xml"), "{}", answer.stderr);
    assert_eq!([gate.read("gate.json"), gate.read("gate.html")], ["old", "old"]);
    assert_eq!(fs::read_dir(gate.folder()).unwrap().count(), before);
}

#[test]
fn a_report_never_takes_the_place_of_the_run_or_of_another_report() {
    let gate = good();
    fs::copy(gate.folder().join("loadtest_stats.csv"), gate.folder().join("b_stats.csv")).unwrap();
    let before = gate.read("loadtest_stats.csv");
    fs::write(gate.folder().join("loadtest.hlog"), "log").unwrap();
    fs::create_dir(gate.folder().join("earlier")).unwrap();
    let earlier = "earlier/loadtest_stats.csv";
    fs::copy(gate.folder().join("loadtest_stats.csv"), gate.folder().join(earlier)).unwrap();
    // The only log beside a run is its own, whatever it is called.
    fs::write(gate.folder().join("earlier/any.hlog"), "log").unwrap();
    for words in [
        &["--json", "loadtest.hlog"][..],
        &["--json", "earlier/any.hlog", "--baseline", earlier],
        &["--json", "loadtest_stats.csv", "--markdown", "gate.md"],
        &["--json", "gate.json", "--markdown", "./loadtest_stats_history.csv"],
        &["--html", "loadtest_verdict.json"],
        &["--junit", "b_stats.csv", "--baseline", "b_stats.csv"],
        &["--html", "b_stats_history.csv", "--baseline", "b_stats.csv"],
        &["--json", "same", "--markdown", "same"],
        &["--report", "html=same", "--report", "html=./same"],
        &["--report", "json=-", "--report", "html=-"],
    ] {
        let answer = gate.check(words);
        assert_eq!(answer.code, 2, "{words:?}");
        assert!(answer.stderr.contains("would overwrite"), "{}", answer.stderr);
    }
    assert_eq!(gate.read("loadtest_stats.csv"), before);
    assert_eq!(gate.read("loadtest.hlog") + &gate.read("earlier/any.hlog"), "loglog");
    assert!(!gate.folder().join("same").exists());
}

#[test]
fn a_refusal_replaces_every_older_report() {
    let gate = Gate::new();
    let files = ["gate.json", "gate.xml", "gate.md", "gate.html"];
    for file in files {
        fs::write(gate.folder().join(file), "PASS").unwrap();
    }
    let words =
        ["--json", files[0], "--junit", files[1], "--markdown", files[2], "--html", files[3]];
    assert_eq!(gate.check(&words).code, 3);
    for file in files {
        let report = gate.read(file);
        assert!(report.contains("no such file; run the load test with --csv"), "{file}: {report}");
        assert!(!report.contains("PASS"), "{file}");
    }
    insta::assert_snapshot!("refusal.junit", gate.read("gate.xml"));
    insta::assert_snapshot!("refusal.markdown", gate.read("gate.md"));
    insta::assert_snapshot!("refusal.json", gate.read("gate.json"));
}

/// The schema, closed: what it does not describe is a fault here, although its readers must expect more fields.
fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/verdict.schema.json");
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(schema["properties"]["schema_version"]["const"], json!(lead_gate::SCHEMA_VERSION));
    close(&mut schema);
    jsonschema::draft202012::new(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // Only whole descriptions: a condition names one field of many.
            if fields.contains_key("properties") && fields.contains_key("type") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn every_json_report_is_as_the_schema_says() {
    let schema = schema();
    let gate = Gate::new();
    crate::scenario::earlier().write(&gate.folder().join("before"));
    let scenarios = [
        Scenario::default(),
        Scenario { p95_ms: |_| 1_240.0, failures: 3, exceptions: 1, ..Scenario::default() },
        Scenario { users: 20, seconds: 10, ..Scenario::default() },
        Scenario { full_history: false, ..Scenario::default() },
    ];
    let check = |more: &[&str], code: i32| {
        let answer = gate.check(&[&["--report", "json=-"], more].concat());
        assert_eq!(answer.code, code, "{}", answer.stderr);
        let report: Value = serde_json::from_str(&answer.stdout).unwrap();
        let faults: Vec<String> = schema
            .iter_errors(&report)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?} in {report:#}");
        assert_eq!(report["exit_code"], json!(code));
    };
    check(&[], 3);
    for (scenario, code) in scenarios.iter().zip([0, 1, 1, 0]) {
        scenario.write(&gate.folder().join("loadtest"));
        check(&[], code);
    }
    scenarios[0].write(&gate.folder().join("loadtest"));
    check(&["--baseline", "before_stats.csv"], 0);
    check(&["--strict"], 1);
    check(&["--set", "p95.expr=p97 <= 1s"], 2);
    check(&["--set", "p95.max=1ms"], 1);
    check(&["--set", "p95.max=1ms", "--warn-only"], 0);
}

#[test]
fn a_json_report_names_the_bytes_that_it_is_about() {
    let gate = good();
    let report = |gate: &Gate| {
        let report: Value = serde_json::from_str(&gate.check(&["--json", "-"]).stdout).unwrap();
        report["run"]["files"].clone()
    };
    let files = report(&gate);
    assert_eq!(files[0]["role"], "summary");
    assert_eq!(files[0]["path"], "loadtest_stats.csv");
    assert_eq!(files[0]["bytes"], json!(gate.read("loadtest_stats.csv").len()));
    let roles: Vec<&str> =
        files.as_array().unwrap().iter().map(|file| file["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["summary", "history", "failures", "exceptions"]);
    Scenario { seconds: 151, ..Scenario::default() }.write(&gate.folder().join("loadtest"));
    assert_ne!(report(&gate)[0]["sha256"], files[0]["sha256"]);
}
