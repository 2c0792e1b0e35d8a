//! Rates and counts: over which time they are, whose requests, and what to do where they are too low.

use lead_gate::Status;
use lead_stats::Run;

use crate::{
    metrics::{outcomes, status},
    scenario::{START_S, Scenario},
};

#[test]
fn a_server_that_stood_still_for_ten_seconds_shows_in_its_slowest_window() {
    let mut run = Scenario::default().run();
    let stop = START_S + 80;
    let before =
        run.history.ticks.iter().find(|tick| tick.timestamp_s == stop && tick.method.is_empty());
    let held = before.unwrap().total_requests;
    for tick in &mut run.history.ticks {
        if (stop..=stop + 12).contains(&tick.timestamp_s) {
            tick.total_requests = held;
        }
    }
    let slowest = &outcomes(run.clone(), "min_window_rps >= 3000")[0];
    assert_eq!(slowest.status, Status::Fail);
    insta::assert_snapshot!(format!("{}: {}", slowest.observed.unwrap(), slowest.why), @"360/s: The slowest of 12 windows of 10 s, 79 s after the start; 3,600/s over all of them. Look at the server's log at that time.");
    // What was not answered then was answered later, and the mean rate knows nothing of it.
    assert_eq!(status(&run, "steady_rps >= 3600"), Status::Pass);
}

/// The writer missed rows, not the server requests.
#[test]
fn missing_rows_are_no_slow_window() {
    let mut run = Scenario::default().run();
    run.history.ticks.retain(|tick| !(START_S + 60..START_S + 95).contains(&tick.timestamp_s));
    assert_eq!(status(&run, "min_window_rps >= 3590"), Status::Pass);
}

#[test]
fn a_rate_without_its_time_falls_back_or_has_no_data() {
    let mut run = Scenario::default().run();
    run.history.ticks.clear();
    let of = |expr: &str| outcomes(run.clone(), expr)[0].clone();
    let steady = of("steady_rps >= 3252");
    assert_eq!(steady.status, Status::Pass);
    insta::assert_snapshot!(steady.why, @"Whole run, 3,252/s with its ramp, because there is no history to find a steady part in.");
    let slowest = of("min_window_rps >= 1");
    assert_eq!(slowest.status, Status::NoData);
    insta::assert_snapshot!(slowest.why, @"No window of 10 s to measure: there is no history to find a steady part in. Run longer, and keep _stats_history.csv beside _stats.csv.");
    insta::assert_snapshot!(of("rps >= 300").why, @"Whole run with its ramp.");
    insta::assert_snapshot!(of("rps >= 5000").why, @"Whole run with its ramp. Run longer, so that the ramp weighs less.");
}

#[test]
fn a_rate_of_the_whole_run_that_is_too_low_says_what_to_do() {
    let run = Scenario::default().run();
    insta::assert_snapshot!(outcomes(run.clone(), "rps >= 3500")[0].why, @"Whole run with its ramp; 3,600/s while all 300 users were at work. The ramp pulls it down: run longer, or demand steady_rps.");
    insta::assert_snapshot!(outcomes(run.clone(), "rps >= 5000")[0].why, @"Whole run with its ramp; 3,600/s while all 300 users were at work. Each user sends every 83.3 ms and waits 26 ms of them for the answer: users and server both limit the rate. Raise --users, and see whether the answers become slower.");
    insta::assert_snapshot!(outcomes(run, "requests >= 1000000")[0].why, @"0 of them failed. Run longer, or with more users.");
}

#[test]
fn an_endpoint_is_followed_through_a_full_history_only() {
    let full = Scenario::default();
    let cumulative = Scenario { full_history: false, ..Scenario::default() };
    // The made-up history repeats all requests in the row of its one endpoint.
    let batch = |metric: &str| format!("{metric} of 'POST /api/v1/score/batch'");
    let of = |scenario: &Scenario, expr: String| outcomes(scenario.run(), &expr)[0].clone();

    let drift = of(&full, format!("{} <= 20%", batch("drift(p95)")));
    assert_eq!((drift.status, drift.drift.map(|drift| drift.blocks)), (Status::Pass, Some(11)));
    let rising = Scenario { p95_ms: |second| 50.0 + second as f64 / 5.0, ..Scenario::default() };
    assert_eq!(of(&rising, format!("{} <= 20%", batch("drift(p95)"))).status, Status::Fail);
    assert_eq!(of(&rising, format!("{} <= 20%", batch("drift(avg)"))).status, Status::Fail);
    assert_eq!(of(&full, format!("{} <= 20%", batch("drift(rps)"))).status, Status::Pass);
    assert_eq!(of(&full, format!("{} >= 3600", batch("steady_rps"))).status, Status::Pass);
    assert_eq!(of(&full, format!("{} >= 3600", batch("min_window_rps"))).status, Status::Pass);

    let drift = of(&cumulative, format!("{} <= 20%", batch("drift(p95)")));
    assert_eq!(drift.status, Status::NoData);
    insta::assert_snapshot!(drift.why, @"The history has no rows of this endpoint. Run with --csv-full-history.");
    let steady = of(&cumulative, format!("{} >= 1", batch("steady_rps")));
    insta::assert_snapshot!(steady.why, @"Whole run, 542/s with its ramp, because the history has no rows of this endpoint. Run with --csv-full-history.");
    let window = of(&cumulative, format!("{} >= 1", batch("min_window_rps")));
    assert_eq!(window.status, Status::NoData);
    insta::assert_snapshot!(window.why, @"The history has no rows of this endpoint. Run with --csv-full-history.");
}

/// Its counter begins with its first row, and a first row late in the run is no flood of requests.
#[test]
fn an_endpoint_that_was_first_asked_late_has_the_rate_of_its_own_requests() {
    let mut run = Scenario::default().run();
    run.history.ticks.retain(|tick| tick.method.is_empty() || tick.timestamp_s >= START_S + 60);
    let mut own = 0;
    for tick in run.history.ticks.iter_mut().filter(|tick| !tick.method.is_empty()) {
        own += 100;
        tick.total_requests = own;
    }
    let expr = "steady_rps of 'POST /api/v1/score/batch' >= 1";
    // 91 seconds of 100 requests over a window of 121 s.
    let rate = outcomes(run, expr)[0].observed.unwrap().value();
    assert!((rate - 9100.0 / 121.0).abs() < 1e-9, "{rate}");
}

#[test]
fn a_rate_or_a_count_that_fails_says_what_to_do() {
    let run = Scenario { failures: 9, ..Scenario::default() }.run();
    let why = |run: &Run, expr: &str| {
        let outcome = outcomes(run.clone(), expr).remove(0);
        assert_eq!(outcome.status, Status::Fail, "{expr}");
        outcome.why
    };
    let endpoint = why(&run, "steady_rps of 'POST /api/v1/score' >= 9000");
    assert!(
        endpoint.ends_with("at its share of the requests: its weight in the scenario."),
        "{endpoint}"
    );
    let few = why(&run, "requests <= 10");
    assert!(few.ends_with("Run shorter, or with fewer users."), "{few}");
    let mut alone = run;
    alone.history.ticks.clear();
    let alone = why(&alone, "steady_rps >= 9000");
    assert!(alone.contains("Run again with --csv-full-history"), "{alone}");
}
