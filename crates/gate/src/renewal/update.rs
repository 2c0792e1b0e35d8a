//! Runs become a baseline.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    error::RenewalError,
    runs::{self, Candidate},
};
use crate::{
    baseline::{Acceptance, Baseline, Kept, RunSet},
    judge::judge,
    machine::Machine,
    policy::Policy,
    quantity::Quantity,
    stamp::Stamp,
    verdict::{Outcome, Status},
};

/// What is to become a baseline, and by whose word.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// Runs: what was given to `--csv`, or folders with one run in each.
    pub from: Vec<PathBuf>,
    /// The file, which is made or renewed.
    pub out: PathBuf,
    /// Whether these runs become the pinned reference as well.
    pub pin: bool,
    /// Why runs that fail are taken.
    pub reason: Option<String>,
    /// Who says so.
    pub by: Option<String>,
    /// The revision that was measured.
    pub commit: Option<String>,
    /// The time of renewing; a parameter, so that it can be repeated.
    pub now: SystemTime,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Renewed {
    /// The whole file.
    pub kept: Kept,
    /// What the file held before.
    pub before: Option<Kept>,
    /// What failed and was accepted, in words.
    pub accepted: Vec<String>,
    /// What was odd about the runs, as sentences. Raw: may quote a server.
    pub notes: Vec<String>,
}

/// Makes or renews a baseline.
///
/// # Errors
///
/// If a run is none, if runs are too few, not alike, or fail by `policy` (or are worse than it allows, and undecided) without
/// a reason, or if the file that is there is
/// torn, foreign, or of another machine or load. Nothing is written then.
pub fn renew(renewal: &Renewal, policy: &Policy) -> Result<Renewed, RenewalError> {
    let reason = renewal.reason.as_deref().map(str::trim);
    if reason == Some("") {
        return Err(RenewalError::NoReason);
    }
    let candidates = runs::read(&renewal.from, policy.expected(), renewal.now)?;
    let here = Machine::here();
    let before = old(renewal, &here)?;
    if let Some(before) = &before {
        require_same_pin(renewal, before, &candidates[0])?;
    }
    let failed = failing(renewal, &candidates, before.as_ref(), &here, policy)?;
    let now = Stamp::from(renewal.now).to_string();
    let accepted = match reason {
        None if !failed.is_empty() => {
            return Err(RenewalError::Failing { failed: failed.join("; ") });
        }
        Some(reason) if !failed.is_empty() => Some(Acceptance {
            at: now.clone(),
            by: renewal.by.clone(),
            reason: reason.to_owned(),
            failed: failed.clone(),
            before: before.as_ref().map(|before| before.current.remembered()),
        }),
        _ => None,
    };
    let current = RunSet {
        created: now,
        commit: renewal.commit.clone(),
        workload: candidates[0].evidence.workload(),
        machine: here,
        runs: candidates.iter().map(Candidate::kept).collect::<Result<_, _>>()?,
    };
    let old_pin = before.as_ref().and_then(|before| before.pinned.clone());
    let acceptances = before.iter().flat_map(|before| before.accepted.clone());
    let kept = Kept {
        pinned: if renewal.pin { Some(current.clone()) } else { old_pin },
        current,
        accepted: acceptances.chain(accepted).collect(),
    };
    let path = renewal.out.clone();
    kept.write(&renewal.out).map_err(|cause| RenewalError::Write { path, cause })?;
    Ok(Renewed { kept, before, accepted: failed, notes: notes(&candidates) })
}

/// The baseline that is to be renewed; `None` if there is no file yet.
fn old(renewal: &Renewal, here: &Machine) -> Result<Option<Kept>, RenewalError> {
    let path = &renewal.out;
    if !path.exists() {
        return Ok(None);
    }
    let kept = Kept::read(path).map_err(|fault| RenewalError::Old(Box::new(fault)))?;
    match kept.current.machine.difference(here) {
        None => Ok(Some(kept)),
        Some(difference) => Err(RenewalError::OtherMachine { path: path.clone(), difference }),
    }
}

/// A pinned reference that nothing can be compared with any more would silently be none.
fn require_same_pin(
    renewal: &Renewal,
    before: &Kept,
    first: &Candidate,
) -> Result<(), RenewalError> {
    match other_pin(before, first) {
        Some(difference) if !renewal.pin => {
            Err(RenewalError::OtherPin { path: renewal.out.clone(), difference })
        }
        _ => Ok(()),
    }
}

/// What fails in which run or is worse than the limit and undecided, in words: judged as `check` would, against the baseline that is to be renewed.
fn failing(
    renewal: &Renewal,
    candidates: &[Candidate],
    before: Option<&Kept>,
    here: &Machine,
    policy: &Policy,
) -> Result<Vec<String>, RenewalError> {
    let comparable = before.map(|kept| comparable(renewal, kept, &candidates[0]));
    let has_pin = comparable.as_ref().is_some_and(|kept| kept.pinned.is_some());
    let baseline = comparable.map(|kept| Baseline::kept(&renewal.out, kept, here));
    let mut failed = Vec::new();
    for candidate in candidates {
        let mut evidence = candidate.evidence.clone();
        policy.require_known(evidence.summary())?;
        if let Some(baseline) = &baseline {
            let unlike = |source| RenewalError::Run { source: Box::new(source) };
            evidence = evidence.with_baseline(baseline.clone()).map_err(unlike)?;
        }
        let verdict = judge(&evidence, policy);
        let broken = verdict.outcomes.iter().filter(|outcome| {
            // What nothing is pinned for yet is no fault of these runs.
            (outcome.status.fails() || is_worse_undecided(outcome))
                && (has_pin || !outcome.rule.limit().is_pinned())
        });
        failed.extend(broken.map(|outcome| in_words(&candidate.prefix, outcome)));
    }
    Ok(failed)
}

/// Whether a figure is beyond its limit, and only chance kept the rule against a reference from failing: what is written
/// becomes the next reference, so what may be worse needs a word as what is worse does.
fn is_worse_undecided(outcome: &Outcome) -> bool {
    let beyond = match (outcome.comparison.as_ref(), outcome.observed, outcome.limit) {
        (Some(_), Some(observed), Some(limit)) => !outcome.rule.op().holds_between(observed, limit),
        _ => false,
    };
    outcome.status == Status::Inconclusive && beyond
}

/// The old baseline as the runs are judged by it: without a pinned reference that is replaced because it is of another
/// load.
fn comparable(renewal: &Renewal, kept: &Kept, first: &Candidate) -> Kept {
    let is_replaced = renewal.pin && other_pin(kept, first).is_some();
    Kept { pinned: kept.pinned.clone().filter(|_| !is_replaced), ..kept.clone() }
}

fn other_pin(kept: &Kept, first: &Candidate) -> Option<String> {
    let requests = first.evidence.summary().aggregated.requests;
    kept.pinned.as_ref()?.workload.difference(&first.evidence.workload(), requests)
}

fn in_words(prefix: &Path, outcome: &Outcome) -> String {
    let figures = match (outcome.observed, outcome.limit) {
        (Some(observed), Some(limit)) => {
            format!("{}, not {} {limit}", observed.text_beside(limit), outcome.rule.op())
        }
        (observed, _) => {
            observed.map_or("no data".to_owned(), |observed: Quantity| observed.to_string())
        }
    };
    let becomes = if outcome.status.fails() { "fails" } else { "is undecided" };
    format!("{}: {} {becomes}: {figures}", prefix.display(), outcome.rule.label())
}

fn notes(candidates: &[Candidate]) -> Vec<String> {
    let of = |candidate: &Candidate| {
        let prefix = candidate.prefix.display().to_string();
        let notes = candidate.evidence.notes().to_vec();
        notes.into_iter().map(move |note| format!("{prefix}: {note}"))
    };
    candidates.iter().flat_map(of).collect()
}
