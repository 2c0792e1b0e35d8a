//! What is said about the load: before the run, in its warm-up and under its tables.

use std::time::Duration;

use lead_loadgen::{Args, End, Load, Recording, Second, load_words, plan_words, warm_up_words};

use crate::recordings::{blank, open, quarter_minute, tally};
use crate::simulated::plan;

/// The load of these options.
fn load(options: &str) -> Load {
    let words = ["lead-loadgen", "--host", "http://localhost:8000"].into_iter();
    Args::order(words.chain(options.split(' ')).map(Into::into)).unwrap().plan.load
}

/// What is said at the start of a run with them.
fn said(options: &str) -> String {
    plan_words(&load(options))
}

#[test]
fn the_start_says_what_is_asked_for() {
    assert_eq!(said("-u 10 -r 2.5"), "Ramping to 10 users at a rate of 2.50 per second");
    assert_eq!(said("--stages 5s:10,1m:0"), "Ramping in stages: 0 users, to 10 in 5s, to 0 in 60s");
    assert_eq!(
        said("--rate 300"),
        "Sending 300 requests/s, evenly (open model): latency counts from the moment a request is due"
    );
    assert_eq!(
        said("--rate 0.5 --stages 30s:100 --arrivals poisson"),
        "Sending 0.5 requests/s, to 100 in 30s, by chance (open model): latency counts from the moment a request is due"
    );
}

#[test]
fn an_open_run_tells_what_it_sent_and_how_late() {
    insta::assert_snapshot!("open_words", load_words(&open()));
}

#[test]
fn a_closed_run_tells_what_it_cannot_see() {
    insta::assert_snapshot!("closed_words", load_words(&quarter_minute()));
}

#[test]
fn less_than_all_is_never_a_hundred_percent() {
    let mut plan = plan(1, "1s", Duration::ZERO);
    plan.load = load("--rate 100");
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00Z".parse().unwrap());
    let tasks = vec![tally(&vec![10; 99_999], Duration::from_millis(990))];
    let at = Duration::from_secs(1);
    let end = End { at, stopped: at, unsent: 1, ..End::default() };
    recording.fold(&Second { tasks, end: Some(end), ..Second::blank(0) });
    let words = load_words(&recording);
    assert!(
        words.contains("Asked for 100,000 requests: 99,999 sent (99.99%), 1 unsent, 0 dropped"),
        "{words}"
    );
}

#[test]
fn arrivals_by_chance_are_told_from_the_mean_that_was_asked_for() {
    let mut plan = plan(1, "4s", Duration::ZERO);
    plan.load = load("--rate 10 --arrivals poisson");
    let mut recording = Recording::new(&plan, blank().start());
    let tasks = vec![tally(&[10; 30], Duration::from_millis(990))];
    let at = Duration::from_secs(4);
    let end = End { at, stopped: at, unsent: 2, ..End::default() };
    recording.fold(&Second { tasks, end: Some(end), ..Second::blank(3) });
    let words = load_words(&recording);
    for line in [
        "\n32 requests fell due by chance: 30 sent (93.75%), 2 unsent, 0 dropped in flight\n",
        "\nAsked for a mean of 10.00 requests/s: 8.00 fell due by chance, sent 7.50\n",
    ] {
        assert!(words.contains(line), "{words}");
    }
}

#[test]
fn a_warm_up_tells_how_far_it_is() {
    let mut plan = plan(1, "10s", Duration::ZERO);
    plan.warm_up = Duration::from_secs(5);
    let mut recording = Recording::new(&plan, blank().start());
    assert_eq!(warm_up_words(&recording), "Warm-up (not counted): 0 requests so far, 0 of 5 s\n");
    let warm_up = vec![tally(&[500; 1_234], Duration::from_millis(900))];
    recording.fold(&Second { warm_up, ..Second::blank(0) });
    assert_eq!(
        warm_up_words(&recording),
        "Warm-up (not counted): 1,234 requests so far, 1 of 5 s\n"
    );
}
