//! A recording that begins anew while its run goes on.
//!
//! [`Recording::forget`] drops what was counted and keeps what goes on: users, what is left of the warm-up, what is asked for. When
//! that happens is said by whoever steers the run.

use std::time::Duration;

use super::entry::Entry;
use super::heat::Heat;
use super::recording::{Asked, Forgotten, Recording};
use super::series::Series;
use crate::histogram::Latency;
use crate::phases::Phases;
use crate::snapshot::Late;

impl Recording {
    /// Forgets what was counted and begins anew where it is: with the users, and what is left of the warm-up. From now on
    /// all times are counted from here; whoever folds seconds of the run makes them [count from](super::Second::count_from) here, too.
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
}
