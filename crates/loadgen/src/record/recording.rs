//! What was seen so far.
//!
//! [`Recording`] folds one [`Second`] after another, an [`Entry`] per endpoint and one in total, and answers every number of
//! every report. It is pure and works the same on scripted seconds. Memory grows by some dozens of bytes per second and
//! endpoint, never with requests. What was asked of the run and how fast it went is told in `rates.rs`, how it begins anew in
//! `reset.rs`, how it becomes rows of the CSV contract in `stats.rs`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::entry::Entry;
use super::gather::{End, Second};
use super::heat::Heat;
use super::series::{Point, Series};
use crate::histogram::Latency;
use crate::phases::Phases;
use crate::plan::{Load, Plan, Spacing};
use crate::snapshot::{Late, Tally};
use crate::stages::Stages;

/// What was seen so far.
#[derive(Debug, Clone)]
pub struct Recording {
    pub(super) start: Timestamp,
    pub(super) seconds: u64,
    pub(super) users: u64,
    pub(super) peak_users: u64,
    pub(super) endpoints: Vec<Entry>,
    pub(super) total: Entry,
    pub(super) series: Series,
    pub(super) heat: Heat,
    pub(super) warm_up: Duration,
    pub(super) warm_up_requests: u64,
    pub(super) asked: Option<Asked>,
    pub(super) send_lag: Latency,
    pub(super) phases: Phases,
    pub(super) stall: Duration,
    /// What the seconds told of.
    pub(super) late: Late,
    pub(super) end: Option<End>,
    /// Time of the run before `start`, and what is still to be left out of it.
    pub(super) forgotten: Forgotten,
}

/// What came before a recording that began anew.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Forgotten {
    /// How often it did.
    pub(crate) times: u64,
    /// Time of the run.
    pub(crate) time: Duration,
    /// Requests in flight when it began: they were asked for before and are counted when they end.
    pub(crate) carried: u64,
    /// Those that were late.
    pub(crate) late: Late,
}

/// What an open model asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Requests per second over time.
    pub(crate) rate: Stages,
    /// Whether requests fall due by chance.
    pub(crate) is_by_chance: bool,
    /// When nothing more is asked for, since the start; nothing where that is left to whoever stops the run.
    pub(crate) ends: Option<Duration>,
    /// Time of the run before the recording, from which the rate and the end are counted.
    pub(crate) before: Duration,
}

impl Asked {
    /// Requests per second at a time: none after the end, when only answers come in.
    fn at(&self, time: Duration) -> f64 {
        let time = time + self.before;
        if self.ends.is_some_and(|end| time >= end) { 0.0 } else { self.rate.at(time) }
    }

    /// What the rate has added up to between two times.
    pub(super) fn between(&self, from: Duration, until: Duration) -> f64 {
        let sum = |time: Duration| self.rate.sum_until(time + self.before);
        (sum(until) - sum(from)).max(0.0)
    }
}

impl Recording {
    /// Nothing seen yet of a plan's tasks; `start` is the time of day.
    pub fn new(plan: &Plan, start: Timestamp) -> Self {
        let tasks = &plan.scenario.tasks;
        Self {
            start,
            seconds: 0,
            users: 0,
            peak_users: 0,
            endpoints: tasks
                .iter()
                .map(|task| Entry::new(task.method.as_str(), &task.name))
                .collect(),
            total: Entry::new("", "Aggregated"),
            series: Series::default(),
            heat: Heat::default(),
            warm_up: plan.warm_up,
            warm_up_requests: 0,
            asked: match &plan.load {
                Load::Closed(_) => None,
                Load::Open(arrivals) => Some(Asked {
                    rate: arrivals.rate.clone(),
                    is_by_chance: arrivals.spacing == Spacing::Poisson,
                    ends: plan.ends(),
                    before: Duration::ZERO,
                }),
            },
            send_lag: Latency::new(),
            phases: Phases::default(),
            stall: Duration::ZERO,
            late: Late::default(),
            end: None,
            forgotten: Forgotten::default(),
        }
    }

    /// Goes by another rate of the open model, in times of the run, which was the same until now.
    pub(crate) fn follow(&mut self, rate: Stages) {
        if let Some(asked) = &mut self.asked {
            asked.rate = rate;
        }
    }

    /// Adds the next second.
    pub fn fold(&mut self, second: &Second) {
        let mut all = Tally::default();
        for (entry, tally) in self.endpoints.iter_mut().zip(&second.tasks) {
            entry.fold(tally);
            all.merge(tally);
        }
        self.total.fold(&all);
        self.send_lag.merge(&second.send_lag);
        self.late.merge(second.late);
        // Connections are opened as the load begins, so theirs count from the start; times are of measured requests alone.
        self.phases.merge(&second.phases);
        if Duration::from_secs(second.number) >= self.warm_up {
            self.stall = self.stall.max(second.stall);
        }
        let before = all.requests();
        // What follows is the run as it went, for charts: the warm-up included.
        second.warm_up.iter().for_each(|tally| all.merge(tally));
        self.warm_up_requests += all.requests() - before;
        self.users = second.users;
        self.peak_users = self.peak_users.max(second.users);
        self.end = second.end;
        self.seconds = second.number + 1;
        if second.end.is_none() {
            self.series.push(self.point(second, &all));
            self.heat.add(second.number, &all.latency);
        }
    }

    fn point(&self, second: &Second, all: &Tally) -> Point {
        let middle = Duration::from_secs(second.number) + Duration::from_millis(500);
        Point {
            is_warm_up: middle < self.warm_up,
            users: second.users,
            in_flight: second.in_flight,
            requests: all.requests(),
            failures: all.failures,
            asked_per_s: self.asked.as_ref().map(|asked| asked.at(middle) as f32),
            p50_ms: all.latency.percentile_ms(0.50) as f32,
            p95_ms: all.latency.percentile_ms(0.95) as f32,
            p99_ms: all.latency.percentile_ms(0.99) as f32,
            send_lag_p99_ms: second.send_lag.percentile_ms(0.99) as f32,
        }
    }

    /// What happened below the requests: connections of the whole run, first bytes and bodies of measured requests.
    pub fn phases(&self) -> &Phases {
        &self.phases
    }

    /// When the first user was due.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// How long the run has lasted; after its end, to the microsecond.
    pub fn elapsed(&self) -> Duration {
        self.end.map_or(Duration::from_secs(self.seconds), |end| end.at)
    }

    /// Seconds that were folded; the last one may have been shorter.
    pub(crate) fn seconds(&self) -> u64 {
        self.seconds
    }

    /// The time of day of a moment of the run.
    pub fn time_of(&self, since_start: Duration) -> Timestamp {
        let offset = SignedDuration::try_from(since_start).unwrap_or(SignedDuration::MAX);
        self.start.saturating_add(offset).unwrap_or(Timestamp::MAX)
    }

    /// Users that run now; none after the end.
    pub fn users(&self) -> u64 {
        self.users
    }

    /// The most users that ran at the end of a second.
    pub fn peak_users(&self) -> u64 {
        self.peak_users
    }

    /// Endpoints by name, then method, as every table lists them; also those without a request.
    pub fn endpoints(&self) -> Vec<&Entry> {
        let mut sorted: Vec<&Entry> = self.endpoints.iter().collect();
        sorted.sort_by(|a, b| (&a.name, &a.method).cmp(&(&b.name, &b.method)));
        sorted
    }

    /// What was seen of each task, in the scenario's order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.endpoints.iter()
    }

    /// Method and name of each task, in the scenario's order.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.endpoints.iter().map(|entry| (entry.method.as_str(), entry.name.as_str()))
    }

    /// All endpoints together.
    pub fn total(&self) -> &Entry {
        &self.total
    }

    /// The run over time, all endpoints together.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// How many requests took how long, over time, all endpoints together and the warm-up included.
    pub fn heat(&self) -> &Heat {
        &self.heat
    }

    /// The longest time in a second without warm-up for which a sender thread could neither send nor look at an answer,
    /// beyond ten milliseconds; zero under a simulated clock.
    pub fn greatest_stall(&self) -> Duration {
        self.stall
    }

    /// When nothing more was to be sent, before the last answers came in; known at the end.
    pub fn stopped(&self) -> Option<Duration> {
        self.end.map(|end| end.stopped)
    }

    /// Whether the last second was folded.
    pub fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Measured requests that were in flight at the end and were dropped uncounted; none of the warm-up's.
    pub fn dropped(&self) -> u64 {
        self.end.map_or(0, |end| end.dropped)
    }

    /// How long the one of them had waited for its answer that began first; zero when none was dropped.
    pub fn waited(&self) -> Duration {
        self.end.map_or(Duration::ZERO, |end| end.waited)
    }

    /// The time at the start whose requests count nowhere.
    pub fn warm_up(&self) -> Duration {
        self.warm_up
    }

    /// Whether nothing is measured yet.
    pub fn is_warming_up(&self) -> bool {
        self.end.is_none() && self.elapsed() <= self.warm_up && !self.warm_up.is_zero()
    }

    /// Requests that began in the warm-up and have ended.
    pub fn warm_up_requests(&self) -> u64 {
        self.warm_up_requests
    }
}
