//! Options that lift a guard.
//!
//! [`SafetyArgs`] is what was typed; [`SafetyArgs::check`] refuses a load beyond the caps, which are far above what one
//! machine can honestly send and so are mostly a slip of the finger. Whether a target needs a yes is decided when its
//! address is known.

use clap::Args;

use super::UsageError;
use crate::plan::{Load, Plan};

/// More users need more open files than the generator asks the system for.
const MOST_USERS: u32 = 10_000;

/// Requests per second that no single generator of this kind sends.
const MOST_PER_SECOND: f64 = 100_000.0;

/// Not even meant: what falls due between two looks at the clock would keep a thread from all else.
const UTMOST_PER_SECOND: f64 = 10_000_000.0;

/// Guards that are lifted.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Safety")]
pub struct SafetyArgs {
    /// Load a target that is neither this machine nor in a private network without asking.
    #[arg(long)]
    pub yes: bool,
    /// Allow more than 10,000 users or 100,000 requests per second.
    #[arg(long)]
    pub no_caps: bool,
}

impl SafetyArgs {
    /// Refuses a plan beyond the caps, unless they are lifted.
    ///
    /// # Errors
    ///
    /// For more than 10,000 users and for more than 100,000 requests per second, at any time of the run.
    pub fn check(&self, plan: &Plan) -> Result<(), UsageError> {
        match &plan.load {
            Load::Closed(users) => {
                self.cap(f64::from(users.peak().get()), f64::from(MOST_USERS), "users")
            }
            Load::Open(arrivals) => self.check_rate(arrivals.rate.peak()),
        }
    }

    /// Refuses so many requests per second, unless the caps are lifted.
    ///
    /// # Errors
    ///
    /// For more than 100,000; for more than ten million always.
    pub(super) fn check_rate(&self, per_s: f64) -> Result<(), UsageError> {
        if per_s > UTMOST_PER_SECOND {
            return Err(UsageError::new(format!(
                "{per_s} requests/s are more than {UTMOST_PER_SECOND}, which no generator can send; ask for fewer"
            )));
        }
        self.cap(per_s, MOST_PER_SECOND, "requests/s")
    }

    /// How many users there may be.
    pub(super) fn most_users(&self) -> u32 {
        if self.no_caps { u32::MAX } else { MOST_USERS }
    }

    fn cap(&self, asked: f64, most: f64, what: &str) -> Result<(), UsageError> {
        if self.no_caps || asked <= most {
            return Ok(());
        }
        Err(UsageError::new(format!(
            "{asked} {what} are more than {most}; add --no-caps if that is what you mean"
        )))
    }
}
