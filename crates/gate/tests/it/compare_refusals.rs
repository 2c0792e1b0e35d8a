//! What cannot be compared: exit 3 and one line that says why; and wrong words: exit 2.

use std::{fs, path::Path};

use lead_stats::Validity;

use crate::{
    gate::Gate,
    rounds::{Rounds, compare, say_of},
};

/// Writes good runs, spoils them, and returns why they are not compared.
fn refused(spoil: impl FnOnce(&Path)) -> String {
    let gate = Gate::new();
    let rounds = Rounds::default();
    rounds.write(gate.folder());
    spoil(gate.folder());
    let forms = [
        ["--json", "compare.json"],
        ["--markdown", "compare.md"],
        ["--junit", "compare.xml"],
        ["--html", "compare.html"],
    ];
    let answer = compare(&gate, 5, 5, forms.as_flattened());
    assert_eq!((answer.code, answer.stdout.as_str()), (3, ""), "{}", answer.stderr);
    assert_eq!(answer.stderr.lines().count(), 1);
    let document: serde_json::Value = serde_json::from_str(&gate.read("compare.json")).unwrap();
    assert_eq!((&document["verdict"], &document["exit_code"]), (&"not-judged".into(), &3.into()));
    assert!(gate.read("compare.md").starts_with("## Base against head: not compared"));
    assert!(gate.read("compare.xml").contains("<error type=\"not-judged\""));
    assert!(gate.read("compare.html").contains("NOT COMPARED"));
    answer.stderr
}

fn copy(folder: &Path, from: &str, to: &str) {
    for entry in fs::read_dir(folder.join(from)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(to).join(entry.file_name())).unwrap();
    }
}

#[test]
fn an_invalid_run_on_either_side_is_refused() {
    let why = refused(|folder| say_of(&folder.join("3-head/loadtest"), Validity::Invalid, 500.0));
    insta::assert_snapshot!(why);
}

#[test]
fn a_doubtful_run_is_compared_and_noted_once() {
    let gate = Gate::new();
    Rounds::default().write(gate.folder());
    for round in 1..=5 {
        for side in ["base", "head"] {
            let is_doubtful = round == 1 || (round, side) == (2, "base");
            let validity = if is_doubtful { Validity::Suspect } else { Validity::Valid };
            say_of(&gate.folder().join(format!("{round}-{side}/loadtest")), validity, 500.0);
        }
    }
    let answer = compare(&gate, 5, 5, &[]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let notes: Vec<_> = answer.stdout.lines().filter(|line| line.contains("SUSPECT")).collect();
    assert_eq!(notes.len(), 1, "{}", answer.stdout);
    assert!(notes[0].contains("1-base/loadtest and 2 more of 10 runs"), "{}", notes[0]);
}

#[test]
fn a_run_that_was_given_twice_is_refused() {
    let gate = Gate::new();
    Rounds::default().write(gate.folder());
    let answer = gate.call(&[
        "compare",
        "--base",
        "1-base",
        "--head",
        "1-head",
        "1-base/loadtest_stats.csv",
    ]);
    assert_eq!(answer.code, 3);
    insta::assert_snapshot!(answer.stderr);
}

#[test]
fn a_copied_run_is_refused() {
    insta::assert_snapshot!(refused(|folder| copy(folder, "1-base", "2-head")));
}

#[test]
fn other_endpoints_are_refused() {
    insta::assert_snapshot!(refused(|folder| {
        let other = Rounds { endpoint: "/api/v2/batch", base: &[], ..Rounds::default() };
        other.write(folder);
    }));
}

#[test]
fn another_rate_is_refused() {
    insta::assert_snapshot!(refused(|folder| {
        for round in 1..=5 {
            say_of(&folder.join(format!("{round}-base/loadtest")), Validity::Valid, 500.0);
            let asked_per_s = if round == 4 { 800.0 } else { 490.0 };
            say_of(&folder.join(format!("{round}-head/loadtest")), Validity::Valid, asked_per_s);
        }
    }));
}

#[test]
fn a_rate_is_not_compared_with_users() {
    let why = refused(|folder| say_of(&folder.join("1-head/loadtest"), Validity::Valid, 500.0));
    assert!(why.contains("it was loaded by users, this run by a rate"), "{why}");
}

#[test]
fn another_mix_is_refused() {
    let gate = Gate::new();
    let other = |run: &mut lead_stats::Run, side, _| {
        let requests = if side == 0 { [5400, 600] } else { [600, 5400] };
        for (row, requests) in run.summary.endpoints.iter_mut().zip(requests) {
            row.requests = requests;
        }
    };
    let answer = Rounds { spoil: other, ..Rounds::default() }.compare(&gate, &[]);
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    let why = r#"90 % of its requests went to "POST /api/v1/score", of this run's 10 %"#;
    assert!(answer.stderr.contains(why), "{}", answer.stderr);
}

#[test]
fn a_run_that_was_cut_short_is_refused() {
    let gate = Gate::new();
    let short = |run: &mut lead_stats::Run, side, at| {
        let step = if (side, at) == (1, 2) { 1 } else { 10 };
        let start = run.history.ticks[0].timestamp_s;
        for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
            row.requests_per_s /= step as f64;
        }
        for tick in &mut run.history.ticks {
            tick.timestamp_s = start + (tick.timestamp_s - start) * step;
        }
    };
    let answer = Rounds { spoil: short, ..Rounds::default() }.compare(&gate, &[]);
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    assert!(answer.stderr.contains("it lasted 120 seconds, this run 12"), "{}", answer.stderr);
}

#[test]
fn without_histories_a_tenth_of_the_rate_is_refused_and_a_slower_build_is_not() {
    let tenth = |run: &mut lead_stats::Run, side, _| {
        for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
            let part = if side == 1 { 10 } else { 1 };
            row.requests /= part;
            row.requests_per_s /= part as f64;
        }
    };
    let rounds = Rounds { has_history: false, spoil: tenth, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    assert!(answer.stderr.contains("and no slower answers explain that"), "{}", answer.stderr);
    // Ten times as slow, users get a tenth through.
    let slower = Rounds { head: &[101.0, 102.0, 99.0, 100.0, 103.0], ..rounds };
    let answer = slower.compare(&Gate::new(), &["--pairing", "paired"]);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("Nobody knows whether"), "{}", answer.stdout);
}

#[test]
fn a_torn_run_is_refused() {
    let why = refused(|folder| {
        let path = folder.join("2-base/loadtest_stats.csv");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 30]).unwrap();
    });
    assert!(why.contains("a run of the base is unusable") && why.contains("2-base"), "{why}");
}

#[test]
fn a_folder_is_one_run_or_says_which_ones_it_holds() {
    let why = refused(|folder| {
        copy(folder, "1-base", "2-base");
        fs::rename(folder.join("2-base/loadtest_stats.csv"), folder.join("2-base/other_stats.csv"))
            .unwrap();
        copy(folder, "1-base", "2-base");
    });
    assert!(why.contains("2 runs lie here"), "{why}");
    let why = refused(|folder| fs::remove_file(folder.join("2-base/loadtest_stats.csv")).unwrap());
    assert!(why.contains("no file here ends with _stats.csv"), "{why}");
}

#[test]
fn unequal_numbers_are_no_pairs() {
    let gate = Gate::new();
    Rounds::default().write(gate.folder());
    let answer = compare(&gate, 5, 4, &["--pairing", "paired"]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("5 runs of the base and 4 of the head are no pairs"));
    assert_eq!(compare(&gate, 5, 4, &[]).code, 0);
}

#[test]
fn wrong_usage_ends_with_two() {
    let gate = Gate::new();
    Rounds::default().write(gate.folder());
    let slips: [&[&str]; 9] = [
        &["--limit", "1"],
        &["--limit", "20%"],
        &["--confidence", "95"],
        &["--confidence", "1"],
        &["--min-abs", "5"],
        &["--decide", "p96"],
        &["--decide", "errors"],
        &["--pairing", "odd"],
        &["--json", "no/such/folder/compare.json"],
    ];
    for words in slips {
        assert_eq!(compare(&gate, 5, 5, words).code, 2, "{words:?}");
    }
    for words in
        [&["compare"][..], &["compare", "--base", "1-base"], &["compare", "--head", "1-head"]]
    {
        assert_eq!(gate.call(words).code, 2, "{words:?}");
    }
}

#[test]
fn a_figure_that_shall_decide_and_is_in_no_file_is_wrong_usage() {
    let gate = Gate::new();
    let without_p95 = |run: &mut lead_stats::Run, side, at| {
        if (side, at) == (1, 2) {
            for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
                row.percentiles =
                    row.percentiles.iter().filter(|(at, _)| (at - 0.95).abs() > 0.001).collect();
            }
        }
    };
    Rounds { spoil: without_p95, ..Rounds::default() }.write(gate.folder());
    let answer = compare(&gate, 5, 5, &["--decide", "rate,p95", "--json", "compare.json"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{}", answer.stderr);
    insta::assert_snapshot!(answer.stderr, @"lead-gate: cannot compare: --decide p95: 3-head/loadtest does not hold it, so it could not be decided; name another of what all runs hold (p50, p99, avg, rate), or let the load test write it");
    let document: serde_json::Value = serde_json::from_str(&gate.read("compare.json")).unwrap();
    assert_eq!((&document["verdict"], &document["exit_code"]), (&"not-judged".into(), &2.into()));
    assert_eq!(compare(&gate, 5, 5, &["--decide", "rate,p99"]).code, 0);
}

#[test]
fn a_report_never_takes_the_place_of_a_run() {
    let gate = Gate::new();
    Rounds::default().write(gate.folder());
    let before = gate.read("1-base/loadtest_stats.csv");
    fs::write(gate.folder().join("1-head/any.hlog"), "log").unwrap();
    for words in [
        ["--json", "1-base/loadtest_stats.csv"],
        ["--markdown", "2-head/loadtest_stats_history.csv"],
        ["--json", "1-head/any.hlog"],
    ] {
        let answer = compare(&gate, 5, 5, &words);
        assert_eq!(answer.code, 2, "{}", answer.stderr);
        assert!(answer.stderr.contains("would overwrite"), "{}", answer.stderr);
    }
    assert_eq!(compare(&gate, 5, 5, &["--json", "same", "--markdown", "same"]).code, 2);
    // All reports are written or none.
    let words = ["--json", "whole.json", "--html", "no/such/folder/compare.html"];
    assert_eq!(compare(&gate, 5, 5, &words).code, 2);
    assert!(!gate.folder().join("whole.json").exists());
    assert_eq!(gate.read("1-base/loadtest_stats.csv"), before);
}
