//! What was seen so far.
//!
//! [`Recording`] folds one [`Second`] after another, an [`Entry`] per endpoint and one in total, and answers every number of
//! every report. It is pure and works the same on scripted seconds. Memory grows by some dozens of bytes per second and
//! endpoint, never with requests. Turning it into rows of the CSV contract is `stats.rs`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::entry::Entry;
use super::gather::{End, Second};
use super::heat::Heat;
use super::series::{Point, Series, rate_window};
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
    fn between(&self, from: Duration, until: Duration) -> f64 {
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

    /// Forgets what was counted and begins anew where it is: with the users, and what is left of the warm-up. From now on
    /// all times are counted from here; whoever folds seconds of the run makes them [count from](Second::count_from) here, too.
    pub fn forget(&mut self) {
        let passed = self.elapsed();
        let late = self.late;
        let in_flight = self.series.points().last().map_or(0, |second| second.in_flight);
        let blank = |entry: &Entry| Entry::new(&entry.method, &entry.name);
        *self = Self {
            start: self.time_of(passed),
            seconds: 0,
            users: self.users,
            peak_users: self.users,
            endpoints: self.endpoints.iter().map(blank).collect(),
            total: blank(&self.total),
            series: Series::default(),
            heat: Heat::default(),
            warm_up: self.warm_up.saturating_sub(passed),
            warm_up_requests: 0,
            asked: self.asked.take().map(|asked| Asked { before: asked.before + passed, ..asked }),
            send_lag: Latency::new(),
            phases: Phases::default(),
            stall: Duration::ZERO,
            late: Late::default(),
            end: None,
            forgotten: Forgotten {
                times: self.forgotten.times + 1,
                time: self.forgotten.time + passed,
                carried: in_flight,
                late: Late {
                    requests: self.forgotten.late.requests + late.requests,
                    held_up: self.forgotten.late.held_up + late.held_up,
                },
            },
        };
    }

    /// How much of the run was [forgotten](Self::forget), from its start; zero when nothing was.
    pub fn forgotten(&self) -> Duration {
        self.forgotten.time
    }

    /// How often it began anew.
    pub fn times_forgotten(&self) -> u64 {
        self.forgotten.times
    }

    /// Requests that were in flight when it began anew; they count when they end.
    pub(crate) fn carried(&self) -> u64 {
        self.forgotten.carried
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

    /// Seconds from the start (or the end of the warm-up) to the last request, the time over which Locust takes rates.
    pub fn active_s(&self) -> f64 {
        self.total.last_request().map_or(0.0, |at| at.saturating_sub(self.warm_up).as_secs_f64())
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
}
