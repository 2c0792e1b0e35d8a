//! The recording: scripted seconds folded to exact numbers.

use std::time::Duration;

use lead_loadgen::{End, Second, Tally};
use lead_stats::{History, Percentiles};

use crate::recordings::{blank, quarter_minute, tally};

#[test]
fn totals_are_exact() {
    let recording = quarter_minute();
    let run = recording.to_run(History::default());
    let [predict, health] = &run.summary.endpoints[..] else { panic!("{:?}", run.summary) };
    // By name, as Locust sorts: /health before /predict.
    let (health, predict) = (predict, health);
    assert_eq!(
        (health.method.as_str(), health.name.as_str(), health.requests),
        ("GET", "/health", 1_501)
    );
    assert_eq!((predict.name.as_str(), predict.requests, predict.failures), ("/predict", 300, 2));
    assert_eq!((predict.min_ms, predict.max_ms, predict.average_ms), (2.0, 40.0, 21.0));
    assert_eq!(predict.percentiles.at(1.0), Some(40.0));
    assert_eq!((health.median_ms, health.percentiles.at(0.95)), (0.251, Some(0.296)));
    assert_eq!(health.average_size_bytes, 10.0);

    let total = &run.summary.aggregated;
    assert_eq!((total.method.as_str(), total.name.as_str()), ("", "Aggregated"));
    assert_eq!((total.requests, total.failures), (1_801, 2));
    // Requests over the time from the start to the last request, for every row.
    assert_eq!(total.requests_per_s, 1_801.0 / 15.04);
    assert_eq!(predict.requests_per_s, 300.0 / 15.04);
    assert_eq!(total.failures_per_s, 2.0 / 15.04);
}

#[test]
fn failures_are_told_with_the_time_of_day() {
    let failures = quarter_minute().failures();
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!(
        (failure.method.as_str(), failure.name.as_str(), failure.occurrences),
        ("POST", "/predict", 2)
    );
    assert_eq!(failure.first_seen.as_deref(), Some("2026-08-22T09:40:04Z"));
    assert_eq!(failure.last_seen.as_deref(), Some("2026-08-22T09:40:04Z"));
}

#[test]
fn the_end_is_exact_and_no_point_of_the_series() {
    let recording = quarter_minute();
    assert_eq!((recording.elapsed(), recording.dropped()), (Duration::from_millis(15_050), 3));
    assert_eq!((recording.users(), recording.peak_users()), (0, 50));
    let points = recording.series().points();
    assert_eq!(points.len(), 15);
    assert_eq!((points[3].requests, points[3].failures, points[3].users), (120, 2, 40));
    assert_eq!((points[3].p50_ms, points[3].p99_ms), (0.261, 38.015_f32));
}

#[test]
fn the_current_rate_is_that_of_ten_seconds_which_end_three_back() {
    let mut recording = blank();
    for number in 0..20 {
        let tasks = vec![
            tally(&vec![500; (number + 1) as usize], Duration::from_secs(number)),
            Tally::default(),
        ];
        recording.fold(&Second { number, users: 1, tasks, end: None, ..Second::blank(0) });
        let rate = recording.current_rate(recording.total()).0;
        let expected = match number {
            0..3 => 0.0,
            // Mean of 1, 2, ... up to the second three back.
            3..12 => (number - 2 + 1) as f64 / 2.0,
            // Mean of the ten seconds up to there.
            _ => (number - 2) as f64 - 4.5,
        };
        assert_eq!(rate, expected, "after second {number}");
    }
}

#[test]
fn windowed_percentiles_forget_what_is_older_than_ten_seconds() {
    let mut recording = blank();
    let mut fold = |number, us: u64| {
        let tasks = vec![tally(&[us; 10], Duration::from_secs(number)), Tally::default()];
        recording.fold(&Second { number, users: 1, tasks, end: None, ..Second::blank(0) });
        recording.total().current_percentiles().at(1.0)
    };
    assert_eq!(fold(0, 100), Some(0.1));
    assert_eq!((1..10).map(|number| fold(number, 50)).last(), Some(Some(0.1)));
    assert_eq!(fold(10, 50), Some(0.05), "the slow second is the eleventh back");
    assert_eq!(
        recording.total().latency().percentile_ms(1.0),
        0.1,
        "the whole run does not forget"
    );
}

#[test]
fn a_silent_window_reads_zero_and_silence_from_the_start_reads_nothing() {
    let mut recording = blank();
    assert_eq!(recording.total().current_percentiles(), Percentiles::none());
    for number in 0..12 {
        let one = if number == 0 { tally(&[100], Duration::ZERO) } else { Tally::default() };
        recording.fold(&Second {
            number,
            users: 1,
            tasks: vec![one, Tally::default()],
            end: None,
            ..Second::blank(0)
        });
    }
    assert_eq!(recording.total().current_percentiles(), Percentiles::locust([0.0; 11]));
}

#[test]
fn ticks_are_the_total_alone_or_preceded_by_each_endpoint() {
    let mut recording = blank();
    assert_eq!(recording.ticks(true).len(), 1, "nothing was asked yet");
    let tasks =
        vec![tally(&[700], Duration::from_millis(10)), tally(&[300; 3], Duration::from_millis(20))];
    recording.fold(&Second { number: 0, users: 4, tasks, end: None, ..Second::blank(0) });
    let names = |full| {
        recording
            .ticks(full)
            .into_iter()
            .map(|tick| (tick.name, tick.total_requests))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(false), [("Aggregated".to_owned(), 4)]);
    assert_eq!(
        names(true),
        [("/health".to_owned(), 3), ("/predict".to_owned(), 1), ("Aggregated".to_owned(), 4)]
    );
    let tick = &recording.ticks(false)[0];
    assert_eq!((tick.timestamp_s, tick.users), (1_787_391_601, 4));
}

#[test]
fn a_run_without_a_request_is_all_zero() {
    let mut recording = blank();
    let end = Some(End {
        at: Duration::from_millis(200),
        stopped: Duration::from_millis(200),
        dropped: 0,
        waited: Duration::ZERO,
        unsent: 0,
        late: lead_loadgen::Late::default(),
    });
    recording.fold(&Second {
        number: 0,
        users: 0,
        tasks: vec![Tally::default(), Tally::default()],
        end,
        ..Second::blank(0)
    });
    let total = recording.summary().aggregated;
    assert_eq!(
        (total.requests, total.requests_per_s, total.average_ms, total.min_ms),
        (0, 0.0, 0.0, 0.0)
    );
    assert!(total.percentiles.is_empty());
    assert!(recording.summary().endpoints.is_empty());
}

#[test]
fn the_current_rate_does_not_know_the_warm_up() {
    let recording = crate::recordings::open();
    // Its window of ten seconds reaches back into the warm-up, in which nothing was counted.
    assert_eq!(recording.current_rate(recording.total()), (100.0, 0.0));
}
