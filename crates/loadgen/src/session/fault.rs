//! Why a session does not do what is wished for.

use thiserror::Error;

use crate::cli::UsageError;
use crate::errand::HeadlessError;

/// Why a session does not do what is wished for. Its words fit on a page.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SessionFault {
    /// The wish is wrong.
    #[error("{}", sentence(.0))]
    Usage(UsageError),
    /// A run goes on.
    #[error("a test is running: edit it, or stop it first")]
    Busy,
    /// No run goes on.
    #[error("no test is running: start one first")]
    Idle,
    /// The run could not begin.
    #[error(transparent)]
    Run(#[from] HeadlessError),
    /// The run's own thread could not be had, or broke.
    #[error("{0}")]
    Broken(String),
}

/// A fault without what stands before it on a terminal.
fn sentence(fault: &UsageError) -> &str {
    fault.text().trim_start_matches("lead-loadgen: error: ").trim_end()
}
