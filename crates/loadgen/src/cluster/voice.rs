//! What a worker says to its master: heartbeats, reports, and whatever else it is told to say.
//!
//! [`Voice`] signs messages with the worker's name and knows when the next heartbeat and the next report are due. Whether there
//! is anybody to hear them is [`Bond`](super::bond::Bond)'s; the [`Runner`](super::runner::Runner) asks both.

use std::time::Instant;

use jiff::Timestamp;

use super::classes::Classes;
use super::gauge::Gauge;
use super::ledger::Ledger;
use super::link::Link;
use super::message::{Pulse, Said, State};
use super::tempo::Tempo;
use crate::log::Log;

/// What a worker says, and when.
pub(super) struct Voice {
    link: Link,
    id: String,
    tempo: Tempo,
    log: Log,
    /// What is not said yet.
    pub(super) ledger: Ledger,
    gauge: Gauge,
    next_heartbeat: Instant,
    next_report: Instant,
}

impl Voice {
    /// In the name of `id`, with nothing to report.
    pub(super) fn new(link: Link, id: String, tempo: Tempo, log: &Log) -> Self {
        let now = Instant::now();
        Self {
            link,
            id,
            tempo,
            log: log.clone(),
            ledger: Ledger::new(unix_now()),
            gauge: Gauge::new(),
            next_heartbeat: now,
            next_report: now,
        }
    }

    /// Says something; without a connection nobody hears it.
    pub(super) fn say(&self, said: &Said) {
        self.link.say(said.to_bytes(&self.id));
    }

    /// Whether it is time for a heartbeat.
    pub(super) fn is_beat_due(&self, now: Instant) -> bool {
        now >= self.next_heartbeat
    }

    /// Says that the worker lives, and what it does.
    pub(super) fn beat(&mut self, state: State) {
        self.gauge.look();
        self.say(&Said::Heartbeat(Pulse {
            state,
            current_cpu_usage: self.gauge.cpu_percent(),
            current_memory_usage: self.gauge.resident_bytes(),
        }));
        self.next_heartbeat = Instant::now() + self.tempo.heartbeat;
    }

    /// Whether it is time for a report.
    pub(super) fn is_report_due(&self, now: Instant) -> bool {
        now >= self.next_report
    }

    /// Does not let a new master wait for the first report.
    pub(super) fn report_soon(&mut self) {
        self.next_report = Instant::now();
    }

    /// Reports what is not reported yet; so many users run.
    pub(super) fn report(&mut self, users: &Classes) {
        let report = self.ledger.take(users, unix_now());
        self.say(&Said::Stats(Box::new(report)));
        self.next_report = Instant::now() + self.tempo.report;
        let told = self.ledger.told();
        self.log.debug(
            "cluster",
            &format!("Reported {} requests so far, {} failed", told.requests, told.failures),
        );
    }

    /// Reports what is not reported yet, and tells the person at this end where that was the last of a test.
    pub(super) fn report_last(&mut self, users: &Classes) {
        self.report(users);
        let told = self.ledger.told();
        if told.requests > 0 && users.values().all(|&users| users == 0) {
            self.log.info(
                "cluster",
                &format!("Reported {} requests in all, {} failed", told.requests, told.failures),
            );
        }
    }

    /// Closes the connection and makes a new one in the same name.
    pub(super) fn renew(&self) {
        self.link.renew();
    }

    /// Lets what was said last leave, and falls silent.
    pub(super) async fn close(self) {
        self.link.close().await;
    }
}

/// Now, in Unix seconds.
pub(super) fn unix_now() -> f64 {
    Timestamp::now().as_duration().as_secs_f64()
}
