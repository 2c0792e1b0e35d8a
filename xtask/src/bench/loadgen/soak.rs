//! Memory over a long time: 300 users who together ask about 5,000 times a second, with everything recorded.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::generator::{Kind, Load, own};
use super::host::Host;
use crate::bench::row::{Row, Unit};
use crate::bench::{machine, spent};
use crate::program::{self, Program};

/// Between the requests of a user: 300 users so ask 5,000 times a second.
const THINK_TIME: &str = "\nthink_time = \"58ms\"\n";

const MEGABYTES: f64 = 30.0;
/// How much may come on top: the record of a run has a line for each second.
const GROWTH_MEGABYTES: f64 = 1.0;

/// How often memory is looked at.
const LOOKS: u32 = 20;

/// The figures, and all looks in words.
pub(super) fn rows(host: &Host, load: &Load, time: Duration) -> Result<(Vec<Row>, String)> {
    let scenario = load.scenario.with_file_name("soak.toml");
    let text = fs::read_to_string(&load.scenario)?.replacen(
        "\nuser = ",
        &format!("{THINK_TIME}user = "),
        1,
    );
    fs::write(&scenario, text).with_context(|| format!("write {}", scenario.display()))?;
    let load = Load { scenario, ..load.clone() };
    let mut command = machine::pinned(&load.core, &Kind::Reqwest.ours());
    own(&mut command, &load, &(time.as_secs() + 60).to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut generator = Program::start("lead-loadgen", &mut command)?;
    let (begun, before, mut looks) = (Instant::now(), host.counts()?.requests, Vec::new());
    while begun.elapsed() < time {
        sleep((time / LOOKS).max(Duration::from_secs(3)));
        ensure!(generator.ended()?.is_none() && !program::interrupted(), "the soak was ended");
        looks.push((begun.elapsed().as_secs(), spent::resident(generator.pid())?));
    }
    let rate = (host.counts()?.requests - before) as f64 / begun.elapsed().as_secs_f64();
    generator.stop()?;
    let (first, last) = looks.first().zip(looks.last()).context("--soak takes a time")?;
    let size = format!("{} users, {rate:.0}/s, {} s", load.connections, last.0);
    let resident = Row::new("memory in a soak", &size, Unit::Megabytes, &[last.1]);
    let since = format!("  grown since {} s", first.0);
    let growth = Row::new(&since, &size, Unit::Megabytes, &[last.1 - first.1]);
    let told: Vec<String> = looks.iter().map(|(at, size)| format!("{at} s {size:.1}")).collect();
    let rows = vec![
        Row { goal: Some(MEGABYTES), ..resident },
        Row { goal: Some(GROWTH_MEGABYTES), ..growth },
    ];
    Ok((rows, format!("memory in the soak, MB: {}", told.join(", "))))
}
