//! Drills: what must never happen is made to happen, and must be survived.
//!
//! Each exercise has a file of its own, and starts our programs as a person
//! would; what they leave stands in `target/drill/NAME/`.

mod fleet;
mod load;
mod loadtest;
mod nginx;
mod rolling;
mod spoken;

use std::process::ExitCode;

use anyhow::Result;

pub(crate) use loadtest::loadtest;

use crate::flags::{DrillFlags, Exercise};

/// Goes through every case of the exercise that was asked for.
pub(crate) fn run(flags: &DrillFlags) -> Result<ExitCode> {
    match flags.exercise {
        Exercise::Loadtest => loadtest()?,
        Exercise::Rolling => rolling::rolling()?,
    }
    Ok(ExitCode::SUCCESS)
}
