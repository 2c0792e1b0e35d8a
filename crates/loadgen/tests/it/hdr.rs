//! The HdrHistogram log: read back by the crate's own reader, it gives the run's numbers.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use lead_loadgen::{
    Args, Arrivals, Corpus, HdrLog, Latency, Load, Plan, Recording, ScriptedAnswer, Second,
    Spacing, Stages, Stop, load_by_second, reach, run_by_second,
};

use crate::program::{bare, stderr};
use crate::recordings::tally;
use crate::server::{Manner, Server};
use crate::simulated::{Simulated, plan, right, task};

/// What a log holds: by tag, all its intervals together and the seconds since the start in which they began.
#[derive(Debug, Default)]
struct Held {
    start_s: f64,
    tags: BTreeMap<String, (Histogram<u64>, Vec<u64>)>,
    /// The last second of the untagged ones: how long it was.
    last: Duration,
}

fn read(text: &[u8]) -> Held {
    let mut held = Held::default();
    for entry in IntervalLogIterator::new(text) {
        match entry.expect("a line of the format") {
            LogEntry::StartTime(start) => held.start_s = start.as_secs_f64(),
            LogEntry::BaseTime(_) => panic!("times are since 1970"),
            LogEntry::Interval(interval) => {
                let bytes = base64(interval.encoded_histogram());
                let histogram: Histogram<u64> =
                    Deserializer::new().deserialize(&mut &bytes[..]).expect("a histogram");
                let tag = interval.tag().map(|tag| tag.as_str().to_owned()).unwrap_or_default();
                let empty = || (Histogram::new_with_bounds(1, 60_000_000, 3).unwrap(), Vec::new());
                let (all, seconds) = held.tags.entry(tag).or_insert_with(empty);
                all.add(&histogram).unwrap();
                let since = interval.start_timestamp().as_secs_f64() - held.start_s;
                seconds.push(since.round() as u64);
                held.last = interval.duration();
            }
        }
    }
    held
}

/// Standard base64, padded.
fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other} in base64"),
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(digit).collect();
    let triple = |four: &[u8]| {
        let bits = four.iter().fold(0_u32, |bits, &digit| bits << 6 | u32::from(digit));
        (bits << (6 * (4 - four.len()))).to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(triple).collect()
}

/// Locust's rank rule on a histogram of another tool, as the run's own numbers follow it.
fn check_same(histogram: &Histogram<u64>, latency: &Latency) {
    assert_eq!(histogram.len(), latency.count());
    for fraction in [0.0, 0.25, 0.5, 0.66, 0.9, 0.95, 0.99, 0.999] {
        let index = ((histogram.len() as f64 * fraction) as u64).min(histogram.len() - 1);
        let us = histogram.value_at_quantile((index as f64 + 0.5) / histogram.len() as f64);
        // The run knows its exact extremes and never reports beyond them; a log has only its buckets.
        let us = (us as f64 / 1e3).clamp(latency.min_ms(), latency.max_ms());
        assert_eq!(us, latency.percentile_ms(fraction), "{fraction}");
    }
}

fn logged(plan: &Plan, script: Vec<Vec<ScriptedAnswer>>, path: &Path) -> Recording {
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let mut log = HdrLog::create(path).unwrap();
    run_by_second(plan, corpus, &Simulated(script), &Stop::new(), |recording, second| {
        if let Some(second) = second {
            log.tick(recording, second).unwrap();
        }
    })
    .unwrap()
}

/// Answers that take from 200 us to 400 ms, each its own time.
fn spread() -> Vec<ScriptedAnswer> {
    let time = |at: u64| Duration::from_micros(200 + at * at % 400_000);
    (0..997).map(|at| ScriptedAnswer::right(time(at * 37), 10)).collect()
}

fn at_rate() -> Plan {
    let mut plan = plan(1, "6s", Duration::ZERO);
    let max_in_flight = NonZeroU32::new(20).unwrap();
    let rate = Stages::constant(200.0);
    plan.load = Load::Open(Arrivals { rate, spacing: Spacing::Constant, max_in_flight });
    plan.scenario.tasks = vec![task("/one"), task("/two, or three")];
    plan.stop_timeout = Duration::from_secs(60);
    plan.warm_up = Duration::from_secs(2);
    plan
}

#[test]
fn an_open_run_is_recomputed_from_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("run.hlog");
    let recording = logged(&at_rate(), vec![spread(), spread()], &path);
    let held = read(&std::fs::read(&path).unwrap());
    let tags: Vec<&str> = held.tags.keys().map(String::as_str).collect();
    let (one, two) = ("GET:/one", "GET:/two__or_three");
    let services = ["service:GET:/one", "service:GET:/two__or_three"];
    assert_eq!(tags, ["", one, two, "send-lag", "service", services[0], services[1]]);
    let of = |tag: &str| &held.tags[tag].0;
    check_same(of(""), recording.total().latency());
    check_same(of("service"), recording.total().service());
    check_same(of("send-lag"), recording.send_lag().unwrap());
    for (entry, tag) in recording.endpoints().iter().zip([one, two]) {
        check_same(of(tag), entry.latency());
        check_same(of(&format!("service:{tag}")), entry.service());
    }
    assert!(
        recording.total().latency().percentile_ms(0.5)
            > recording.total().service().percentile_ms(0.5)
    );
}

#[test]
fn intervals_are_the_seconds_after_the_warm_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.hlog");
    let recording = logged(&at_rate(), vec![vec![right(1_500)]; 2], &path);
    let held = read(&std::fs::read(&path).unwrap());
    let (_, seconds) = &held.tags[""];
    let last = recording.elapsed().as_secs();
    assert_eq!(*seconds, (2..=last).collect::<Vec<_>>(), "also those without an answer");
    let rest = recording.elapsed() - Duration::from_secs(last);
    assert_eq!(held.last.as_millis(), rest.as_millis());
    let start = recording.start().as_millisecond() as f64 / 1e3;
    assert!((held.start_s - start).abs() < 0.002, "{} is not {start}", held.start_s);
}

#[test]
fn what_a_late_thread_counted_before_the_border_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.hlog");
    let mut log = HdrLog::create(&path).unwrap();
    let mut recording = Recording::new(&at_rate(), "2026-08-22T09:40:00Z".parse().unwrap());
    let at = Duration::from_millis(2_003);
    // A thread that closes the last second of the warm-up 4 ms late has measured requests in it already.
    for tasks in [vec![], vec![tally(&[700, 800], at)], vec![tally(&[900], at)]] {
        let second = Second { tasks, ..Second::blank(recording.elapsed().as_secs()) };
        recording.fold(&second);
        log.tick(&recording, &second).unwrap();
    }
    let held = read(&std::fs::read(&path).unwrap());
    let (all, seconds) = &held.tags[""];
    assert_eq!((all.len(), recording.total().requests()), (3, 3));
    assert_eq!(*seconds, [1, 2], "the warm-up's first second is in no file");
}

#[test]
fn counts_with_a_warm_up_are_exact_in_every_place() {
    for (transport, load) in
        [("reqwest", ["-u", "6"]), ("raw", ["-u", "6"]), ("raw", ["--rate", "300"])]
    {
        // Answers take some milliseconds, so that there are always some on their way across the border.
        let server = Server::start(Manner::InPieces);
        let (url, folder) = (server.url(), tempfile::tempdir().unwrap());
        let words = ["lead-loadgen", "--host", &url, "--transport", transport, "--threads", "2"];
        let more = ["--warmup", "1s", "-t", "2s", "-s", "60s"];
        let words = words.iter().chain(&load).chain(&more);
        let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
        plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(2);
        let path = folder.path().join("run.hlog");
        let mut log = HdrLog::create(&path).unwrap();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        let reached = reach(&plan.target).unwrap();
        let recording =
            load_by_second(&plan, corpus, reached, &Stop::new(), |recording, second| {
                second.into_iter().for_each(|second| log.tick(recording, second).unwrap());
            })
            .unwrap();
        let (counted, warm) = (recording.total().requests(), recording.warm_up_requests());
        assert_eq!((recording.total().failures(), recording.dropped()), (0, 0));
        assert!(counted > 0 && warm > 0, "{counted} and {warm}");
        assert_eq!(counted + warm, server.requests(), "{transport}: as many as the server counted");
        let held = read(&std::fs::read(&path).unwrap());
        assert_eq!(held.tags[""].0.len(), counted, "{transport}: the log's");
        let phases = recording.phases();
        assert_eq!([phases.first_byte.count(), phases.body.count()], [counted; 2], "{transport}");
        let in_seconds: u64 =
            recording.total().per_second().iter().map(|&(requests, _)| u64::from(requests)).sum();
        assert_eq!(in_seconds, counted, "{transport}");
    }
}

#[test]
fn a_closed_run_has_no_service_times_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.hlog");
    let recording = logged(&plan(10, "3s", Duration::from_millis(5)), vec![spread()], &path);
    let held = read(&std::fs::read(&path).unwrap());
    assert_eq!(held.tags.keys().collect::<Vec<_>>(), ["", "GET:/health"]);
    check_same(&held.tags[""].0, recording.total().latency());
}

#[test]
fn every_second_reaches_the_file_at_once_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.hlog");
    let plan = plan(10, "3s", Duration::from_millis(5));
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let mut log = HdrLog::create(&path).unwrap();
    let mut sizes = Vec::new();
    run_by_second(&plan, corpus, &Simulated(vec![spread()]), &Stop::new(), |recording, second| {
        let Some(second) = second else { return };
        log.tick(recording, second).unwrap();
        let text = std::fs::read(&path).unwrap();
        sizes.push(text.len());
        assert!(text.ends_with(b"\n"));
        let requests = read(&text).tags[""].0.len();
        assert_eq!(requests, recording.total().requests(), "as a killed run would leave it");
    })
    .unwrap();
    assert!(sizes.len() >= 3 && sizes.is_sorted_by(|a, b| a < b), "{sizes:?}");
}

#[test]
fn the_program_writes_what_the_server_counted() {
    let server = Server::start(Manner::Right);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.hlog");
    let words = ["-u", "4", "-r", "100", "-t", "2s", "-s", "10s", "--only-summary", "--hdr"];
    let output = bare()
        .args(["--headless", "--host", &server.url()])
        .args(words)
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let held = read(&std::fs::read(&path).unwrap());
    assert_eq!(held.tags[""].0.len(), server.requests());
    let scores = server.seen().requests["POST /api/v1/score"];
    assert_eq!(held.tags["POST:/api/v1/score"].0.len(), scores);
}

#[test]
fn a_log_that_cannot_be_written_is_told_before_the_run() {
    let server = Server::start(Manner::Right);
    let words = ["--headless", "--host", &server.url(), "-t", "1s", "--hdr", "/proc/no/run.hlog"];
    let output = bare().args(words).output().unwrap();
    let said = stderr(&output);
    assert_eq!((output.status.code(), server.requests()), (Some(1), 0), "{said}");
    assert!(said.contains("cannot write the histogram log /proc/no/run.hlog"), "{said}");
}
