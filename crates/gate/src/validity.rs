//! What the load generator says of the run itself.
//!
//! `lead-loadgen` leaves a verdict of its own beside the CSV files: was it the generator that was slow, was the load the
//! one that was asked for? [`heed`] refuses a run that it calls INVALID, notes what it calls SUSPECT, and accepts a run
//! without such a file, as Locust leaves it. Whether the service was good is not its matter.

use std::path::Path;

use lead_stats::{Paths, RunVerdict, Summary, Validity};

use crate::error::GateError;

/// Reads the verdict beside a run and gives what is to be noted of it; `whose` begins the note, such as "this run".
pub(crate) fn heed(
    paths: &Paths,
    summary: &Summary,
    whose: &str,
) -> Result<Option<String>, GateError> {
    match RunVerdict::read(&paths.verdict)? {
        None => Ok(None),
        Some(verdict) => weigh(&verdict, &paths.verdict, &paths.summary, summary, whose),
    }
}

/// The rate that the load generator was asked for, on average, if it says so.
pub(crate) fn asked_per_s(paths: &Paths) -> Result<Option<f64>, GateError> {
    let verdict = RunVerdict::read(&paths.verdict)?;
    Ok(verdict.and_then(|verdict| verdict.rate).map(|rate| rate.asked_per_s))
}

fn weigh(
    verdict: &RunVerdict,
    path: &Path,
    summary_path: &Path,
    summary: &Summary,
    whose: &str,
) -> Result<Option<String>, GateError> {
    let reasons: Vec<&str> =
        verdict.reasons.iter().map(|reason| reason.sentence.as_str()).collect();
    let reasons = reasons.join(" ");
    let requests = summary.aggregated.requests;
    match verdict.validity {
        // First of all: of a run that has not ended nothing else is known.
        Validity::Invalid => Err(GateError::InvalidRun { path: path.to_owned(), reasons }),
        _ if verdict.requests != requests => Err(GateError::OtherVerdict {
            path: path.to_owned(),
            verdict: verdict.requests,
            summary_path: summary_path.to_owned(),
            summary: requests,
        }),
        Validity::Suspect => {
            Ok(Some(format!("The load generator calls {whose} SUSPECT: {reasons}")))
        }
        Validity::Valid => Ok(None),
    }
}
