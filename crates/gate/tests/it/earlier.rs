//! An earlier run's `_stats.csv` as baseline: its own files must be those of one whole run, as the judged run's must.

use std::{fs, path::Path};

use lead_stats::{Paths, RunVerdict, Validity};
use sha2::{Digest, Sha256};

use crate::{
    gate::{Answer, Gate},
    scenario::{START_S, Scenario, earlier},
};

/// Judges a good run against an earlier one whose files were changed.
fn against(before: &Scenario, change: impl FnOnce(&Path), more: &[&str]) -> Answer {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    before.write(&gate.folder().join("before"));
    change(gate.folder());
    gate.check(&[&["--baseline", "before_stats.csv"], more].concat())
}

/// What is said of a baseline that is refused.
fn refused(before: &Scenario, change: impl FnOnce(&Path)) -> String {
    let answer = against(before, change, &[]);
    assert_eq!((answer.code, answer.stdout.as_str()), (3, ""), "{}", answer.stderr);
    answer.stderr
}

/// Keeps the first bytes of a file.
fn cut(file: &Path, length: usize) {
    let bytes = fs::read(file).unwrap();
    fs::write(file, &bytes[..length]).unwrap();
}

#[test]
fn a_baseline_whose_history_was_cut_off_is_refused() {
    let torn = |folder: &Path| cut(&folder.join("before_stats_history.csv"), 3_000);
    insta::assert_snapshot!(refused(&earlier(), torn), @"lead-gate: cannot judge: the baseline is unusable: before_stats_history.csv: the history ends at 5400 requests, before_stats.csv says 487800: they are of different runs, or one was cut off; run the test again into an empty folder");
    let empty = |folder: &Path| cut(&folder.join("before_stats_history.csv"), 0);
    assert!(refused(&earlier(), empty).contains("before_stats_history.csv: line 1"));
    let header = |folder: &Path| {
        let file = folder.join("before_stats_history.csv");
        let rows = fs::read_to_string(&file).unwrap();
        fs::write(file, rows.lines().next().unwrap().to_owned() + "\r\n").unwrap();
    };
    insta::assert_snapshot!(refused(&earlier(), header), @"lead-gate: cannot judge: the baseline is unusable: before_stats_history.csv: the history ends at 0 requests, before_stats.csv says 487800: they are of different runs, or one was cut off; run the test again into an empty folder");
}

#[test]
fn a_baseline_with_the_history_of_another_run_is_refused() {
    let mixed = |folder: &Path| {
        Scenario { rps_per_user: 9.0, ..earlier() }.write(&folder.join("other"));
        fs::rename(folder.join("other_stats_history.csv"), folder.join("before_stats_history.csv"))
            .unwrap();
    };
    insta::assert_snapshot!(refused(&earlier(), mixed), @"lead-gate: cannot judge: the baseline is unusable: before_stats_history.csv: the history ends at 365850 requests, before_stats.csv says 487800: they are of different runs, or one was cut off; run the test again into an empty folder");
}

#[test]
fn a_baseline_whose_counters_began_anew_twice_is_refused() {
    let restarted = |folder: &Path| {
        let prefix = folder.join("before");
        let mut run = lead_stats::read(&prefix).unwrap();
        let first = |tick: &lead_stats::Tick| (tick.timestamp_s - START_S) / 50 * 50;
        let totals: Vec<u64> = [0, 50, 100].map(|at| at * 3_000).to_vec();
        for tick in &mut run.history.ticks {
            let stretch = usize::try_from(first(tick) / 50).unwrap().min(2);
            tick.total_requests = tick.total_requests.saturating_sub(totals[stretch]);
        }
        let last = run.history.ticks.last().unwrap().total_requests;
        run.summary.aggregated.requests = last;
        let mut one = run.summary.aggregated.clone();
        (one.method, one.name) = ("POST".to_owned(), "/api/v1/score".to_owned());
        run.summary.endpoints = vec![one];
        lead_stats::write(&prefix, &run).unwrap();
    };
    insta::assert_snapshot!(refused(&earlier(), restarted), @"lead-gate: cannot judge: the baseline is unusable: before_stats_history.csv: the counters started anew 2 times: this is no single run; run the test again with a fresh --csv prefix");
}

#[test]
fn a_baseline_of_failures_is_refused_and_some_failures_are_told() {
    let all = |folder: &Path| {
        let prefix = folder.join("before");
        let mut run = lead_stats::read(&prefix).unwrap();
        for row in run.summary.endpoints.iter_mut().chain([&mut run.summary.aggregated]) {
            row.failures = row.requests;
        }
        lead_stats::write(&prefix, &run).unwrap();
        fs::remove_file(Paths::of(&prefix).failures).unwrap();
    };
    insta::assert_snapshot!(refused(&earlier(), all), @"lead-gate: cannot judge: before_stats.csv: 487800 of the baseline's 487800 requests failed: its response times are those of failures; give a run that was good");
    let some = against(&Scenario { failures: 4_000, ..earlier() }, |_| {}, &[]);
    assert_eq!(some.code, 0, "{}", some.stderr);
    let notes: Vec<&str> = some.stdout.lines().filter(|line| line.starts_with("Note: ")).collect();
    insta::assert_snapshot!(notes.join("\n"), @"Note: 0.82 % of the baseline's requests failed, and its percentiles include failures.");
}

#[test]
fn a_baseline_whose_last_line_has_no_end_is_refused() {
    let torn = |folder: &Path| {
        let file = folder.join("before_stats.csv");
        let length = fs::metadata(&file).unwrap().len() as usize;
        cut(&file, length - 2);
    };
    let said = refused(&earlier(), torn);
    assert!(said.contains("the baseline is unusable: before_stats.csv"), "{said}");
}

/// Where the steady part begins is asked of both runs, or their ramps would differ for no other reason.
#[test]
fn the_steady_part_of_the_baseline_begins_where_that_of_the_run_does() {
    let answer = against(&earlier(), |_| {}, &["--set", "run.ramp=60s"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
}

/// A verdict on the run behind the prefix, as its generator would leave it.
fn verdict(prefix: &Path) -> RunVerdict {
    let bytes = fs::read(Paths::of(prefix).summary).unwrap();
    let hex = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let requests = lead_stats::read(prefix).unwrap().summary.aggregated.requests;
    let summary_sha256 = Some(hex);
    RunVerdict {
        validity: Validity::Valid,
        reasons: Vec::new(),
        requests,
        summary_sha256,
        ..RunVerdict::unfinished()
    }
}

/// Runs of one rate and length count the same requests: only the bytes tell whose verdict it is.
#[test]
fn the_verdict_on_a_run_of_as_many_requests_is_not_taken_for_this_ones() {
    let own = |folder: &Path| {
        for prefix in ["loadtest", "before"].map(|name| folder.join(name)) {
            verdict(&prefix).write(&Paths::of(&prefix).verdict).unwrap();
        }
    };
    assert_eq!(against(&earlier(), own, &[]).code, 0);
    let of_the_other = |prefix: &'static str, other: &'static str| {
        move |folder: &Path| {
            let said = verdict(&folder.join(other));
            assert_eq!(said.requests, verdict(&folder.join(prefix)).requests);
            said.write(&Paths::of(&folder.join(prefix)).verdict).unwrap();
        }
    };
    insta::assert_snapshot!(refused(&earlier(), of_the_other("loadtest", "before")), @"lead-gate: cannot judge: loadtest_verdict.json: the verdict is about another loadtest_stats.csv (their SHA-256 differ): they are of different runs, or the file was changed since; run the test again into an empty folder");
    insta::assert_snapshot!(refused(&earlier(), of_the_other("before", "loadtest")), @"lead-gate: cannot judge: the baseline is unusable: before_verdict.json: the verdict is about another before_stats.csv (their SHA-256 differ): they are of different runs, or the file was changed since; run the test again into an empty folder");
}
