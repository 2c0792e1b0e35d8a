//! Does a rate miss its limit by no more than what was under way?
//!
//! In the open model a rate can never be above what was asked for, so a limit that is the asked rate has no room at all: of
//! 300 requests a second, rows of a history count the answers, and the requests that are under way when the last of
//! them is written are none yet. [`UnderWay`] allows for these, and for one more, since either end of a time may cut
//! between two requests; by Little's law (1961) requests under way are requests/s times their mean time.
//!
//! Only a limit that is the rate the generator says it was asked for has this room: of another nobody knows what is missing.
//! And what is under way is missing once: a server that leaves requests without an answer, whose times are in no mean,
//! falls behind in the first half of the run as in the second. What it loses at one end alone is hidden, up to what was
//! under way.

use crate::{
    evidence::Evidence,
    quantity::counted,
    rule::{Metric, Op, Rule, Scope},
    steady::Steady,
    timeline::Point,
};

/// And in no case is more than this share of the answers allowed to be missing.
const MOST_SHARE: f64 = 0.01;

/// A limit this close to the asked rate is that rate: averages over a plan are rounded.
const SAME_RATE: f64 = 0.005;

/// The half of the time that lacks less may lack this share of the whole, and what comes while a row is late.
const STEADY_SHARE: f64 = 0.25;
const LATE_ROW_S: f64 = 0.01;

/// Answers that are missing because their requests were under way.
pub(super) struct UnderWay {
    /// How many answers the limit lacks.
    pub(super) missing: f64,
    /// How many requests were under way at a time, on average.
    pub(super) requests: f64,
}

impl UnderWay {
    /// What a rate below its limit lacks, if that is no more than was under way; `None` if it lacks nothing or more, of
    /// users that wait for their answers, and of an endpoint, whose share of the requests is a matter of chance.
    pub(super) fn of(rule: &Rule, observed: f64, limit: f64, evidence: &Evidence) -> Option<Self> {
        let steady = evidence.steady().ok().filter(|steady| steady.is_open())?;
        let asked = evidence.generator()?.asked_per_s()?;
        let is_asked = rule.op() == Op::AtLeast
            && *rule.scope() == Scope::All
            && (limit - asked).abs() <= asked * SAME_RATE;
        let all = &evidence.summary().aggregated;
        let lasted_s = match rule.metric() {
            Metric::SteadyRps => steady.duration_s() as f64,
            Metric::Rps if all.requests_per_s > 0.0 => all.requests as f64 / all.requests_per_s,
            _ => return None,
        };
        let requests = observed * all.average_ms / 1000.0;
        let missing = (limit - observed) * lasted_s;
        let allowed = (requests + 1.0).min(limit * lasted_s * MOST_SHARE);
        let is_under_way = is_asked && missing > 0.0 && missing <= allowed;
        let steadily = lacked_steadily(&steady, limit, evidence)?;
        let jitter = 1.0 + limit * LATE_ROW_S;
        (is_under_way && steadily <= missing * STEADY_SHARE + jitter)
            .then_some(Self { missing, requests })
    }

    /// Why the rule holds, with the space before it.
    pub(super) fn words(&self) -> String {
        format!(
            " That is {} too few, and no more than were under way ({:.1} at a time): the rate that was asked for was kept.",
            counted(self.missing.ceil() as u64, "answer"),
            self.requests
        )
    }
}

/// How many answers the limit lacks in that half of the steady part which lacks fewer; negative if it has more.
fn lacked_steadily(steady: &Steady, limit: f64, evidence: &Evidence) -> Option<f64> {
    let points = &evidence.timeline().points;
    let at = |second: u64| points.iter().find(|point| point.at_s >= second);
    let middle_s = steady.from_s + steady.duration_s() / 2;
    let [start, middle, end] = [at(steady.from_s)?, at(middle_s)?, at(steady.to_s)?];
    let lacked = |from: &Point, to: &Point| {
        limit * (to.at_s - from.at_s) as f64 - (to.requests - from.requests) as f64
    };
    Some(lacked(start, middle).min(lacked(middle, end)))
}
