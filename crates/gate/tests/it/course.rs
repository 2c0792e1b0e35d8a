//! The course of a run: where it is steady, what a clock or a restart does to it, and whether it gets worse.

use std::path::Path;

use lead_gate::{Evidence, HistoryMode, NoSteady, Policy, Status, judge};
use lead_stats::{Paths, Percentiles, Run, Tick};

use crate::{
    rules::outcome,
    scenario::{START_S, Scenario, even},
};

fn evidence(run: Run) -> Evidence {
    Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap()
}

pub(crate) fn drift(run: Run) -> (Status, String) {
    let outcome = outcome(&judge(&evidence(run), &Policy::built_in()), "p95-drift");
    (outcome.status, outcome.why)
}

/// All percentiles at `ms`, the slowest request at `max_ms`.
pub(crate) fn exact(ms: f64, max_ms: f64) -> Percentiles {
    let mut all = [ms; 11];
    all[10] = max_ms;
    Percentiles::locust(all)
}

/// Changes every aggregated and endpoint row of the history by the second it was written.
pub(crate) fn edit(run: &mut Run, change: impl Fn(u64, &mut Tick)) {
    run.history.ticks.iter_mut().for_each(|tick| change(tick.timestamp_s - START_S, tick));
}

#[test]
fn the_ramp_is_no_part_of_the_steady_rate() {
    let evidence =
        evidence(Scenario { seconds: 60, rps_per_user: 2.0, ..Scenario::default() }.run());
    let steady = evidence.steady().unwrap();
    // 285 of 300 users are there after 29 s, since ten come every second.
    assert_eq!((steady.users, steady.from_s - START_S, steady.to_s - START_S), (300, 29, 60));
    assert!((steady.rps() - 600.0).abs() < 1e-9, "{}", steady.rps());
    assert!(evidence.summary().aggregated.requests_per_s < 460.0);
}

#[test]
fn an_overshoot_is_no_plateau() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| tick.users += if second == 80 { 40 } else { 0 });
    assert_eq!(evidence(run).steady().unwrap().users, 300);
}

#[test]
fn a_peak_is_a_plateau_from_ten_seconds_on() {
    for (held_s, users) in [(9, 300), (10, 340)] {
        let mut run = Scenario::default().run();
        edit(&mut run, |second, tick| {
            tick.users += if (80..=80 + held_s).contains(&second) { 40 } else { 0 };
        });
        assert_eq!(evidence(run).steady().unwrap().users, users, "held for {held_s} s");
    }
}

#[test]
fn users_that_leave_at_the_end_end_the_window() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| {
        tick.users = if second > 140 { 150 - second } else { tick.users }
    });
    assert_eq!(evidence(run).steady().unwrap().to_s - START_S, 140);
}

#[test]
fn a_run_that_never_held_its_users_falls_back_to_the_whole_run() {
    let run = Scenario { users: 1000, seconds: 20, ..Scenario::default() }.run();
    let verdict = judge(&evidence(run), &Policy::built_in());
    assert_eq!(verdict.run.steady, Err(NoSteady { most_users: Some(200), held_s: 1 }));
    insta::assert_snapshot!(outcome(&verdict, "rps").why, @"Whole run, 1,260/s with its ramp, because the plateau of 200 users lasted 1 s, less than 5 s.");
}

#[test]
fn a_run_without_history_falls_back_to_the_whole_run() {
    let mut run = Scenario::default().run();
    run.history.ticks.clear();
    let verdict = judge(&evidence(run), &Policy::built_in());
    assert_eq!(verdict.run.history, HistoryMode::Absent);
    insta::assert_snapshot!(outcome(&verdict, "rps").why, @"Whole run, 3,252/s with its ramp, because there is no history to find a steady part in.");
    insta::assert_snapshot!(outcome(&verdict, "p95-drift").why, @"There is no history of the whole run, so a degradation would go unseen. Keep the generator's _stats_history.csv beside _stats.csv.");
}

#[test]
fn a_load_that_was_not_held_says_nothing_about_the_server() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| {
        tick.users = if (80..90).contains(&second) { 100 } else { tick.users }
    });
    let (status, why) = drift(run);
    assert_eq!(status, Status::NoData);
    insta::assert_snapshot!(why, @"The load was not held: 300 users fell to 100 meanwhile, so nothing can be said about the server. Run again.");
}

#[test]
fn a_minute_with_half_a_minute_of_ramp_is_too_short_for_a_trend() {
    let (status, why) = drift(Scenario { seconds: 60, ..Scenario::default() }.run());
    assert_eq!(status, Status::Inconclusive);
    insta::assert_snapshot!(why, @"2 windows of 10 s, need 8. Run for 130 s or more to have degradation judged.");
}

#[test]
fn the_run_time_that_is_asked_for_is_enough() {
    let (status, _) = drift(Scenario { seconds: 130, ..Scenario::default() }.run());
    assert_eq!(status, Status::Pass);
}

#[test]
fn counters_that_start_anew_leave_the_last_stretch() {
    let whole = Scenario::default().run();
    let last = whole
        .history
        .aggregated()
        .find(|tick| tick.timestamp_s == START_S + 31)
        .unwrap()
        .total_requests;
    let mut run = whole;
    edit(&mut run, |second, tick| tick.total_requests -= if second > 31 { last } else { 0 });
    run.summary.aggregated.requests -= last;
    let evidence = evidence(run);
    assert_eq!(evidence.steady().unwrap().from_s - START_S, 32);
    insta::assert_snapshot!(evidence.notes().join("\n"), @"the counters started anew during the run (--reset-stats or a restart): only what came after is judged");
}

#[test]
fn a_clock_set_back_a_little_is_held_still() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| tick.timestamp_s -= if second > 100 { 3 } else { 0 });
    let evidence = evidence(run);
    assert_eq!(evidence.steady().unwrap().to_s - START_S, 147);
    insta::assert_snapshot!(evidence.notes().join("\n"), @"the clock was set back by 2 s during the run: it is held still meanwhile");
}

#[test]
fn a_clock_set_back_far_splits_the_run() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| tick.timestamp_s -= if second > 100 { 60 } else { 0 });
    assert_eq!(evidence(run).steady().unwrap().from_s - START_S, 41);
}

#[test]
fn a_clock_set_back_by_more_than_five_seconds_is_another_clock() {
    for (seen_s, word) in [(5, "held still"), (6, "started anew")] {
        let mut run = Scenario::default().run();
        // The row itself comes one second later than the one before it.
        edit(&mut run, |second, tick| {
            tick.timestamp_s -= if second > 100 { seen_s + 1 } else { 0 };
        });
        let notes = evidence(run).notes().join("\n");
        assert!(notes.contains(word), "set back by {seen_s} s: {notes}");
    }
}

/// A row that came late and the next one may bear the same second; the later one counts more.
#[test]
fn of_two_rows_of_a_second_the_later_one_counts() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| tick.timestamp_s += u64::from(second % 50 == 40));
    let evidence = evidence(run);
    assert!((evidence.steady().unwrap().rps() - 3600.0).abs() < 1e-9);
    insta::assert_snapshot!(evidence.notes().join("\n"), @"3 seconds have two history rows: the later one counts");
}

#[test]
fn a_gap_in_the_history_is_told_and_rates_use_the_true_time() {
    let mut run = Scenario::default().run();
    run.history.ticks.retain(|tick| !(100..112).contains(&(tick.timestamp_s - START_S)));
    let evidence = evidence(run);
    assert!((evidence.steady().unwrap().rps() - 3600.0).abs() < 1e-9);
    insta::assert_snapshot!(evidence.notes().join("\n"), @"no history row for 13 s: the generator or its disk stood still; rates use the true time");
}

#[test]
fn rows_that_are_missing_are_no_silence_of_the_server() {
    for (from, gap_s) in [(70, 10), (70, 20), (75, 20), (61, 40), (95, 33)] {
        let mut run = Scenario { seconds: 200, ..Scenario::default() }.run();
        run.history
            .ticks
            .retain(|tick| !(from..from + gap_s).contains(&(tick.timestamp_s - START_S)));
        let (status, why) = drift(run);
        assert_eq!(status, Status::Pass, "{gap_s} s from {from} s: {why}");
    }
}

/// A machine without a battery for its clock starts in 1970 and learns the time later; files may hold anything.
#[test]
fn a_clock_that_leaps_by_decades_is_judged_without_counting_its_windows() {
    for last_s in [START_S, u64::MAX] {
        let mut run = Scenario::default().run();
        edit(&mut run, |second, tick| {
            tick.users = 300;
            tick.timestamp_s = if second < 100 { second } else { last_s - 150 + second };
        });
        let evidence = evidence(run);
        assert!(evidence.notes().iter().any(|note| note.starts_with("no history row for")));
        let verdict = judge(&evidence, &Policy::built_in());
        assert_eq!(outcome(&verdict, "rps").status, Status::Fail);
    }
}

#[test]
fn any_number_of_users_is_judged_without_panic() {
    for users in [u64::MAX, u64::MAX / 100 + 1] {
        let mut run = Scenario::default().run();
        edit(&mut run, |_, tick| tick.users = users);
        assert_eq!(evidence(run).steady().unwrap().users, users);
    }
}

/// Lets every request hang from this second on: closed users wait forever, and nothing is counted any more.
fn hang(run: &mut Run, from: u64, share_left: f64) {
    let at = |second| {
        let mut ticks = Scenario::default().run().history.ticks.into_iter();
        ticks.find(|tick| tick.timestamp_s == START_S + second).unwrap().total_requests
    };
    let until_then = at(from);
    edit(run, |_, tick| {
        let lost = tick.total_requests.saturating_sub(until_then) as f64 * (1.0 - share_left);
        tick.total_requests -= lost as u64;
    });
    run.summary.aggregated.requests = run.history.ticks.last().unwrap().total_requests;
}

#[test]
fn a_server_that_hangs_halfway_fails_although_all_its_answers_were_fast() {
    let mut run = Scenario::default().run();
    hang(&mut run, 90, 0.0);
    let (status, why) = drift(run);
    assert_eq!(status, Status::Fail);
    insta::assert_snapshot!(why, @"Nothing was answered in 5 windows of 10 s with 300 users at work: the server (or the generator) stood still. Look at its log at that time.");

    let mut short = Scenario { seconds: 60, ..Scenario::default() }.run();
    hang(&mut short, 42, 0.0);
    assert_eq!(drift(short).0, Status::Fail);
}

#[test]
fn a_server_that_loses_half_its_throughput_fails_although_its_answers_stay_fast() {
    let mut run = Scenario::default().run();
    hang(&mut run, 90, 0.5);
    let (status, why) = drift(run);
    assert_eq!(status, Status::Fail);
    insta::assert_snapshot!(why, @"12 windows of 10 s of the time between answers: last third +100.0 %, slope +133.3 %, p = 0.001 (alpha 0.01). Throughput falls while the load stays: look for requests that hang.");
}

#[test]
fn a_quiet_window_is_no_failure_where_few_requests_are_sent() {
    let mut run = Scenario { users: 3, rps_per_user: 0.2, ..Scenario::default() }.run();
    edit(&mut run, |second, tick| tick.total_requests = (second + 12) / 25 * 15);
    run.summary.aggregated.requests = run.history.ticks.last().unwrap().total_requests;
    let (status, why) = drift(run);
    assert_ne!(status, Status::Fail, "{why}");
}

#[test]
fn warming_up_is_no_degradation() {
    let (status, why) = drift(
        Scenario { p95_ms: |second| 90.0 - second as f64 / 4.0, ..Scenario::default() }.run(),
    );
    assert_eq!(status, Status::Pass, "{why}");
}

#[test]
fn a_large_rise_out_of_step_with_time_is_a_warning() {
    let hills = |second: u64| {
        let rest = 66.0 - (second % 7) as f64;
        if (105..140).contains(&second) { rest * 1.5 } else { rest }
    };
    let (status, why) = drift(Scenario { p95_ms: hills, ..Scenario::default() }.run());
    assert_eq!(status, Status::Warn, "{why}");
}

#[test]
fn a_small_and_even_rise_is_a_warning() {
    let (status, why) = drift(
        Scenario { p95_ms: |second| 60.0 + (second / 10) as f64 / 2.0, ..Scenario::default() }
            .run(),
    );
    assert_eq!(status, Status::Warn, "{why}");
    insta::assert_snapshot!(why, @"11 windows of 10 s of p95: last third +5.6 %, slope +8.1 %, p < 0.001 (alpha 0.01). A small but even rise: run longer to see where it ends.");
}

#[test]
fn a_late_cliff_is_a_warning_before_it_is_a_trend() {
    let cliff = |second: u64| even(second) * if second > 143 { 3.0 } else { 1.0 };
    let (status, why) = drift(Scenario { p95_ms: cliff, ..Scenario::default() }.run());
    assert_eq!(status, Status::Warn, "{why}");
    insta::assert_snapshot!(why, @"11 windows of 10 s of p95: last third +0.8 %, slope +0.0 %, p = 0.341 (alpha 0.01). One of the last windows is more than twice the middle one: run longer to see whether it stays.");
}

#[test]
fn a_rise_below_a_millisecond_is_too_small_to_matter() {
    let mut run = Scenario::default().run();
    edit(&mut run, |second, tick| {
        let ms = 0.2 + second as f64 / 500.0;
        tick.percentiles = exact(ms, ms + (second % 3) as f64);
    });
    let (status, why) = drift(run);
    assert_eq!(status, Status::Pass);
    insta::assert_snapshot!(why, @"11 windows of 10 s of p95: last third +42.7 %, slope +65.9 %, p < 0.001 (alpha 0.01). The rise is too small to matter.");
}

#[test]
fn blocks_that_are_like_their_neighbours_say_less_than_they_seem_to() {
    let wave = |second: u64| 65.0 + 20.0 * (second as f64 / 57.0).cos() + second as f64 / 11.0;
    let run = Scenario { seconds: 440, p95_ms: wave, ..Scenario::default() }.run();
    let (status, why) = drift(run);
    assert_eq!(status, Status::Warn, "{why}");
    insta::assert_snapshot!(why, @"40 windows of 10 s of p95: last third +64.2 %, slope +105.0 %, p = 0.012 (alpha 0.01). Neighbouring windows are alike, so they say less than they seem to (chance has 5.0 times the variance). Large, but not in step with time: a burst rather than a trend. Run longer to tell.");
}

#[test]
fn full_histories_of_old_locusts_are_seen_to_be_cumulative() {
    let mut run = Scenario { full_history: false, ..Scenario::default() }.run();
    let endpoint_rows: Vec<_> = run.history.ticks.clone();
    run.history
        .ticks
        .extend(endpoint_rows.into_iter().map(|tick| Tick { method: "GET".into(), ..tick }));
    edit(&mut run, |_, tick| {
        tick.total_median_ms = tick.percentiles.at(0.5).unwrap_or(0.0);
        if !tick.percentiles.is_empty() {
            tick.percentiles = exact(tick.total_median_ms, 900.0);
        }
    });
    assert_eq!(judge(&evidence(run), &Policy::built_in()).run.history, HistoryMode::Cumulative);
}
