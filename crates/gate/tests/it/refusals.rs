//! What is no run, or nothing to compare with: exit 3, one line that says why, and reports that say the same.

use std::{
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use lead_stats::{RunVerdict, Validity, VerdictReason};

use crate::{
    gate::Gate,
    scenario::{START_S, Scenario, earlier, set_age},
};

/// Writes a good run, spoils it, and returns what the gate says on stderr; the exit code must be 3.
fn refused(spoil: impl FnOnce(&Path), more: &[&str]) -> String {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    spoil(gate.folder());
    let answer = gate.check(more);
    assert_eq!(answer.code, 3, "{}{}", answer.stdout, answer.stderr);
    assert_eq!((answer.stdout.as_str(), answer.stderr.lines().count()), ("", 1));
    answer.stderr
}

fn edit(folder: &Path, name: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(name);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

#[test]
fn a_missing_run_says_how_to_make_one() {
    let why = refused(|folder| fs::remove_file(folder.join("loadtest_stats.csv")).unwrap(), &[]);
    insta::assert_snapshot!(why, @"lead-gate: cannot judge: loadtest_stats.csv: no such file; run the load test with --csv and give the same prefix here (the part before _stats.csv)");
}

#[test]
fn a_header_alone_is_no_run() {
    let header_only = |text: String| text.lines().next().unwrap().to_owned() + "\r\n";
    let why = refused(|folder| edit(folder, "loadtest_stats.csv", header_only), &[]);
    insta::assert_snapshot!(why, @r#"lead-gate: cannot judge: loadtest_stats.csv: line 2, column "Name": there is no Aggregated row; is the load generator still running? Wait until it has ended, or run the test again"#);
}

#[test]
fn zero_requests_are_no_run() {
    let header = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,\
        Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";
    let nothing =
        format!("{header}\r\n,Aggregated,0,0,0,0.0,0,0,0,0.0,0.0{}\r\n", ",N/A".repeat(11));
    let why = refused(|folder| fs::write(folder.join("loadtest_stats.csv"), nothing).unwrap(), &[]);
    insta::assert_snapshot!(why, @"lead-gate: cannot judge: loadtest_stats.csv: 0 requests: this is no run; was the host right, and did the users have time to start? Run the test again");
}

#[test]
fn a_torn_summary_is_refused() {
    let torn = |text: String| text[..text.len() - 40].to_owned();
    let why = refused(|folder| edit(folder, "loadtest_stats.csv", torn), &[]);
    insta::assert_snapshot!(why, @r#"lead-gate: cannot judge: loadtest_stats.csv: line 4, column "Failures/s": the row ends after 11 of 22 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
}

#[test]
fn a_bad_row_within_the_history_is_refused() {
    let broken = |text: String| text.replacen(",300,", ",three hundred,", 1);
    let why = refused(|folder| edit(folder, "loadtest_stats_history.csv", broken), &[]);
    insta::assert_snapshot!(why, @r#"lead-gate: cannot judge: loadtest_stats_history.csv: line 62, column "User Count": expected a whole number from 0 up, found "three hundred""#);
}

#[test]
fn a_history_of_another_run_is_refused() {
    let other = |folder: &Path| {
        Scenario { seconds: 60, ..Scenario::default() }.write(&folder.join("other"));
        fs::copy(folder.join("other_stats_history.csv"), folder.join("loadtest_stats_history.csv"))
            .unwrap();
    };
    insta::assert_snapshot!(refused(other, &[]), @"lead-gate: cannot judge: loadtest_stats_history.csv: the history ends at 163800 requests, loadtest_stats.csv says 487800: they are of different runs, or one was cut off; run the test again into an empty folder");
}

#[test]
fn a_history_that_has_seen_more_failures_than_the_summary_is_refused() {
    let other = |folder: &Path| {
        let failing = Scenario { failures: 1, ..Scenario::default() };
        let mut run = failing.run();
        run.history.ticks.last_mut().unwrap().total_failures = 1;
        lead_stats::write(&folder.join("other"), &run).unwrap();
        fs::copy(folder.join("other_stats_history.csv"), folder.join("loadtest_stats_history.csv"))
            .unwrap();
    };
    insta::assert_snapshot!(refused(other, &[]), @"lead-gate: cannot judge: loadtest_stats_history.csv: the history ends at 1 failures, loadtest_stats.csv says 0: they are of different runs, or one was cut off; run the test again into an empty folder");
}

#[test]
fn counters_that_start_anew_twice_are_refused() {
    let thrice = |folder: &Path| {
        let text = fs::read_to_string(folder.join("loadtest_stats_history.csv")).unwrap();
        let rows = text.split_once("\r\n").unwrap().1;
        fs::write(folder.join("loadtest_stats_history.csv"), format!("{text}{rows}{rows}"))
            .unwrap();
    };
    insta::assert_snapshot!(refused(thrice, &[]), @"lead-gate: cannot judge: loadtest_stats_history.csv: the counters started anew 2 times: this is no single run; run the test again with a fresh --csv prefix");
}

#[test]
fn an_old_run_is_refused_only_where_an_age_is_demanded() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    set_age(&gate.folder().join("loadtest"), START_S + 7200);
    assert_eq!(gate.check(&[]).code, 0);
    let judged = |now_s| {
        let max_age = Some(std::time::Duration::from_secs(3600));
        let now = UNIX_EPOCH + std::time::Duration::from_secs(now_s);
        lead_gate::Evidence::gather(&lead_gate::Inputs {
            prefix: gate.folder().join("loadtest"),
            baseline: None,
            max_age,
            expected: lead_gate::Expected::default(),
            now,
        })
        .map(|evidence| evidence.notes().join("; "))
        .map_err(|error| error.to_string().replace(&gate.folder().display().to_string(), "."))
    };
    // The copy is fresh, but what it tells of is not.
    insta::assert_debug_snapshot!(judged(START_S + 7200), @r#"
    Err(
        "./loadtest_stats_history.csv: its last second was 7050 s ago, more than --max-age 3600 s; run the test again",
    )
    "#);
    insta::assert_debug_snapshot!(judged(START_S + 3700), @r#"
    Ok(
        "the history ends 117 min before the summary was written: the files were copied, or are of two runs",
    )
    "#);
    insta::assert_debug_snapshot!(judged(START_S + 11_000), @r#"
    Err(
        "./loadtest_stats.csv: written 3800 s ago, more than --max-age 3600 s; run the test again",
    )
    "#);
}

#[test]
fn a_fresh_run_passes_the_demand_for_an_age() {
    let gate = Gate::new();
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let prefix = gate.folder().join("loadtest");
    let mut run = Scenario::default().run();
    let late_s = now_s - (START_S + 150);
    run.history.ticks.iter_mut().for_each(|tick| tick.timestamp_s += late_s);
    lead_stats::write(&prefix, &run).unwrap();
    assert_eq!(gate.check(&["--max-age", "1h"]).code, 0);
}

#[test]
fn a_missing_baseline_file_is_refused() {
    insta::assert_snapshot!(refused(|_| {}, &["--baseline", "nowhere_stats.csv"]), @"lead-gate: cannot judge: the baseline is unusable: nowhere_stats.csv: no such file; run the load test with --csv and give the same prefix here (the part before _stats.csv)");
}

#[test]
fn the_run_itself_is_no_baseline() {
    insta::assert_snapshot!(refused(|_| {}, &["--baseline", "./loadtest_stats.csv"]), @"lead-gate: cannot judge: ./loadtest_stats.csv: the baseline is this very run; give the _stats.csv of an earlier one");
}

#[test]
fn a_copy_of_the_run_is_no_baseline() {
    let copy = |folder: &Path| {
        for ending in ["_stats.csv", "_stats_history.csv"] {
            let [from, to] =
                ["loadtest", "before"].map(|name| folder.join(format!("{name}{ending}")));
            fs::copy(from, to).unwrap();
        }
    };
    let why = refused(copy, &["--baseline", "before_stats.csv"]);
    assert!(why.contains("before_stats.csv: the baseline is this very run"), "{why}");
}

#[test]
fn an_earlier_run_of_another_length_is_no_baseline() {
    let short = |folder: &Path| {
        Scenario { seconds: 60, ..Scenario::default() }.write(&folder.join("before"));
    };
    let why = refused(short, &["--baseline", "before_stats.csv"]);
    assert!(why.contains("it lasted 60 seconds, this run 150"), "{why}");
}

#[test]
fn a_baseline_of_other_endpoints_is_refused() {
    let other = |folder: &Path| {
        Scenario { endpoint: "/predict", ..Scenario::default() }.write(&folder.join("before"));
    };
    insta::assert_snapshot!(refused(other, &["--baseline", "before_stats.csv"]), @r#"lead-gate: cannot judge: before_stats.csv: not comparable, it has the endpoint "POST /predict", this run has not; run the same load, or make a baseline of this one in a file of its own"#);
}

#[test]
fn a_baseline_of_other_users_is_refused() {
    let other = |folder: &Path| {
        Scenario { users: 100, ..Scenario::default() }.write(&folder.join("before"));
    };
    insta::assert_snapshot!(refused(other, &["--baseline", "before_stats.csv"]), @"lead-gate: cannot judge: before_stats.csv: not comparable, it held 100 users, this run 300; run the same load, or make a baseline of this one in a file of its own");
}

#[test]
fn a_baseline_without_its_history_is_compared_by_its_endpoints() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    Scenario { users: 100, ..Scenario::default() }.write(&gate.folder().join("before"));
    fs::rename(gate.folder().join("before_stats.csv"), gate.folder().join("blessed.csv")).unwrap();
    assert_eq!(gate.check(&["--baseline", "blessed.csv"]).code, 0);
}

/// Rows of the last seconds may be lost with a process; what a short run lost is soon most of it.
#[test]
fn a_history_that_ends_early_is_refused_by_its_share_of_the_run() {
    for (seconds, missing_s, code) in
        [(16, 4, 0), (16, 9, 3), (16, 15, 3), (100, 9, 0), (100, 12, 3), (300, 14, 0), (300, 20, 3)]
    {
        let gate = Gate::new();
        let prefix = gate.folder().join("loadtest");
        let mut run = Scenario { seconds, spawn_rate: 300, ..Scenario::default() }.run();
        run.history.ticks.retain(|tick| tick.timestamp_s <= START_S + seconds - missing_s);
        lead_stats::write(&prefix, &run).unwrap();
        set_age(&prefix, START_S + seconds);
        let answer = gate.check(&[]);
        assert_eq!(answer.code, code, "{missing_s} of {seconds} s: {}", answer.stderr);
    }
}

/// A verdict of the load generator on a good run, with one reason unless it is valid.
fn verdict(validity: Validity, requests: u64) -> RunVerdict {
    let sentence = "The generator used up to 97 % of the CPU of its 2 threads over 10 s (at most 90 %): use another machine.";
    let reason = VerdictReason { rule: "own-cpu".into(), validity, sentence: sentence.into() };
    RunVerdict {
        validity,
        reasons: (validity > Validity::Valid).then_some(reason).into_iter().collect(),
        requests,
        ..RunVerdict::unfinished()
    }
}

/// As many as the scenario sends.
const REQUESTS: u64 = 487_800;

#[test]
fn a_run_that_its_generator_calls_invalid_is_refused_with_the_reasons() {
    let invalid = |folder: &Path| {
        verdict(Validity::Invalid, REQUESTS).write(&folder.join("loadtest_verdict.json")).unwrap();
    };
    insta::assert_snapshot!(refused(invalid, &[]), @"lead-gate: cannot judge: loadtest_verdict.json: the load generator calls this run INVALID: The generator used up to 97 % of the CPU of its 2 threads over 10 s (at most 90 %): use another machine.");
}

#[test]
fn a_run_that_has_not_ended_is_refused() {
    let unfinished = |folder: &Path| {
        RunVerdict::unfinished().write(&folder.join("loadtest_verdict.json")).unwrap();
    };
    insta::assert_snapshot!(refused(unfinished, &[]), @"lead-gate: cannot judge: loadtest_verdict.json: the load generator calls this run INVALID: The run has not ended: its load generator is still running or was killed; wait until it has ended, or run the test again.");
}

#[test]
fn a_verdict_on_another_run_is_refused() {
    let other = |folder: &Path| {
        verdict(Validity::Valid, 7).write(&folder.join("loadtest_verdict.json")).unwrap();
    };
    insta::assert_snapshot!(refused(other, &[]), @"lead-gate: cannot judge: loadtest_verdict.json: the verdict is about 7 requests, loadtest_stats.csv says 487800: they are of different runs; run the test again into an empty folder, or remove the verdict if it is left over from an earlier run");
}

#[test]
fn a_torn_verdict_is_refused() {
    let torn = |folder: &Path| fs::write(folder.join("loadtest_verdict.json"), "{").unwrap();
    insta::assert_snapshot!(refused(torn, &[]), @"lead-gate: cannot judge: loadtest_verdict.json: this is no verdict of lead-loadgen: EOF while parsing an object at line 1 column 1; run the test again, with programs of one version");
}

#[test]
fn a_baseline_that_its_generator_called_invalid_is_refused() {
    let invalid = |folder: &Path| {
        earlier().write(&folder.join("before"));
        verdict(Validity::Invalid, REQUESTS).write(&folder.join("before_verdict.json")).unwrap();
    };
    insta::assert_snapshot!(refused(invalid, &["--baseline", "before_stats.csv"]), @"lead-gate: cannot judge: the baseline is unusable: before_verdict.json: the load generator calls this run INVALID: The generator used up to 97 % of the CPU of its 2 threads over 10 s (at most 90 %): use another machine.");
}

#[test]
fn a_suspect_run_is_judged_with_a_note_and_a_valid_one_without() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    earlier().write(&gate.folder().join("before"));
    let plain = gate.check(&["--baseline", "before_stats.csv"]);
    let with = |run, before| {
        for (prefix, validity) in [("loadtest", run), ("before", before)] {
            let path = gate.folder().join(format!("{prefix}_verdict.json"));
            verdict(validity, REQUESTS).write(&path).unwrap();
        }
        gate.check(&["--baseline", "before_stats.csv"])
    };
    let valid = with(Validity::Valid, Validity::Valid);
    assert_eq!(valid.transcript(), plain.transcript());
    let suspect = with(Validity::Suspect, Validity::Valid);
    assert_eq!((suspect.code, plain.code), (0, 0));
    let note = "The load generator calls this run SUSPECT: The generator used up to 97 %";
    assert!(suspect.stdout.contains(note), "{}", suspect.stdout);
    let suspect = with(Validity::Valid, Validity::Suspect);
    let note = "The load generator calls the baseline's run SUSPECT: The generator used";
    assert!(suspect.stdout.contains(note), "{}", suspect.stdout);
}

#[test]
fn a_report_does_not_take_the_place_of_the_generators_verdict() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    verdict(Validity::Valid, REQUESTS).write(&gate.folder().join("loadtest_verdict.json")).unwrap();
    let before = gate.read("loadtest_verdict.json");
    let answer = gate.check(&["--json", "loadtest_verdict.json"]);
    assert_eq!(answer.code, 2);
    assert_eq!(gate.read("loadtest_verdict.json"), before);
}

#[test]
fn reports_say_that_there_is_no_verdict() {
    let gate = Gate::new();
    fs::write(gate.folder().join("gate.json"), r#"{"verdict":"pass"}"#).unwrap();
    assert_eq!(gate.check(&["--json", "gate.json", "--markdown", "gate.md"]).code, 3);
    insta::assert_snapshot!(gate.read("gate.json"), @r#"
    {
      "schema_version": 2,
      "verdict": "not-judged",
      "exit_code": 3,
      "error": "loadtest_stats.csv: no such file; run the load test with --csv and give the same prefix here (the part before _stats.csv)",
      "rules": []
    }
    "#);
    insta::assert_snapshot!(gate.read("gate.md"), @r"
    ## Load test: not judged

    loadtest\_stats.csv: no such file; run the load test with --csv and give the same prefix here (the part before \_stats.csv)
    ");
}
