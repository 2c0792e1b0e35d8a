//! Users that come or go in Locust's batches, as arithmetic.
//!
//! A [`Leg`] leads from one number of users to another (`dispatch.py`): `max(1, floor(rate))` users, the first batch at once, a pause
//! of `batch / rate` seconds between them. Which leg counts at a time is [`course`](super::course)'s to say.

use std::time::Duration;

use super::target::NEVER;

/// Users that come or go until there are so many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leg {
    /// Since the start.
    pub(super) at: Duration,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Infinite for all at once.
    pub(super) per_second: f64,
}

/// The users of a plan that come one after the other, from nobody on.
pub(super) fn ramp(users: u32, per_second: f64) -> Leg {
    Leg { at: Duration::ZERO, from: 0, to: users, per_second }
}

impl Leg {
    /// Users in a batch.
    fn batch(&self) -> u32 {
        // A rate beyond all users saturates: all at once.
        self.per_second.floor().max(1.0) as u32
    }

    /// How many batches there are.
    fn batches(&self) -> u32 {
        self.from.abs_diff(self.to).div_ceil(self.batch())
    }

    /// When a batch is due.
    fn time_of(&self, batch: u32) -> Duration {
        let pause = if batch == 0 { 0.0 } else { f64::from(self.batch()) / self.per_second };
        // A rate so low that a user would come after the end of time is a user that never comes.
        let passed = Duration::try_from_secs_f64(f64::from(batch) * pause).unwrap_or(NEVER);
        self.at.saturating_add(passed)
    }

    /// Batches that were due by now.
    fn passed(&self, now: Duration) -> u32 {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        let guess = passed * self.per_second / f64::from(self.batch());
        // What no number is becomes none, what is too large all: both are put right.
        let mut count = (guess as u32).min(self.batches());
        while count < self.batches() && self.time_of(count) <= now {
            count += 1;
        }
        while count > 0 && self.time_of(count - 1) > now {
            count -= 1;
        }
        count
    }

    /// Users that are wanted at a time, not before the leg begins.
    pub(super) fn users_at(&self, now: Duration) -> u32 {
        let moved = self.batch().saturating_mul(self.passed(now)).min(self.from.abs_diff(self.to));
        if self.to >= self.from { self.from + moved } else { self.from - moved }
    }

    /// When the next batch is due; nothing once all have come or gone.
    pub(super) fn next_step(&self, now: Duration) -> Option<Duration> {
        let passed = self.passed(now);
        (passed < self.batches()).then(|| self.time_of(passed))
    }

    /// When the last batch is due.
    pub(super) fn settles(&self) -> Duration {
        self.time_of(self.batches().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Leg, ramp};
    use crate::engine::arrival::Spawns;
    use crate::plan::{SpawnRate, Users};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    proptest! {
        #[test]
        fn a_leg_is_the_ramp_of_a_plan(users in 1_u32..200, rate in 0.05_f64..300.0, at in 0_u64..100_000) {
            let spawn_rate = SpawnRate::parse(&rate.to_string()).expect("a rate");
            let plan = Users::Ramp { users: NonZeroU32::new(users).expect("users"), spawn_rate };
            let arrived = Spawns::of(&plan, 0, 1).filter(|arrival| arrival.at <= ms(at)).count();
            prop_assert_eq!(ramp(users, rate).users_at(ms(at)) as usize, arrived);
        }

        #[test]
        fn the_next_step_is_where_the_number_changes(from in 0_u32..50, to in 0_u32..50, rate in 0.1_f64..60.0, at in 0_u64..60_000) {
            let leg = Leg { at: ms(500), from, to, per_second: rate };
            let now = ms(at.max(500));
            if let Some(next) = leg.next_step(now) {
                prop_assert!(next > now);
                prop_assert_eq!(leg.users_at(next - Duration::from_nanos(1)), leg.users_at(now));
                prop_assert_ne!(leg.users_at(next), leg.users_at(now));
            } else {
                prop_assert_eq!(leg.users_at(now), to);
            }
        }
    }
}
