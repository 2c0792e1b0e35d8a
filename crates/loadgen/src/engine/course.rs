//! What was ordered while a run goes on, and what follows from it at a time.
//!
//! [`Course`] is plain data and pure arithmetic: it knows how many users are wanted at a time, when that number changes
//! next, and what the rate has become. Orders of users move in Locust's batches, up and down alike, as a
//! [`leg`](super::leg) says. Until the first order the plan's own load counts. Who gives orders and who obeys them is
//! [`steer`](super::steer)'s.

use std::sync::Arc;
use std::time::Duration;

use super::leg::{Leg, ramp};
use crate::plan::{Load, Users};
use crate::stages::Stages;

/// All orders of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    /// What the plan says; nothing before the run begins.
    plan: Option<Load>,
    legs: Vec<Leg>,
    turns: Vec<Turn>,
    /// The plan's rate with all turns in it, made once for each order: every sender looks at it, and it grows with them.
    rate: Option<Arc<Stages>>,
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
        for Turn { at, per_second } in std::mem::take(&mut self.turns) {
            self.order_rate(at, per_second);
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
        if let Some(Load::Open(arrivals)) = &self.plan {
            // Whatever lies behind the turn goes, so that one turn upon the last is all of them.
            let before = self.rate.as_deref().unwrap_or(&arrivals.rate);
            self.rate = Some(Arc::new(before.turned(at, per_second)));
        }
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
    pub(super) fn ordered_rate(&self) -> Option<Arc<Stages>> {
        self.rate.clone()
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::Arc;
    use std::time::Duration;

    use super::Course;
    use crate::plan::{Arrivals, Load, Spacing, SpawnRate, Users};
    use crate::stages::{Stage, Stages};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn closed(users: u32, per_second: &str) -> Load {
        let spawn_rate = SpawnRate::parse(per_second).expect("a rate");
        Load::ramp(NonZeroU32::new(users).expect("users"), spawn_rate)
    }

    fn open(rate: Stages) -> Load {
        let max_in_flight = NonZeroU32::MIN;
        Load::Open(Arrivals { rate, spacing: Spacing::Constant, max_in_flight })
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
        let mut course = Course::default();
        course.begin(&open(Stages::constant(100.0)));
        assert_eq!(course.ordered_rate(), None);
        course.order_rate(ms(2_000), 0.0);
        course.order_rate(ms(5_000), 10.0);
        let rate = course.ordered_rate().expect("an order");
        assert_eq!([1_999, 2_000, 4_999, 5_000].map(|at| rate.at(ms(at))), [100.0, 0.0, 0.0, 10.0]);
        assert_eq!(rate.sum_until(ms(7_000)), 220.0);
    }

    #[test]
    fn rates_that_are_ordered_one_upon_the_other_are_those_that_were_ordered_together() {
        let hill = Stages::new(10.0, vec![Stage { time: ms(4_000), target: 90.0 }]);
        let load = open(hill.clone());
        let orders = [(1_000, 5.0), (9_000, 7.0), (3_000, 50.0), (3_000, 60.0), (3_500, 0.0)];
        // Before the run, and while it goes on.
        let (mut early, mut late) = (Course::default(), Course::default());
        late.begin(&load);
        for (at, per_second) in orders {
            early.order_rate(ms(at), per_second);
            late.order_rate(ms(at), per_second);
        }
        assert_eq!(early.ordered_rate(), None, "there is no rate that could change");
        early.begin(&load);
        let expect = hill.turned(ms(1_000), 5.0).turned(ms(3_000), 60.0).turned(ms(3_500), 0.0);
        for course in [&early, &late] {
            let rate = course.ordered_rate().expect("an order");
            for at in [0, 500, 999, 1_000, 2_999, 3_000, 3_499, 3_500, 9_000, 10_000] {
                assert_eq!(rate.at(ms(at)), expect.at(ms(at)), "at {at} ms");
                assert_eq!(rate.sum_until(ms(at)), expect.sum_until(ms(at)), "until {at} ms");
            }
        }
        assert_eq!(early.settles(ms(9_000)), ms(3_500));
    }

    #[test]
    fn whoever_looks_at_the_rate_copies_no_orders() {
        let mut course = Course::default();
        course.begin(&open(Stages::constant(100.0)));
        for order in 1..=3_600 {
            course.order_rate(ms(order * 1_000), 1.0 + order as f64);
        }
        let [one, other] = [course.ordered_rate(), course.ordered_rate()].map(Option::unwrap);
        assert!(Arc::ptr_eq(&one, &other));
        // A line up to each order, and its jump; one order more at the same time is no more lines.
        assert_eq!(one.stages().len(), 7_200);
        course.order_rate(ms(3_600_000), 5.0);
        course.order_rate(ms(3_600_000), 6.0);
        assert_eq!(course.ordered_rate().unwrap().stages().len(), 7_200);
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
}
