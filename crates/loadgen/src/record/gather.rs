//! The workers' seconds, brought together.
//!
//! [`Gather`] takes snapshots in any order and gives out a [`Second`] once every worker that still runs has reported it, so
//! that a slow thread never makes a second look quiet. It adds up and keeps nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::snapshot::{Snapshot, Tally};

/// What all workers saw in one second.
#[derive(Debug, Clone)]
pub struct Second {
    /// Which second since the start, from 0.
    pub number: u64,
    /// Users that run at its end.
    pub users: u64,
    /// What was counted, by the task's position in the scenario.
    pub tasks: Vec<Tally>,
    /// Set in the last second of a run, which may be shorter: when it ended, and what was dropped in flight.
    pub end: Option<End>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Since the start.
    pub at: Duration,
    /// Requests in flight that were dropped uncounted.
    pub dropped: u64,
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
            end: End { at: Duration::ZERO, dropped: 0 },
        }
    }

    /// Takes a snapshot and gives out the seconds that it completes, in order.
    pub(crate) fn add(&mut self, snapshot: Snapshot) -> Vec<Second> {
        let progress = &mut self.workers[snapshot.worker];
        progress.reported = snapshot.second + 1;
        if let Some(last) = snapshot.last {
            progress.has_ended = true;
            self.end.at = self.end.at.max(last.at);
            self.end.dropped += last.dropped;
        }
        self.take_in(snapshot);
        self.complete()
    }

    fn take_in(&mut self, snapshot: Snapshot) {
        let blank = || Second { number: snapshot.second, users: 0, tasks: Vec::new(), end: None };
        let second = self.waiting.entry(snapshot.second).or_insert_with(blank);
        second.users += snapshot.users;
        if second.tasks.is_empty() {
            second.tasks = snapshot.tasks;
            return;
        }
        for (sum, tally) in second.tasks.iter_mut().zip(&snapshot.tasks) {
            sum.merge(tally);
        }
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
