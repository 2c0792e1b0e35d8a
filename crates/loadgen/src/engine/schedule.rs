//! When each request of the open model is due.
//!
//! [`Schedule`] is a pure iterator of due times in whole nanoseconds for one worker's share of the requests, fixed before
//! the first one is sent: nothing that happens to a request moves another. All workers draw the same sequence and take
//! every so-many-th of it, so there is no queue and no token bucket to share. It knows no clock and sends nothing;
//! [`pacer`](super::pacer) does.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::plan::{Arrivals, Spacing};
use crate::stages::{Stages, Walk};

/// A request and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    /// Since the start.
    pub(crate) at: Duration,
    /// Which of the run's requests, from 0.
    pub(crate) number: u64,
}

/// The requests of one worker, in order of time.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    walk: Walk,
    gaps: Gaps,
    number: u64,
    step: u64,
    /// Requests of other workers that come before the next of this one.
    skip: u64,
    /// The next request, once it was looked at.
    drawn: Option<Drawn>,
}

/// A request, and what the rate has added up to when it is due.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    sum: f64,
    number: u64,
    /// Nothing where the rate never adds up to that.
    at: Option<Duration>,
}

impl Schedule {
    /// Every `workers`-th request, beginning with the `worker`-th.
    pub(crate) fn of(arrivals: &Arrivals, seed: u64, worker: usize, workers: usize) -> Self {
        let gaps = match arrivals.spacing {
            Spacing::Constant => Gaps::Even { passed: 0 },
            Spacing::Poisson => {
                let chance = Pcg64Mcg::seed_from_u64(seed ^ 0x0A55_1571_4E55_0D0E);
                Gaps::Exponential { passed: 0.0, chance: Box::new(chance) }
            }
        };
        let walk = Walk::new(&arrivals.rate);
        let worker = worker as u64;
        Self { walk, gaps, number: worker, step: workers as u64, skip: worker, drawn: None }
    }

    /// The next request, without taking it.
    pub(crate) fn peek(&mut self) -> Option<Due> {
        let drawn = match self.drawn {
            Some(drawn) => drawn,
            None => self.draw(),
        };
        self.drawn = Some(drawn);
        Some(Due { at: drawn.at?, number: drawn.number })
    }

    /// Goes by another rate, which was the same until now. Requests keep their order and their numbers: the next one is due
    /// when the new rate has added up to what the old one would have.
    pub(crate) fn follow(&mut self, rate: &Stages) {
        self.walk = Walk::new(rate);
        if let Some(drawn) = &mut self.drawn {
            drawn.at = self.walk.time_of_sum(drawn.sum);
        }
    }

    fn draw(&mut self) -> Drawn {
        for _ in 0..self.skip {
            self.gaps.next();
        }
        let sum = self.gaps.next();
        let drawn = Drawn { sum, number: self.number, at: self.walk.time_of_sum(sum) };
        self.number += self.step;
        self.skip = self.step - 1;
        drawn
    }
}

impl Iterator for Schedule {
    type Item = Due;

    fn next(&mut self) -> Option<Due> {
        let next = self.peek()?;
        self.drawn = None;
        Some(next)
    }
}

/// What the rate has added up to when each request is due.
#[derive(Debug, Clone)]
enum Gaps {
    /// 0, 1, 2, ...
    Even { passed: u64 },
    /// Sums of exponential gaps with mean one: a Poisson process, whatever the rate does over time (its time is
    /// rescaled by [`Walk`], see Cinlar, Introduction to Stochastic Processes, 1975, 4.7).
    Exponential { passed: f64, chance: Box<Pcg64Mcg> },
}

impl Gaps {
    fn next(&mut self) -> f64 {
        match self {
            Self::Even { passed } => {
                *passed += 1;
                (*passed - 1) as f64
            }
            Self::Exponential { passed, chance } => {
                // 1 - u lies in (0, 1]: its logarithm is finite.
                *passed -= (1.0 - chance.random::<f64>()).ln();
                *passed
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use super::{Due, Schedule};
    use crate::plan::{Arrivals, Spacing};
    use crate::stages::{Stage, Stages};

    fn arrivals(rate: Stages, spacing: Spacing) -> Arrivals {
        Arrivals { rate, spacing, max_in_flight: NonZeroU32::MIN }
    }

    fn micros(schedule: Schedule, count: usize) -> Vec<u128> {
        schedule.take(count).map(|due| due.at.as_micros()).collect()
    }

    #[test]
    fn a_constant_rate_is_even_from_the_start() {
        let arrivals = arrivals(Stages::constant(300.0), Spacing::Constant);
        assert_eq!(micros(Schedule::of(&arrivals, 1, 0, 1), 4), [0, 3_333, 6_666, 10_000]);
    }

    #[test]
    fn a_rising_rate_is_dense_at_its_end() {
        // From nothing to 8 per second in two seconds: n requests after sqrt(n / 2) seconds.
        let rise = vec![Stage { time: Duration::from_secs(2), target: 8.0 }];
        let arrivals = arrivals(Stages::new(0.0, rise), Spacing::Constant);
        let due = micros(Schedule::of(&arrivals, 1, 0, 1), 10);
        assert_eq!(
            due,
            [
                0, 707_106, 1_000_000, 1_224_744, 1_414_213, 1_581_138, 1_732_050, 1_870_828,
                2_000_000, 2_125_000
            ]
        );
    }

    #[test]
    fn workers_share_one_schedule_whatever_their_number() {
        for spacing in [Spacing::Constant, Spacing::Poisson] {
            let arrivals = arrivals(Stages::constant(50.0), spacing);
            let alone: Vec<Due> = Schedule::of(&arrivals, 7, 0, 1).take(90).collect();
            let mut shared: Vec<Due> =
                (0..3).flat_map(|worker| Schedule::of(&arrivals, 7, worker, 3).take(30)).collect();
            shared.sort_by_key(|due| due.number);
            assert_eq!(shared, alone, "{spacing:?}");
        }
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_the_spread_of_chance() {
        let arrivals = arrivals(Stages::constant(1_000.0), Spacing::Poisson);
        let due: Vec<f64> = Schedule::of(&arrivals, 42, 0, 1)
            .take(100_000)
            .map(|due| due.at.as_secs_f64())
            .collect();
        let gaps: Vec<f64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // Three standard errors at 100,000 gaps are about 1 % of the mean and 3 % of the deviation.
        assert!((mean - 0.001).abs() < 1e-5, "{mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.03, "{}", variance.sqrt() / mean);
    }

    #[test]
    fn another_rate_loses_no_request_and_sends_none_twice() {
        let before = Stages::constant(50.0);
        for spacing in [Spacing::Constant, Spacing::Poisson] {
            for (at_ms, per_s) in [(0, 10.0), (333, 200.0), (500, 0.0), (900, 50.0)] {
                let at = Duration::from_millis(at_ms);
                let after = before.turned(at, per_s);
                let until = Duration::from_secs(3);
                let arrivals = arrivals(before.clone(), spacing);
                let steered = |worker, workers| {
                    let mut schedule = Schedule::of(&arrivals, 7, worker, workers);
                    let mut all = Vec::new();
                    while let Some(due) = schedule.peek().filter(|due| due.at < at) {
                        schedule.next();
                        all.push(due);
                    }
                    schedule.follow(&after);
                    all.extend(schedule.take_while(|due| due.at < until));
                    all
                };
                // As if the new rate had been planned from the beginning, and whatever the number of workers.
                let planned = Arrivals { rate: after.clone(), ..arrivals.clone() };
                let planned: Vec<Due> =
                    Schedule::of(&planned, 7, 0, 1).take_while(|due| due.at < until).collect();
                assert_eq!(steered(0, 1), planned, "{spacing:?}, {per_s}/s from {at_ms} ms");
                let mut shared: Vec<Due> = (0..3).flat_map(|worker| steered(worker, 3)).collect();
                shared.sort_by_key(|due| due.number);
                assert_eq!(
                    shared, planned,
                    "{spacing:?}, {per_s}/s from {at_ms} ms, three workers"
                );
            }
        }
    }

    #[test]
    fn peeking_takes_nothing() {
        let mut schedule =
            Schedule::of(&arrivals(Stages::constant(1.0), Spacing::Constant), 1, 0, 1);
        assert_eq!((schedule.peek(), schedule.peek()), (schedule.clone().next(), schedule.next()));
        assert_eq!(schedule.next().map(|due| due.number), Some(1));
    }
}
