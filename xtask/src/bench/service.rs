//! `cargo xtask bench service`: the service under load, beside a bare handler that does the same and nothing around it.
//!
//! Both are started anew, kept on one core, and loaded in turns from the other one; how each part is measured stands in
//! its own file. The bare handler and the generator are examples of `lead-service`.

mod batch;
mod memory;
mod rate;
mod served;
mod start;
mod stream;
mod tail;
mod volley;

use std::process::{Command, ExitCode};

use anyhow::Result;

use super::row::{Row, table};
use super::{bulk, machine};
use crate::flags::{BenchFlags, Part};
use crate::{program, project};
use volley::Generator;

/// How often each case takes its turn where nobody says.
const ROUNDS: u32 = 25;
/// Different leads that are sent in turns.
const LEADS: u32 = 1_000;

/// What every part needs.
#[derive(Debug)]
struct Bench {
    /// The core of the servers.
    core: String,
    generator: Generator,
    rounds: u32,
}

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    let wants = |part| flags.only.is_empty() || flags.only.contains(&part);
    program::catch_interrupts()?;
    build()?;
    let ([core, generators_core], spoilt) = machine::two_sides();
    let generator = Generator { core: generators_core, leads: bulk::synthetic(LEADS, "ndjson")? };
    let bench = Bench { core, generator, rounds: flags.rounds.unwrap_or(ROUNDS) };
    let mut rows: Vec<Row> = Vec::new();
    let mut notes: Vec<String> = spoilt.into_iter().map(str::to_owned).collect();
    if let Some((load, is_busy)) = machine::load() {
        let busy = if is_busy { ": the machine was busy, only ratios mean something" } else { "" };
        notes.push(format!("load {load:.2} before{busy}"));
    }
    if wants(Part::Rate) {
        tell("requests a second");
        let (rates, note) = rate::rows(&bench)?;
        rows.extend(rates);
        notes.extend(note);
    }
    if wants(Part::Tail) {
        tell("latency at half the bare handler's rate");
        rows.extend(tail::rows(&bench)?);
    }
    if wants(Part::Memory) {
        tell("memory");
        rows.extend(memory::rows(&bench, flags.soak)?);
    }
    if wants(Part::Batch) {
        tell("batches");
        rows.extend(batch::rows(&bench)?);
    }
    if wants(Part::Start) {
        tell("start to ready");
        rows.push(start::row(&bench)?);
    }
    if wants(Part::Stream) {
        tell("a stream");
        match stream::rows(&bench)? {
            Some(stream) => rows.extend(stream),
            None => notes.push(stream::SKIPPED.to_owned()),
        }
    }
    println!("{}", machine::name());
    println!("{}", table(&rows));
    notes.iter().for_each(|note| println!("{note}"));
    Ok(ExitCode::SUCCESS)
}

/// The service as a user would build it, and what it is measured with.
fn build() -> Result<()> {
    let sets: [&[&str]; 3] = [
        &["-p", "lead-model", "--bin", "lead-model"],
        &["-p", "lead-service", "--example", "bare", "--example", "volley"],
        &["-p", "lead-service", "--bin", "lead-service"],
    ];
    for set in sets {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(project::root()).args(["build", "--release"]).args(set);
        program::finish(&mut build)?;
    }
    Ok(())
}

/// Says what is being measured: all of it takes minutes.
#[expect(clippy::print_stderr, reason = "progress, beside the table on standard output")]
fn tell(what: &str) {
    eprintln!("measuring {what}");
}
