//! Recordings from scripted seconds: every number of a report is known beforehand.

use std::time::Duration;

use lead_loadgen::{End, Failure, FailureClass, Recording, Second, Tally};

use crate::simulated::{plan, task};

/// A tally of latencies in microseconds, ten bytes each, the last of them at `last`.
pub(crate) fn tally(latencies_us: &[u64], last: Duration) -> Tally {
    let mut tally = Tally::default();
    latencies_us.iter().for_each(|&us| tally.latency.record(Duration::from_micros(us)));
    tally.bytes = latencies_us.len() as u64 * 10;
    tally.last_request = (!latencies_us.is_empty()).then_some(last);
    tally
}

/// Marks the first `count` requests of a tally as failed.
pub(crate) fn failed(mut tally: Tally, count: u64, text: &str, at: Duration) -> Tally {
    tally.failures += count;
    (0..count).for_each(|_| tally.errors.add(Failure::new(FailureClass::Status, text), at));
    tally
}

/// An empty recording of two endpoints, started at a fixed time of day.
pub(crate) fn blank() -> Recording {
    let mut plan = plan(50, "60s", Duration::ZERO);
    plan.scenario.tasks = vec![task("/predict"), task("/health")];
    plan.scenario.tasks[0].method = lead_loadgen::Method::Post;
    Recording::new(&plan, "2026-08-22T09:40:00.25Z".parse().unwrap())
}

/// Fifteen seconds of 100 quick and 20 slower requests each, two of which fail in the fourth second; then the end.
pub(crate) fn quarter_minute() -> Recording {
    let mut recording = blank();
    for number in 0..15 {
        let last = Duration::from_millis(number * 1_000 + 990);
        let quick: Vec<u64> = (1..=100).map(|at| 200 + at).collect();
        let slow: Vec<u64> = (1..=20).map(|at| at * 2_000).collect();
        let mut slow = tally(&slow, last);
        if number == 3 {
            slow = failed(
                slow,
                2,
                "HTTPError('503 Server Error: Service Unavailable for url: /predict')",
                last,
            );
        }
        recording.fold(&Second {
            number,
            users: (number + 1).min(5) * 10,
            tasks: vec![slow, tally(&quick, last)],
            end: None,
            ..Second::blank(0)
        });
    }
    let tasks = vec![Tally::default(), tally(&[300], Duration::from_millis(15_040))];
    let end = End { at: Duration::from_millis(15_050), dropped: 3, unsent: 0 };
    recording.fold(&Second { number: 15, users: 0, tasks, end: Some(end), ..Second::blank(0) });
    recording
}
