//! What counts as a run worth judging: the `[run]` table of a rules file.
//!
//! [`Expected`] is compared with what the run was before any rule is looked at: a load that was not applied is neither
//! good nor bad. It also says where the steady part begins; finding that is [`steady`](crate::steady)'s work.

use std::time::Duration;

use lead_stats::{Paths, Summary};

use crate::{
    error::GateError,
    steady::{NoSteady, Start, Steady},
    timeline::Timeline,
};

/// A history is some rows short of the run time, and users stop one after the other.
const ENOUGH_PERCENT: u128 = 90;

/// What counts as a run worth judging; nothing is demanded by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// As many users have to be at work together.
    pub users: Option<u64>,
    /// Nine tenths of this must have been run.
    pub duration: Option<Duration>,
    /// As many requests have to be made.
    pub requests: Option<u64>,
    /// Where the steady part begins.
    pub start: Start,
}

impl Expected {
    /// Refuses a run to which the load was not applied.
    pub(crate) fn require(
        self,
        paths: &Paths,
        summary: &Summary,
        timeline: &Timeline,
        steady: Result<Steady, NoSteady>,
    ) -> Result<(), GateError> {
        self.require_users(paths, steady)?;
        self.require_start(paths, timeline)?;
        self.require_duration(paths, summary, timeline)?;
        let requests = summary.aggregated.requests;
        match self.requests {
            Some(expected) if requests < expected => {
                Err(GateError::TooFewRequests { path: paths.summary.clone(), requests, expected })
            }
            _ => Ok(()),
        }
    }

    fn require_users(
        self,
        paths: &Paths,
        steady: Result<Steady, NoSteady>,
    ) -> Result<(), GateError> {
        let Some(expected) = self.users else { return Ok(()) };
        let users = match steady {
            Ok(steady) => Some(steady.users),
            Err(none) => none.most_users,
        };
        if users.is_some_and(|users| users >= expected) {
            return Ok(());
        }
        if users == Some(0) {
            return Err(GateError::NoUsers { path: paths.history.clone(), expected });
        }
        Err(GateError::TooFewUsers { path: paths.history.clone(), users, expected })
    }

    /// A part that begins behind the end is a slip of the pen, and every rule about it would be left undecided for ever.
    fn require_start(self, paths: &Paths, timeline: &Timeline) -> Result<(), GateError> {
        let points = &timeline.points;
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return Ok(()) };
        if self.start == Start::default() {
            return Ok(());
        }
        let ramp_end_s = match self.start.ramp {
            Some(ramp) => first.at_s.saturating_add(ramp.as_secs()),
            None => Steady::find(timeline, Start::default(), None)
                .map_or(first.at_s, |steady| steady.from_s),
        };
        let settle_s = self.start.settle.map_or(0, |settle| settle.as_secs());
        let begins_s = ramp_end_s.saturating_add(settle_s);
        if begins_s < last.at_s {
            return Ok(());
        }
        let (path, behind_s) = (paths.history.clone(), begins_s - last.at_s);
        Err(GateError::BeginsBehindEnd { path, behind_s })
    }

    fn require_duration(
        self,
        paths: &Paths,
        summary: &Summary,
        timeline: &Timeline,
    ) -> Result<(), GateError> {
        let Some(expected) = self.duration else { return Ok(()) };
        let all = &summary.aggregated;
        let (path, run_s, step_s) = match timeline.run_s() {
            // Rows bear whole seconds: the time between two of them may be one longer.
            Some(run_s) => (&paths.history, run_s, 1),
            // Without a history, the summary's rate says over how many seconds its requests came.
            _ if all.requests_per_s > 0.0 => {
                (&paths.summary, (all.requests as f64 / all.requests_per_s).round() as u64, 0)
            }
            _ => (&paths.summary, 0, 0),
        };
        let expected_s = expected.as_secs();
        if (u128::from(run_s) + step_s) * 100 >= u128::from(expected_s) * ENOUGH_PERCENT {
            return Ok(());
        }
        Err(GateError::TooShort { path: path.clone(), run_s, expected_s })
    }
}
