//! `[run]`: runs to which the load was not applied, and where the steady part begins.

use std::{path::Path, time::Duration};

use lead_gate::{Evidence, Expected, Policy, Start, Status, judge};
use lead_stats::{Paths, Run};

use crate::{
    gate::Gate,
    scenario::{START_S, Scenario},
};

fn judged(run: Run, expected: Expected) -> Result<Evidence, String> {
    Evidence::expecting(&Paths::of(Path::new("loadtest")), run, expected)
        .map_err(|error| error.to_string())
}

fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

#[test]
fn fewer_users_than_expected_are_no_run() {
    let users = |users| Expected { users: Some(users), ..Expected::default() };
    assert!(judged(Scenario::default().run(), users(300)).is_ok());
    let why = judged(Scenario::default().run(), users(301)).unwrap_err();
    insta::assert_snapshot!(why, @"loadtest_stats_history.csv: 300 users were at work, [run] expects 301: the load was not applied; run the test again with all users, or change expect_users");
    let mut run = Scenario::default().run();
    run.history.ticks.clear();
    insta::assert_snapshot!(judged(run, users(1)).unwrap_err(), @"loadtest_stats_history.csv: no history shows how many users were at work, [run] expects 1: the load was not applied; run the test again with all users, or change expect_users");
}

#[test]
fn a_run_of_less_than_nine_tenths_is_none() {
    let lasting = |duration| Expected { duration: seconds(duration), ..Expected::default() };
    assert!(judged(Scenario::default().run(), lasting(167)).is_ok());
    let why = judged(Scenario::default().run(), lasting(168)).unwrap_err();
    insta::assert_snapshot!(why, @"loadtest_stats_history.csv: the run lasted 150 s, [run] expects 168 s and takes nine tenths of it: the load was not applied; run the test again, or change expect_duration");
    // Without a history, the summary's rate tells: 487,800 requests at 3,252/s.
    let mut run = Scenario::default().run();
    run.history.ticks.clear();
    assert!(judged(run.clone(), lasting(166)).is_ok());
    insta::assert_snapshot!(judged(run, lasting(167)).unwrap_err(), @"loadtest_stats.csv: the run lasted 150 s, [run] expects 167 s and takes nine tenths of it: the load was not applied; run the test again, or change expect_duration");
}

/// `--reset-stats` starts the counters anew when all users are there; a history that another run goes on with does so later.
#[test]
fn what_went_before_a_reset_is_run_time_and_another_run_is_not() {
    let lasting = |duration| Expected { duration: seconds(duration), ..Expected::default() };
    for (pause_s, lasted_s) in [(0, 150), (3600, 118)] {
        let mut run = Scenario::default().run();
        let is_before = |second: u64| second <= 31;
        let ticks = run.history.ticks.iter();
        let lost = ticks.filter(|tick| is_before(tick.timestamp_s - START_S));
        let lost = lost.map(|tick| tick.total_requests).max().unwrap();
        for tick in &mut run.history.ticks {
            if !is_before(tick.timestamp_s - START_S) {
                tick.total_requests -= lost;
                tick.timestamp_s += pause_s;
            }
        }
        run.summary.aggregated.requests -= lost;
        assert!(judged(run.clone(), lasting(lasted_s)).is_ok(), "{pause_s} s between");
        let why = judged(run, lasting((lasted_s + 1) * 10 / 9 + 1)).unwrap_err();
        assert!(why.contains(&format!("the run lasted {lasted_s} s")), "{why}");
    }
}

#[test]
fn too_few_requests_are_no_run() {
    let requests = |requests| Expected { requests: Some(requests), ..Expected::default() };
    assert!(judged(Scenario::default().run(), requests(487_800)).is_ok());
    let why = judged(Scenario::default().run(), requests(487_801)).unwrap_err();
    insta::assert_snapshot!(why, @"loadtest_stats.csv: 487800 requests, [run] demands 487801: too few to say anything; run longer or with more users, or change min_requests");
}

#[test]
fn a_refused_run_ends_with_three_and_says_why_in_every_report() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    for option in ["run.expect_users=400", "run.expect_duration=5m", "run.min_requests=1000000"] {
        let answer = gate.check(&["--set", option, "--json", "gate.json"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (3, ""), "{option}");
        let document: serde_json::Value = serde_json::from_str(&gate.read("gate.json")).unwrap();
        assert_eq!(document["verdict"], "not-judged", "{option}");
        assert!(answer.stderr.contains("[run]"), "{}", answer.stderr);
    }
    let met = ["run.expect_users=300", "run.expect_duration=150s", "run.min_requests=1000"];
    let more: Vec<&str> = met.iter().flat_map(|option| ["--set", option]).collect();
    assert_eq!(gate.check(&more).code, 0);
}

#[test]
fn the_steady_part_begins_where_it_is_told_to() {
    let steady = |ramp, settle| {
        let expected = Expected { start: Start { ramp, settle }, ..Expected::default() };
        judged(Scenario::default().run(), expected).unwrap().steady()
    };
    let window = |ramp, settle| {
        let steady = steady(ramp, settle).unwrap();
        (steady.ramp_s, steady.duration_s(), steady.is_held())
    };
    assert_eq!(window(None, None), (29, 121, true));
    assert_eq!(window(None, seconds(10)), (39, 111, true));
    assert_eq!(window(seconds(60), None), (60, 90, true));
    assert_eq!(window(seconds(60), seconds(5)), (65, 85, true));
    // Users were still missing then, and the window says so.
    assert_eq!(window(seconds(10), None), (10, 140, false));
    assert!(steady(seconds(148), None).is_err());
}

#[test]
fn a_steady_part_behind_the_end_of_the_run_is_a_slip() {
    let refused = |ramp, settle| {
        let expected = Expected { start: Start { ramp, settle }, ..Expected::default() };
        judged(Scenario::default().run(), expected).unwrap_err()
    };
    insta::assert_snapshot!(refused(seconds(1000), None), @"loadtest_stats_history.csv: [run] begins the steady part 850 s after the run has ended: make ramp and settle shorter, or run longer");
    assert!(refused(None, seconds(36_000)).contains("begins the steady part 35879 s after"));
    assert!(refused(seconds(u64::MAX), seconds(u64::MAX)).contains("make ramp and settle shorter"));
}

#[test]
fn users_are_not_expected_of_an_open_run() {
    let mut run = Scenario::default().run();
    run.history.ticks.iter_mut().for_each(|tick| tick.users = 0);
    let expected = Expected { users: Some(3), ..Expected::default() };
    insta::assert_snapshot!(judged(run, expected).unwrap_err(), @"loadtest_stats_history.csv: no user was at work at any second: a run in the open model (--rate) has none, and [run] expects 3; leave expect_users out, and write min_requests and a rule such as steady_rps >= 300 instead");
}

/// Percentiles of a full history look ten seconds back; what was left to settle is not left out twice.
#[test]
fn settling_is_counted_once() {
    let blocks = |settle| {
        let start = Start { ramp: None, settle };
        let expected = Expected { start, ..Expected::default() };
        let evidence = judged(Scenario::default().run(), expected).unwrap();
        let verdict = judge(&evidence, &Policy::built_in());
        let drift =
            verdict.outcomes.iter().find(|outcome| outcome.rule.id() == "p95-drift").unwrap();
        assert_eq!(drift.status, Status::Pass);
        drift.drift.unwrap().blocks
    };
    assert_eq!(
        [None, seconds(0), seconds(5), seconds(10), seconds(20)].map(blocks),
        [11, 11, 11, 11, 10]
    );
}

#[test]
fn a_run_of_no_length_is_not_expected() {
    let refused = Policy::load(None, &["run.expect_duration=0s".parse().unwrap()]).unwrap_err();
    assert!(refused.to_string().contains("every run lasts 0s"), "{refused}");
}
