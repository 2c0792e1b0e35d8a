//! What a run was asked for, what it sent of that, and how fast.
//!
//! Answers of a [`Recording`] alone; what is folded into it is `recording.rs`'s.

use std::time::Duration;

use super::entry::Entry;
use super::recording::{Asked, Recording};
use super::series::rate_window;
use crate::histogram::Latency;
use crate::snapshot::Late;

impl Recording {
    /// How much later than due measured requests were sent; nothing in the closed model.
    pub fn send_lag(&self) -> Option<&Latency> {
        self.asked.as_ref().map(|_| &self.send_lag)
    }

    /// Measured requests that were due and never sent, none of the warm-up's; known at the end.
    pub fn unsent(&self) -> u64 {
        self.end.map_or(0, |end| end.unsent)
    }

    /// Measured requests that were sent late or never, and why; known at the end.
    pub fn late(&self) -> Late {
        self.end.map_or(Late::default(), |end| end.late.without(self.forgotten.late))
    }

    /// Measured requests that the open model has asked for so far: what the rate has added up to since the warm-up.
    pub fn asked(&self) -> Option<f64> {
        let asked = self.asked.as_ref()?;
        let until = self.asked_until(asked);
        Some(asked.between(self.warm_up, until))
    }

    /// Whether requests of the open model fall due by chance: then more or fewer do than were asked for on average.
    pub fn is_by_chance(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.is_by_chance)
    }

    /// Time since the warm-up in which the open model has asked for requests.
    pub fn asked_time(&self) -> Option<Duration> {
        let asked = self.asked.as_ref()?;
        Some(self.asked_until(asked).saturating_sub(self.warm_up))
    }

    /// Requests were asked for until now, or until the plan's end, or until somebody stopped the run.
    fn asked_until(&self, asked: &Asked) -> Duration {
        let now = self.end.map_or(self.elapsed(), |end| end.stopped);
        asked.ends.map_or(now, |end| end.saturating_sub(asked.before).min(now))
    }

    /// Requests and failures per second of an entry over the whole run: over the time in which requests were asked for in
    /// the open model, where one late answer must not make the rate look lower, and over [`Self::active_s`] in the closed one.
    pub fn total_rate(&self, entry: &Entry) -> (f64, f64) {
        let seconds = self.asked_time().map_or(self.active_s(), |time| time.as_secs_f64());
        let rate = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        (rate(entry.requests()), rate(entry.failures()))
    }

    /// Requests and failures per second of an entry now: Locust's ten seconds that end three back.
    pub fn current_rate(&self, entry: &Entry) -> (f64, f64) {
        // The piece at the end is no second of its own: the rate stays that of the last whole one.
        let whole = self.series.points().len() as u64;
        let window = rate_window(whole.saturating_sub(1));
        // Nor is a second of the warm-up, in which nothing was counted.
        let begins = window.start.max(self.warm_up.as_secs() as usize);
        let seconds = entry.per_second().get(begins..window.end).unwrap_or_default();
        let mean =
            |sum: u64| if seconds.is_empty() { 0.0 } else { sum as f64 / seconds.len() as f64 };
        let requests = seconds.iter().map(|&(requests, _)| u64::from(requests)).sum();
        let failures = seconds.iter().map(|&(_, failures)| u64::from(failures)).sum();
        (mean(requests), mean(failures))
    }

    /// Seconds from the start (or the end of the warm-up) to the last request, the time over which Locust takes rates.
    pub fn active_s(&self) -> f64 {
        self.total.last_request().map_or(0.0, |at| at.saturating_sub(self.warm_up).as_secs_f64())
    }
}
