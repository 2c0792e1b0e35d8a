//! What the log says before the first user of a run and after its last answer.
//!
//! Each function says its part and decides nothing; when it is said is the [errand](crate::errand)'s.

use crate::engine::Stop;
use crate::files::FileError;
use crate::log::Log;
use crate::plan::{Load, Plan};
use crate::record::Recording;
use crate::report::plan_words;

/// Files that a process holds beside its users' connections: the standard streams, reports, the runtimes' own.
const OTHER_FILES: u64 = 64;

/// What is said of dangers before the first user.
pub(crate) fn warn(plan: &Plan, open_files: u64, log: &Log) {
    if plan.insecure && plan.target.is_https() {
        log.warning(
            "main",
            "CERTIFICATES ARE NOT VERIFIED (--insecure): nobody vouches for who answers, and keys sent there may be read",
        );
    }
    if open_files < u64::from(plan.load.concurrency().get()) + OTHER_FILES {
        let (most, what) = match plan.load {
            Load::Closed(_) => (plan.load.concurrency(), "users"),
            Load::Open(_) => (plan.load.concurrency(), "requests in flight"),
        };
        log.warning(
            "main",
            &format!("The system allows {open_files} open files, too few for {most} {what}; raise it with ulimit -n"),
        );
    }
}

/// What is said before the first user.
pub(crate) fn announce(plan: &Plan, log: &Log) {
    let limit = match plan.ends() {
        Some(time) => format!("Run time limit set to {} seconds", time.as_secs()),
        None => "No run time limit set, use CTRL+C to interrupt".to_owned(),
    };
    log.info("main", &limit);
    if let (Some(time), Some(stages)) = (plan.run_time, plan.load.lasts())
        && time > stages
    {
        log.warning(
            "main",
            &format!(
                "--run-time ({} s) is longer than all --stages together: the run ends with the last stage, after {} s",
                time.as_secs_f64(),
                stages.as_secs_f64()
            ),
        );
    }
    log.info("runners", &plan_words(&plan.load));
}

/// Why the run is over, where there is a reason.
pub(crate) fn end_of(plan: &Plan, stop: &Stop, broken: Option<&FileError>) -> Option<&'static str> {
    match plan.ends() {
        // This one gives the stop signal itself.
        _ if matches!(broken, Some(FileError::Hdr { .. })) => {
            Some("The histogram log cannot be written any more")
        }
        _ if broken.is_some() => Some("The CSV files cannot be written any more"),
        _ if stop.is_stopped() => Some("Got a stop signal"),
        Some(_) if plan.ends() == plan.run_time => Some("--run-time limit reached"),
        Some(_) => Some("The last stage is over"),
        None => None,
    }
}

/// What is said after the last answer.
pub(crate) fn farewell(recording: &Recording, log: &Log) {
    if recording.dropped() > 0 {
        let dropped = match recording.dropped() {
            1 => "1 request was".to_owned(),
            dropped => format!("{dropped} requests were"),
        };
        log.info(
            "runners",
            &format!("{dropped} in flight at the end and not counted (see --stop-timeout)"),
        );
    }
    if recording.total().latency().saturated() > 0 {
        let longer = recording.total().latency().saturated();
        log.warning(
            "runners",
            &format!("{longer} requests took longer than a minute: percentiles show a minute"),
        );
    }
}
