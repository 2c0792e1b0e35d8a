//! Do all runs measure the same, so that only the build can differ?
//!
//! [`check`] refuses what is not comparable and notes what makes a comparison weaker. The scenario shows in the endpoints
//! and their shares; what is the same load is [`Workload`]'s business, here as for baselines.

use std::{collections::BTreeSet, fs, path::PathBuf};

use lead_stats::{LoadModel, Paths};

use super::{error::CompareError, sides::Trial};
use crate::baseline::Workload;

/// A rate, or a number of requests under way, below this share of another is none that varies by chance.
const SURELY_LESS: f64 = 0.8;

/// Runs whose lengths differ by more than this, in percent, are told.
const SAME_TIME_PERCENT: f64 = 20.0;

/// Refuses runs that cannot be compared; what is only odd comes back as sentences.
pub(super) fn check(base: &[Trial], head: &[Trial]) -> Result<Vec<String>, CompareError> {
    let all: Vec<&Trial> = base.iter().chain(head).collect();
    for (at, trial) in all.iter().enumerate() {
        if let Some(first) = all[..at].iter().find(|earlier| is_same_run(earlier, trial)) {
            let (first, second) = (first.path.clone(), trial.path.clone());
            return Err(CompareError::SameRun { first, second });
        }
    }
    require_answers(base, head)?;
    let Some((first, others)) = all.split_first() else { return Ok(Vec::new()) };
    require_endpoints(base, head)?;
    for other in others {
        require_load(first, other)?;
    }
    Ok(lengths(&all).into_iter().chain(unknown_load(&all)).chain(at_once(&all)).collect())
}

fn is_same_run(one: &Trial, other: &Trial) -> bool {
    let real = |trial: &Trial| fs::canonicalize(Paths::of(&trial.path).summary).ok();
    let is_one_file = real(one).is_some_and(|path| Some(path) == real(other));
    // A copy: two runs never agree in every mean to the last digit.
    is_one_file || one.evidence.summary() == other.evidence.summary()
}

/// Refuses a base of which most requests failed, as `check` refuses such a baseline: a head that mends it would be slower.
fn require_answers(base: &[Trial], head: &[Trial]) -> Result<(), CompareError> {
    let counts = |trial: &Trial| {
        let all = &trial.evidence.summary().aggregated;
        (all.failures, all.requests)
    };
    let has_failed = |trial: &&Trial| {
        let (failures, requests) = counts(trial);
        failures > requests / 2
    };
    let Some(trial) = base.iter().find(has_failed) else { return Ok(()) };
    let (failures, requests) = counts(trial);
    let also = head.iter().find(has_failed).map(|trial| {
        let (failures, requests) = counts(trial);
        format!(", and {failures} of {requests} of {} of the head", trial.path.display())
    });
    Err(CompareError::FailedBase {
        path: trial.path.clone(),
        failures,
        requests,
        also: also.unwrap_or_default(),
    })
}

/// What one side has and the other has not, in any of its runs: a rare endpoint may be missing in some.
fn require_endpoints(base: &[Trial], head: &[Trial]) -> Result<(), CompareError> {
    let asked = |side: &[Trial]| -> BTreeSet<String> {
        let rows = side.iter().flat_map(|trial| &trial.evidence.summary().endpoints);
        rows.filter(|row| row.requests > 0)
            .map(|row| format!("{} {}", row.method, row.name))
            .collect()
    };
    let (ours, theirs) = (asked(head), asked(base));
    let Some(name) = ours.symmetric_difference(&theirs).next() else { return Ok(()) };
    let (has, has_not) = if ours.contains(name) { (head, base) } else { (base, head) };
    let path = |side: &[Trial]| side.first().map_or(PathBuf::new(), |trial| trial.path.clone());
    let difference = format!("it has the endpoint {name:?}, this run's side has not");
    Err(CompareError::Unlike { path: path(has_not), other: path(has), difference })
}

/// Refuses another model, rate, number of users, length, ramp or mix.
fn require_load(first: &Trial, other: &Trial) -> Result<(), CompareError> {
    let [theirs, ours] = [first, other].map(|trial| trial.evidence.workload());
    let [many, more] = [first, other].map(|trial| trial.evidence.summary().aggregated.requests);
    let is_known = |load: &Workload| load.users.is_some() || load.asked_per_s.is_some();
    let is_told = is_known(&theirs) && is_known(&ours);
    let difference = other_model(&theirs, &ours)
        .or_else(|| theirs.other_work(&ours, many.min(more)))
        .or_else(|| if is_told { None } else { other_users(first, other) });
    let Some(difference) = difference else { return Ok(()) };
    let (path, other) = (other.path.clone(), first.path.clone());
    Err(CompareError::Unlike { path, other, difference })
}

/// Only `lead-loadgen` keeps a rate: users that somebody else's history shows are no rate either.
fn other_model(theirs: &Workload, ours: &Workload) -> Option<String> {
    let is_open = |load: &Workload| load.model == Some(LoadModel::Open);
    let is_known = |load: &Workload| load.model.is_some() || load.users.is_some();
    let is_other = is_open(theirs) != is_open(ours) && is_known(theirs) && is_known(ours);
    is_other.then(|| {
        let word = |load: &Workload| if is_open(load) { "a rate" } else { "users" };
        format!("it was loaded by {}, this run by {}", word(theirs), word(ours))
    })
}

/// What the summaries alone tell of the users. Users that wait for their answers get fewer requests through only because
/// answers take longer, so that no fewer requests are under way at a time (requests/s times their mean time, Little 1961);
/// fewer requests, and fewer of them under way, are fewer users or a lower rate.
fn other_users(first: &Trial, other: &Trial) -> Option<String> {
    let row = |trial: &Trial| {
        let all = &trial.evidence.summary().aggregated;
        (all.requests_per_s, all.requests_per_s * all.average_ms)
    };
    let [theirs, ours] = [first, other].map(row);
    let (low, high) = if ours.0 < theirs.0 { (ours, theirs) } else { (theirs, ours) };
    let is_other = low.0 < high.0 * SURELY_LESS && low.1 < high.1 * SURELY_LESS;
    is_other.then(|| {
        format!(
            "it made {:.1} requests/s, this run {:.1}, and no slower answers explain that",
            theirs.0, ours.0
        )
    })
}

/// A note if no file tells how hard the runs were.
fn unknown_load(all: &[&Trial]) -> Option<String> {
    let is_unknown = |trial: &&&Trial| {
        let load = trial.evidence.workload();
        load.users.is_none() && load.asked_per_s.is_none()
    };
    let trial = all.iter().find(is_unknown)?;
    Some(format!(
        "Nobody knows whether {} held the same load as the others: it has neither a history in which the users are held \
         nor its generator's verdict. Keep its _stats_history.csv too.",
        trial.path.display()
    ))
}

/// A note if some runs are much longer than others: their figures are as good, their tails are not.
fn lengths(all: &[&Trial]) -> Option<String> {
    let lengths = all.iter().filter_map(|trial| trial.span_s().map(|(from, to)| to - from));
    let (shortest, longest) = (lengths.clone().min()?, lengths.max()?);
    // Timestamps are whole seconds: of a run of a few seconds two of them are no difference.
    let is_odd = longest - shortest > 2
        && (longest - shortest) as f64 * 100.0 > SAME_TIME_PERCENT * longest as f64;
    is_odd.then(|| {
        format!(
            "The shortest run took {shortest} s and the longest {longest} s; run all equally long."
        )
    })
}

/// A note if two runs were at work at the same time.
fn at_once(all: &[&Trial]) -> Option<String> {
    let mut spans: Vec<_> =
        all.iter().filter_map(|trial| Some((trial.span_s()?, &trial.path))).collect();
    spans.sort();
    // Timestamps are whole seconds, and the last row of a history comes when the run has ended.
    let pair = spans.windows(2).find(|pair| pair[1].0.0 + 1 < pair[0].0.1)?;
    let [one, other] = [pair[0].1, pair[1].1].map(|path| path.display());
    Some(format!(
        "{one} and {other} ran at the same time and took the machine from each other; let runs take turns."
    ))
}
