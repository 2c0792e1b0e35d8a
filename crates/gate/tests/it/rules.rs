//! Each rule at and around its limit, through the library.

use std::path::Path;

use lead_gate::{
    Baseline, DriftPolicy, Evidence, Expr, Limit, Metric, Op, Outcome, Policy, PolicyError,
    Quantity, Rule, Severity, Status, Terms, Verdict, judge,
};
use lead_stats::{Exception, Paths, Percentiles, Run};

use crate::scenario::{Scenario, run_with_columns};

fn verdict(run: Run) -> Verdict {
    judge(&Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap(), &Policy::built_in())
}

fn against(mut run: Run, mut before: Run) -> Outcome {
    // The course of both runs is left as it was when percentiles are made up, and would speak against them.
    run.history.ticks.clear();
    before.history.ticks.clear();
    let baseline = Baseline::new(Path::new("before_stats.csv"), before).unwrap();
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run)
        .unwrap()
        .with_baseline(baseline)
        .unwrap();
    outcome(&judge(&evidence, &Policy::built_in()), "p95-baseline")
}

pub(crate) fn outcome(verdict: &Verdict, id: &str) -> Outcome {
    verdict.outcomes.iter().find(|outcome| outcome.rule.id() == id).unwrap().clone()
}

fn with_percentiles(ms: [f64; 11]) -> Run {
    let mut run = Scenario::default().run();
    run.summary.aggregated.percentiles = Percentiles::locust(ms);
    run
}

fn check(run: Run, id: &str, status: Status) {
    let outcome = outcome(&verdict(run), id);
    assert_eq!(outcome.status, status, "{outcome:?}");
}

#[test]
fn the_operator_decides_what_happens_at_the_limit() {
    let at =
        |p50, p95, p99| with_percentiles([p50, p50, p50, p50, p50, p95, p95, p99, p99, p99, p99]);
    check(at(49.0, 1000.0, 1900.0), "p50", Status::Pass);
    check(at(50.0, 1000.0, 1900.0), "p50", Status::Fail);
    check(at(49.0, 1000.0, 1900.0), "p95", Status::Pass);
    check(at(49.0, 1000.001, 1900.0), "p95", Status::Fail);
    check(at(49.0, 1000.0, 1999.999), "p99", Status::Pass);
    check(at(49.0, 1000.0, 2000.0), "p99", Status::Fail);
}

#[test]
fn a_value_that_locust_rounded_to_the_limit_is_judged_as_reported_and_said_so() {
    let p95 = outcome(
        &verdict(with_percentiles([
            40., 40., 40., 40., 40., 1000., 1000., 1000., 1000., 1000., 1000.,
        ])),
        "p95",
    );
    assert_eq!(p95.status, Status::Pass);
    assert!(p95.why.contains("the true value lies in 950 ms to 1,050 ms"), "{}", p95.why);
}

#[test]
fn a_single_failure_in_millions_breaks_zero_percent() {
    let mut run = Scenario { failures: 1, ..Scenario::default() }.run();
    let all = &mut run.summary.aggregated;
    (all.requests, run.history.ticks) = (36_000_000, Vec::new());
    let errors = outcome(&verdict(run), "errors");
    assert_eq!(
        (errors.status, errors.observed.unwrap().to_string()),
        (Status::Fail, "<0.01 %".to_owned())
    );
}

#[test]
fn a_percentage_of_requests_is_exact_at_its_limit() {
    let limit = Limit::Absolute(Quantity::Percent(0.07));
    let expr = Expr::new(Metric::ErrorRate, Op::AtMost, limit);
    let rule = Rule::new("errors", expr, Terms::default()).unwrap();
    let policy = Policy::new(vec![rule], DriftPolicy::default()).unwrap();
    let passes = |failures| {
        let mut run = Scenario::default().run();
        (run.summary.aggregated.requests, run.summary.aggregated.failures) = (10_000, failures);
        run.history.ticks.clear();
        judge(&Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap(), &policy).passes()
    };
    // 0.07 * 10000 is 700.0000000000001 in binary, and 7 / 10000 is not 0.0007 either.
    assert_eq!([6, 7, 8].map(passes), [true, true, false]);
}

#[test]
fn percentiles_that_are_not_there_are_a_failure() {
    let mut run = Scenario::default().run();
    run.summary.aggregated.percentiles = Percentiles::none();
    let verdict = verdict(run);
    assert_eq!((verdict.exit_code(), outcome(&verdict, "p95").status), (1, Status::NoData));
    insta::assert_snapshot!(outcome(&verdict, "p95").why, @"The Aggregated row of _stats.csv holds N/A in all percentiles. Report p95 as well.");

    let run = run_with_columns(&[("50%", "10"), ("90%", "20")]);
    insta::assert_snapshot!(outcome(&self::verdict(run), "p95").why, @"The Aggregated row of _stats.csv holds p50, p90. Report p95 as well.");
}

#[test]
fn exceptions_fail_even_where_no_request_did() {
    check(Scenario { exceptions: 1, ..Scenario::default() }.run(), "exceptions", Status::Fail);
    check(Scenario::default().run(), "exceptions", Status::Pass);
}

/// Nobody's counts reach these; a sum that comes around to zero, or a row that counts none, must not pass.
#[test]
fn exceptions_fail_whatever_their_counts_are() {
    for counts in [vec![u64::MAX, 1], vec![0]] {
        let mut run = Scenario::default().run();
        run.exceptions =
            counts.into_iter().map(|count| Exception { count, ..Exception::default() }).collect();
        check(run, "exceptions", Status::Fail);
    }
}

#[test]
fn a_single_request_bounds_the_error_rate_by_a_hundred_percent() {
    let mut run = Scenario { full_history: false, ..Scenario::default() }.run();
    run.history.ticks.clear();
    run.summary.aggregated.requests = 1;
    insta::assert_snapshot!(outcome(&verdict(run), "errors").why, @"0 of 1 requests failed. The true rate is below 100 % (95 %, 3/n).");
}

#[test]
fn percentiles_out_of_order_are_told() {
    let run = with_percentiles([10., 12., 14., 16., 5000., 20., 22., 24., 26., 28., 30.]);
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    insta::assert_snapshot!(evidence.notes().join("\n"), @"p95 is smaller than p90 in the Aggregated row, which no list of response times gives: was the file changed by hand?");
    let mut run = Scenario::default().run();
    run.summary.endpoints[0].percentiles =
        Percentiles::locust([9., 8., 14., 16., 18., 20., 22., 24., 26., 28., 30.]);
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    insta::assert_snapshot!(evidence.notes().join("\n"), @"p66 is smaller than p50 in the row of POST /api/v1/score, which no list of response times gives: was the file changed by hand?");
}

#[test]
fn more_failures_than_requests_are_no_run() {
    let mut run = Scenario::default().run();
    run.summary.endpoints[0].failures = run.summary.endpoints[0].requests + 1;
    let error = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"loadtest_stats.csv: /api/v1/score has 406501 failures in 406500 requests; the file was not written by a load test");
}

#[test]
fn more_than_a_fifth_above_the_baseline_fails_by_the_point() {
    let at = |p95| with_percentiles([15., 22., 28., 32., 45., p95, 120., 180., 520., 892., 892.]);
    assert_eq!(against(at(60.0), at(50.0)).status, Status::Pass);
    assert_eq!(against(at(60.001), at(50.0)).status, Status::Fail);
    insta::assert_snapshot!(against(at(61.0), at(50.0)).why, @"22 % slower than the baseline's 50 ms; rounding alone gives x1.20 to x1.24, sampling alone gives x1.20 to x1.23, and one run does not show how much the machine varies. Find the cause, or keep this run's _stats.csv as the baseline.");
    insta::assert_snapshot!(against(at(50.0), at(65.0)).why, @"23.1 % faster than the baseline's 65 ms; rounding alone gives x0.76 to x0.78, sampling alone gives x0.76 to x0.78, and one run does not show how much the machine varies. Keep this run's _stats.csv as the next baseline.");
}

#[test]
fn a_baseline_of_up_to_five_percent_other_users_can_be_compared_with() {
    let with = |users| {
        let mut run = Scenario::default().run();
        run.history.ticks.iter_mut().for_each(|tick| tick.users = users);
        run
    };
    let compared = |users| {
        let baseline = Baseline::new(Path::new("before_stats.csv"), with(300)).unwrap();
        let paths = Paths::of(Path::new("loadtest"));
        Evidence::new(&paths, with(users)).unwrap().with_baseline(baseline).is_ok()
    };
    assert_eq!([284, 285, 300, 315, 316].map(compared), [false, true, true, true, false]);
}

#[test]
fn a_regression_that_rounding_explains_still_fails_and_says_so() {
    let at = |p95: f64| with_percentiles([1., 1., 1., 1., 2., p95, 8., 9., 52., 89., 89.]);
    let outcome = against(at(4.0), at(3.0));
    assert_eq!(outcome.status, Status::Fail);
    insta::assert_snapshot!(outcome.why, @"33.3 % slower than the baseline's 3 ms; rounding alone gives x1.00 to x1.80, sampling alone gives x1.31 to x1.35, and one run does not show how much the machine varies. Within noise: run both again, or keep this run's _stats.csv as the baseline.");
}

#[test]
fn a_baseline_of_zero_is_compared_by_difference() {
    let at = |p95: f64| with_percentiles([0., 0., 0., 0., 0., p95, 8., 9., 52., 89., 89.]);
    assert_eq!(against(at(0.0), at(0.0)).status, Status::Pass);
    let outcome = against(at(65.0), at(0.0));
    assert_eq!((outcome.status, outcome.comparison.unwrap().ratio), (Status::Fail, None));
    insta::assert_snapshot!(outcome.why, @"The baseline of 0 ms is below the resolution of its file, so there is no ratio and the difference decides. Find the cause, or keep this run's _stats.csv as the baseline.");
}

#[test]
fn tenths_of_a_millisecond_are_compared_where_the_file_holds_them() {
    let at = |p95: f64| with_percentiles([0.1, 0.1, 0.1, 0.1, 0.2, p95, 0.8, 0.9, 5.2, 8.9, 8.9]);
    assert_eq!(against(at(0.30), at(0.214)).status, Status::Fail);
    assert_eq!(against(at(0.25), at(0.214)).status, Status::Pass);
}

#[test]
fn a_rate_held_down_by_think_time_is_told_from_one_held_down_by_the_server() {
    let slow_users = Scenario { rps_per_user: 0.5, ..Scenario::default() };
    insta::assert_snapshot!(outcome(&verdict(slow_users.run()), "rps").why, @"300 users for 121 s. Whole run with its ramp: 135.5/s. Each user sends every 2,000 ms and waits 26 ms of them for the answer: users and think time limit the rate, not the server. Raise --users.");
    let slow_server = Scenario { rps_per_user: 0.5, p95_ms: |_| 4500.0, ..Scenario::default() };
    insta::assert_snapshot!(outcome(&verdict(slow_server.run()), "rps").why, @"300 users for 121 s. Whole run with its ramp: 135.5/s. Each user sends every 2,000 ms and waits 1,800 ms of them for the answer: the server limits the rate, more users would only queue. Profile it, or give it more cores.");
}

#[test]
fn a_lesser_rule_warns_where_it_would_fail() {
    let limit = Limit::Absolute(Quantity::Milliseconds(1.0));
    let expr = Expr::new(Metric::Percentile(0.5), Op::AtMost, limit);
    let terms = Terms { severity: Severity::Warn, ..Terms::default() };
    let rule = Rule::new("p50", expr, terms).unwrap();
    let policy = Policy::new(vec![rule], DriftPolicy::default()).unwrap();
    let evidence =
        Evidence::new(&Paths::of(Path::new("loadtest")), Scenario::default().run()).unwrap();
    let verdict = judge(&evidence, &policy);
    assert_eq!((verdict.exit_code(), verdict.headline().as_str()), (0, "PASS: 1 warning"));
}

#[test]
fn a_policy_that_could_only_pass_cannot_be_made() {
    assert_eq!(Policy::new(Vec::new(), DriftPolicy::default()), Err(PolicyError::Empty));
    let twice = || Policy::built_in().rules()[0].clone();
    let error = Policy::new(vec![twice(), twice()], DriftPolicy::default()).unwrap_err();
    assert_eq!(error, PolicyError::DuplicateId { id: "p50".into() });
    let rate = Limit::Absolute(Quantity::PerSecond(300.0));
    let expr = Expr::new(Metric::Percentile(0.95), Op::AtMost, rate);
    let error = Rule::new("p95", expr, Terms::default()).unwrap_err();
    insta::assert_snapshot!(error, @r#"rule "p95" (p95 <= 300/s): the metric is measured in "ms"; write a limit with that unit"#);
    let expr = Expr::new(Metric::MinWindowRps, Op::AtLeast, Limit::TimesBaseline(0.8));
    assert!(Rule::new("rps", expr, Terms::default()).is_err());
}

#[test]
fn the_built_in_rules_are_the_guides() {
    let lines: Vec<String> = Policy::built_in()
        .rules()
        .iter()
        .map(|rule| format!("{}: {}", rule.id(), rule.expr()))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    p50: p50 < 50ms
    p95: p95 <= 1000ms
    p99: p99 < 2000ms
    rps: steady_rps >= 300/s
    errors: error_rate <= 0%
    exceptions: exceptions <= 0
    p95-baseline: p95 <= baseline * 1.20
    p95-drift: drift(p95) <= 20%
    ");
}

#[test]
fn where_most_requests_failed_no_advice_about_users_is_given() {
    let mut run = Scenario { rps_per_user: 0.5, ..Scenario::default() }.run();
    let most = run.summary.aggregated.requests - 1;
    run.summary.aggregated.failures = most;
    let why = outcome(&verdict(run), "rps").why;
    assert!(why.ends_with("Most requests failed: mend that first, this rate and all response times are of failures."), "{why}");
}

#[test]
fn a_baseline_without_its_history_is_said_to_be_of_an_unknown_load() {
    let note = |before: Run| {
        let baseline = Baseline::new(Path::new("before_stats.csv"), before).unwrap();
        let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), Scenario::default().run());
        let evidence = evidence.unwrap().with_baseline(baseline).unwrap();
        evidence
            .notes()
            .iter()
            .any(|note| note.contains("nobody knows whether it had as many users"))
    };
    let mut before = Scenario::default().run();
    assert!(!note(before.clone()));
    before.history.ticks.clear();
    assert!(note(before));
}
