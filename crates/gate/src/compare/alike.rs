//! Do all runs measure the same, so that only the build can differ?
//!
//! [`check`] refuses what is not comparable and notes what makes a comparison weaker. The scenario shows in the endpoints,
//! the load in the asked rate (open model) or in the users (closed), both within a few percent.

use std::{collections::BTreeSet, fs, path::PathBuf};

use lead_stats::{LoadModel, Paths};

use super::{error::CompareError, sides::Trial};

/// Plateaus and rates this close, in percent, are the same load.
const SAME_LOAD_PERCENT: f64 = 5.0;

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
    let Some((first, others)) = all.split_first() else { return Ok(Vec::new()) };
    require_endpoints(base, head)?;
    for other in others {
        require_load(first, other)?;
    }
    Ok(lengths(&all).into_iter().chain(at_once(&all)).collect())
}

fn is_same_run(one: &Trial, other: &Trial) -> bool {
    let real = |trial: &Trial| fs::canonicalize(Paths::of(&trial.path).summary).ok();
    let is_one_file = real(one).is_some_and(|path| Some(path) == real(other));
    // A copy: two runs never agree in every mean to the last digit.
    is_one_file || one.evidence.summary() == other.evidence.summary()
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
    let difference = format!("it has the endpoint {name:?}, the other side has not");
    Err(CompareError::Unlike { path: path(has), other: path(has_not), difference })
}

fn require_load(first: &Trial, other: &Trial) -> Result<(), CompareError> {
    let unlike = |difference| {
        let (path, other) = (other.path.clone(), first.path.clone());
        Err(CompareError::Unlike { path, other, difference })
    };
    match [first, other].map(load) {
        [Some(Load::Rate(theirs)), Some(Load::Rate(ours))] if differs(ours, theirs) => {
            unlike(format!("it was asked for {ours}/s and the other for {theirs}/s"))
        }
        [Some(Load::Users(theirs)), Some(Load::Users(ours))] if differs(ours, theirs) => {
            unlike(format!("it held {ours} users and the other {theirs}"))
        }
        [Some(Load::Rate(_)), Some(Load::Users(_))]
        | [Some(Load::Users(_)), Some(Load::Rate(_))] => {
            unlike("one was loaded at a rate and the other by users".to_owned())
        }
        _ => Ok(()),
    }
}

/// How hard a run was.
enum Load {
    Rate(f64),
    Users(f64),
}

/// The load of a run; `None` where neither verdict nor history tell.
fn load(trial: &Trial) -> Option<Load> {
    let verdict = trial.evidence.generator();
    match verdict.and_then(|verdict| Some((verdict.model?, verdict.rate))) {
        Some((LoadModel::Open, rate)) => rate.map(|rate| Load::Rate(rate.asked_per_s)),
        // A plateau of users is a whole number far below 2^53.
        _ => trial.evidence.steady().ok().map(|steady| Load::Users(steady.users as f64)),
    }
}

fn differs(one: f64, other: f64) -> bool {
    (one - other).abs() * 100.0 > SAME_LOAD_PERCENT * other
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
