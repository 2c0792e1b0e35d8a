//! The engine under a simulated clock: who sends when, and that every request that ended is counted once.

use std::cell::RefCell;
use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{Corpus, RunError, Scripted, ScriptedAnswer, Stop, Targets, run};

use crate::program::wait_until;
use crate::simulated::{Simulated, plan, ramp, right, simulate, task};

const THINK: Duration = Duration::from_millis(90);

#[test]
fn users_ask_wait_and_ask_again() {
    // One user, 10 ms an answer, 90 ms of thinking: a request begins at 0, 100, ... 4900 ms.
    let recording = simulate(&plan(1, "5s", THINK), vec![vec![right(10)]]);
    assert_eq!(recording.total().requests(), 50);
    assert_eq!(recording.total().bytes(), 500);
    assert_eq!(recording.elapsed(), Duration::from_secs(5));
    assert_eq!(recording.total().last_request(), Some(Duration::from_millis(4910)));
    assert_eq!(recording.total().latency().percentile_ms(0.99), 10.0);
    let per_second: Vec<u64> =
        recording.series().points().iter().map(|point| point.requests).collect();
    assert_eq!(per_second, [10, 10, 10, 10, 10]);
}

#[test]
fn threads_share_the_users_and_lose_no_request() {
    let mut plan = plan(7, "3s", THINK);
    plan.threads = NonZeroUsize::new(3).unwrap();
    let recording = simulate(&plan, vec![vec![right(10)]]);
    assert_eq!(recording.total().requests(), 7 * 30);
    assert_eq!(recording.peak_users(), 7);
    assert_eq!(recording.users(), 0, "nobody runs after the end");
}

#[test]
fn the_ramp_is_locusts() {
    let mut plan = plan(6, "4s", THINK);
    plan.load = ramp(6, "2.5");
    let recording = simulate(&plan, vec![vec![right(10)]]);
    let users: Vec<u64> = recording.series().points().iter().map(|point| point.users).collect();
    // Two users every 0.8 s: at 0, 0.8 and 1.6 s.
    assert_eq!(users, [4, 6, 6, 6]);
}

#[test]
fn requests_in_flight_at_the_end_are_dropped_and_told() {
    // Three users with answers of 400 ms and no pause: the third answer would come at 1200 ms.
    let recording = simulate(&plan(3, "1s", Duration::ZERO), vec![vec![right(400)]]);
    assert_eq!((recording.total().requests(), recording.dropped()), (6, 3));
}

#[test]
fn a_stop_timeout_lets_them_finish_and_counts_them() {
    let mut plan = plan(3, "1s", Duration::ZERO);
    plan.stop_timeout = Duration::from_secs(10);
    let recording = simulate(&plan, vec![vec![right(400)]]);
    assert_eq!((recording.total().requests(), recording.dropped()), (9, 0));
    assert_eq!(
        recording.elapsed(),
        Duration::from_millis(1_200),
        "nobody waits longer than the last answer"
    );
}

#[test]
fn a_stop_timeout_ends_even_if_answers_do_not_come() {
    let mut plan = plan(2, "1s", Duration::ZERO);
    plan.stop_timeout = Duration::from_secs(3);
    let recording = simulate(&plan, vec![vec![right(600_000)]]);
    assert_eq!((recording.total().requests(), recording.dropped()), (0, 2));
    assert_eq!(recording.elapsed(), Duration::from_secs(4));
}

#[test]
fn a_stop_signal_ends_a_run_without_a_time_limit() {
    let mut plan = plan(1, "1s", THINK);
    plan.run_time = None;
    plan.stop_timeout = Duration::from_secs(1);
    let stop = Stop::new();
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = run(&plan, corpus, &Simulated(vec![vec![right(10)]]), &stop, |so_far| {
        if so_far.elapsed() >= Duration::from_secs(3) {
            stop.stop();
        }
    });
    let recording = recording.unwrap();
    // The simulated clock runs ahead of the watcher, so only the least is sure.
    assert!(recording.total().requests() >= 30, "{} requests", recording.total().requests());
    assert_eq!(recording.dropped(), 0);
}

#[test]
fn failures_are_counted_by_text_with_first_and_last_sighting() {
    let wrong = |text| ScriptedAnswer::wrong(Duration::from_millis(10), text);
    let script = vec![vec![right(10), wrong("A()"), right(10), wrong("B()"), wrong("A()")]];
    let recording = simulate(&plan(1, "2s", THINK), script);
    let failures = recording.failures();
    let seen: Vec<(&str, u64)> =
        failures.iter().map(|failure| (failure.error.as_str(), failure.occurrences)).collect();
    assert_eq!(seen, [("A()", 8), ("B()", 4)]);
    let sightings =
        recording.endpoints()[0].errors().iter().next().map(|(_, seen)| (seen.first, seen.last));
    assert_eq!(sightings, Some((Duration::from_millis(110), Duration::from_millis(1_910))));
}

#[test]
fn a_server_with_ever_new_error_texts_does_not_fill_the_memory() {
    let wrong =
        |number: u64| ScriptedAnswer::wrong(Duration::from_millis(1), &format!("E({number})"));
    let script = vec![(0..1_000).map(wrong).collect()];
    let recording = simulate(&plan(1, "2s", Duration::from_millis(1)), script);
    let failures = recording.failures();
    assert!(failures.len() <= 65, "{} texts", failures.len());
    let told: u64 = failures.iter().map(|failure| failure.occurrences).sum();
    assert_eq!(told, recording.total().failures(), "each failure is counted under some text");
}

#[test]
fn tasks_are_chosen_by_weight() {
    let mut plan = plan(20, "20s", Duration::from_millis(9));
    plan.scenario.tasks = vec![task("/often"), task("/seldom"), task("/never")];
    plan.scenario.tasks[0].weight = 9;
    plan.scenario.tasks[2].weight = 0;
    let recording = simulate(&plan, vec![vec![right(1)]; 3]);
    let counts: Vec<(&str, u64)> = recording
        .endpoints()
        .into_iter()
        .map(|entry| (entry.name.as_str(), entry.requests()))
        .collect();
    let [("/never", 0), ("/often", often), ("/seldom", seldom)] = counts[..] else {
        panic!("{counts:?}")
    };
    // 40,000 draws with a fixed start value: 10 % of them, three standard deviations are 180.
    assert_eq!(often + seldom, 40_000);
    assert!(seldom.abs_diff(4_000) < 180, "{seldom}");
}

#[test]
fn the_same_seed_gives_each_user_the_same_requests_on_any_number_of_threads() {
    let counts = |threads: usize, seed: u64| {
        let mut plan = plan(6, "5s", Duration::from_millis(9));
        plan.scenario.tasks = vec![task("/a"), task("/b")];
        plan.threads = NonZeroUsize::new(threads).unwrap();
        plan.seed = seed;
        let recording = simulate(&plan, vec![vec![right(1)]; 2]);
        recording.endpoints().iter().map(|entry| entry.requests()).collect::<Vec<_>>()
    };
    assert_eq!(counts(1, 7), counts(3, 7));
    assert_ne!(counts(1, 7), counts(1, 8));
}

#[test]
fn the_watcher_sees_the_start_and_every_second() {
    let seen = RefCell::new(Vec::new());
    let plan = plan(1, "3s", THINK);
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    run(&plan, corpus, &Simulated(vec![vec![right(10)]]), &Stop::new(), |so_far| {
        seen.borrow_mut().push((
            so_far.elapsed().as_secs(),
            so_far.total().requests(),
            so_far.has_ended(),
        ));
    })
    .unwrap();
    assert_eq!(
        seen.into_inner(),
        [(0, 0, false), (1, 10, false), (2, 20, false), (3, 30, false), (3, 30, true)]
    );
}

/// A run in a thread of its own, so that one that hangs fails the test.
fn ends<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> std::thread::Result<T> {
    let run = std::thread::spawn(run);
    wait_until(|| run.is_finished());
    run.join()
}

#[test]
fn a_watcher_that_panics_ends_the_run() {
    let panicked = ends(|| {
        let mut plan = plan(4, "1s", THINK);
        plan.run_time = None;
        plan.threads = NonZeroUsize::new(2).unwrap();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        run(&plan, corpus, &Simulated(vec![vec![right(10)]]), &Stop::new(), |so_far| {
            assert!(so_far.elapsed() < Duration::from_secs(2), "the watcher's own fault");
        })
        .is_ok()
    });
    let words = panicked.unwrap_err();
    assert_eq!(words.downcast_ref::<&str>(), Some(&"the watcher's own fault"));
}

/// Opens the script that a worker is to have, and fails where it is to have none.
struct Broken(fn(usize) -> Option<Vec<Vec<ScriptedAnswer>>>);

impl Targets for Broken {
    type Target = Scripted;

    fn open(&self, worker: usize) -> Result<Scripted, Box<dyn Error + Send + Sync>> {
        (self.0)(worker).map(Scripted::new).ok_or_else(|| "no client".into())
    }
}

#[test]
fn senders_that_panic_together_are_one_error() {
    let ended = ends(|| {
        let mut plan = plan(4, "1h", THINK);
        plan.threads = NonZeroUsize::new(4).unwrap();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        // Each of them asks a script for an answer that it does not have.
        run(&plan, corpus, &Broken(|_| Some(Vec::new())), &Stop::new(), |_| {}).map(|_| ())
    });
    assert!(matches!(ended, Ok(Err(RunError::Panicked))), "{ended:?}");
}

#[test]
fn a_sender_without_a_client_leaves_no_other_at_the_start_line() {
    let ended = ends(|| {
        let mut plan = plan(3, "1h", THINK);
        plan.threads = NonZeroUsize::new(3).unwrap();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        let targets = Broken(|worker| (worker != 1).then(|| vec![vec![right(10)]]));
        run(&plan, corpus, &targets, &Stop::new(), |_| {}).map(|_| ())
    });
    assert!(matches!(ended, Ok(Err(RunError::Target(_)))), "{ended:?}");
}

#[test]
fn a_scenario_without_anything_to_do_is_refused() {
    let mut plan = plan(1, "1s", THINK);
    plan.scenario.tasks[0].weight = 0;
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let refused = run(&plan, corpus, &Simulated(vec![vec![right(1)]]), &Stop::new(), |_| {});
    assert!(matches!(refused, Err(RunError::NothingToDo)));
}

#[test]
fn a_user_more_than_there_are_threads_is_no_thread_more() {
    let mut plan = plan(2, "1s", THINK);
    plan.threads = NonZeroUsize::new(16).unwrap();
    assert_eq!(plan.workers(), 2);
    plan.load = ramp(40, "1000");
    assert_eq!(plan.workers(), 16);
}
