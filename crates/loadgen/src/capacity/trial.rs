//! One run at one rate: what the engine is to do, and what its recording says.
//!
//! [`Trial`] makes the plan of a step from the search's own, and a [`Step`] from the recording. The first quarter of each
//! step (at least a second, at most ten) is left out of its numbers: connections are opened and queues of the rate
//! before settle in it. Running is the [engine](crate::run)'s, choosing rates [`search`](super::search())'s.

use std::num::NonZeroU32;
use std::time::Duration;

use super::ask::Ask;
use super::complaint::Complaint;
use super::objective::Percentile;
use super::step::{Measured, Step};
use crate::failure::FailureClass;
use crate::plan::{Arrivals, Load, Plan, Spacing};
use crate::record::{Point, Recording};
use crate::stages::Stages;
use crate::verdict::{Facts, judge};
use crate::vitals::Vitals;

/// The part of each step in which it settles.
const SETTLE_SHARE: f64 = 0.25;

/// Requests in flight that are always allowed: a stall of a quarter of a second at 1,000/s.
const LEAST_IN_FLIGHT: f64 = 256.0;

/// Runs of one search.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    plan: &'a Plan,
    ask: &'a Ask,
}

impl<'a> Trial<'a> {
    /// Runs that load what `plan` says (its load, times and warm-up are replaced) and must hold what `ask` says.
    pub fn new(plan: &'a Plan, ask: &'a Ask) -> Self {
        Self { plan, ask }
    }

    /// The part at the start of each step that is in no number; whole seconds.
    pub fn settle(step_time: Duration) -> Duration {
        let seconds = (step_time.as_secs_f64() * SETTLE_SHARE).floor();
        Duration::from_secs(seconds.clamp(1.0, 10.0) as u64)
    }

    /// The plan of a run at a rate.
    pub fn plan(&self, rate_per_s: f64) -> Plan {
        let arrivals = Arrivals {
            rate: Stages::constant(rate_per_s),
            spacing: Spacing::Constant,
            max_in_flight: self.most_in_flight(rate_per_s),
        };
        Plan {
            load: Load::Open(arrivals),
            warm_up: Self::settle(self.ask.step_time),
            run_time: Some(self.ask.step_time),
            // Every request ends within its timeout: nothing that was sent goes uncounted.
            stop_timeout: self.plan.timeout.saturating_add(Duration::from_secs(1)),
            ..self.plan.clone()
        }
    }

    /// As many as a service has in flight that just holds the objectives and lets one request in ten time out (Little's
    /// law), twice over. More would only press a service that has lost already: the wait is in the response times.
    fn most_in_flight(&self, rate_per_s: f64) -> NonZeroU32 {
        let longest = self.ask.objectives.longest().as_secs_f64();
        let seconds = 2.0 * (longest + 0.1 * self.plan.timeout.as_secs_f64());
        let room = Arrivals::MOST_IN_FLIGHT.into();
        let most = (rate_per_s * seconds).clamp(LEAST_IN_FLIGHT, room);
        NonZeroU32::new(most as u32).expect("256 are some")
    }

    /// What the recording of a run of [`Trial::plan`] says, and what was seen of the generator meanwhile.
    ///
    /// # Panics
    ///
    /// When `plan` is of the closed model, which has no rate.
    pub fn step(&self, plan: &Plan, recording: &Recording, vitals: &Vitals) -> Step {
        let Load::Open(arrivals) = &plan.load else {
            panic!("the plan of a trial is of the open model")
        };
        let measured = measured(recording, plan, arrivals);
        let run = judge(&Facts::of(recording, plan, vitals));
        let asked_per_s = arrivals.rate.peak();
        let outcome = self.ask.objectives.judge(asked_per_s, &measured, &run);
        Step { asked_per_s, measured, validity: run.validity, outcome }
    }
}

fn measured(recording: &Recording, plan: &Plan, arrivals: &Arrivals) -> Measured {
    let total = recording.total();
    let loaded = loaded(recording, plan);
    let answered: u64 = loaded.iter().map(|second| second.requests).sum();
    Measured {
        achieved_per_s: answered as f64 / loaded.len().max(1) as f64,
        loaded_s: loaded.len() as f64,
        requests: total.requests(),
        failures: total.failures(),
        complaint: Complaint::of(total.errors()),
        generator_failures: total.errors().of_class(FailureClass::Generator),
        unsent: recording.unsent(),
        response_ms: Percentile::ALL.map(|p| total.latency().percentile_ms(p.fraction())),
        max_ms: total.latency().max_ms(),
        send_lag_p99_ms: recording.send_lag().map_or(0.0, |lag| lag.percentile_ms(0.99)),
        in_flight: loaded.iter().map(|second| second.in_flight).max().unwrap_or_default(),
        most_in_flight: u64::from(arrivals.max_in_flight.get()),
    }
}

/// The seconds in which the rate was asked for, those aside in which it settled. An answer that comes after them shows that
/// the service was behind: it is in the response times, not in what the service achieves.
fn loaded<'r>(recording: &'r Recording, plan: &Plan) -> &'r [Point] {
    let points = recording.series().points();
    let from = plan.warm_up.as_secs() as usize;
    let end = plan.run_time.unwrap_or_default().as_secs() as usize;
    points.get(from..end.min(points.len())).unwrap_or_default()
}
