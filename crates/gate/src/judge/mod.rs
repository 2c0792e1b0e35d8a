//! Evidence and policy become a verdict. Pure: the same two always give the same verdict.
//!
//! [`judge`] goes through the rules one by one. Rules with a fixed limit are decided in `absolute`, rules against an
//! earlier run in `relative`, rules about the course of the run in `degradation`; each says why, and what to do next.

mod absolute;
mod degradation;
mod relative;
mod wording;

use crate::{
    evidence::Evidence,
    policy::Policy,
    rule::{Limit, Metric, Rule, Severity},
    verdict::{Outcome, RunFacts, Status, Verdict},
};

/// Judges a run by a policy.
pub fn judge(evidence: &Evidence, policy: &Policy) -> Verdict {
    let all = &evidence.summary().aggregated;
    let run = RunFacts {
        requests: all.requests,
        failures: all.failures,
        rps: all.requests_per_s,
        history: evidence.timeline().mode,
        steady: evidence.steady(),
        notes: evidence.notes().to_vec(),
    };
    let outcomes =
        policy.rules().iter().map(|rule| weigh(outcome(rule, evidence, policy))).collect();
    Verdict { run, outcomes }
}

fn outcome(rule: &Rule, evidence: &Evidence, policy: &Policy) -> Outcome {
    match (rule.metric(), rule.limit()) {
        (Metric::Drift(fraction), Limit::Absolute(limit)) => {
            degradation::outcome(rule, fraction, limit, evidence, policy.drift())
        }
        (_, Limit::TimesBaseline(factor)) => relative::outcome(rule, factor, evidence),
        (_, Limit::Absolute(limit)) => absolute::outcome(rule, limit, evidence),
    }
}

/// A broken rule of lesser severity is a warning.
fn weigh(mut outcome: Outcome) -> Outcome {
    if outcome.rule.severity() == Severity::Warn && outcome.status.fails() {
        outcome.status = Status::Warn;
    }
    outcome
}
