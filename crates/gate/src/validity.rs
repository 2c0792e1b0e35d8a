//! What the load generator says of the run itself.
//!
//! `lead-loadgen` leaves a verdict of its own beside the CSV files: was it the generator that was slow, was the load the
//! one that was asked for? [`heed`] refuses a run that it calls INVALID and a verdict on another run, notes what it calls
//! SUSPECT, and accepts a run without such a file, as Locust leaves it. Whether the service was good is not its matter.

use lead_stats::{Paths, RunVerdict, Summary, Validity};

use crate::{digest::InputFile, error::GateError};

/// What is to be noted of what the generator `said`; `whose` begins the note, such as "this run".
pub(crate) fn heed(
    said: Option<&RunVerdict>,
    paths: &Paths,
    summary: &Summary,
    whose: &str,
) -> Result<Option<String>, GateError> {
    let Some(verdict) = said else { return Ok(None) };
    let reasons: Vec<&str> =
        verdict.reasons.iter().map(|reason| reason.sentence.as_str()).collect();
    let reasons = reasons.join(" ");
    // First of all: of a run that has not ended nothing else is known.
    if verdict.validity == Validity::Invalid {
        return Err(GateError::InvalidRun { path: paths.verdict.clone(), reasons });
    }
    require_own(verdict, paths, summary)?;
    let doubt = || format!("The load generator calls {whose} SUSPECT: {reasons}");
    Ok((verdict.validity == Validity::Suspect).then(doubt))
}

/// Refuses the verdict on another run. Runs of one rate and length count the same requests, so the bytes of the summary
/// decide where the generator says which they were.
fn require_own(verdict: &RunVerdict, paths: &Paths, summary: &Summary) -> Result<(), GateError> {
    let (path, summary_path) = (paths.verdict.clone(), paths.summary.clone());
    let requests = summary.aggregated.requests;
    if verdict.requests != requests {
        let verdict = verdict.requests;
        return Err(GateError::OtherVerdict { path, verdict, summary_path, summary: requests });
    }
    let Some(said) = &verdict.summary_sha256 else { return Ok(()) };
    match InputFile::read("summary", &paths.summary)? {
        Some(own) if own.sha256 != *said => {
            Err(GateError::VerdictOfOtherBytes { path, summary_path })
        }
        _ => Ok(()),
    }
}
