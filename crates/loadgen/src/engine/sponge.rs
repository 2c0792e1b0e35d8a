//! When what was counted is to be forgotten.
//!
//! Locust does so at the end of each ramp if it was told to (`--reset-stats`), and whenever somebody presses the button.
//! [`Sponge`] says before which second: the first that begins when the load is what it was to become, and the one that
//! goes on when somebody asks. Forgetting is the [`Recording`](crate::Recording)'s.

use std::time::Duration;

use super::course::settles;
use super::steer::Steering;
use crate::plan::Plan;
use crate::record::Second;

/// Says before which second the counts are to be forgotten.
pub(super) struct Sponge<'s> {
    steering: Option<&'s Steering>,
    /// When the plan's own load is what it was to become; nothing where ramps are not forgotten.
    planned: Option<Duration>,
    /// The end of the ramp that was forgotten last.
    forgotten: Option<Duration>,
    /// How often somebody asked.
    asked: u64,
}

impl<'s> Sponge<'s> {
    /// For a run of a plan.
    pub(super) fn of(plan: &Plan, steering: Option<&'s Steering>) -> Self {
        let planned = plan.resets_stats.then(|| settles(&plan.load));
        Self { steering, planned, forgotten: None, asked: 0 }
    }

    /// Whether nothing before this second, which is counted from the start of the run, is to be remembered.
    pub(super) fn is_due(&mut self, second: &Second) -> bool {
        let asked = self.steering.map_or(0, Steering::resets);
        let is_asked = std::mem::replace(&mut self.asked, asked) != asked;
        let settled = self.settled(Duration::from_secs(second.number));
        let is_ramped = settled.is_some() && settled != self.forgotten;
        if is_ramped {
            self.forgotten = settled;
        }
        is_asked || is_ramped
    }

    /// When the load became what it was to become, if it is that now.
    fn settled(&self, now: Duration) -> Option<Duration> {
        let planned = self.planned?;
        let settles = self.steering.map_or(planned, |steering| steering.settles(now));
        (settles <= now).then_some(settles)
    }
}
