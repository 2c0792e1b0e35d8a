//! `cargo xtask bench gate`: what a verdict costs, and how often a comparison of base and head is wrong on this machine.
//!
//! The proofs of comparisons take an hour and a half in all, so they are made only where they are named with `--only`, and
//! what was measured is kept: another call goes on where the last one ended. How each part is measured stands in its own
//! file.

mod judging;
mod proof;
mod record;

use std::process::{Command, ExitCode};

use anyhow::Result;

use super::machine;
use super::row::table;
use crate::flags::{BenchFlags, Part};
use crate::{program, project};

/// Measures what was named; nothing named is the cost of a verdict.
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    if flags.only.is_empty() || flags.only.contains(&Part::Judging) {
        cost(flags)?;
    }
    for part in [Part::Aa, Part::Power] {
        if flags.only.contains(&part) {
            proof::run(part, flags.rounds)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
fn cost(flags: &BenchFlags) -> Result<()> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(project::root()).args(["build", "--release", "-p", "lead-gate"]);
    program::finish(&mut build)?;
    let load = machine::load();
    let rows = judging::rows(flags.rounds.unwrap_or(judging::ROUNDS))?;
    println!("{}", machine::name());
    println!("{}", table(&rows));
    if let Some((load, is_busy)) = load {
        let busy = if is_busy { ": the machine was busy, only ratios mean something" } else { "" };
        println!("load {load:.2} before{busy}");
    }
    Ok(())
}
