//! `cargo xtask bench loadgen`: what a request costs a load generator, ours beside bare loops and other people's.
//!
//! All of them post the same lead to the same server without a pause, one after the other; who they are stands in
//! `generator.rs`, how they are looked at in `cost.rs`. The open model has figures of its own, in `open.rs`, workers
//! under Locust's master in `cluster.rs`, and memory over a long time in `soak.rs`.

mod cluster;
mod cost;
mod generator;
mod host;
mod open;
mod peers;
mod soak;

use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result};

use super::row::{Row, table};
use super::{bulk, machine};
use crate::flags::{BenchFlags, Part};
use crate::{program, project};
use generator::{Kind, Load, OURS};
use host::Host;
use peers::Peers;

/// How often each generator takes its turn where nobody says.
const ROUNDS: u32 = 7;
const QUICK_ROUNDS: u32 = 2;

/// The goals are about so many connections; fewer show what concurrency itself costs.
const CONNECTIONS: [u32; 2] = [300, 32];

const SCENARIO: &str = include_str!("loadgen/scenario.toml");

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "the tables are what this verb is for")]
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    let wants = |part| flags.only.is_empty() || flags.only.contains(&part);
    program::catch_interrupts()?;
    build()?;
    let peers = Peers::install(wants)?;
    let ([hosts_core, core], spoilt) = machine::two_sides();
    let host = Host::start(&hosts_core)?;
    let mut load = load(core, &host)?;
    let mut tables = Vec::new();
    let mut notes: Vec<String> = spoilt.into_iter().map(str::to_owned).collect();
    if let Some((busy, is_too_busy)) = machine::load() {
        let told =
            if is_too_busy { ": the machine was busy, only ratios mean something" } else { "" };
        notes.push(format!("load {busy:.2} before{told}"));
    }
    notes.extend(peers.notes.iter().cloned());
    let (kinds, left_out) = cost::trial(&kinds(wants, &peers), &peers, &host, &load)?;
    notes.extend(left_out);
    let counts = if flags.quick { &CONNECTIONS[..1] } else { &CONNECTIONS[..] };
    for &connections in counts.iter().filter(|_| !kinds.is_empty()) {
        tell(&format!("processor time per request at {connections} connections"));
        load.connections = connections;
        let rounds = flags.rounds.unwrap_or(if flags.quick { QUICK_ROUNDS } else { ROUNDS });
        let time = Duration::from_millis(if flags.quick { 500 } else { 1_000 });
        let looks = cost::rounds(&kinds, &peers, &host, &load, rounds, time)?;
        let (looks, disturbed) = cost::undisturbed(looks, connections);
        notes.extend(disturbed);
        tables.push(cost::rows(&kinds, &looks, connections, connections == CONNECTIONS[0]));
        notes.extend(cost::notes(&kinds, &looks, connections));
    }
    let (rows, note) = over_time(flags, wants, &host, &load)?;
    tables.push(rows);
    notes.extend(note);
    println!("{}", machine::name());
    tables.iter().filter(|rows| !rows.is_empty()).for_each(|rows| println!("{}\n", table(rows)));
    notes.iter().for_each(|note| println!("{note}"));
    Ok(ExitCode::SUCCESS)
}

/// The figures of workers under a master, and of the open model.
fn over_time(
    flags: &BenchFlags,
    wants: impl Fn(Part) -> bool,
    host: &Host,
    load: &Load,
) -> Result<(Vec<Row>, Option<String>)> {
    let (mut rows, mut note) = (Vec::new(), None);
    if wants(Part::Worker) {
        tell("workers of a Locust master");
        let (rounds, seconds) = if flags.quick { (1, 4) } else { (3, 10) };
        rows.extend(cluster::rows(host, load, rounds, Duration::from_secs(seconds))?);
    }
    if wants(Part::Lag) {
        tell("send lag");
        let (rounds, seconds) = if flags.quick { (1, 4) } else { (3, 11) };
        rows.extend(open::lag(load, rounds, seconds)?);
    }
    if wants(Part::Frozen) {
        tell("a server that stands still");
        rows.extend(open::frozen(host, load, if flags.quick { 1 } else { 3 })?);
    }
    if let Some(time) = flags.soak {
        tell("memory over time");
        let time = time.try_into().context("--soak must not be negative")?;
        let (soaked, told) = soak::rows(host, load, time)?;
        rows.extend(soaked);
        note = Some(told);
    }
    Ok((rows, note))
}

/// Everyone who takes part.
fn kinds(wants: impl Fn(Part) -> bool, peers: &Peers) -> Vec<Kind> {
    let ours = OURS.into_iter().filter(|(part, _)| wants(*part)).map(|(_, kind)| kind);
    ours.chain(peers.programs.iter().map(|(kind, _)| *kind)).collect()
}

fn load(core: String, host: &Host) -> Result<Load> {
    let scenario = project::scratch("bench").join("scenario.toml");
    fs::write(&scenario, SCENARIO).with_context(|| format!("write {}", scenario.display()))?;
    let body = bulk::synthetic(1, "ndjson")?;
    let address = host.address().to_owned();
    Ok(Load { core, address, body, scenario, connections: CONNECTIONS[0] })
}

/// The generator as a user would build it, its bare rivals, and what makes the body.
fn build() -> Result<()> {
    let examples = ["bare_hyper", "bare_reqwest", "open"].map(|name| ["--example", name]);
    let sets = [
        vec!["-p", "lead-model", "--bin", "lead-model"],
        [&["-p", "lead-loadgen", "--bin", "lead-loadgen"], &examples.concat()[..]].concat(),
    ];
    for set in sets {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(project::root()).args(["build", "--release"]).args(set);
        program::finish(&mut build)?;
    }
    Ok(())
}

/// Says what is being measured: all of it takes minutes.
#[expect(clippy::print_stderr, reason = "progress, beside the tables on standard output")]
fn tell(what: &str) {
    eprintln!("measuring {what}");
}
