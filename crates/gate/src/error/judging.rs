//! Why a run could not be judged.
//!
//! A [`GateError`] is neither a pass nor a regression: it has exit codes of its own ([`GateError::exit_code`]). Messages
//! are lowercase fragments that fit after "cannot judge:" and end with what to do next. What is wrong with rules alone is a
//! [`PolicyError`].

use std::{io, path::PathBuf};

use lead_stats::StatsError;

use super::PolicyError;
use crate::exit;

/// Why there is nothing to judge, or nothing to compare with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// A file is missing, torn, or not what it claims to be.
    #[error(transparent)]
    Stats(#[from] StatsError),

    /// The rules cannot be understood, or speak of what the run does not have.
    #[error(transparent)]
    Rules(Box<PolicyError>),

    /// The baseline is missing, torn, or not what it claims to be.
    #[error("the baseline is unusable: {0}")]
    Baseline(StatsError),

    /// The baseline's files are not whole or of several runs, or its load generator says that it cannot be believed.
    #[error("the baseline is unusable: {0}")]
    InvalidBaseline(Box<Self>),

    /// The load generator itself says that the run's numbers cannot be believed.
    #[error("{}: the load generator calls this run INVALID: {reasons}", path.display())]
    InvalidRun {
        /// The generator's verdict.
        path: PathBuf,
        /// Its reasons, each a sentence that says what to do next.
        reasons: String,
    },

    /// The generator's verdict is about another run.
    #[error(
        "{}: the verdict is about {verdict} requests, {} says {summary}: they are of different runs; run the test again \
         into an empty folder, or remove the verdict if it is left over from an earlier run",
        path.display(), summary_path.display()
    )]
    OtherVerdict {
        /// The generator's verdict.
        path: PathBuf,
        /// How many requests it is about.
        verdict: u64,
        /// The summary.
        summary_path: PathBuf,
        /// How many requests it counts.
        summary: u64,
    },

    /// The generator's verdict is about other bytes than the summary's.
    #[error(
        "{}: the verdict is about another {} (their SHA-256 differ): they are of different runs, or the file was changed \
         since; run the test again into an empty folder",
        path.display(), summary_path.display()
    )]
    VerdictOfOtherBytes {
        /// The generator's verdict.
        path: PathBuf,
        /// The summary.
        summary_path: PathBuf,
    },

    /// Most of the baseline's requests failed.
    #[error(
        "{}: {failures} of the baseline's {requests} requests failed: its response times are those of failures; give a run \
         that was good", path.display()
    )]
    FailedBaseline {
        /// The file given as baseline.
        path: PathBuf,
        /// Its failures.
        failures: u64,
        /// Its requests.
        requests: u64,
    },

    /// The operating system refused to show a file or its age.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },

    /// The run holds no request, so no figure of it means anything.
    #[error(
        "{}: 0 requests: this is no run; was the host right, and did the users have time to start? Run the test again",
        path.display()
    )]
    NoRequests {
        /// The summary.
        path: PathBuf,
    },

    /// The last byte of the summary is missing: whatever wrote it was cut off.
    #[error(
        "{}: the last line has no end: the file is incomplete; is the load generator still running? Wait until it has \
         ended, or run the test again",
        path.display()
    )]
    Unfinished {
        /// The summary.
        path: PathBuf,
    },

    /// More failures than requests.
    #[error("{}: {name} has {failures} failures in {requests} requests; the file was not written by a load test", path.display())]
    Impossible {
        /// The summary.
        path: PathBuf,
        /// The endpoint.
        name: String,
        /// Its failures.
        failures: u64,
        /// Its requests.
        requests: u64,
    },

    /// The run is older than it may be.
    #[error("{}: {what} {age_s} s ago, more than --max-age {max_age_s} s; run the test again", path.display())]
    Stale {
        /// The file that shows the age.
        path: PathBuf,
        /// What happened then.
        what: &'static str,
        /// How long ago, in seconds.
        age_s: u64,
        /// How long ago was allowed, in seconds.
        max_age_s: u64,
    },

    /// Summary and history count different requests, or the history more failures.
    #[error(
        "{}: the history ends at {history} {what}, {} says {summary}: they are of different runs, or one was \
         cut off; run the test again into an empty folder",
        history_path.display(), summary_path.display()
    )]
    HistoryDiffers {
        /// The history.
        history_path: PathBuf,
        /// What is counted: requests or failures.
        what: &'static str,
        /// How many of them it ends at.
        history: u64,
        /// The summary.
        summary_path: PathBuf,
        /// How many of them it counts.
        summary: u64,
    },

    /// The Aggregated row says what no run of its endpoints can have.
    #[error(
        "{}: the Aggregated row says {metric} {says}, by the endpoints' rows it is {parts}: the file was changed, or is of \
         several runs; run the test again into an empty folder", path.display()
    )]
    OtherParts {
        /// The summary.
        path: PathBuf,
        /// The metric.
        metric: String,
        /// What the Aggregated row says, with its unit.
        says: String,
        /// What follows from the endpoints, with its unit.
        parts: String,
    },

    /// Summary and history count the same requests and tell other times of them.
    #[error(
        "{}: the history ends with {what} of {history_ms} ms, {} says {summary_ms} ms of the same {requests} requests: they \
         are of different runs; run the test again into an empty folder",
        history_path.display(), summary_path.display()
    )]
    TimesDiffer {
        /// The history.
        history_path: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the last row of the history says, in milliseconds.
        history_ms: f64,
        /// The summary.
        summary_path: PathBuf,
        /// What the summary says, in milliseconds.
        summary_ms: f64,
        /// How many requests both count.
        requests: u64,
    },

    /// The history lasts longer than the summary's own rate allows.
    #[error(
        "{}: requests came for {history_s} s, but {} says {requests} requests at {per_s:.1}/s, which takes {summary_s:.0} s: \
         a clock leapt, or one of the files was changed; run the test again into an empty folder",
        history_path.display(), summary_path.display()
    )]
    SpanDiffers {
        /// The history.
        history_path: PathBuf,
        /// From its first request to its last, in seconds.
        history_s: u64,
        /// The summary.
        summary_path: PathBuf,
        /// Its requests.
        requests: u64,
        /// Its requests per second.
        per_s: f64,
        /// How long that takes, in seconds.
        summary_s: f64,
    },

    /// The counters started anew more than once.
    #[error(
        "{}: the counters started anew {times} times: this is no single run; run the test again with a fresh --csv \
         prefix",
        path.display()
    )]
    Restarted {
        /// The history.
        path: PathBuf,
        /// How often.
        times: usize,
    },

    /// The baseline is the run that is to be judged.
    #[error("{}: the baseline is this very run; give the _stats.csv of an earlier one", path.display())]
    BaselineIsRun {
        /// The file given as baseline.
        path: PathBuf,
    },

    /// A kept baseline cannot be read, or contradicts itself.
    #[error(
        "{}: this is no usable baseline: {problem}; make it anew by lead-gate baseline update, or restore it from the \
         repository", path.display()
    )]
    BaselineFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },

    /// The baseline is of another load.
    #[error(
        "{}: not comparable, {difference}; run the same load, or make a baseline of this one in a file of its own", path.display()
    )]
    OtherLoad {
        /// The file.
        path: PathBuf,
        /// What is different, about the baseline as "it".
        difference: String,
    },

    /// Fewer users were at work than the rules expect.
    #[error(
        "{}: {}, [run] expects {expected}: the load was not applied; run the test again with all users, or change \
         expect_users", path.display(), users_at_work(*users)
    )]
    TooFewUsers {
        /// The history.
        path: PathBuf,
        /// The plateau; `None` without a history.
        users: Option<u64>,
        /// How many were expected.
        expected: u64,
    },

    /// Users are expected of a run that has none.
    #[error(
        "{}: no user was at work at any second: a run in the open model (--rate) has none, and [run] expects {expected}; \
         leave expect_users out, and write min_requests and a rule such as steady_rps >= 300 instead", path.display()
    )]
    NoUsers {
        /// The history.
        path: PathBuf,
        /// How many were expected.
        expected: u64,
    },

    /// The steady part would begin after the run.
    #[error(
        "{}: [run] begins the steady part {behind_s} s after the run has ended: make ramp and settle shorter, or run longer",
        path.display()
    )]
    BeginsBehindEnd {
        /// The history.
        path: PathBuf,
        /// So many seconds after the last row.
        behind_s: u64,
    },

    /// The run is shorter than the rules expect.
    #[error(
        "{}: the run lasted {run_s} s, [run] expects {expected_s} s and takes nine tenths of it: the load was not applied; \
         run the test again, or change expect_duration", path.display()
    )]
    TooShort {
        /// The file that shows it.
        path: PathBuf,
        /// How long it lasted, in seconds.
        run_s: u64,
        /// How long it should have lasted, in seconds.
        expected_s: u64,
    },

    /// The run holds fewer requests than the rules expect.
    #[error(
        "{}: {requests} requests, [run] demands {expected}: too few to say anything; run longer or with more users, or \
         change min_requests", path.display()
    )]
    TooFewRequests {
        /// The summary.
        path: PathBuf,
        /// How many there are.
        requests: u64,
        /// How many were demanded.
        expected: u64,
    },
}

impl From<PolicyError> for GateError {
    fn from(fault: PolicyError) -> Self {
        Self::Rules(Box::new(fault))
    }
}

impl GateError {
    /// The exit code: wrong rules ([`exit::USAGE`]) are told from a run that is none ([`exit::NOT_JUDGED`]).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Rules(_) => exit::USAGE,
            _ => exit::NOT_JUDGED,
        }
    }
}

fn users_at_work(users: Option<u64>) -> String {
    match users {
        None => "no history shows how many users were at work".to_owned(),
        Some(1) => "1 user was at work".to_owned(),
        Some(users) => format!("{users} users were at work"),
    }
}
