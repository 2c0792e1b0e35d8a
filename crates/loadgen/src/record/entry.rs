//! What was seen of one endpoint so far, or of all together.
//!
//! [`Entry`] folds one second's [`Tally`] after another and answers what a row of a table needs. When the run began, what is
//! warm-up and what a rate is taken over is [`Recording`](super::Recording)'s.

use std::collections::VecDeque;
use std::time::Duration;

use lead_stats::Percentiles;

use crate::histogram::{Coarse, Latency};
use crate::snapshot::{Errors, Tally};

/// Seconds in the window of "current" percentiles, as in Locust.
const WINDOW_S: usize = 10;

/// One endpoint, or all of them together.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Method; empty for the total.
    pub method: String,
    /// Path; `Aggregated` for the total.
    pub name: String,
    pub(super) tally: Tally,
    window: VecDeque<Coarse>,
    pub(super) per_second: Vec<(u32, u32)>,
}

impl Entry {
    /// Nothing seen yet.
    pub(super) fn new(method: &str, name: &str) -> Self {
        Self {
            method: method.to_owned(),
            name: name.to_owned(),
            tally: Tally::default(),
            window: VecDeque::with_capacity(WINDOW_S),
            per_second: Vec::new(),
        }
    }

    /// Adds the next second.
    pub(super) fn fold(&mut self, tally: &Tally) {
        self.tally.merge(tally);
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        self.per_second.push((small(tally.requests()), small(tally.failures)));
        if self.window.len() == WINDOW_S {
            self.window.pop_front();
        }
        self.window.push_back(Coarse::of(&tally.latency));
    }

    /// Requests that ended, failed ones included.
    pub fn requests(&self) -> u64 {
        self.tally.requests()
    }

    /// Requests that failed.
    pub fn failures(&self) -> u64 {
        self.tally.failures
    }

    /// Failed requests as a share of all, 0 to 1.
    pub fn failure_ratio(&self) -> f64 {
        if self.requests() == 0 { 0.0 } else { self.failures() as f64 / self.requests() as f64 }
    }

    /// Response times of all requests of the run: from being due in the open model, from sending in the closed one.
    pub fn latency(&self) -> &Latency {
        &self.tally.latency
    }

    /// Response times of the requests that did not fail.
    pub fn successes(&self) -> Latency {
        self.tally.latency.without(&self.tally.failed)
    }

    /// Response times of the requests that failed.
    pub fn failed(&self) -> &Latency {
        &self.tally.failed
    }

    /// Service times, from sending.
    pub fn service(&self) -> &Latency {
        // The closed model keeps one of the two: they are the same.
        if self.tally.service.count() == 0 { &self.tally.latency } else { &self.tally.service }
    }

    /// Percentiles of the last ten seconds, within 1 %; none before the first request.
    pub fn current_percentiles(&self) -> Percentiles {
        if self.requests() == 0 {
            return Percentiles::none();
        }
        let mut window = Coarse::new();
        self.window.iter().for_each(|second| window.merge(second));
        window.percentiles()
    }

    /// Bytes of all answers' bodies.
    pub fn bytes(&self) -> u64 {
        self.tally.bytes
    }

    /// Bytes of an average answer's body.
    pub fn average_bytes(&self) -> f64 {
        if self.requests() == 0 { 0.0 } else { self.bytes() as f64 / self.requests() as f64 }
    }

    /// When the last request ended, since the start.
    pub fn last_request(&self) -> Option<Duration> {
        self.tally.last_request
    }

    /// Failures by text.
    pub fn errors(&self) -> &Errors {
        &self.tally.errors
    }

    /// Requests and failures of each second since the start.
    pub fn per_second(&self) -> &[(u32, u32)] {
        &self.per_second
    }
}
