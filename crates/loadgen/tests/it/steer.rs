//! A run that is steered while it goes on, under a simulated clock: users and requests to the last one, and what begins anew.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Corpus, Late, Load, Plan, Recording, ScriptedAnswer, Second, Stages, Steering, Stop, Tally,
    run_steered,
};

use crate::open::at_rate;
use crate::simulated::{Simulated, plan, ramp, right, simulate};

const THINK: Duration = Duration::from_millis(90);

const fn s(s: u64) -> Duration {
    Duration::from_secs(s)
}

/// A run to its end; `watch` sees what it has come to after each second.
fn steered(
    plan: &Plan,
    answer: ScriptedAnswer,
    steering: &Steering,
    mut watch: impl FnMut(&Recording),
) -> Recording {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let targets = Simulated(vec![vec![answer]]);
    run_steered(plan, corpus, &targets, &Stop::new(), steering, |so_far, _| watch(so_far)).unwrap()
}

fn users(recording: &Recording) -> Vec<u64> {
    recording.series().points().iter().map(|point| point.users).collect()
}

fn requests(recording: &Recording) -> Vec<u64> {
    recording.series().points().iter().map(|point| point.requests).collect()
}

fn in_threads(mut plan: Plan, threads: usize) -> Plan {
    plan.threads = NonZeroUsize::new(threads).unwrap();
    plan
}

#[test]
fn users_come_and_go_as_ordered_whatever_the_number_of_threads() {
    for threads in [1, 3, 4] {
        let steering = Steering::new();
        steering.users_at(Duration::from_millis(1_500), 9, 2.0);
        steering.users_at(Duration::from_millis(5_500), 0, f64::INFINITY);
        steering.users_at(Duration::from_millis(8_500), 5, f64::INFINITY);
        steering.users_at(Duration::from_millis(9_500), 1, 2.5);
        let plan = in_threads(plan(3, "12s", THINK), threads);
        let recording = steered(&plan, right(10), &steering, |_| {});
        // Three by plan; two more at 1.5, 2.5, 3.5 s; nobody; five; two fewer at 9.5 and 10.3 s.
        assert_eq!(users(&recording), [3, 5, 7, 9, 9, 0, 0, 0, 5, 3, 1, 1], "{threads} threads");
        assert_eq!((recording.peak_users(), recording.users()), (9, 0));
    }
}

#[test]
fn every_user_asks_while_it_is_there_and_not_after() {
    let steering = Steering::new();
    steering.users(2, f64::INFINITY);
    steering.users_at(s(2), 5, f64::INFINITY);
    steering.users_at(s(4), 1, f64::INFINITY);
    let plan = in_threads(plan(1, "6s", THINK), 2);
    let recording = steered(&plan, right(10), &steering, |_| {});
    // A request of 10 ms and a pause of 90: ten a second each.
    assert_eq!(requests(&recording), [20, 20, 50, 50, 10, 10]);
    assert_eq!(recording.total().requests(), 160);
}

#[test]
fn a_run_without_a_user_goes_on_until_its_time_is_up() {
    let steering = Steering::new();
    steering.users(0, f64::INFINITY);
    let recording = steered(&plan(5, "4s", THINK), right(10), &steering, |_| {});
    assert_eq!((recording.elapsed(), recording.total().requests()), (s(4), 0));
    assert_eq!(users(&recording), [0; 4]);
}

#[test]
fn a_dismissed_user_gets_its_answer_and_one_that_thinks_leaves_at_once() {
    let steering = Steering::new();
    steering.users_at(s(1), 1, f64::INFINITY);
    // Answers take two seconds: of three users two are dismissed while they wait.
    let recording = steered(&plan(3, "5s", s(60)), right(2_000), &steering, |_| {});
    assert_eq!(users(&recording), [3, 3, 1, 1, 1]);
    assert_eq!((recording.total().requests(), recording.dropped()), (3, 0));
    let steering = Steering::new();
    steering.users_at(s(3), 1, f64::INFINITY);
    let recording = steered(&plan(3, "5s", s(60)), right(10), &steering, |_| {});
    // Who is there is counted just before the order.
    assert_eq!(users(&recording), [3, 3, 3, 1, 1], "nobody sleeps through it");
}

#[test]
fn a_user_that_is_wanted_again_before_it_is_gone_is_there_once() {
    let steering = Steering::new();
    steering.users_at(Duration::from_millis(1_000), 1, f64::INFINITY);
    steering.users_at(Duration::from_millis(1_500), 4, f64::INFINITY);
    let plan = in_threads(plan(4, "7s", Duration::ZERO), 2);
    let recording = steered(&plan, right(2_000), &steering, |_| {});
    assert_eq!(users(&recording), [4; 7]);
    assert_eq!(recording.total().requests(), 12, "four users, three answers each");
}

#[test]
fn a_rate_that_changes_loses_no_request_and_sends_none_twice() {
    for threads in [1, 3] {
        let steering = Steering::new();
        steering.rate_at(Duration::from_millis(2_500), 20.0);
        steering.rate_at(Duration::from_millis(5_000), 0.0);
        steering.rate_at(Duration::from_millis(8_000), 300.0);
        let plan = in_threads(at_rate(Stages::constant(100.0)), threads);
        let recording = steered(&plan, right(3), &steering, |_| {});
        // 250 in 2.5 s, 50 in 2.5 s, none in three, 600 in two.
        assert_eq!(recording.total().requests(), 900, "{threads} threads");
        assert_eq!((recording.unsent(), recording.dropped()), (0, 0));
        assert_eq!(recording.asked(), Some(900.0));
        assert_eq!(recording.total_rate(recording.total()), (90.0, 0.0));
        let asked: Vec<f32> =
            recording.series().points().iter().filter_map(|point| point.asked_per_s).collect();
        assert_eq!(asked, [100.0, 100.0, 20.0, 20.0, 20.0, 0.0, 0.0, 0.0, 300.0, 300.0]);
    }
}

#[test]
fn a_rate_may_begin_at_nothing() {
    let steering = Steering::new();
    steering.rate(0.0);
    steering.rate_at(s(6), 10.0);
    let recording = steered(&at_rate(Stages::constant(100.0)), right(3), &steering, |_| {});
    assert_eq!((recording.total().requests(), recording.asked()), (40, Some(40.0)));
}

#[test]
fn a_helm_that_nobody_touches_changes_nothing() {
    for plan in [
        plan(7, "4s", THINK),
        in_threads(plan(7, "4s", THINK), 3),
        in_threads(at_rate(Stages::constant(70.0)), 2),
    ] {
        let steered = steered(&plan, right(10), &Steering::new(), |_| {});
        let alone = simulate(&plan, vec![vec![right(10)]]);
        assert_eq!(steered.summary(), alone.summary());
        assert_eq!(steered.series().points(), alone.series().points());
    }
}

#[test]
fn after_a_reset_every_request_counts_that_ends_from_then_on() {
    let steering = Steering::new();
    let orders = steering.clone();
    let wrong = ScriptedAnswer::wrong(Duration::from_millis(10), "E()");
    // The watcher has seen three seconds when it asks: they are forgotten.
    let recording = steered(&plan(2, "10s", THINK), wrong, &steering, move |so_far| {
        if so_far.forgotten().is_zero() && so_far.elapsed() == s(3) {
            orders.reset();
        }
    });
    assert_eq!((recording.forgotten(), recording.times_forgotten()), (s(3), 1));
    assert_eq!((recording.total().requests(), recording.total().failures()), (140, 140));
    assert_eq!(requests(&recording), [20; 7]);
    assert_eq!((recording.elapsed(), recording.stopped()), (s(7), Some(s(7))));
    assert_eq!(recording.active_s(), 6.91, "the last answer came at 9.91 s");
    let failures = recording.failures();
    assert_eq!(failures[0].occurrences, 140);
    let seen = recording.total().errors().iter().next().map(|(_, seen)| (seen.first, seen.last));
    assert_eq!(seen, Some((Duration::from_millis(10), Duration::from_millis(6_910))));
    assert_eq!((recording.peak_users(), recording.users()), (2, 0));
}

#[test]
fn a_rate_is_asked_for_anew_after_a_reset() {
    let steering = Steering::new();
    steering.rate_at(s(6), 50.0);
    let orders = steering.clone();
    let recording =
        steered(&at_rate(Stages::constant(100.0)), right(3), &steering, move |so_far| {
            if so_far.forgotten().is_zero() && so_far.elapsed() == s(4) {
                orders.reset();
            }
        });
    assert_eq!((recording.total().requests(), recording.asked()), (400, Some(400.0)));
    assert_eq!(recording.asked_time(), Some(s(6)));
    let asked = recording.series().points().iter().map(|point| point.asked_per_s);
    assert_eq!(asked.flatten().collect::<Vec<_>>(), [100.0, 100.0, 50.0, 50.0, 50.0, 50.0]);
}

#[test]
fn with_reset_stats_nothing_counts_before_all_users_have_come() {
    let mut plan = plan(5, "10s", THINK);
    plan.load = ramp(5, "1");
    plan.resets_stats = true;
    // The fifth user comes after four seconds.
    let recording = simulate(&plan, vec![vec![right(10)]]);
    assert_eq!((recording.forgotten(), recording.total().requests()), (s(4), 300));
    assert_eq!(users(&recording), [5; 6]);
    // A ramp of an order is one, too: from three to five users, the last one a second after the first.
    let steering = Steering::new();
    steering.users(3, f64::INFINITY);
    steering.users_at(s(5), 5, 1.0);
    let recording = steered(&plan, right(10), &steering, |_| {});
    assert_eq!((recording.forgotten(), recording.times_forgotten()), (s(6), 2));
    assert_eq!(requests(&recording), [50; 4]);
}

#[test]
fn with_a_warm_up_nothing_counts_before_both_are_over() {
    for (warm_up_s, forgotten_s, requests) in [(2, 4, 300), (6, 4, 200)] {
        let mut plan = plan(5, "10s", THINK);
        plan.load = ramp(5, "1");
        plan.resets_stats = true;
        plan.warm_up = s(warm_up_s);
        let recording = simulate(&plan, vec![vec![right(10)]]);
        assert_eq!(recording.forgotten(), s(forgotten_s));
        assert_eq!(recording.total().requests(), requests, "{warm_up_s} s of warm-up");
        assert_eq!(recording.warm_up(), s(warm_up_s).saturating_sub(s(forgotten_s)));
    }
}

#[test]
fn requests_that_were_late_before_a_reset_are_not_late_after_it() {
    let late = |requests, held_up| Late { requests, held_up };
    let plan = at_rate(Stages::constant(10.0));
    let mut recording = Recording::new(&plan, jiff::Timestamp::UNIX_EPOCH);
    let second = |number, late| {
        let mut tally = Tally::default();
        tally.count(Duration::from_millis(1), 1, Ok(()), s(number));
        Second { tasks: vec![tally], late, in_flight: 3, ..Second::blank(number) }
    };
    recording.fold(&second(0, late(4, 1)));
    recording.fold(&second(1, late(2, 2)));
    recording.forget();
    assert_eq!(recording.start().as_second(), 2);
    let mut last = second(2, late(5, 0));
    let end =
        lead_loadgen::End { at: s(3), stopped: s(3), late: late(12, 3), ..Default::default() };
    last.end = Some(end);
    last.count_from(recording.forgotten());
    recording.fold(&last);
    // Twelve over the whole run: six before, five in the last second, one that was never sent.
    assert_eq!(recording.late(), late(6, 0));
    assert_eq!(recording.total().requests(), 1);
    assert!(matches!(plan.load, Load::Open(_)));
}
