//! The verdict for whatever shows test results: JUnit's XML, with one test case for each rule.
//!
//! A broken rule is a failure, one without data an error, and one that could not be decided is skipped: it has no baseline
//! to compare with, or the run was too short. A run that is none, and rules that are none, are a single case with an error.

use super::{
    Judgement, facts,
    suite::{Case, Fate, Suite},
    text,
};
use crate::{
    error::GateError,
    rule::Limit,
    verdict::{Outcome, RunFacts, Status, Verdict},
};

/// What the suite and its cases are called.
const NAME: &str = "load-gate";

/// A judgement as an XML document that ends with a line end.
pub(super) fn render(judgement: &Judgement) -> String {
    match judgement {
        Ok(verdict) => suite(verdict).render(),
        Err(error) => Suite::refusal(NAME, missing(error), &error.to_string()).render(),
    }
}

/// The case that stands for all rules where none could be judged.
fn missing(error: &GateError) -> &'static str {
    if matches!(error, GateError::Rules(_)) { "has-rules" } else { "is-a-run" }
}

fn suite(verdict: &Verdict) -> Suite {
    let notes = verdict.run.notes.iter().map(|note| format!("Note: {note}"));
    Suite {
        name: NAME,
        time_s: verdict.run.track.as_ref().map_or(0, |track| track.length_s),
        properties: properties(&verdict.run),
        cases: verdict.outcomes.iter().map(|outcome| case(verdict, outcome)).collect(),
        said: facts::sentences(&verdict.run).into_iter().chain(notes).collect(),
    }
}

/// What the suite says of the run.
fn properties(run: &RunFacts) -> Vec<(String, String)> {
    let mut properties = vec![
        ("requests", run.requests.to_string()),
        ("failures", run.failures.to_string()),
        ("requests_per_s", run.rps.to_string()),
        ("history", run.history.as_str().to_owned()),
    ];
    if let Ok(steady) = run.steady {
        properties.push(("steady_users", steady.users.to_string()));
        properties.push(("steady_duration_s", steady.duration_s().to_string()));
        properties.push(("steady_requests_per_s", steady.rps().to_string()));
    }
    let files = run.files.iter().map(|file| (format!("sha256_{}", file.role), file.sha256.clone()));
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value));
    properties.chain(files).collect()
}

fn fate(verdict: &Verdict, outcome: &Outcome) -> Fate {
    let is_relative = !matches!(outcome.rule.limit(), Limit::Absolute(_));
    match outcome.status {
        Status::NoData => Fate::Error,
        status if verdict.is_failure(status) => Fate::Failure,
        Status::Inconclusive => Fate::Skipped,
        // Nothing to compare with: neither good nor bad, and JUnit knows no warnings.
        Status::Warn if is_relative && outcome.limit.is_none() => Fate::Skipped,
        _ => Fate::Passed,
    }
}

fn case(verdict: &Verdict, outcome: &Outcome) -> Case {
    let fate = fate(verdict, outcome);
    let (observed, limit) = (text::observed(outcome), text::limit(outcome));
    let message = match fate {
        Fate::Failure => format!("{observed}, limit {limit}"),
        _ => outcome.why.clone(),
    };
    let (expr, why) = (outcome.rule.expr(), &outcome.why);
    Case {
        name: outcome.rule.label().to_owned(),
        fate,
        kind: outcome.status.as_str(),
        message,
        said: format!("{}: {expr}, observed {observed}, limit {limit}. {why}", outcome.status),
    }
}
