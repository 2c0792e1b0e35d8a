//! Files whose totals do not follow from their rows, and histories that tell other times than the summary.

use lead_stats::{Run, Summary};

use crate::{
    gate::Gate,
    scenario::{START_S, Scenario, earlier, even, set_age},
};

/// What the gate says of the sound run, changed so.
fn said_of(change: impl FnOnce(&mut Run)) -> String {
    let gate = Gate::new();
    let prefix = gate.folder().join("loadtest");
    let mut run = Scenario::default().run();
    change(&mut run);
    lead_stats::write(&prefix, &run).unwrap();
    set_age(&prefix, START_S + Scenario::default().seconds);
    let answer = gate.check(&[]);
    if answer.code == 3 { answer.stderr } else { format!("exit {}", answer.code) }
}

fn changed(change: impl FnOnce(&mut Summary)) -> String {
    said_of(|run| change(&mut run.summary))
}

#[test]
fn a_total_that_no_rows_have_is_refused() {
    assert_eq!(changed(|_| {}), "exit 0");
    let rate = changed(|summary| summary.aggregated.requests_per_s *= 3.0);
    insta::assert_snapshot!(rate, @"lead-gate: cannot judge: loadtest_stats.csv: the Aggregated row says rps 9,756/s, by the endpoints' rows it is 3,252/s: the file was changed, or is of several runs; run the test again into an empty folder");
    assert_eq!(changed(|summary| summary.aggregated.requests_per_s *= 1.009), "exit 0");
    let mean = changed(|summary| summary.aggregated.average_ms = 3.0);
    assert!(
        mean.contains("the Aggregated row says avg 3 ms, by the endpoints' rows it is 26"),
        "{mean}"
    );
    let fast = Scenario { p95_ms: |second| even(second) / 4.0, ..Scenario::default() }.run();
    let percentiles = changed(|summary| {
        summary.aggregated.percentiles = fast.summary.aggregated.percentiles;
    });
    assert!(percentiles.contains("the Aggregated row says p50 "), "{percentiles}");
}

/// Requests that came between two rows are in one of them, and times that nobody measured in no mean.
#[test]
fn rows_that_were_written_one_after_the_other_are_no_contradiction() {
    let late = changed(|summary| summary.endpoints[1].requests -= 50);
    assert_eq!(late, "exit 0");
    let untimed = changed(|summary| {
        let [timed, untimed] = &mut summary.endpoints[..] else { panic!("two endpoints") };
        timed.average_ms = summary.aggregated.average_ms;
        (untimed.average_ms, untimed.max_ms) = (0.0, 0.0);
    });
    assert_eq!(untimed, "exit 0");
}

#[test]
fn the_history_of_another_run_with_as_many_requests_is_refused() {
    let other = said_of(|run| {
        let slow = Scenario { p95_ms: |second| even(second) * 9.0, ..Scenario::default() };
        run.history = slow.run().history;
    });
    insta::assert_snapshot!(other, @"lead-gate: cannot judge: loadtest_stats_history.csv: the history ends with a mean of 234.15055350553504 ms, loadtest_stats.csv says 26.016728167281673 ms of the same 487800 requests: they are of different runs; run the test again into an empty folder");
    let longest = said_of(|run| {
        run.history.ticks.iter_mut().for_each(|tick| tick.total_max_ms += 1.0);
    });
    assert!(longest.contains("the history ends with a maximum of"), "{longest}");
}

/// All rates of a summary can be changed alike, and then its time is another than the history's.
#[test]
fn a_rate_that_leaves_no_time_for_the_history_is_refused() {
    let threefold = changed(|summary| {
        for row in summary.endpoints.iter_mut().chain([&mut summary.aggregated]) {
            row.requests_per_s *= 3.0;
        }
    });
    insta::assert_snapshot!(threefold, @"lead-gate: cannot judge: loadtest_stats_history.csv: requests came for 150 s, but loadtest_stats.csv says 487800 requests at 9756.0/s, which takes 50 s: a clock leapt, or one of the files was changed; run the test again into an empty folder");
    let leap = said_of(|run| {
        for tick in run.history.ticks.iter_mut().filter(|tick| tick.timestamp_s > START_S + 70) {
            tick.timestamp_s += 100;
        }
    });
    assert!(leap.contains("a clock leapt"), "{leap}");
    // A server that answers nothing any more ends the summary's time, not the history.
    let silent = said_of(|run| {
        let until = START_S + 75;
        let at = run.history.ticks.iter().rfind(|tick| tick.timestamp_s == until).unwrap().clone();
        for tick in run.history.ticks.iter_mut().filter(|tick| tick.timestamp_s > until) {
            tick.total_requests = at.total_requests;
            tick.total_average_ms = at.total_average_ms;
        }
        let part = at.total_requests as f64 / run.summary.aggregated.requests as f64;
        let Summary { endpoints, aggregated } = &mut run.summary;
        for row in endpoints.iter_mut().chain([aggregated]) {
            row.requests = (row.requests as f64 * part).round() as u64;
            row.requests_per_s *= part * 2.0;
            row.average_ms = at.total_average_ms;
        }
    });
    assert_eq!(silent, "exit 1");
}

#[test]
fn a_baseline_is_asked_the_same() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    let mut before = earlier().run();
    before.summary.aggregated.requests_per_s *= 3.0;
    lead_stats::write(&gate.folder().join("before"), &before).unwrap();
    let answer = gate.check(&["--baseline", "before_stats.csv"]);
    assert_eq!(answer.code, 3, "{}", answer.stdout);
    assert!(answer.stderr.contains("the baseline is unusable"), "{}", answer.stderr);
}
