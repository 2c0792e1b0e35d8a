//! What was ordered while a run goes on, and what follows from it at a time.
//!
//! [`Course`] is plain data and pure arithmetic: it knows how many users are wanted at a time, when that number changes
//! next, and what the rate has become. Orders of users move in Locust's batches (`dispatch.py`), up and down alike:
//! `max(1, floor(rate))` users, the first batch at once, a pause of `batch / rate` seconds between them. Until the first
//! order the plan's own load counts. Who gives orders and who obeys them is [`steer`](super::steer)'s.

use std::time::Duration;

use super::target::NEVER;
use crate::plan::{Load, Users};
use crate::stages::Stages;

/// All orders of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    /// What the plan says; nothing before the run begins.
    plan: Option<Load>,
    legs: Vec<Leg>,
    turns: Vec<Turn>,
}

/// Users that come or go until there are so many.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Leg {
    /// Since the start.
    at: Duration,
    from: u32,
    to: u32,
    /// Infinite for all at once.
    per_second: f64,
}

/// A rate that holds from a time on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Turn {
    at: Duration,
    per_second: f64,
}

impl Course {
    /// Begins a run of a plan's load. What was ordered before counts from its start.
    pub(super) fn begin(&mut self, load: &Load) {
        self.plan = Some(load.clone());
        // Where an order begins depends on the plan.
        for Leg { at, to, per_second, .. } in std::mem::take(&mut self.legs) {
            self.order_users(at, to, per_second);
        }
    }

    /// Wants so many users from a time on, started or dismissed at a rate. Orders that would have come later are taken back.
    pub(super) fn order_users(&mut self, at: Duration, to: u32, per_second: f64) {
        let together = self.legs.iter().find(|leg| leg.at == at).map(|leg| leg.from);
        // At the very start nobody is there, whatever the plan says.
        let before = || if at.is_zero() { 0 } else { self.users_at(at) };
        let from = together.unwrap_or_else(before);
        self.legs.retain(|leg| leg.at < at);
        // Nothing else could be meant by a rate that is no rate.
        let per_second = if per_second > 0.0 { per_second } else { f64::INFINITY };
        self.legs.push(Leg { at, from, to, per_second });
    }

    /// Wants so many requests per second from a time on. Orders that would have come later are taken back.
    pub(super) fn order_rate(&mut self, at: Duration, per_second: f64) {
        self.turns.retain(|turn| turn.at < at);
        self.turns.push(Turn { at, per_second });
    }

    /// Users that are wanted by order at a time; nothing while the plan's own count.
    pub(super) fn ordered_users(&self, now: Duration) -> Option<u32> {
        Some(self.leg(now)?.users_at(now))
    }

    /// When another number of users will be wanted by order than now.
    pub(super) fn next_change(&self, now: Duration) -> Option<Duration> {
        let next = self.legs.iter().rev().take_while(|leg| leg.at > now).last().map(|leg| leg.at);
        let step = self.leg(now).and_then(|leg| leg.next_step(now));
        next.into_iter().chain(step).min()
    }

    /// The rate over time as it was ordered; nothing while the plan's own counts.
    pub(super) fn ordered_rate(&self) -> Option<Stages> {
        let Some(Load::Open(arrivals)) = &self.plan else { return None };
        let turn = |rate: Stages, turn: &Turn| rate.turned(turn.at, turn.per_second);
        (!self.turns.is_empty()).then(|| self.turns.iter().fold(arrivals.rate.clone(), turn))
    }

    /// When the load will be, or was, what it was to become by what counts now: all users there, the rate at its peak.
    pub(super) fn settles(&self, now: Duration) -> Duration {
        let turn = self.turns.iter().rev().find(|turn| turn.at <= now);
        match (&self.plan, self.leg(now), turn) {
            (Some(Load::Closed(_)), Some(leg), _) => leg.settles(),
            (Some(Load::Open(_)), _, Some(turn)) => turn.at,
            (Some(load), ..) => settles(load),
            (None, ..) => Duration::ZERO,
        }
    }

    /// The leg on which the users are.
    fn leg(&self, now: Duration) -> Option<&Leg> {
        self.legs.iter().rev().find(|leg| leg.at <= now)
    }

    /// Users that are wanted at a time, by order or by plan.
    fn users_at(&self, now: Duration) -> u32 {
        let planned = || match &self.plan {
            Some(Load::Closed(users)) => planned(users, now),
            _ => 0,
        };
        self.ordered_users(now).unwrap_or_else(planned)
    }
}

/// When a plan's load first is what it was to become.
pub(super) fn settles(load: &Load) -> Duration {
    match load {
        Load::Closed(Users::Ramp { users, spawn_rate }) => {
            ramp(users.get(), spawn_rate.per_second()).settles()
        }
        Load::Closed(Users::Stages(stages)) => stages.peaks(),
        Load::Open(arrivals) => arrivals.rate.peaks(),
    }
}

/// Users that a plan wants at a time.
fn planned(users: &Users, now: Duration) -> u32 {
    match users {
        Users::Ramp { users, spawn_rate } => {
            ramp(users.get(), spawn_rate.per_second()).users_at(now)
        }
        // A user arrives in the very nanosecond in which the line reaches its number.
        Users::Stages(stages) => (stages.at(now) + 1e-6) as u32,
    }
}

fn ramp(users: u32, per_second: f64) -> Leg {
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

    fn users_at(&self, now: Duration) -> u32 {
        let moved = self.batch().saturating_mul(self.passed(now)).min(self.from.abs_diff(self.to));
        if self.to >= self.from { self.from + moved } else { self.from - moved }
    }

    fn next_step(&self, now: Duration) -> Option<Duration> {
        let passed = self.passed(now);
        (passed < self.batches()).then(|| self.time_of(passed))
    }

    fn settles(&self) -> Duration {
        self.time_of(self.batches().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Course, Leg, ramp};
    use crate::engine::arrival::Spawns;
    use crate::plan::{Arrivals, Load, Spacing, SpawnRate, Users};
    use crate::stages::{Stage, Stages};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn closed(users: u32, per_second: &str) -> Load {
        let spawn_rate = SpawnRate::parse(per_second).expect("a rate");
        Load::ramp(NonZeroU32::new(users).expect("users"), spawn_rate)
    }

    fn users(course: &Course, times: &[u64]) -> Vec<Option<u32>> {
        times.iter().map(|&time| course.ordered_users(ms(time))).collect()
    }

    #[test]
    fn orders_move_users_in_locusts_batches_up_and_down() {
        let mut course = Course::default();
        course.begin(&closed(1, "1"));
        course.order_users(ms(1_000), 6, 2.5);
        // One user is there: two more at 1 s and 1.8 s, the last one at 2.6 s.
        assert_eq!(
            users(&course, &[999, 1_000, 1_799, 1_800, 2_599, 2_600]),
            [None, Some(3), Some(3), Some(5), Some(5), Some(6)]
        );
        assert_eq!(course.settles(ms(1_000)), ms(2_600));
        course.order_users(ms(3_000), 1, 2.0);
        assert_eq!(
            users(&course, &[2_999, 3_000, 4_000, 5_000]),
            [Some(6), Some(4), Some(2), Some(1)]
        );
        assert_eq!(course.next_change(ms(3_000)), Some(ms(4_000)));
        assert_eq!(course.next_change(ms(5_000)), None);
        course.order_users(ms(3_500), 0, f64::INFINITY);
        assert_eq!(users(&course, &[3_499, 3_500, 9_000]), [Some(4), Some(0), Some(0)]);
        assert_eq!(course.next_change(ms(3_000)), Some(ms(3_500)));
    }

    #[test]
    fn an_order_in_a_ramp_goes_on_from_where_the_ramp_is() {
        let mut course = Course::default();
        course.begin(&closed(10, "1"));
        course.order_users(ms(2_500), 5, 1.0);
        assert_eq!(
            users(&course, &[2_499, 2_500, 3_500, 9_000]),
            [None, Some(4), Some(5), Some(5)]
        );
    }

    #[test]
    fn orders_before_the_run_count_from_its_start() {
        let mut course = Course::default();
        course.order_users(Duration::ZERO, 9, 1.0);
        course.order_users(Duration::ZERO, 4, 2.0);
        course.begin(&closed(1, "1"));
        assert_eq!(users(&course, &[0, 999, 1_000]), [Some(2), Some(2), Some(4)]);
    }

    #[test]
    fn an_order_takes_back_later_ones() {
        let mut course = Course::default();
        course.order_users(ms(5_000), 9, 1.0);
        course.order_users(ms(2_000), 3, 0.0);
        assert_eq!(users(&course, &[1_999, 2_000, 5_000]), [None, Some(3), Some(3)]);
    }

    #[test]
    fn a_rate_holds_from_its_order_on() {
        let rate = Stages::constant(100.0);
        let max_in_flight = NonZeroU32::MIN;
        let mut course = Course::default();
        course.begin(&Load::Open(Arrivals { rate, spacing: Spacing::Constant, max_in_flight }));
        assert_eq!(course.ordered_rate(), None);
        course.order_rate(ms(2_000), 0.0);
        course.order_rate(ms(5_000), 10.0);
        let rate = course.ordered_rate().expect("an order");
        assert_eq!([1_999, 2_000, 4_999, 5_000].map(|at| rate.at(ms(at))), [100.0, 0.0, 0.0, 10.0]);
        assert_eq!(rate.sum_until(ms(7_000)), 220.0);
    }

    #[test]
    fn a_load_settles_when_its_ramp_is_over() {
        let stage = |ms_, target| Stage { time: ms(ms_), target };
        let hill = Stages::new(0.0, vec![stage(2_000, 3.0), stage(1_000, 3.0), stage(500, 1.0)]);
        let settles = |load: &Load| super::settles(load);
        assert_eq!(settles(&closed(5, "1")), ms(4_000));
        assert_eq!(settles(&closed(5, "100")), ms(0));
        assert_eq!(settles(&Load::Closed(Users::Stages(hill))), ms(2_000));
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
