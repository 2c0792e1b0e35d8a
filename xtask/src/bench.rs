//! Measures speed: `cargo xtask bench`.
//!
//! Figures are only as good as the machine is quiet, so each stands beside a yardstick of the same run, and the table
//! says on which machine it was made. Nothing fails here: speed is looked at, not asserted.

mod bulk;
mod gate;
mod leads;
mod loadgen;
mod machine;
mod model;
mod peers;
mod rounds;
mod row;
mod service;
mod spent;
mod stopwatch;
mod training;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::flags::{BenchFlags, Subject};

/// Measures what was asked for.
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    if let Some(part) = flags.only.iter().find(|part| part.subject() != flags.what) {
        bail!("--only {part:?} is of another subject: see cargo xtask bench --help");
    }
    match flags.what {
        Subject::Model => model::run(flags),
        Subject::Service => service::run(flags),
        Subject::Loadgen => loadgen::run(flags),
        Subject::Gate => gate::run(flags),
    }
}
