//! Arbitrary runs, as wild as the files can hold: any text, any counts, numbers of every size.
//!
//! What a file rounds is generated rounded (microseconds, millionths), and what a reader would refuse is not
//! generated: sums that do not add up, the Aggregated row's name among the endpoints.

use std::collections::BTreeMap;

use lead_stats::{Endpoint, Exception, Failure, History, Percentiles, Run, Summary, Tick};
use proptest::{collection::vec, option, prelude::*};

/// A run that can be written and read back.
pub(crate) fn run() -> impl Strategy<Value = Run> {
    (summary(6), vec(tick(), 0..8), vec(failure(), 6), vec(exception(), 0..3)).prop_map(
        |(summary, ticks, failures, exceptions)| {
            // Each endpoint's failures are of one kind, so that both files count the same.
            let counts = summary.endpoints.iter().map(|endpoint| endpoint.failures);
            let failures = failures
                .into_iter()
                .zip(counts)
                .map(|(failure, occurrences)| Failure { occurrences, ..failure })
                .collect();
            Run { summary, history: History { ticks }, failures, exceptions, notes: Vec::new() }
        },
    )
}

/// A summary of at most `endpoints` endpoints whose counts add up.
pub(crate) fn summary(endpoints: usize) -> impl Strategy<Value = Summary> {
    (vec(endpoint(), 0..=endpoints), endpoint()).prop_map(|(endpoints, aggregated)| {
        let by_key: BTreeMap<_, _> = endpoints
            .into_iter()
            .map(|endpoint| ((endpoint.name.clone(), endpoint.method.clone()), endpoint))
            .collect();
        let endpoints: Vec<_> =
            by_key.into_values().filter(|endpoint| !is_total(endpoint)).collect();
        let aggregated = Endpoint {
            method: String::new(),
            name: "Aggregated".to_owned(),
            requests: endpoints.iter().map(|endpoint| endpoint.requests).sum(),
            failures: endpoints.iter().map(|endpoint| endpoint.failures).sum(),
            ..aggregated
        };
        Summary { endpoints, aggregated: settled(aggregated) }
    })
}

/// Texts that try to be mistaken for something else in a CSV file.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => "[a-z/,\"\r\n ;é😀\u{feff}\0-]{0,12}",
        1 => Just("Aggregated".to_owned()),
        1 => Just("N/A".to_owned()),
        1 => Just("x\r\n,Aggregated,1,0,1,1.0,1,1,1.0,1.0,0.0,1,1,1,1,1,1,1,1,1,1,1\r\n".to_owned()),
    ]
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let counts = (count(), 0.0..=1.0f64);
    let times = (microseconds(), number(), number(), number(), number(), number(), number());
    (text(), text(), counts, times, percentiles()).prop_map(
        |(method, name, (requests, failed), times, percentiles)| {
            let (
                median_ms,
                average_ms,
                min_ms,
                max_ms,
                average_size_bytes,
                requests_per_s,
                failures_per_s,
            ) = times;
            settled(Endpoint {
                method,
                name,
                requests,
                failures: (requests as f64 * failed) as u64,
                median_ms,
                average_ms,
                min_ms,
                max_ms,
                average_size_bytes,
                requests_per_s,
                failures_per_s,
                percentiles,
            })
        },
    )
}

fn tick() -> impl Strategy<Value = Tick> {
    let head = (count(), count(), text(), text(), millionths(), millionths());
    let counts = (count(), 0.0..=1.0f64);
    let times = (microseconds(), number(), number(), number(), number());
    (head, counts, times, percentiles()).prop_map(
        |(head, (total_requests, failed), times, percentiles)| {
            let (timestamp_s, users, method, name, requests_per_s, failures_per_s) = head;
            let (
                total_median_ms,
                total_average_ms,
                total_min_ms,
                total_max_ms,
                total_average_size_bytes,
            ) = times;
            Tick {
                timestamp_s,
                users,
                method,
                name,
                requests_per_s,
                failures_per_s,
                percentiles: if total_requests == 0 { Percentiles::none() } else { percentiles },
                total_requests,
                total_failures: (total_requests as f64 * failed) as u64,
                total_median_ms,
                total_average_ms,
                total_min_ms,
                total_max_ms,
                total_average_size_bytes,
            }
        },
    )
}

fn failure() -> impl Strategy<Value = Failure> {
    let time = || option::of(Just("2026-08-22T09:40:02Z".to_owned()));
    (text(), text(), text(), count(), time(), time()).prop_map(
        |(method, name, error, occurrences, first_seen, last_seen)| Failure {
            method,
            name,
            error,
            occurrences,
            first_seen,
            last_seen,
        },
    )
}

fn exception() -> impl Strategy<Value = Exception> {
    (count(), text(), text(), text()).prop_map(|(count, message, traceback, nodes)| Exception {
        count,
        message,
        traceback,
        nodes,
    })
}

fn percentiles() -> impl Strategy<Value = Percentiles> {
    prop_oneof![
        1 => Just(Percentiles::none()),
        4 => prop::array::uniform11(microseconds()).prop_map(Percentiles::locust),
    ]
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1..100u64, 100..1_000_000_000_000u64]
}

/// Any finite number from zero up, mostly of a size that occurs.
fn number() -> impl Strategy<Value = f64> {
    let any_size =
        any::<f64>().prop_map(f64::abs).prop_filter("finite", |number| number.is_finite());
    prop_oneof![1 => Just(0.0), 4 => 0.0..10_000.0f64, 1 => any_size]
}

fn microseconds() -> impl Strategy<Value = f64> {
    (0..10_000_000_000u64).prop_map(|us| us as f64 / 1e3)
}

fn millionths() -> impl Strategy<Value = f64> {
    (0..10_000_000_000u64).prop_map(|count| count as f64 / 1e6)
}

fn is_total(endpoint: &Endpoint) -> bool {
    endpoint.name == "Aggregated" && ["", "None"].contains(&endpoint.method.as_str())
}

/// A row without requests has no percentiles.
fn settled(endpoint: Endpoint) -> Endpoint {
    let percentiles =
        if endpoint.requests == 0 { Percentiles::none() } else { endpoint.percentiles };
    Endpoint { percentiles, ..endpoint }
}
