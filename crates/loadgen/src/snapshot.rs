//! What one worker saw in one second: the only message on its way to the recording.
//!
//! [`Snapshot`] is plain data, made by a worker and folded by [`Recording`](crate::Recording). It holds nothing that two
//! threads share and nothing per request, so its size does not depend on the rate.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::failure::{Failure, FailureClass};
use crate::histogram::Latency;
use crate::phases::Phases;

/// Different failure texts that are told apart per task and second; a server that puts a random number into each error
/// must not fill the memory.
pub(crate) const MOST_TEXTS: usize = 64;

/// Where further texts are counted.
pub(crate) const OTHER_TEXTS: &str = "(other failures, too many different texts)";

/// What one worker saw in one second.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Which worker, from 0.
    pub worker: usize,
    /// Which second since the start, from 0.
    pub second: u64,
    /// Users that run at its end.
    pub users: u64,
    /// Requests in flight at its end.
    pub in_flight: u64,
    /// What was counted, by the task's position in the scenario.
    pub tasks: Vec<Tally>,
    /// The same of requests that began in the warm-up; empty when there were none.
    pub warm_up: Vec<Tally>,
    /// How much later than due measured requests were sent; empty in the closed model.
    pub send_lag: Latency,
    /// What happened below the requests.
    pub phases: Phases,
    /// The longest time for which the thread could neither send nor look at an answer, beyond ten milliseconds.
    pub stall: Duration,
    /// Measured requests of the open model that were sent late in it, or given up.
    pub late: Late,
    /// Set in a worker's last snapshot, which may cover less than a second.
    pub last: Option<Last>,
}

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// Since the start.
    pub at: Duration,
    /// When nothing more was to be sent, since the start: before the last answers came in.
    pub stopped: Duration,
    /// Measured requests that were in flight and were dropped uncounted.
    pub dropped: u64,
    /// How long the one of them had waited that began first; zero when there was none.
    pub waited: Duration,
    /// Measured requests that were due and never sent.
    pub unsent: u64,
    /// These and those that were sent late.
    pub late: Late,
}

/// Requests of the open model that were sent more than 5 ms late, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Late {
    /// How many.
    pub requests: u64,
    /// Those of them that waited for a place in flight, or behind one that did.
    pub held_up: u64,
}

impl Late {
    /// Adds all of another.
    pub fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.held_up += other.held_up;
    }

    /// What remains of these without those of another, which are among them.
    pub(crate) fn without(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(other.requests),
            held_up: self.held_up.saturating_sub(other.held_up),
        }
    }
}

/// Counts of one task.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Response times of all requests that ended, failed ones included: from being due in the open model, from sending
    /// in the closed one.
    pub latency: Latency,
    /// Service times, from sending, in the open model; empty in the closed one, where they are the response times.
    pub service: Latency,
    /// Response times of those that failed, which costs nothing where none does: all but these are the successes'.
    pub failed: Latency,
    /// How many of them failed.
    pub failures: u64,
    /// Bytes of all answers' bodies.
    pub bytes: u64,
    /// When the last one ended, since the start.
    pub last_request: Option<Duration>,
    /// Failures by text.
    pub errors: Errors,
}

impl Tally {
    /// Requests that ended.
    pub fn requests(&self) -> u64 {
        self.latency.count()
    }

    /// Counts a request that ended `at` (since the start) after this latency, with an answer of so many bytes.
    pub fn count(
        &mut self,
        latency: Duration,
        bytes: u64,
        outcome: Result<(), Failure>,
        at: Duration,
    ) {
        self.latency.record(latency);
        self.bytes += bytes;
        self.last_request = Some(at);
        if let Err(failure) = outcome {
            self.failures += 1;
            self.failed.record(latency);
            self.errors.add(failure, at);
        }
    }

    /// Counts its times from a time since the start.
    pub(crate) fn count_from(&mut self, since_start: Duration) {
        let earlier = |time: &mut Duration| *time = time.saturating_sub(since_start);
        self.last_request.iter_mut().for_each(earlier);
        for seen in self.errors.by_text.values_mut() {
            earlier(&mut seen.first);
            earlier(&mut seen.last);
        }
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.latency.merge(&other.latency);
        self.service.merge(&other.service);
        self.failed.merge(&other.failed);
        self.failures += other.failures;
        self.bytes += other.bytes;
        self.last_request = self.last_request.max(other.last_request);
        self.errors.merge(&other.errors);
    }
}

/// Failures by text, bounded in number, and by class.
#[derive(Debug, Clone, Default)]
pub struct Errors {
    by_text: BTreeMap<String, Sightings>,
    by_class: [u64; FailureClass::ALL.len()],
}

/// How often a failure was seen, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sightings {
    /// What kind of fault it is; nothing where failures of different kinds have one text.
    pub class: Option<FailureClass>,
    /// How often.
    pub count: u64,
    /// First time, since the start.
    pub first: Duration,
    /// Last time, since the start.
    pub last: Duration,
}

impl Errors {
    /// Counts a failure that was seen `at` (since the start).
    pub fn add(&mut self, failure: Failure, at: Duration) {
        self.by_class[failure.class as usize] += 1;
        self.note(
            failure.text,
            Sightings { class: Some(failure.class), count: 1, first: at, last: at },
        );
    }

    /// How many failures of a class there were.
    pub fn of_class(&self, class: FailureClass) -> u64 {
        self.by_class[class as usize]
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        for (text, seen) in &other.by_text {
            self.note(text.clone(), *seen);
        }
        for (count, more) in self.by_class.iter_mut().zip(other.by_class) {
            *count += more;
        }
    }

    /// The texts in order, each with its sightings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Sightings)> {
        self.by_text.iter().map(|(text, seen)| (text.as_str(), seen))
    }

    fn note(&mut self, text: String, seen: Sightings) {
        let is_new = !self.by_text.contains_key(&text);
        let text =
            if is_new && self.by_text.len() >= MOST_TEXTS { OTHER_TEXTS.to_owned() } else { text };
        let known = self.by_text.entry(text).or_insert(Sightings { count: 0, ..seen });
        known.class = known.class.filter(|_| known.class == seen.class);
        known.count += seen.count;
        known.first = known.first.min(seen.first);
        known.last = known.last.max(seen.last);
    }
}
