//! A recording as rows of the CSV contract.
//!
//! [`Recording::summary`], [`Recording::ticks`], [`Recording::failures`] and, all together, [`Recording::to_run`] fill the
//! types of [`lead_stats`]. Percentiles are the histogram's in decimal milliseconds, not Locust's two-digit buckets: a
//! service below a millisecond must not read as 0. Which file holds what, and when it is written, is not decided here.

use std::time::Duration;

use lead_stats::{Endpoint, Failure, History, Run, Summary, Tick};

use super::entry::Entry;
use super::recording::Recording;

impl Recording {
    /// The run so far, with a history that was kept tick by tick.
    pub fn to_run(&self, history: History) -> Run {
        Run { summary: self.summary(), history, failures: self.failures(), ..Run::default() }
    }

    /// One row per endpoint that was asked at all, and the total.
    pub fn summary(&self) -> Summary {
        let asked = self.endpoints().into_iter().filter(|entry| entry.requests() > 0);
        Summary {
            endpoints: asked.map(|entry| self.endpoint(entry)).collect(),
            aggregated: self.endpoint(self.total()),
        }
    }

    /// What the history says about now: the total, with `full` preceded by each endpoint that was asked at all.
    ///
    /// As in Locust, percentiles cover the last ten seconds with `full` and the whole run without.
    pub fn ticks(&self, full: bool) -> Vec<Tick> {
        let asked = self.endpoints().into_iter().filter(|entry| full && entry.requests() > 0);
        asked.chain([self.total()]).map(|entry| self.tick(entry, full)).collect()
    }

    /// One row per endpoint and failure text.
    pub fn failures(&self) -> Vec<Failure> {
        let rows = self.endpoints().into_iter().flat_map(|entry| {
            entry.errors().iter().map(|(text, seen)| Failure {
                method: entry.method.clone(),
                name: entry.name.clone(),
                error: text.to_owned(),
                occurrences: seen.count,
                first_seen: Some(self.seen(seen.first)),
                last_seen: Some(self.seen(seen.last)),
            })
        });
        rows.collect()
    }

    fn endpoint(&self, entry: &Entry) -> Endpoint {
        let (requests_per_s, failures_per_s) = self.total_rate(entry);
        let latency = entry.latency();
        Endpoint {
            method: entry.method.clone(),
            name: entry.name.clone(),
            requests: entry.requests(),
            failures: entry.failures(),
            median_ms: latency.median_ms(),
            average_ms: latency.average_ms(),
            min_ms: latency.min_ms(),
            max_ms: latency.max_ms(),
            average_size_bytes: entry.average_bytes(),
            requests_per_s,
            failures_per_s,
            percentiles: latency.percentiles(),
        }
    }

    fn tick(&self, entry: &Entry, full: bool) -> Tick {
        let (requests_per_s, failures_per_s) = self.current_rate(entry);
        let latency = entry.latency();
        Tick {
            timestamp_s: u64::try_from(self.start().as_second()).unwrap_or_default()
                + self.seconds(),
            users: self.users(),
            method: entry.method.clone(),
            name: entry.name.clone(),
            requests_per_s,
            failures_per_s,
            percentiles: if full { entry.current_percentiles() } else { latency.percentiles() },
            total_requests: entry.requests(),
            total_failures: entry.failures(),
            total_median_ms: latency.median_ms(),
            total_average_ms: latency.average_ms(),
            total_min_ms: latency.min_ms(),
            total_max_ms: latency.max_ms(),
            total_average_size_bytes: entry.average_bytes(),
        }
    }

    /// Locust's form of a time of day: UTC, whole seconds.
    fn seen(&self, since_start: Duration) -> String {
        self.time_of(since_start).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}
