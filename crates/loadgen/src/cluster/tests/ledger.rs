//! What reports add up to.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use crate::cli::Args;
use crate::cluster::classes::Classes;
use crate::cluster::ledger::{Ledger, Told};
use crate::cluster::report::{Report, Row};
use crate::failure::{Failure, FailureClass};
use crate::histogram::Latency;
use crate::record::{End, Recording, Second};
use crate::snapshot::Tally;

const START: f64 = 1_787_389_200.75;

/// A request: in which second, of which task, how long in microseconds, with which failure.
type Sent = (u64, usize, u64, Option<u8>);

fn plan() -> crate::plan::Plan {
    let words = ["lead-loadgen", "--host", "http://127.0.0.1:1"];
    Args::order(words.map(Into::into)).expect("an order").plan
}

/// The seconds of a run.
fn seconds(sent: &[Sent], tasks: usize) -> Vec<Second> {
    let mut seconds: Vec<Second> = (0..8).map(Second::blank).collect();
    seconds.iter_mut().for_each(|second| second.tasks = vec![Tally::default(); tasks]);
    for &(second, task, us, failure) in sent {
        let outcome = failure.map_or(Ok(()), |kind| {
            Err(Failure::new(FailureClass::Status, format!("HTTPError('{kind}')")))
        });
        let at = Duration::from_secs(second) + Duration::from_micros(us % 1_000_000);
        let tally = &mut seconds[second as usize].tasks[task];
        tally.count(Duration::from_micros(us), us % 512, outcome, at);
    }
    seconds
}

/// What a master makes of reports of one endpoint (Locust's `StatsEntry.extend`).
fn extend(sum: &mut Row, more: &Row) {
    let max = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(f64::max);
    let min = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(f64::min);
    sum.last_request_timestamp = max(sum.last_request_timestamp, more.last_request_timestamp);
    sum.start_time = sum.start_time.min(more.start_time);
    sum.num_requests += more.num_requests;
    sum.num_failures += more.num_failures;
    sum.total_response_time += more.total_response_time;
    sum.max_response_time = sum.max_response_time.max(more.max_response_time);
    sum.min_response_time = min(sum.min_response_time, more.min_response_time);
    sum.total_content_length += more.total_content_length;
    for (&bucket, &count) in &more.response_times {
        *sum.response_times.entry(bucket).or_default() += count;
    }
    for (seconds, more) in [
        (&mut sum.num_reqs_per_sec, &more.num_reqs_per_sec),
        (&mut sum.num_fail_per_sec, &more.num_fail_per_sec),
    ] {
        more.iter().for_each(|(&second, &count)| *seconds.entry(second).or_default() += count);
    }
}

/// What a master makes of reports, by method and name; the total is under its own name.
fn sums(reports: &[Report]) -> BTreeMap<(String, String), Row> {
    let mut sums: BTreeMap<(String, String), Row> = BTreeMap::new();
    for report in reports {
        for row in report.stats.iter().chain([&report.stats_total]) {
            let key = (row.method.clone(), row.name.clone());
            match sums.get_mut(&key) {
                Some(sum) => extend(sum, row),
                None => drop(sums.insert(key, row.clone())),
            }
        }
    }
    sums
}

fn agrees(row: &Row, latency: &Latency, failures: u64, bytes: u64) {
    assert_eq!(row.num_requests, latency.count());
    assert_eq!(row.num_failures, failures);
    assert_eq!(row.total_content_length, bytes);
    assert!((row.total_response_time - latency.sum_ms()).abs() < 1e-6 * latency.sum_ms().max(1.0));
    assert!((row.max_response_time - latency.max_ms()).abs() < f64::EPSILON);
    assert_eq!(row.min_response_time, (latency.count() > 0).then(|| latency.min_ms()));
    assert_eq!(row.response_times.values().sum::<u64>(), latency.count());
    assert_eq!(row.num_reqs_per_sec.values().sum::<u64>(), latency.count());
    assert_eq!(row.num_fail_per_sec.values().sum::<u64>(), failures);
}

fn sent() -> impl Strategy<Value = Vec<Sent>> {
    let one = (0_u64..8, 0_usize..4, 1_u64..70_000_000, proptest::option::weighted(0.3, 0_u8..4));
    proptest::collection::vec(one, 0..60)
}

proptest! {
    // Histograms are slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn reports_add_up_to_the_recording_wherever_they_are_cut(
        sent in sent(),
        cuts in proptest::collection::vec(0_usize..8, 0..6),
    ) {
        let plan = plan();
        let tasks: Vec<(String, String)> = plan.scenario.tasks.iter()
            .map(|task| (task.method.as_str().to_owned(), task.name.clone()))
            .collect();
        let mut recording = Recording::new(&plan, Timestamp::from_millisecond(1_787_389_200_750).expect("a time"));
        let mut ledger = Ledger::new(START);
        ledger.open(tasks.iter().map(|(method, name)| (method.as_str(), name.as_str())), START);
        let mut reports = Vec::new();
        let nobody = Classes::new();
        for (index, second) in seconds(&sent, tasks.len()).iter().enumerate() {
            recording.fold(second);
            ledger.note(second, START);
            // Two reports in a row are allowed: the second one is empty.
            for _ in cuts.iter().filter(|&&cut| cut == index) {
                reports.push(ledger.take(&nobody, START + index as f64));
            }
        }
        reports.push(ledger.take(&nobody, START + 8.0));

        let sums = sums(&reports);
        let failures = |method: &str, name: &str| -> BTreeMap<String, u64> {
            let mut counts = BTreeMap::new();
            for error in reports.iter().flat_map(|report| report.errors.values()) {
                if (error.method.as_str(), error.name.as_str()) == (method, name) {
                    *counts.entry(error.error.clone()).or_default() += error.occurrences;
                }
            }
            counts
        };
        for entry in recording.endpoints() {
            let row = sums.get(&(entry.method.clone(), entry.name.clone()));
            assert_eq!(row.is_some(), entry.requests() > 0, "idle endpoints are not told of");
            row.into_iter().for_each(|row| agrees(row, entry.latency(), entry.failures(), entry.bytes()));
            let own: BTreeMap<String, u64> =
                entry.errors().iter().map(|(text, seen)| (text.to_owned(), seen.count)).collect();
            assert_eq!(failures(&entry.method, &entry.name), own);
        }
        let total = &sums[&(String::new(), "Aggregated".to_owned())];
        let all = recording.total();
        agrees(total, all.latency(), all.failures(), all.bytes());
        let last = all.last_request().map(|at| START + at.as_secs_f64());
        assert_eq!(total.last_request_timestamp.map(|at| (at * 1e3).round()), last.map(|at| (at * 1e3).round()));
        assert_eq!(ledger.told(), Told { requests: all.requests(), failures: all.failures() });
        assert_eq!(ledger.untold(), 0);
    }
}

fn one_task() -> Ledger {
    let mut ledger = Ledger::new(START - 10.0);
    ledger.open([("GET", "/health")].into_iter(), START);
    ledger
}

fn second(number: u64, requests: u64) -> Second {
    let mut tally = Tally::default();
    for index in 0..requests {
        let at = Duration::from_secs(number) + Duration::from_millis(index);
        tally.count(Duration::from_millis(1), 2, Ok(()), at);
    }
    Second { tasks: vec![tally], ..Second::blank(number) }
}

#[test]
fn an_idle_report_has_no_minimum_and_no_last_request() {
    let report = one_task().take(&Classes::new(), START + 3.0);
    let total = report.stats_total;
    assert!(report.stats.is_empty() && report.errors.is_empty());
    assert_eq!((total.name.as_str(), total.method.as_str()), ("Aggregated", ""));
    assert_eq!((total.min_response_time, total.last_request_timestamp), (None, None));
    assert!(total.response_times.is_empty() && total.num_reqs_per_sec.is_empty());
}

#[test]
fn a_report_counts_from_the_one_before_and_the_first_from_the_start_of_the_test() {
    let mut ledger = one_task();
    for (now, since) in [(START + 3.0, START), (START + 6.0, START + 3.0)] {
        let report = ledger.take(&Classes::new(), now);
        assert!((report.stats_total.start_time - since).abs() < f64::EPSILON);
    }
}

#[test]
fn each_second_of_a_run_falls_into_the_second_of_the_day_that_it_shares_most_with() {
    // A run that begins at .75 has its seconds mostly in the next one of the day.
    let mut ledger = one_task();
    (0..3).for_each(|number| ledger.note(&second(number, number + 1), START));
    let report = ledger.take(&Classes::new(), START + 3.0);
    let unix = START.floor() as i64;
    let expect = BTreeMap::from([(unix + 1, 1), (unix + 2, 2), (unix + 3, 3)]);
    assert_eq!(report.stats[0].num_reqs_per_sec, expect);
    // The last one is shorter.
    let end = End { at: Duration::from_millis(3_100), ..End::default() };
    ledger.note(&Second { end: Some(end), ..second(3, 5) }, START);
    let report = ledger.take(&Classes::new(), START + 4.0);
    assert_eq!(report.stats[0].num_reqs_per_sec, BTreeMap::from([(unix + 3, 5)]));
}

#[test]
fn what_an_earlier_test_left_is_told_with_the_next_one() {
    let mut ledger = one_task();
    ledger.note(&second(0, 3), START);
    // No report was possible before the next test, of other tasks.
    ledger.open([("GET", "/other"), ("GET", "/health")].into_iter(), START + 60.0);
    let mut next = second(0, 2);
    next.tasks.push(second(0, 1).tasks.remove(0));
    ledger.note(&next, START + 60.0);
    let report = ledger.take(&Classes::new(), START + 61.0);
    let counts: Vec<(&str, u64)> =
        report.stats.iter().map(|row| (row.name.as_str(), row.num_requests)).collect();
    assert_eq!(counts, [("/other", 2), ("/health", 1), ("/health", 3)]);
    assert_eq!(report.stats_total.num_requests, 6);
}

#[test]
fn what_nobody_is_left_to_hear_is_forgotten() {
    let mut ledger = one_task();
    ledger.note(&second(0, 3), START);
    assert_eq!((ledger.untold(), ledger.forget(), ledger.untold()), (3, 3, 0));
    assert_eq!(ledger.take(&Classes::new(), START + 3.0).stats_total.num_requests, 0);
}

#[test]
fn a_server_that_numbers_its_failures_does_not_fill_the_masters_memory() {
    let mut ledger = one_task();
    let mut texts = std::collections::BTreeSet::new();
    let mut occurrences = 0;
    for number in 0..50 {
        let mut tally = Tally::default();
        for index in 0..10 {
            let failure = Failure::new(FailureClass::Status, format!("error {number}-{index}"));
            tally.count(Duration::from_millis(1), 0, Err(failure), Duration::from_secs(number));
        }
        ledger.note(&Second { tasks: vec![tally], ..Second::blank(number) }, START);
        let report = ledger.take(&Classes::new(), START + number as f64);
        occurrences += report.errors.values().map(|error| error.occurrences).sum::<u64>();
        texts.extend(report.errors.into_values().map(|error| error.error));
    }
    assert_eq!((texts.len(), occurrences), (65, 500));
}
