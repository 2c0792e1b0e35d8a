//! The scenario of the load-testing guide: lead scoring as one file.
//!
//! Weights and think time are those of the guide that Locust users of this service know. It stands in `lead_scoring.toml`
//! beside this file and is read as any other.

use std::path::Path;

use super::Scenario;

/// The built-in scenario, as `--print-scenario` shows it.
pub const LEAD_SCORING: &str = include_str!("lead_scoring.toml");

impl Scenario {
    /// Score one lead (weight 10), score 5 to 20 leads at once (2), ask for the model (1), ask for health (1);
    /// 10 to 100 ms of think time after each.
    pub fn lead_scoring() -> Self {
        Self::parse(LEAD_SCORING, Path::new("lead_scoring.toml"))
            .expect("the built-in scenario is sound, as its test shows")
    }
}
