//! What a search for the capacity is asked.
//!
//! [`Ask`] is the checked meaning of what was typed: objectives, where to look, how long each run lasts, and which rate
//! is wanted in the end. Which service is loaded with what is the [`Plan`](crate::Plan)'s.

use std::time::Duration;

use super::objective::Objectives;

/// What must hold, and where to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What must hold.
    pub objectives: Objectives,
    /// The first rate, in requests per second.
    pub start_per_s: f64,
    /// No higher rate than this, in requests per second.
    pub cap_per_s: f64,
    /// How long each run lasts, the time to settle included; whole seconds.
    pub step_time: Duration,
    /// The rate that replicas are to be counted for.
    pub wanted: Option<Wanted>,
}

/// A rate that several replicas are to take together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Requests per second.
    pub per_s: f64,
    /// Share of each replica's capacity that is to stay free, 0 to below 1.
    pub headroom: f64,
}

impl Wanted {
    /// How much one replica is to be given when it can take `capacity_per_s`.
    pub fn share_per_s(&self, capacity_per_s: f64) -> f64 {
        capacity_per_s * (1.0 - self.headroom)
    }

    /// Replicas that are needed when each can take `capacity_per_s`, if nothing that they share limits them.
    ///
    /// ```
    /// # use lead_loadgen::Wanted;
    /// let wanted = Wanted { per_s: 5_000.0, headroom: 0.3 };
    /// assert_eq!(wanted.replicas(1_000.0), 8, "700 each");
    /// ```
    pub fn replicas(&self, capacity_per_s: f64) -> u64 {
        // The tiny share makes 2,100 at 700 each three and not four, whatever 0.7 is in binary.
        (self.per_s / self.share_per_s(capacity_per_s) - 1e-9).ceil().max(1.0) as u64
    }
}
