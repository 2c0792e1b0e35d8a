//! What a worker has seen and the master has not heard of yet.
//!
//! [`Ledger`] takes in the seconds of a run and gives them out as one [`Report`] after another, each request in exactly one
//! of them: what the reports add up to is what the run's own recording holds. It keeps times of day, because the master knows
//! no other, and asks no clock itself.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::classes::Classes;
use super::quote::error_key;
use super::report::{Error, Report, Row};
use crate::histogram::Latency;
use crate::record::Second;
use crate::snapshot::{MOST_TEXTS, OTHER_TEXTS, Sightings, Tally};

/// What the master has not heard of yet.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Since when was counted, in Unix seconds.
    since: f64,
    lines: Vec<Line>,
    total: Line,
    reported: Told,
}

/// How much the master was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// Requests, failed ones included.
    pub(super) requests: u64,
    /// Failed ones.
    pub(super) failures: u64,
}

/// One endpoint, or all together.
#[derive(Debug, Default)]
struct Line {
    method: String,
    name: String,
    latency: Latency,
    failures: u64,
    bytes: u64,
    /// Unix seconds.
    last: Option<f64>,
    /// Requests and failures by the Unix second.
    per_second: BTreeMap<i64, (u64, u64)>,
    errors: BTreeMap<String, Seen>,
    /// Failure texts of the whole test: a server that puts a random number into each must not fill the master's memory.
    texts: BTreeSet<String>,
}

/// A failure.
#[derive(Debug, Clone, Copy)]
struct Seen {
    count: u64,
    first: f64,
    last: f64,
}

impl Ledger {
    /// Nothing seen, from a moment (Unix seconds) on.
    pub(super) fn new(now: f64) -> Self {
        let total = Line { name: "Aggregated".to_owned(), ..Line::default() };
        Self { since: now, lines: Vec::new(), total, reported: Told::default() }
    }

    /// Begins a test of these tasks (method and name) at a moment. What is left of an earlier one stays to be reported: its
    /// lines are kept.
    pub(super) fn open<'t>(&mut self, tasks: impl Iterator<Item = (&'t str, &'t str)>, now: f64) {
        if self.total.is_blank() {
            self.since = now;
        }
        let known = std::mem::take(&mut self.lines);
        self.lines = tasks.map(|(method, name)| Line::of(method, name)).collect();
        // Behind those of the tasks: seconds are matched by position.
        self.lines.extend(known.into_iter().filter(|line| !line.is_blank()));
        self.reported = Told::default();
    }

    /// Takes in a second of a run that began at `start` (Unix seconds).
    pub(super) fn note(&mut self, second: &Second, start: f64) {
        let unix = unix_second(second, start);
        for (line, tally) in self.lines.iter_mut().zip(&second.tasks) {
            line.note(tally, start, unix);
            self.total.add(tally, start, unix);
        }
    }

    /// Everything so far, which is hereby told; `users` run now.
    pub(super) fn take(&mut self, users: &Classes, now: f64) -> Report {
        let since = std::mem::replace(&mut self.since, now);
        let mut errors = BTreeMap::new();
        let mut stats: Vec<Row> = Vec::new();
        for line in self.lines.iter_mut().filter(|line| !line.is_blank()) {
            // Two tasks may have one name, and then share a failure's key.
            for (key, error) in line.take_errors() {
                merge(&mut errors, key, error);
            }
            stats.push(line.take(since));
        }
        let stats_total = self.total.take(since);
        self.reported.requests += stats_total.num_requests;
        self.reported.failures += stats_total.num_failures;
        let user_classes_count = users.clone();
        let user_count = users.values().sum();
        Report { stats, stats_total, errors, user_classes_count, user_count }
    }

    /// Forgets everything, because nobody is left to hear it; returns how many requests that were.
    pub(super) fn forget(&mut self) -> u64 {
        let lost = self.total.latency.count();
        for line in self.lines.iter_mut().chain([&mut self.total]) {
            *line = Line::of(&line.method, &line.name);
        }
        lost
    }

    /// How much of this test the master was told of.
    pub(super) fn told(&self) -> Told {
        self.reported
    }

    /// Requests that the master was not told of.
    pub(super) fn untold(&self) -> u64 {
        self.total.latency.count()
    }
}

fn merge(errors: &mut BTreeMap<String, Error>, key: String, error: Error) {
    match errors.entry(key) {
        Entry::Vacant(place) => {
            place.insert(error);
        }
        Entry::Occupied(mut known) => {
            let known = known.get_mut();
            known.occurrences += error.occurrences;
            known.first_seen = known.first_seen.min(error.first_seen);
            known.last_seen = known.last_seen.max(error.last_seen);
        }
    }
}

/// The Unix second that a second of the run shares most with: a run begins anywhere within one.
fn unix_second(second: &Second, start: f64) -> i64 {
    let from = Duration::from_secs(second.number);
    let to = second.end.map_or(from + Duration::from_secs(1), |end| end.at.max(from));
    let middle = (from + to) / 2;
    (start + middle.as_secs_f64()).floor() as i64
}

impl Line {
    fn of(method: &str, name: &str) -> Self {
        Self { method: method.to_owned(), name: name.to_owned(), ..Self::default() }
    }

    fn is_blank(&self) -> bool {
        self.latency.count() == 0
    }

    /// Adds counts, and failures with their texts.
    fn note(&mut self, tally: &Tally, start: f64, unix: i64) {
        self.add(tally, start, unix);
        for (text, seen) in tally.errors.iter() {
            self.note_error(text, seen, start);
        }
    }

    fn add(&mut self, tally: &Tally, start: f64, unix: i64) {
        if tally.requests() == 0 {
            return;
        }
        self.latency.merge(&tally.latency);
        self.failures += tally.failures;
        self.bytes += tally.bytes;
        let last = tally.last_request.map(|at| start + at.as_secs_f64());
        self.last = self.last.into_iter().chain(last).reduce(f64::max);
        let (requests, failures) = self.per_second.entry(unix).or_default();
        *requests += tally.requests();
        *failures += tally.failures;
    }

    fn note_error(&mut self, text: &str, seen: &Sightings, start: f64) {
        let is_known = self.texts.contains(text) || self.texts.len() < MOST_TEXTS;
        let text = if is_known { text } else { OTHER_TEXTS };
        if is_known {
            self.texts.insert(text.to_owned());
        }
        let (first, last) = (start + seen.first.as_secs_f64(), start + seen.last.as_secs_f64());
        let known = self.errors.entry(text.to_owned()).or_insert(Seen { count: 0, first, last });
        known.count += seen.count;
        known.first = known.first.min(first);
        known.last = known.last.max(last);
    }

    fn take_errors(&mut self) -> BTreeMap<String, Error> {
        let (method, name) = (&self.method, &self.name);
        let row = |(error, seen): (String, Seen)| {
            let key = error_key(method, name, &error);
            let row = Error {
                name: name.clone(),
                method: method.clone(),
                error,
                occurrences: seen.count,
                first_seen: seen.first,
                last_seen: seen.last,
            };
            (key, row)
        };
        std::mem::take(&mut self.errors).into_iter().map(row).collect()
    }

    fn take(&mut self, since: f64) -> Row {
        let latency = std::mem::take(&mut self.latency);
        let per_second = std::mem::take(&mut self.per_second);
        let failing =
            |(&second, &(_, failed)): (&i64, &(u64, u64))| (failed > 0).then_some((second, failed));
        Row {
            name: self.name.clone(),
            method: self.method.clone(),
            last_request_timestamp: self.last.take(),
            start_time: since,
            num_requests: latency.count(),
            num_none_requests: 0,
            num_failures: std::mem::take(&mut self.failures),
            total_response_time: latency.sum_ms(),
            max_response_time: latency.max_ms(),
            min_response_time: (latency.count() > 0).then(|| latency.min_ms()),
            total_content_length: std::mem::take(&mut self.bytes),
            response_times: latency.buckets().into_iter().collect(),
            num_fail_per_sec: per_second.iter().filter_map(failing).collect(),
            num_reqs_per_sec: per_second
                .into_iter()
                .map(|(second, (requests, _))| (second, requests))
                .collect(),
        }
    }
}
