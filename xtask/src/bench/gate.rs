//! `cargo xtask bench gate`: what a verdict costs.
//!
//! Builds `lead-gate` optimised, measures part by part, and prints all figures as one table. How each part is measured
//! stands in its own file.

mod judging;

use std::process::{Command, ExitCode};

use anyhow::Result;

use super::machine;
use super::row::table;
use crate::flags::{BenchFlags, Part};
use crate::{program, project};

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    let wants = |part| flags.only.is_empty() || flags.only.contains(&part);
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(project::root()).args(["build", "--release", "-p", "lead-gate"]);
    program::finish(&mut build)?;
    let mut notes = Vec::new();
    if let Some((load, is_busy)) = machine::load() {
        let busy = if is_busy { ": the machine was busy, only ratios mean something" } else { "" };
        notes.push(format!("load {load:.2} before{busy}"));
    }
    let mut rows = Vec::new();
    if wants(Part::Judging) {
        rows.extend(judging::rows(flags.rounds.unwrap_or(judging::ROUNDS))?);
    }
    println!("{}", machine::name());
    println!("{}", table(&rows));
    notes.iter().for_each(|note| println!("{note}"));
    Ok(ExitCode::SUCCESS)
}
