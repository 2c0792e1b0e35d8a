//! What a single earlier run knows of chance: its own ups and downs, and every response time where they were logged.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use hdrhistogram::{
    Histogram,
    serialization::{
        V2DeflateSerializer,
        interval_log::{IntervalLogWriterBuilder, Tag},
    },
};
use lead_gate::{Baseline, Evidence, Expected, Inputs, Policy, Status, judge};
use lead_stats::Paths;

use crate::{
    certainty::{CONFIDENT, outcomes},
    scenario::Scenario,
};

/// Seconds in which P95 wanders around 65 ms, by a third and for half a minute at a time.
fn wandering(second: u64) -> f64 {
    65.0 * [1.0, 0.75, 1.35, 0.85, 1.2, 0.7][(second / 30) as usize % 6]
}

#[test]
fn a_single_earlier_run_knows_its_own_ups_and_downs() {
    let status = |p95_ms: fn(u64) -> f64, before: fn(u64) -> f64, full_history: bool| {
        let run =
            |p95_ms| Scenario { p95_ms, seconds: 240, full_history, ..Scenario::default() }.run();
        let baseline = Baseline::new(Path::new("before_stats.csv"), run(before)).unwrap();
        let outcomes = outcomes(run(p95_ms), baseline, "p95 <= baseline * 1.20", CONFIDENT);
        (outcomes[0].status, outcomes[0].why.clone())
    };
    let even: fn(u64) -> f64 = |_| 65.0;
    let slower: fn(u64) -> f64 = |_| 85.0;
    assert_eq!(status(slower, even, true).0, Status::Fail);
    let (wandered, why) = status(|second| wandering(second) * 1.25, wandering, true);
    assert_eq!(wandered, Status::Inconclusive, "{why}");
    assert!(why.contains("the ups and downs within both runs give x"), "{why}");
    // Percentiles since the start say nothing about windows.
    let (cumulative, why) = status(slower, even, false);
    assert_eq!(cumulative, Status::Inconclusive);
    assert!(why.ends_with("5 runs in a kept baseline (lead-gate baseline update) would tell, or two minutes of --csv-full-history on both sides."), "{why}");
}

/// A log of every response time, as `lead-loadgen --hdr` writes it: a second of 65 ms, one of 2 ms, and so on.
fn hdr_log(requests: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut writer =
        IntervalLogWriterBuilder::new().begin_log_with(&mut bytes, &mut serializer).unwrap();
    for (at, (count, us)) in
        [(requests / 10, 65_000), (requests - requests / 10, 2000)].into_iter().enumerate()
    {
        let mut histogram = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3).unwrap();
        histogram.record_n(us, count).unwrap();
        for tag in [None, Tag::new("POST:/api/v1/score")] {
            let begins = Duration::from_secs(at as u64);
            writer.write_histogram(&histogram, begins, Duration::from_secs(1), tag).unwrap();
        }
    }
    bytes
}

#[test]
fn where_every_response_time_was_logged_chance_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = |name: &str| folder.path().join(name).join("loadtest");
    let write = |name: &str, log: Option<&[u8]>| {
        // No two of those that meet are the same run.
        let scenario = match name {
            "before" => crate::scenario::earlier(),
            "counted" => {
                Scenario { p95_ms: |s| crate::scenario::even(s + 20), ..Scenario::default() }
            }
            _ => Scenario::default(),
        };
        scenario.write(&prefix(name));
        if let Some(log) = log {
            fs::write(folder.path().join(name).join("latencies.hlog"), log).unwrap();
        }
    };
    let requests = Scenario::default().run().summary.aggregated.requests;
    let log = hdr_log(requests);
    let judged = |run: &str, before: &str| {
        let inputs = Inputs {
            prefix: prefix(run),
            baseline: Some(Paths::of(&prefix(before)).summary),
            max_age: None,
            expected: Expected::default(),
            now: SystemTime::UNIX_EPOCH,
        };
        let evidence = Evidence::gather(&inputs).unwrap();
        let outcomes = judge(&evidence, &Policy::built_in()).outcomes;
        let outcome =
            outcomes.into_iter().find(|outcome| outcome.rule.id() == "p95-baseline").unwrap();
        (outcome.comparison.unwrap().chance, outcome.why, evidence.notes().join("\n"))
    };
    write("counted", Some(&log));
    write("before", Some(&log));
    write("plain", None);
    write("foreign", Some(&hdr_log(17)));
    write("torn", Some(&log[..log.len() / 2]));
    let (chance, why, notes) = judged("counted", "before");
    // Nine tenths are fast, so that P95 of 65 ms stands within one bin, which is 64 us wide.
    let range = chance.by_sampling.unwrap();
    assert!(chance.sampling_is_exact && range.low > 0.997 && range.high < 1.003, "{range:?}");
    assert!(
        why.contains("sampling alone gives x1.00 to x1.00 (counted)") && !notes.contains("hlog"),
        "{why} {notes}"
    );
    for (run, before) in
        [("plain", "before"), ("counted", "plain"), ("foreign", "before"), ("torn", "before")]
    {
        let (chance, _, notes) = judged(run, before);
        assert!(!chance.sampling_is_exact && chance.by_sampling.is_some(), "{run} {before}");
        assert_eq!(notes.contains("it is not used"), ["foreign", "torn"].contains(&run), "{notes}");
    }
    let (_, _, notes) = judged("foreign", "before");
    assert!(
        notes.contains("latencies.hlog: it counts 17 requests, _stats.csv 487800; it is not used."),
        "{notes}"
    );
}
