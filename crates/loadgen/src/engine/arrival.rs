//! When each user of the closed model arrives, and for how long it stays.
//!
//! [`Spawns`] is a pure iterator of due times for one worker's share of the users; [`Wanted`] says whether a user is to
//! go on. They know no clock and start nothing; [`worker`](super::worker) does. The plain ramp is Locust's
//! (`dispatch.py`): batches of `max(1, floor(rate))` users, the first at once, a pause of `batch / rate` seconds between
//! them. With stages, user `i` (from 0) is there while the stages say `i + 1` or more.

use std::time::Duration;

use crate::plan::{SpawnRate, Users};
use crate::stages::{Line, Stages};

/// A user and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Since the start.
    pub(crate) at: Duration,
    /// Which of the plan's users, from 0.
    pub(crate) user: u32,
}

/// The arrivals of one worker's users, in order of time.
#[derive(Debug)]
pub(crate) struct Spawns {
    all: Source,
    worker: u32,
    workers: u32,
}

#[derive(Debug)]
enum Source {
    Ramp(Ramp),
    Stages(Risers),
}

impl Spawns {
    /// Every `workers`-th user, beginning with the `worker`-th, so that all workers ramp together.
    pub(crate) fn of(users: &Users, worker: usize, workers: usize) -> Self {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let all = match users {
            Users::Ramp { users, spawn_rate } => {
                Source::Ramp(Ramp { next: 0, users: users.get(), spawn_rate: *spawn_rate })
            }
            Users::Stages(stages) => Source::Stages(Risers::new(stages)),
        };
        Self { all, worker: small(worker), workers: small(workers) }
    }
}

impl Iterator for Spawns {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let (worker, workers) = (self.worker, self.workers);
        let is_mine = |arrival: &Arrival| arrival.user % workers == worker;
        match &mut self.all {
            Source::Ramp(ramp) => ramp.find(is_mine),
            Source::Stages(risers) => risers.find(is_mine),
        }
    }
}

/// Locust's ramp.
#[derive(Debug)]
struct Ramp {
    next: u32,
    users: u32,
    spawn_rate: SpawnRate,
}

impl Iterator for Ramp {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let user = (self.next < self.users).then_some(self.next)?;
        self.next += 1;
        let per_second = self.spawn_rate.per_second();
        let batch_size = per_second.floor().max(1.0);
        let batch = (f64::from(user) / batch_size).floor();
        let seconds = batch * batch_size / per_second;
        // A rate so low that a user would come after the end of time is a user that never comes.
        let at = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        Some(Arrival { at, user })
    }
}

/// The users that arrive where stages rise.
#[derive(Debug)]
struct Risers {
    lines: std::vec::IntoIter<Line>,
    line: Line,
    /// The next user of this line.
    next: u32,
}

impl Risers {
    fn new(stages: &Stages) -> Self {
        // Users that are there from the start arrive as on a line that jumps.
        let start = Line { begins: 0.0, lasts: 0.0, from: 0.0, to: stages.at_start() };
        let lines = stages.lines().collect::<Vec<_>>().into_iter();
        Self { lines, line: start, next: 0 }
    }
}

impl Iterator for Risers {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        while self.next >= self.line.to as u32 {
            self.line = self.lines.next()?;
            self.next = self.line.from as u32;
        }
        let user = self.next;
        self.next += 1;
        let part = (f64::from(user + 1) - self.line.from) / (self.line.to - self.line.from);
        let at =
            self.line.begins + if self.line.lasts > 0.0 { self.line.lasts * part } else { 0.0 };
        Some(Arrival { at: Duration::try_from_secs_f64(at).unwrap_or(Duration::MAX), user })
    }
}

/// How many users there are to be.
#[derive(Debug, Clone)]
pub(crate) struct Wanted(Option<Stages>);

impl Wanted {
    /// As the plan says; a plain ramp never sends a user home.
    pub(crate) fn of(users: &Users) -> Self {
        Self(match users {
            Users::Ramp { .. } => None,
            Users::Stages(stages) => Some(stages.clone()),
        })
    }

    /// Whether a user that is there is to stay.
    pub(crate) fn keeps(&self, user: u32, now: Duration) -> bool {
        // A user arrives in the very nanosecond in which the line reaches its number: rounding must not send it home.
        self.0.as_ref().is_none_or(|stages| stages.at(now) + 1e-6 >= f64::from(user) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use super::{Arrival, Spawns, Wanted};
    use crate::plan::{SpawnRate, Users};
    use crate::stages::{Stage, Stages};

    fn ramp(users: u32, per_second: &str) -> Users {
        let spawn_rate = SpawnRate::parse(per_second).expect("a rate");
        Users::Ramp { users: NonZeroU32::new(users).expect("users"), spawn_rate }
    }

    /// Due times in milliseconds over one worker.
    fn check(users: &Users, expect: &[u128]) {
        let arrivals = Spawns::of(users, 0, 1);
        assert_eq!(
            arrivals.map(|arrival| arrival.at.as_millis()).collect::<Vec<_>>(),
            expect,
            "{users:?}"
        );
    }

    #[test]
    fn users_come_in_locusts_batches() {
        check(&ramp(5, "1"), &[0, 1000, 2000, 3000, 4000]);
        check(&ramp(5, "2.5"), &[0, 0, 800, 800, 1600]);
        check(&ramp(3, "0.5"), &[0, 2000, 4000]);
        check(&ramp(4, "100"), &[0, 0, 0, 0]);
    }

    #[test]
    fn workers_share_the_users_and_ramp_together() {
        let all: Vec<Arrival> = Spawns::of(&ramp(10, "4"), 0, 1).collect();
        let mut shared: Vec<Arrival> =
            (0..3).flat_map(|worker| Spawns::of(&ramp(10, "4"), worker, 3)).collect();
        shared.sort_by_key(|arrival| (arrival.at, arrival.user));
        assert_eq!(shared, all);
    }

    #[test]
    fn stages_bring_users_where_they_rise_and_send_them_home_where_they_fall() {
        let stage = |ms, target| Stage { time: Duration::from_millis(ms), target };
        let stages = Stages::new(
            1.0,
            vec![stage(2_000, 3.0), stage(1_000, 1.0), stage(0, 2.0), stage(500, 2.0)],
        );
        let users = Users::Stages(stages);
        check(&users, &[0, 1000, 2000, 3000]);
        let wanted = Wanted::of(&users);
        let there =
            |ms| (0..4).filter(|&user| wanted.keeps(user, Duration::from_millis(ms))).count();
        assert_eq!(
            [0, 999, 1000, 2000, 2400, 2600, 3000, 9000].map(there),
            [1, 1, 2, 3, 2, 1, 2, 2]
        );
    }

    #[test]
    fn a_plain_ramp_sends_nobody_home() {
        assert!(Wanted::of(&ramp(1, "1")).keeps(0, Duration::from_secs(1 << 40)));
    }
}
