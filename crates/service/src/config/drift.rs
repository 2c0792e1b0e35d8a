//! How far back leads are compared with those the model was trained on.
//!
//! [`DriftArgs`] is what was typed, a number of seconds; [`drift`](crate::drift) counts.

use std::time::Duration;

use clap::Args;

use super::whole::seconds;

/// What is watched.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Drift")]
pub struct DriftArgs {
    /// Seconds of leads that are compared with those the model was trained on; 0 compares none
    #[arg(long, env = "DRIFT_WINDOW", value_name = "DRIFT_WINDOW", default_value = "3600", value_parser = seconds)]
    pub drift_window: u32,
}

impl DriftArgs {
    /// The length of the window; `None` where drift is switched off.
    pub(super) fn window(&self) -> Option<Duration> {
        (self.drift_window > 0).then(|| Duration::from_secs(self.drift_window.into()))
    }
}
