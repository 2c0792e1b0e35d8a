//! Evidence and policy become a verdict. Pure: the same two always give the same verdict.
//!
//! [`judge`] goes through the rules one by one. Rules with a fixed limit are decided in `absolute`, rules against an
//! earlier run in `relative`, rules about the course of the run in `degradation`; each says why, and what to do next.

mod absolute;
mod chance;
mod change;
mod degradation;
mod observe;
mod offered;
mod relative;
mod said;
mod samples;
mod throughput;
mod wording;

use lead_stats::Summary;

use crate::{
    baseline::Baseline,
    evidence::Evidence,
    policy::{Demand, Policy},
    rule::{Limit, Metric, Rule, Scope, Severity},
    track::Track,
    verdict::{BaselineFacts, Outcome, RunFacts, Status, Verdict},
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
        summary: in_order(evidence.summary()),
        track: Track::of(evidence.timeline(), evidence.steady().ok()),
        baseline: evidence.baseline().and_then(facts),
        files: evidence.files().to_vec(),
    };
    let summary = evidence.summary();
    let rules = policy.rules().iter().flat_map(|rule| expand(rule, summary));
    let demand = policy.demand();
    let outcomes = rules.map(|rule| weigh(outcome(&rule, evidence, policy), demand)).collect();
    Verdict { run, outcomes, demand }
}

/// The summary in the order that its writers keep: whoever shuffles rows changes no verdict.
fn in_order(summary: &Summary) -> Summary {
    let mut summary = summary.clone();
    summary
        .endpoints
        .sort_by(|one, other| (&one.name, &one.method).cmp(&(&other.name, &other.method)));
    summary
}

/// What a verdict says of a baseline: of several runs, the one in the middle by its P95.
fn facts(baseline: &Baseline) -> Option<BaselineFacts> {
    let reference = baseline.current();
    let mut runs = reference.runs.clone();
    let p95 = |run: &Summary| run.aggregated.percentiles.at(0.95).unwrap_or(0.0);
    runs.sort_by(|one, other| p95(one).total_cmp(&p95(other)));
    Some(BaselineFacts {
        path: baseline.path().to_owned(),
        summary: in_order(runs.get(runs.len().saturating_sub(1) / 2)?),
        track: reference.single.and_then(|run| Track::of(&run.timeline, run.steady.ok())),
    })
}

/// The rules that a rule stands for: one for each endpoint that was asked at all, or itself.
fn expand(rule: &Rule, summary: &Summary) -> Vec<Rule> {
    if *rule.scope() != Scope::Each {
        return vec![rule.clone()];
    }
    let asked = summary.endpoints.iter().filter(|row| row.requests > 0);
    let rules: Vec<Rule> = asked.map(|row| rule.for_row(row)).collect();
    // Without any endpoint it stands for itself, has no data, and says so.
    if rules.is_empty() { vec![rule.clone()] } else { rules }
}

fn outcome(rule: &Rule, evidence: &Evidence, policy: &Policy) -> Outcome {
    let row = match samples::require(rule, evidence.summary()) {
        Ok(row) => row,
        Err(outcome) => return *outcome,
    };
    match (rule.metric(), rule.limit()) {
        (Metric::Drift(course), Limit::Absolute(limit)) => {
            let policy = policy.drift().with(rule.terms());
            degradation::outcome(rule, course, limit, evidence, policy)
        }
        (
            _,
            Limit::TimesBaseline(_)
            | Limit::PlusBaseline(_)
            | Limit::TimesPinned(_)
            | Limit::PlusPinned(_),
        ) => relative::outcome(rule, evidence),
        (_, Limit::Absolute(limit)) => absolute::outcome(rule, limit, row, evidence),
    }
}

/// A broken rule of lesser severity is a warning, and so is every one where only warnings are wanted.
fn weigh(mut outcome: Outcome, demand: Demand) -> Outcome {
    let is_mild = outcome.rule.severity() == Severity::Warn || demand == Demand::WarnOnly;
    if is_mild && outcome.status.fails() {
        outcome.status = Status::Warn;
    }
    outcome
}
