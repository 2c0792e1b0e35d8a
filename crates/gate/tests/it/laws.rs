//! What must hold for every run.

use std::{fs, path::Path, time::SystemTime};

use lead_gate::{
    Baseline, Evidence, Expected, Inputs, Policy, Quantity, Status, Verdict, exit, json, judge,
};
use lead_stats::{Paths, Percentiles, Run};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::{
    rules::outcome,
    scenario::{Scenario, run_with_columns},
};

fn verdict(run: Run, before: Option<Run>) -> Verdict {
    let mut evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    if let Some(before) = before {
        let baseline = Baseline::new(Path::new("before_stats.csv"), before).unwrap();
        evidence = evidence.with_baseline(baseline).unwrap();
    }
    judge(&evidence, &Policy::built_in())
}

/// A run whose percentiles from P95 on are raised to at least `ms`.
fn with_p95(ms: f64) -> Run {
    let mut run = Scenario { seconds: 12, users: 20, ..Scenario::default() }.run();
    let all = &mut run.summary.aggregated;
    let raised = all.percentiles.iter().map(|(fraction, value)| match fraction {
        below if below < 0.94 => value.min(ms),
        p95 if p95 < 0.96 => ms,
        _ => value.max(ms),
    });
    all.percentiles = Percentiles::locust(raised.collect::<Vec<_>>().try_into().unwrap());
    run
}

fn milliseconds() -> impl Strategy<Value = f64> {
    (0_u32..3_000_000).prop_map(|microseconds| f64::from(microseconds) / 1000.0)
}

/// The exit code that the files behind `prefix` would get.
fn code(prefix: &Path) -> u8 {
    let inputs = Inputs {
        prefix: prefix.to_owned(),
        baseline: None,
        max_age: None,
        expected: Expected::default(),
        now: SystemTime::UNIX_EPOCH,
    };
    match Evidence::gather(&inputs) {
        Ok(evidence) => judge(&evidence, &Policy::built_in()).exit_code(),
        Err(_) => exit::NOT_JUDGED,
    }
}

#[test]
fn no_truncated_summary_ever_passes() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("loadtest");
    Scenario { seconds: 12, users: 100, ..Scenario::default() }.write(&prefix);
    let summary = Paths::of(&prefix).summary;
    let whole = fs::read(&summary).unwrap();
    assert_eq!(code(&prefix), exit::PASS, "the whole file is good");
    for with_history in [true, false] {
        if !with_history {
            fs::remove_file(Paths::of(&prefix).history).unwrap();
        }
        for length in 0..whole.len() {
            fs::write(&summary, &whole[..length]).unwrap();
            assert_eq!(code(&prefix), exit::NOT_JUDGED, "{length} of {} bytes", whole.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_slower_p95_never_turns_a_failure_into_a_pass(a in milliseconds(), b in milliseconds(), before in milliseconds()) {
        let (fast, slow) = if a < b { (a, b) } else { (b, a) };
        let [fast, slow] = [fast, slow].map(|ms| verdict(with_p95(ms), Some(with_p95(before))));
        for id in ["p95", "p99", "p95-baseline"] {
            let fails = |verdict| outcome(verdict, id).status == Status::Fail;
            prop_assert!(!fails(&fast) || fails(&slow), "{id} fails when fast and passes when slow");
        }
    }

    #[test]
    fn the_order_of_rows_is_no_evidence(reverse in any::<bool>(), rotate in 0_usize..2) {
        let scenario = Scenario { failures: 9, exceptions: 2, ..Scenario::default() };
        let mut shuffled = scenario.run();
        shuffled.summary.endpoints.rotate_left(rotate);
        if reverse {
            shuffled.summary.endpoints.reverse();
            // Endpoint rows and the aggregated row of one second may come in any order.
            shuffled.history.ticks.chunk_by_mut(|a, b| a.timestamp_s == b.timestamp_s).for_each(<[_]>::reverse);
        }
        prop_assert_eq!(verdict(shuffled, None), verdict(scenario.run(), None));
    }

    #[test]
    fn the_date_is_no_evidence(shift_s in 0_u64..1_000_000_000) {
        let mut later = Scenario::default().run();
        later.history.ticks.iter_mut().for_each(|tick| tick.timestamp_s += shift_s);
        let [now, later] = [Scenario::default().run(), later].map(|run| verdict(run, None));
        prop_assert_eq!(now.outcomes, later.outcomes);
    }

    #[test]
    fn a_run_is_never_worse_than_itself(p95 in milliseconds()) {
        let same = verdict(with_p95(p95), Some(with_p95(p95)));
        prop_assert_eq!(outcome(&same, "p95-baseline").status, Status::Pass);
    }

    #[test]
    fn the_exit_code_is_zero_exactly_if_nothing_failed(p95 in milliseconds(), failures in 0_u64..2, requests in 100_u64..100_000) {
        let mut run = with_p95(p95);
        run.history.ticks.clear();
        (run.summary.aggregated.requests, run.summary.aggregated.failures) = (requests, failures);
        let verdict = verdict(run, None);
        let failed = verdict.outcomes.iter().any(|outcome| matches!(outcome.status, Status::Fail | Status::NoData));
        prop_assert_eq!(verdict.exit_code() == 0, !failed);
        let document: serde_json::Value = serde_json::from_str(&json(&Ok(verdict.clone()))).unwrap();
        prop_assert_eq!(document["exit_code"].as_u64(), Some(u64::from(verdict.exit_code())));
        prop_assert_eq!(document["rules"].as_array().map(Vec::len), Some(Policy::built_in().rules().len()));
    }

    #[test]
    fn a_printed_figure_that_fails_never_looks_like_its_limit(off in 1e-6_f64..1.0) {
        let limit = Quantity::PerSecond(300.0);
        prop_assert!(Quantity::PerSecond(300.0 - off).text_beside(limit) != limit.to_string());
    }
}

#[test]
fn nothing_to_judge_by_is_no_pass() {
    let mut empty = verdict(Scenario::default().run(), None);
    empty.outcomes.clear();
    assert_eq!(empty.exit_code(), exit::FAIL);
}

#[test]
fn any_percentile_list_is_judged_without_panic() {
    let lists: [&[(&str, &str)]; 4] =
        [&[("100%", "5")], &[("95%", "0")], &[("50%", "1"), ("95%", "2")], &[("95%", "N/A")]];
    for columns in lists {
        let run = run_with_columns(columns);
        verdict(run.clone(), Some(run));
    }
}
