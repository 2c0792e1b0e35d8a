//! What the run was, in sentences that the table and the job summary share.
//!
//! Steady and whole-run figures always stand together, so that nobody takes the one for the other. Texts are raw.

use crate::{
    quantity::{Quantity, counted, grouped},
    steady::Steady,
    verdict::RunFacts,
};

/// The whole run, and its steady part.
pub(super) fn sentences(run: &RunFacts) -> Vec<String> {
    vec![
        format!(
            "Run: {}, {} failed, {} from start to end with the ramp.",
            counted(run.requests, "request"),
            grouped(run.failures),
            Quantity::PerSecond(run.rps)
        ),
        steady(run),
    ]
}

fn steady(run: &RunFacts) -> String {
    match run.steady {
        Err(none) => format!("Steady: none, because {}; the whole run is judged.", none.reason()),
        Ok(steady) => format!(
            "Steady: {} for {} s after {} s of ramp, {}, {}.",
            held(steady),
            steady.duration_s(),
            steady.ramp_s,
            counted(steady.requests, "request"),
            Quantity::PerSecond(steady.rps())
        ),
    }
}

/// What was held: users, or the rate of the open model.
fn held(steady: Steady) -> String {
    if steady.is_open() {
        "no users (open model), the rate was held".to_owned()
    } else {
        counted(steady.users, "user")
    }
}
