//! Every metric and every scope, judged by rules from a file.

use std::path::Path;

use lead_gate::{Evidence, Outcome, Policy, Status, json, judge};
use lead_stats::{Failure, Paths, Percentiles, Run};

use crate::scenario::Scenario;

/// What a run comes to by one expression and its terms.
fn outcomes_with(run: Run, expr: &str, terms: &str) -> Vec<Outcome> {
    let text = format!("version = 1\nrule = [{{ id = 'rule', expr = \"{expr}\"{terms} }}]");
    let policy = Policy::parse(&text, Path::new("gate.toml")).unwrap();
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    policy.require_known(evidence.summary()).unwrap();
    judge(&evidence, &policy).outcomes
}

pub(crate) fn outcomes(run: Run, expr: &str) -> Vec<Outcome> {
    outcomes_with(run, expr, "")
}

pub(crate) fn status(run: &Run, expr: &str) -> Status {
    let outcomes = outcomes(run.clone(), expr);
    assert_eq!(outcomes.len(), 1, "{expr}");
    outcomes[0].status
}

/// A run whose figures are all different and known.
fn known() -> Run {
    let mut run = Scenario { failures: 600, exceptions: 2, ..Scenario::default() }.run();
    let all = &mut run.summary.aggregated;
    (all.median_ms, all.average_ms, all.min_ms, all.max_ms) = (21.5, 26.25, 3.5, 900.5);
    all.percentiles =
        Percentiles::locust([22., 24., 28., 32., 45., 65., 120., 180., 520., 890., 900.]);
    run
}

/// Each expression is true of [`known`]; the second is the same limit, moved so little that it is false.
#[test]
fn every_metric_holds_up_to_its_limit_and_not_beyond() {
    let run = known();
    assert_eq!((run.summary.aggregated.requests, run.summary.aggregated.failures), (487_800, 600));
    let pairs = [
        ("p50 <= 22ms", "p50 < 22ms"),
        ("p99.9 <= 0.52s", "p99.9 <= 519.999ms"),
        ("p100 <= 900ms", "p100 < 900ms"),
        ("median <= 21.5ms", "median < 21.5ms"),
        ("avg <= 26.25ms", "avg <= 26.249999ms"),
        ("min <= 3.5ms", "min < 3.5ms"),
        ("max <= 900.5ms", "max < 900.5ms"),
        ("rps >= 3252", "rps >= 3252.0001/s"),
        ("steady_rps >= 3600", "steady_rps > 3600"),
        ("min_window_rps >= 3600", "min_window_rps > 3600"),
        ("requests == 487800", "requests == 487801"),
        ("requests >= 487800", "requests > 487800"),
        ("failures <= 600", "failures < 600"),
        ("error_rate <= 0.123002%", "error_rate <= 0.123001%"),
        ("exceptions <= 2", "exceptions < 2"),
        ("drift(p95) <= 20%", "drift(p95) < 0.000001%"),
    ];
    for (holds, fails) in pairs {
        assert_eq!(status(&run, holds), Status::Pass, "{holds}");
        let failed = status(&run, fails);
        // A drift fails only with a trend; a large effect alone is a warning.
        let is_drift = fails.starts_with("drift");
        assert_eq!(failed, if is_drift { Status::Pass } else { Status::Fail }, "{fails}");
    }
}

#[test]
fn each_operator_has_its_own_boundary() {
    let run = known();
    let of = |expr: &str| status(&run, expr) == Status::Pass;
    let at = ["<", "<=", "==", ">=", ">"].map(|op| {
        ["487799", "487800", "487801"].map(|limit| of(&format!("requests {op} {limit}")))
    });
    assert_eq!(
        at,
        [
            [false, false, true],
            [false, true, true],
            [false, true, false],
            [true, true, false],
            [true, false, false],
        ]
    );
}

/// 0.07 % of 10,000 are 7 exactly, and not 7.000000000000001.
#[test]
fn percentages_of_requests_are_whole_numbers() {
    let with = |failures, requests| {
        let mut run = Scenario::default().run();
        (run.summary.aggregated.requests, run.summary.aggregated.failures) = (requests, failures);
        run.history.ticks.clear();
        run
    };
    assert_eq!(status(&with(7, 10_000), "error_rate <= 0.07%"), Status::Pass);
    assert_eq!(status(&with(7, 10_000), "error_rate == 0.07%"), Status::Pass);
    assert_eq!(status(&with(7, 10_000), "error_rate < 0.07%"), Status::Fail);
    assert_eq!(status(&with(8, 10_000), "error_rate <= 0.07%"), Status::Fail);
    assert_eq!(status(&with(1, 100_000_000), "error_rate <= 0.000001%"), Status::Pass);
    assert_eq!(status(&with(2, 100_000_000), "error_rate <= 0.000001%"), Status::Fail);
    assert_eq!(status(&with(1, u64::MAX), "error_rate <= 0%"), Status::Fail);
}

#[test]
fn an_endpoint_is_judged_by_its_own_row() {
    let run = Scenario { failures: 600, ..Scenario::default() }.run();
    let batch = "'POST /api/v1/score/batch'";
    let row = &run.summary.endpoints[1];
    let p95 = row.percentiles.at(0.95).unwrap();
    assert!(p95 > run.summary.aggregated.percentiles.at(0.95).unwrap());
    assert_eq!(status(&run, &format!("p95 of {batch} <= {p95}ms")), Status::Pass);
    assert_eq!(status(&run, &format!("p95 of {batch} < {p95}ms")), Status::Fail);
    assert_eq!(status(&run, &format!("requests of {batch} == {}", row.requests)), Status::Pass);
    assert_eq!(status(&run, &format!("failures of {batch} == 600")), Status::Pass);
    assert_eq!(status(&run, "failures of 'POST /api/v1/score' == 0"), Status::Pass);
    assert_eq!(status(&run, &format!("rps of {batch} >= {}", row.requests_per_s)), Status::Pass);
    let why = |expr: &str| outcomes(run.clone(), expr)[0].why.clone();
    insta::assert_snapshot!(why(&format!("error_rate of {batch} <= 0%")), @"600 of 81,300 requests failed. Most often, 600 times: POST /api/v1/score/batch: HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score/batch'). Look for the first of them in the server's log.");
    insta::assert_snapshot!(why("error_rate of 'POST /api/v1/score' <= 0%"), @"0 of 406,500 requests failed. The true rate is below 7.4e-4 % (95 %, 3/n).");
    insta::assert_snapshot!(why(&format!("p95 of {batch} <= 100ms")), @"Look here first. All endpoints together: 65 ms. 0.74 % failed, percentiles include failures.");
}

#[test]
fn each_endpoint_gets_a_verdict_of_its_own() {
    let run = Scenario::default().run();
    let outcomes = outcomes(run.clone(), "p95 of each <= 100ms");
    let lines: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            let rule = &outcome.rule;
            format!("{} | {} | {} | {}", outcome.status, rule.id(), rule.label(), rule.expr())
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    pass | rule | rule of POST /api/v1/score | p95 of 'POST /api/v1/score' <= 100ms
    fail | rule | rule of POST /api/v1/score/batch | p95 of 'POST /api/v1/score/batch' <= 100ms
    ");

    let mut without = run;
    without.summary.endpoints.clear();
    let outcomes = self::outcomes(without, "p95 of each <= 100ms");
    assert_eq!(outcomes.iter().map(|outcome| outcome.status).collect::<Vec<_>>(), [Status::NoData]);
}

/// A row that nobody asked has times of 0 in Locust's files, which would be excellent.
#[test]
fn an_endpoint_without_requests_has_no_data() {
    let mut run = Scenario::default().run();
    let mut idle = run.summary.endpoints[0].clone();
    (idle.name, idle.requests, idle.average_ms, idle.max_ms) = ("/idle".into(), 0, 0.0, 0.0);
    idle.percentiles = Percentiles::none();
    run.summary.endpoints.push(idle);
    for metric in ["p95", "median", "avg", "min", "max"] {
        let expr = format!("{metric} of 'POST /idle' <= 100ms");
        assert_eq!(status(&run, &expr), Status::NoData, "{expr}");
    }
    assert_eq!(status(&run, "error_rate of 'POST /idle' <= 0%"), Status::NoData);
    assert_eq!(status(&run, "requests of 'POST /idle' >= 1"), Status::Fail);
    assert_eq!(outcomes(run, "p95 of each <= 1s").len(), 2);
}

#[test]
fn too_few_requests_have_nothing_to_say() {
    let run = Scenario::default().run();
    let of = |terms: &str| outcomes_with(run.clone(), "p95 <= 1s", terms)[0].clone();
    assert_eq!(of(", min_samples = 487800").status, Status::Pass);
    let few = of(", min_samples = 487801");
    assert_eq!(few.status, Status::NoData);
    insta::assert_snapshot!(few.why, @"487,800 requests, the rule needs 487,801. Run longer, or with more users.");
    assert_eq!(of(", min_samples = 487801, severity = 'warn'").status, Status::Warn);
    let batch = "p95 of 'POST /api/v1/score/batch' <= 1s";
    assert_eq!(outcomes_with(run, batch, ", min_samples = 81301")[0].status, Status::NoData);
}

#[test]
fn a_percentile_of_fewer_requests_than_bound_it_says_so() {
    let why = |requests| {
        let mut run = Scenario::default().run();
        run.summary.aggregated.requests = requests;
        run.history.ticks.clear();
        outcomes(run, "p99 <= 2s")[0].why.clone()
    };
    insta::assert_snapshot!(why(367), @"Slowest: POST /api/v1/score/batch, 400 ms. Only 367 requests: it takes 368 to bound p99 at all (95 %). Run longer.");
    assert!(!why(368).contains("Run longer"), "{}", why(368));
}

#[test]
fn a_drift_of_the_mean_or_of_the_rate_is_called_so() {
    let run = Scenario::default().run();
    insta::assert_snapshot!(outcomes(run.clone(), "drift(avg) <= 20%")[0].why, @"12 windows of 10 s of the mean: last third +1.6 %, slope +0.0 %, p = 0.266 (alpha 0.01).");
    insta::assert_snapshot!(outcomes(run, "drift(rps) <= 20%")[0].why, @"12 windows of 10 s of the time between answers: last third +0.0 %, slope +0.0 %, p = 1.000 (alpha 0.01).");
}

#[test]
fn a_drift_has_its_own_numbers_where_its_rule_gives_them() {
    let run = Scenario { p95_ms: |second| 50.0 + second as f64 / 5.0, ..Scenario::default() }.run();
    let of = |terms: &str| outcomes_with(run.clone(), "drift(p95) <= 20%", terms)[0].status;
    assert_eq!(of(""), Status::Fail);
    assert_eq!(of(", min_windows = 11"), Status::Fail);
    assert_eq!(of(", min_windows = 12"), Status::Inconclusive);
    assert_eq!(of(", min_abs = '100ms'"), Status::Pass);
    assert_eq!(of(", alpha = 0.000000001"), Status::Warn);
}

#[test]
fn a_failure_of_another_endpoint_is_not_quoted() {
    let mut run = Scenario { failures: 600, ..Scenario::default() }.run();
    run.summary.endpoints[0].failures = 1;
    run.failures.push(Failure {
        method: "POST".into(),
        name: "/api/v1/score".into(),
        error: "ConnectionError('refused')".into(),
        occurrences: 1,
        first_seen: None,
        last_seen: None,
    });
    insta::assert_snapshot!(outcomes(run, "failures of 'POST /api/v1/score' <= 0")[0].why, @"1 of 406,500 requests failed. Most often, 1 time: POST /api/v1/score: ConnectionError('refused'). Look for the first of them in the server's log.");
}

#[test]
fn without_any_reference_nothing_is_compared_and_that_is_a_warning() {
    let run = Scenario::default().run();
    for expr in ["p95 <= pinned * 1.3", "p95 <= pinned + 5ms", "p95 <= baseline * 1.3"] {
        assert_eq!(status(&run, expr), Status::Warn, "{expr}");
    }
}

#[test]
fn json_tells_the_endpoint_of_each_verdict() {
    let text = "version = 1\nrule = [{ id = 'each', expr = 'p95 of each <= 1s' }]";
    let policy = Policy::parse(text, Path::new("gate.toml")).unwrap();
    let run = Scenario::default().run();
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&json(&Ok(judge(&evidence, &policy)))).unwrap();
    let endpoints: Vec<&serde_json::Value> = document["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| &rule["endpoint"]["name"])
        .collect();
    assert_eq!(endpoints, ["/api/v1/score", "/api/v1/score/batch"]);
    assert_eq!(document["rules"][0]["id"], "each");
}
