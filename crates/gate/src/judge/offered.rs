//! Does a rate miss its limit by no more than what was under way?
//!
//! In the open model a rate can never be above what was asked for, so a limit that is the asked rate has no room at all: of
//! 300 requests a second, rows of a history count the answers, and the requests that are under way when the last of
//! them is written are none yet. [`UnderWay`] allows for these, and for one more, since either end of a time may cut
//! between two requests. No server that falls short is hidden by that. What it does not answer piles up: a
//! shortfall of s a second is a backlog of s T after T seconds, whose mean is half of it; the mean is what is
//! allowed for (Little 1961: requests under way = requests/s times their mean time), and the shortfall is all of it.

use crate::{
    evidence::Evidence,
    quantity::counted,
    rule::{Metric, Op, Rule, Scope},
};

/// And in no case is more than this share of the answers allowed to be missing.
const MOST_SHARE: f64 = 0.01;

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
        let is_asked = rule.op() == Op::AtLeast && *rule.scope() == Scope::All;
        let all = &evidence.summary().aggregated;
        let lasted_s = match rule.metric() {
            Metric::SteadyRps => steady.duration_s() as f64,
            Metric::Rps if all.requests_per_s > 0.0 => all.requests as f64 / all.requests_per_s,
            _ => return None,
        };
        let requests = observed * all.average_ms / 1000.0;
        let missing = (limit - observed) * lasted_s;
        let allowed = (requests + 1.0).min(limit * lasted_s * MOST_SHARE);
        (is_asked && missing > 0.0 && missing <= allowed).then_some(Self { missing, requests })
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
