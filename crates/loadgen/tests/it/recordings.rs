//! Recordings from scripted seconds: every number of a report is known beforehand.

use std::time::Duration;

use lead_loadgen::{
    Arrivals, End, Failure, FailureClass, Latency, Load, Plan, Recording, Second, Spacing, Stages,
    Tally,
};

use crate::simulated::{plan, task};

/// A tally of latencies in microseconds, ten bytes each, the last of them at `last`.
pub(crate) fn tally(latencies_us: &[u64], last: Duration) -> Tally {
    let mut tally = Tally::default();
    latencies_us.iter().for_each(|&us| tally.latency.record(Duration::from_micros(us)));
    tally.bytes = latencies_us.len() as u64 * 10;
    tally.last_request = (!latencies_us.is_empty()).then_some(last);
    tally
}

/// Marks `count` requests of a tally as failed, of those that took longest.
pub(crate) fn failed(mut tally: Tally, count: u64, text: &str, at: Duration) -> Tally {
    tally.failures += count;
    let longest = Duration::from_secs_f64(tally.latency.max_ms() / 1e3);
    (0..count).for_each(|_| tally.failed.record(longest));
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
    let end = End {
        at: Duration::from_millis(15_050),
        stopped: Duration::from_millis(15_050),
        dropped: 3,
        waited: Duration::ZERO,
        unsent: 0,
        late: lead_loadgen::Late::default(),
    };
    recording.fold(&Second { number: 15, users: 0, tasks, end: Some(end), ..Second::blank(0) });
    recording
}

/// Twelve seconds of the open model at 100 requests per second, the first three of them warm-up.
pub(crate) fn open_plan() -> Plan {
    let mut plan = plan(1, "12s", Duration::ZERO);
    plan.scenario.tasks = vec![task("/predict"), task("/health")];
    plan.warm_up = Duration::from_secs(3);
    let max_in_flight = std::num::NonZeroU32::new(1_000).unwrap();
    let rate = Stages::constant(100.0);
    plan.load = Load::Open(Arrivals { rate, spacing: Spacing::Constant, max_in_flight });
    plan
}

/// Twelve seconds of the open model at 100 requests per second, the first three of them warm-up. Each answer takes 1 to 100
/// times 20 us; in the seventh second each request is 40 ms late, elsewhere 50 us. Five requests are never sent.
pub(crate) fn open() -> Recording {
    let plan = open_plan();
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00.25Z".parse().unwrap());
    for number in 0..12 {
        let sent = if number == 11 { 95 } else { 100 };
        let lag = if number == 6 { 40_000 } else { 50 };
        let mut second = Second { in_flight: number % 4, ..Second::blank(number) };
        let answers = due_and_sent(sent, lag, Duration::from_millis(number * 1_000 + 990));
        if number < 3 {
            second.warm_up = vec![answers, Tally::default()];
        } else {
            second.tasks = vec![answers, Tally::default()];
            second.send_lag = lags(sent, lag);
        }
        recording.fold(&second);
    }
    let end = End {
        at: Duration::from_millis(12_004),
        stopped: Duration::from_millis(12_004),
        dropped: 0,
        waited: Duration::ZERO,
        unsent: 5,
        late: lead_loadgen::Late::default(),
    };
    let tasks = vec![Tally::default(), Tally::default()];
    recording.fold(&Second { tasks, end: Some(end), ..Second::blank(12) });
    recording
}

/// Answers that took 20, 40, ... us from being sent, each so much later than due.
fn due_and_sent(count: u64, lag_us: u64, last: Duration) -> Tally {
    let services: Vec<u64> = (1..=count).map(|at| at * 20).collect();
    let mut tally =
        tally(&services.iter().map(|service| service + lag_us).collect::<Vec<_>>(), last);
    services.iter().for_each(|&us| tally.service.record(Duration::from_micros(us)));
    tally
}

fn lags(count: u64, lag_us: u64) -> Latency {
    let mut lags = Latency::new();
    (0..count).for_each(|_| lags.record(Duration::from_micros(lag_us)));
    lags
}
