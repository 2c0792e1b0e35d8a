//! Base against head where requests get no answer: a server that stands still, or that fails, has good percentiles.

use std::fs;

use lead_stats::{AskedRate, LoadModel, Paths, Run, RunVerdict, Validity};

use crate::{
    gate::{Answer, Gate},
    rounds::{abba, compare},
    scenario::{START_S, Scenario, set_age},
};

const SECONDS: u64 = 60;

/// Three runs of each side in turns, after `spoil` has seen each with its side (head is 1) and its number from 0.
fn write(gate: &Gate, spoil: impl Fn(&mut Run, usize, usize)) {
    let mut written = [0, 0];
    for turn in 0..6 {
        let side = abba(turn);
        let scenario =
            Scenario { users: 20, spawn_rate: 20, seconds: SECONDS, ..Scenario::default() };
        let mut run = scenario.run();
        let later_s = turn as u64 * 100;
        run.history.ticks.iter_mut().for_each(|tick| tick.timestamp_s += later_s);
        // No two runs are the same.
        let longest_ms = run.summary.aggregated.max_ms + turn as f64 * 0.001;
        run.summary.aggregated.max_ms = longest_ms;
        let answered = run.history.ticks.iter_mut().filter(|tick| tick.total_requests > 0);
        answered.for_each(|tick| tick.total_max_ms = longest_ms);
        spoil(&mut run, side, written[side]);
        written[side] += 1;
        let name = format!("{}-{}/loadtest", written[side], ["base", "head"][side]);
        let prefix = gate.folder().join(name);
        lead_stats::write(&prefix, &run).unwrap();
        set_age(&prefix, START_S + later_s + SECONDS);
    }
}

fn compared(spoil: impl Fn(&mut Run, usize, usize), more: &[&str]) -> Answer {
    let gate = Gate::new();
    write(&gate, spoil);
    compare(&gate, 3, 3, more)
}

/// Makes the summary say what the counters of the history ended at.
fn follow(run: &mut Run) {
    let last = run.history.ticks.last().unwrap();
    let (requests, average_ms) = (last.total_requests, last.total_average_ms);
    let slower = average_ms / run.summary.aggregated.average_ms;
    let batch = requests / 6;
    let counts = [requests - batch, batch, requests];
    let rows = run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]);
    for (row, requests) in rows.zip(counts) {
        row.requests = requests;
        row.requests_per_s = requests as f64 / SECONDS as f64;
        row.average_ms *= slower;
    }
}

/// After 30 of 60 s nothing is answered any more.
fn hang(run: &mut Run) {
    let half_s = run.history.ticks[0].timestamp_s + SECONDS / 2;
    let ticks = &mut run.history.ticks;
    let last = ticks.iter().rfind(|tick| tick.timestamp_s == half_s).unwrap().clone();
    for tick in ticks.iter_mut().filter(|tick| tick.timestamp_s > half_s) {
        tick.total_requests = last.total_requests;
        tick.total_average_ms = last.total_average_ms;
    }
    follow(run);
}

/// Half as many requests, each of which takes so many times as long on the mean.
fn halve(run: &mut Run, slower: f64) {
    for tick in &mut run.history.ticks {
        tick.total_requests /= 2;
        tick.total_average_ms *= slower;
    }
    follow(run);
}

/// Every request fails.
fn fail(run: &mut Run) {
    for tick in &mut run.history.ticks {
        tick.total_failures = tick.total_requests;
    }
    for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
        row.failures = row.requests;
        row.failures_per_s = row.requests_per_s;
    }
    let failure = |row: &lead_stats::Endpoint| lead_stats::Failure {
        method: row.method.clone(),
        name: row.name.clone(),
        error: "401".into(),
        occurrences: row.failures,
        first_seen: None,
        last_seen: None,
    };
    run.failures = run.summary.endpoints.iter().map(failure).collect();
}

#[test]
fn a_head_that_stops_answering_is_a_regression() {
    let all = compared(
        |run, side, _| {
            if side == 1 {
                hang(run);
            }
        },
        &["--json", "-"],
    );
    assert_eq!(all.code, 1, "{}{}", all.stdout, all.stderr);
    let document: serde_json::Value = serde_json::from_str(&all.stdout).unwrap();
    let figures = document["figures"].as_array().unwrap();
    let silence = figures.iter().find(|figure| figure["measure"] == "silence").unwrap();
    assert_eq!((&silence["verdict"], &silence["decides"]), (&"regression".into(), &true.into()));
    assert_eq!(silence["base_runs"], serde_json::json!([0.0, 0.0, 0.0]));
    let why = "silence: Nothing was answered for 10 s, 6 times in 3 of 3 runs of the head, and 0 times in those of the base.";
    assert!(all.stderr.contains(why), "{}", all.stderr);
    let one = compared(
        |run, side, at| {
            if (side, at) == (1, 1) {
                hang(run);
            }
        },
        &[],
    );
    assert_eq!(one.code, 1, "{}{}", one.stdout, one.stderr);
}

#[test]
fn where_both_sides_stop_answering_the_head_is_no_worse() {
    let answer = compared(|run, _, _| hang(run), &["--strict"]);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("silence"), "{}", answer.stdout);
}

#[test]
fn fewer_requests_that_no_slower_answers_explain_are_a_regression() {
    let answer = compared(
        |run, side, _| {
            if side == 1 {
                halve(run, 1.0);
            }
        },
        &[],
    );
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
    let why = "(x2.000), and slower answers do not explain it";
    assert!(answer.stdout.contains(why), "{}", answer.stdout);
}

#[test]
fn fewer_requests_of_users_that_wait_longer_do_not_decide_by_themselves() {
    let answer = compared(
        |run, side, _| {
            if side == 1 {
                halve(run, 2.5);
            }
        },
        &["--strict"],
    );
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("(regression)"), "{}", answer.stdout);
}

#[test]
fn fewer_requests_of_one_run_of_each_are_open() {
    let gate = Gate::new();
    write(&gate, |run, side, _| {
        if side == 1 {
            halve(run, 1.0);
        }
    });
    let answer = compare(&gate, 1, 1, &["--strict"]);
    assert_eq!(answer.code, 4, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("rate: "), "{}", answer.stdout);
}

#[test]
fn a_rate_that_was_asked_for_and_not_answered_is_a_regression_however_slow_the_answers() {
    let gate = Gate::new();
    write(&gate, |run, side, _| {
        if side == 1 {
            halve(run, 2.5);
        }
    });
    for name in ["1-base", "2-base", "3-base", "1-head", "2-head", "3-head"] {
        let prefix = gate.folder().join(name).join("loadtest");
        let requests = lead_stats::read(&prefix).unwrap().summary.aggregated.requests;
        let asked_per_s = 240.0;
        let rate = AskedRate {
            asked_per_s,
            sent_per_s: asked_per_s,
            sent: 14_400,
            unsent: 0,
            send_lag_p99_ms: 0.1,
        };
        let verdict = RunVerdict {
            validity: Validity::Valid,
            reasons: Vec::new(),
            notes: Vec::new(),
            model: Some(LoadModel::Open),
            measured_s: SECONDS as f64,
            requests,
            rate: Some(rate),
            summary_sha256: None,
        };
        verdict.write(&Paths::of(&prefix).verdict).unwrap();
    }
    let answer = compare(&gate, 3, 3, &[]);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
}

#[test]
fn a_base_that_fails_is_refused_so_that_a_head_may_mend_it() {
    let gate = Gate::new();
    write(&gate, |run, side, _| {
        if side == 0 {
            fail(run);
        }
    });
    let answer = compare(&gate, 3, 3, &["--json", "compare.json"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (3, ""), "{}", answer.stderr);
    insta::assert_snapshot!(answer.stderr, @"lead-gate: cannot compare: 1-base/loadtest: 14400 of this base run's 14400 requests failed: its response times are those of failures, and nothing can be told by them; mend the base, or the URL and token it is loaded with");
    let document = fs::read_to_string(gate.folder().join("compare.json")).unwrap();
    assert!(document.contains("\"not-judged\""), "{document}");
}

#[test]
fn two_sides_that_fail_are_no_pass() {
    let answer = compared(|run, _, _| fail(run), &[]);
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    assert!(answer.stderr.contains("of the head"), "{}", answer.stderr);
}

#[test]
fn failures_of_both_sides_are_told() {
    let some = |run: &mut Run, _: usize, _: usize| {
        fail(run);
        for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
            row.failures = row.requests / 10;
        }
        let aggregated = run.summary.endpoints.iter().map(|row| row.failures).sum();
        run.summary.aggregated.failures = aggregated;
        for tick in &mut run.history.ticks {
            tick.total_failures = tick.total_requests / 11;
        }
        for (failure, row) in run.failures.iter_mut().zip(&run.summary.endpoints) {
            failure.occurrences = row.failures;
        }
    };
    let answer = compared(some, &["--strict"]);
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert!(
        answer
            .stdout
            .contains("Both sides fail: 10 % of the base's requests and 10 % of the head's"),
        "{}",
        answer.stdout
    );
}
