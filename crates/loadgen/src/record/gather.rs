//! The workers' seconds, brought together.
//!
//! [`Gather`] takes snapshots in any order and gives out a [`Second`] once every worker that still runs has reported it, so
//! that a slow thread never makes a second look quiet. It adds up and keeps nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::histogram::Latency;
use crate::phases::Phases;
use crate::snapshot::{Late, Snapshot, Tally};

/// What all workers saw in one second.
#[derive(Debug, Clone)]
pub struct Second {
    /// Which second since the start, from 0.
    pub number: u64,
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
    /// The longest time for which one of the threads could neither send nor look at an answer, beyond ten milliseconds.
    pub stall: Duration,
    /// Measured requests of the open model that were sent late in it, or given up.
    pub late: Late,
    /// Set in the last second of a run, which may be shorter: when it ended, and what was dropped in flight.
    pub end: Option<End>,
}

impl Second {
    /// A second in which nothing happened.
    pub fn blank(number: u64) -> Self {
        Self {
            number,
            users: 0,
            in_flight: 0,
            tasks: Vec::new(),
            warm_up: Vec::new(),
            send_lag: Latency::new(),
            phases: Phases::default(),
            stall: Duration::ZERO,
            late: Late::default(),
            end: None,
        }
    }
}

impl Second {
    /// Counts its times from a time since the start, which is no later than the second: a whole number of seconds, as there
    /// is no part of one to forget.
    pub fn count_from(&mut self, since_start: Duration) {
        if since_start.is_zero() {
            return;
        }
        self.number = self.number.saturating_sub(since_start.as_secs());
        let tallies = self.tasks.iter_mut().chain(&mut self.warm_up);
        tallies.for_each(|tally| tally.count_from(since_start));
        if let Some(end) = &mut self.end {
            end.at = end.at.saturating_sub(since_start);
            end.stopped = end.stopped.saturating_sub(since_start);
        }
    }
}

/// Adds tallies task by task.
fn add(sums: &mut Vec<Tally>, tallies: Vec<Tally>) {
    if sums.is_empty() {
        *sums = tallies;
        return;
    }
    for (sum, tally) in sums.iter_mut().zip(&tallies) {
        sum.merge(tally);
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct End {
    /// Since the start.
    pub at: Duration,
    /// When nothing more was to be sent, since the start: before the last answers came in.
    pub stopped: Duration,
    /// Measured requests in flight that were dropped uncounted.
    pub dropped: u64,
    /// How long the one of them had waited that began first; zero when there was none.
    pub waited: Duration,
    /// Measured requests that were due and never sent.
    pub unsent: u64,
    /// These and those that were sent late.
    pub late: Late,
}

/// Snapshots that wait for their second to be complete.
#[derive(Debug)]
pub(crate) struct Gather {
    /// By worker: the next second it will report, and its end.
    workers: Vec<Progress>,
    waiting: BTreeMap<u64, Second>,
    end: End,
}

#[derive(Debug, Clone, Default)]
struct Progress {
    reported: u64,
    has_ended: bool,
}

impl Gather {
    /// Nothing reported yet by so many workers.
    pub(crate) fn new(workers: usize) -> Self {
        Self {
            workers: vec![Progress::default(); workers],
            waiting: BTreeMap::new(),
            end: End::default(),
        }
    }

    /// Takes a snapshot and gives out the seconds that it completes, in order.
    pub(crate) fn add(&mut self, snapshot: Snapshot) -> Vec<Second> {
        let progress = &mut self.workers[snapshot.worker];
        progress.reported = snapshot.second + 1;
        if let Some(last) = snapshot.last {
            progress.has_ended = true;
            self.end.at = self.end.at.max(last.at);
            self.end.stopped = self.end.stopped.max(last.stopped);
            self.end.dropped += last.dropped;
            self.end.waited = self.end.waited.max(last.waited);
            self.end.unsent += last.unsent;
            self.end.late.merge(last.late);
        }
        self.take_in(snapshot);
        self.complete()
    }

    fn take_in(&mut self, snapshot: Snapshot) {
        let second =
            self.waiting.entry(snapshot.second).or_insert_with(|| Second::blank(snapshot.second));
        second.users += snapshot.users;
        second.in_flight += snapshot.in_flight;
        second.send_lag.merge(&snapshot.send_lag);
        second.phases.merge(&snapshot.phases);
        second.stall = second.stall.max(snapshot.stall);
        second.late.merge(snapshot.late);
        add(&mut second.tasks, snapshot.tasks);
        add(&mut second.warm_up, snapshot.warm_up);
    }

    fn complete(&mut self) -> Vec<Second> {
        let all_ended = self.workers.iter().all(|worker| worker.has_ended);
        let running = self.workers.iter().filter(|worker| !worker.has_ended);
        let upto = running.map(|worker| worker.reported).min().unwrap_or(u64::MAX);
        let rest = self.waiting.split_off(&upto);
        let mut done: Vec<Second> =
            std::mem::replace(&mut self.waiting, rest).into_values().collect();
        if all_ended && let Some(last) = done.last_mut() {
            last.end = Some(self.end);
        }
        done
    }
}
