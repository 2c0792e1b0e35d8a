//! `cargo xtask bench model`: what a lead costs, from its JSON body to its score and its reasons.
//!
//! Builds optimised, runs the bench `figures` of `lead-model` on one core, and prints its figures as one table.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread::available_parallelism;

use anyhow::{Context, Result, ensure};

use super::figures;
use crate::program;
use crate::project;

/// More other work than this per core spoils the figures.
const BUSY: f64 = 0.5;

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
pub(crate) fn run(rounds: u32) -> Result<ExitCode> {
    let bench = ["bench", "-p", "lead-model", "--no-default-features", "--bench", "figures"];
    let mut build = Command::new(env!("CARGO"));
    program::finish(build.current_dir(project::root()).args(bench).arg("--no-run"))?;
    let cores = available_parallelism().map_or(1, usize::from);
    let load = figures::load();
    let mut command = on_one_core(cores - 1);
    command.current_dir(project::root()).args(bench);
    command.args(["--quiet", "--", "--rounds", &rounds.to_string()]);
    let output = command.output().context("failed to start the bench")?;
    let (text, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "the bench failed: {}", complaint.trim());
    let figures = figures::read(&text)?;
    println!("{}", figures::machine());
    if let Some(load) = load.filter(|load| *load > BUSY * cores as f64) {
        println!("busy: a load of {load} before the bench began; its figures are too high");
    }
    println!("{}", figures::table(&figures));
    // Rows that are not measured per lead join here, each with a file of its own beside this one: rows/s and peak memory
    // of `lead-model score` on a CSV file, and seconds of training beside the scripts of crates/model/benches/sklearn/.
    Ok(ExitCode::SUCCESS)
}

/// Cargo, kept on this core where the system has `taskset`.
fn on_one_core(core: usize) -> Command {
    let taskset = Path::new("/usr/bin/taskset");
    if !taskset.exists() {
        return Command::new(env!("CARGO"));
    }
    let mut command = Command::new(taskset);
    command.args(["--cpu-list", &core.to_string(), env!("CARGO")]);
    command
}
