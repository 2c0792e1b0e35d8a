//! When each user arrives.
//!
//! [`Spawns`] is a pure iterator of due times for one worker's share of the users. It knows no clock and starts
//! nothing; [`worker`](super::worker) does. The ramp is Locust's (`dispatch.py`): batches of `max(1, floor(rate))`
//! users, the first at once, a pause of `batch / rate` seconds between them.

use std::time::Duration;

use crate::plan::{Load, Plan, Users};

/// A user and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Since the start.
    pub(crate) at: Duration,
    /// Which of the plan's users, from 0.
    pub(crate) user: u32,
}

/// The arrivals of one worker's users, in order of time.
#[derive(Debug, Clone)]
pub(crate) struct Spawns {
    next: u32,
    users: u32,
    step: u32,
    per_second: f64,
}

impl Spawns {
    /// Every `workers`-th user, beginning with the `worker`-th, so that all workers ramp together.
    pub(crate) fn of(plan: &Plan, worker: usize, workers: usize) -> Self {
        let Load::Closed(Users::Ramp { users, spawn_rate }) = &plan.load else {
            todo!("stages and the open model: next commit")
        };
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            next: small(worker),
            users: users.get(),
            step: small(workers),
            per_second: spawn_rate.per_second(),
        }
    }
}

impl Iterator for Spawns {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        let user = (self.next < self.users).then_some(self.next)?;
        self.next = user.saturating_add(self.step);
        let batch_size = self.per_second.floor().max(1.0);
        let batch = (f64::from(user) / batch_size).floor();
        let seconds = batch * batch_size / self.per_second;
        // A rate so low that a user would come after the end of time is a user that never comes.
        let at = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        Some(Arrival { at, user })
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Spawns};

    /// Due times in milliseconds of `users` users over one worker.
    fn check(users: u32, per_second: f64, expect: &[u128]) {
        let arrivals = Spawns { next: 0, users, step: 1, per_second };
        assert_eq!(
            arrivals.map(|arrival| arrival.at.as_millis()).collect::<Vec<_>>(),
            expect,
            "rate {per_second}"
        );
    }

    #[test]
    fn users_come_in_batches_of_the_whole_rate() {
        check(5, 2.5, &[0, 0, 800, 800, 1600]);
        check(3, 0.5, &[0, 2000, 4000]);
        check(3, 10.0, &[0, 0, 0]);
        check(4, 1.0, &[0, 1000, 2000, 3000]);
    }

    #[test]
    fn workers_share_the_users_without_gap_or_overlap() {
        let mut all: Vec<Arrival> = (0..3)
            .flat_map(|worker| Spawns { next: worker, users: 10, step: 3, per_second: 4.0 })
            .collect();
        all.sort_by_key(|arrival| arrival.user);
        assert_eq!(
            all,
            Spawns { next: 0, users: 10, step: 1, per_second: 4.0 }.collect::<Vec<_>>()
        );
    }
}
