//! Trains the committed model again.
//!
//! The command line below is the model's whole recipe: the same seed gives the
//! same bytes, which a test of `lead-model` asserts on every run.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::program;
use crate::project;

/// Rewrites `models/b2b-v1.json` and its cards beside it.
pub(crate) fn run() -> Result<ExitCode> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project::root());
    cargo.args(["run", "--release", "-p", "lead-model", "--", "train"]);
    cargo.args(["--synth", "50000", "--seed", "42", "--name", "b2b", "--version", "1.0.0"]);
    cargo.args(["--out", "models/b2b-v1.json"]);
    program::finish(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
