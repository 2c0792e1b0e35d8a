//! The open model: how late requests are sent, and what is measured of a server that stands still.
//!
//! The example `open` of `lead-loadgen` runs a plan as the program does and prints the figures that are looked at here.

use std::process::{Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::generator::Load;
use super::host::Host;
use crate::bench::machine;
use crate::bench::row::{Row, Unit};
use crate::program::{self, Program};
use crate::project;

/// Of the open model in the row of send lags, in requests per second.
const RATE: &str = "2000";
const LAG_US: f64 = 1_000.0;

/// Of the row of the frozen server.
const FROZEN_RATE: f64 = 100.0;
/// The server stands still once in each.
const PERIOD: Duration = Duration::from_secs(10);
/// How much of what is true a percentile may be off.
const OFF: f64 = 0.03;

/// A line of the example.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Figures {
    requests: u64,
    failures: u64,
    unsent: u64,
    p99_ms: f64,
    lag_p99_ms: f64,
}

/// How late requests are at an easy rate.
pub(super) fn lag(load: &Load, rounds: u32, seconds: u32) -> Result<Vec<Row>> {
    let time = format!("{seconds}s");
    let words = ["--rate", RATE, "--run-time", &time, "--warmup", "1s"];
    let one = |_| Ok(figures(start(load, &words)?)?.lag_p99_ms * 1e3);
    let lags: Vec<f64> = (0..rounds).map(one).collect::<Result<_>>()?;
    let row = Row::new("p99 send lag", &format!("{RATE}/s"), Unit::Microseconds, &lags);
    Ok(vec![Row { goal: Some(LAG_US), ..row }])
}

/// The 99th percentile of a server that stands still for a second in ten, beside the true one.
pub(super) fn frozen(host: &Host, load: &Load, periods: u32) -> Result<Vec<Row>> {
    let time = format!("{}s", PERIOD.as_secs() * u64::from(periods));
    let rate = FROZEN_RATE.to_string();
    let words = ["--rate", &rate, "--run-time", &time, "--stop-timeout", "5s"];
    let start = Instant::now();
    let generator = self::start(load, &words)?;
    let measured = thread::spawn(move || figures(generator));
    let mut stood_still = Vec::new();
    for period in 0..periods {
        sleep((PERIOD * period + PERIOD / 2).saturating_sub(start.elapsed()));
        stood_still.push(host.freeze(Duration::from_secs(1)));
    }
    let measured = measured.join().expect("waiting for a program cannot panic")?;
    let truth = truth_ms(measured.requests, &stood_still);
    let size = format!("{FROZEN_RATE}/s, {periods} x 1 s");
    let row = |name, unit, value| Row::new(name, &size, unit, &[value]);
    let off = row("  off by", Unit::Percent, (measured.p99_ms / truth - 1.0).abs() * 100.0);
    Ok(vec![
        row("p99 of a server that stands still", Unit::Milliseconds, measured.p99_ms),
        row("  as it is true", Unit::Milliseconds, truth),
        Row { goal: Some(OFF * 100.0), ..off },
    ])
}

/// The latency in milliseconds that one in a hundred of so many requests exceeds, of a server that answers at once but
/// for the times when it stands still. Requests are due evenly, so those that exceed a wait are those that were due
/// before the last of it.
fn truth_ms(requests: u64, stood_still: &[Duration]) -> f64 {
    let slower = 0.01 * requests as f64 / FROZEN_RATE;
    let all: f64 = stood_still.iter().map(Duration::as_secs_f64).sum();
    (all - slower) / stood_still.len() as f64 * 1e3
}

/// Starts the example on the generator's core.
fn start(load: &Load, words: &[&str]) -> Result<Program> {
    let mut command: Command =
        machine::pinned(&load.core, &project::release_binary("examples/open"));
    command.args(["--host", &format!("http://{}", load.address), "--threads", "1"]);
    command.arg("--scenario").arg(&load.scenario).args(words);
    Program::start("the example open", command.stdin(Stdio::null()).stdout(Stdio::piped()))
}

/// What it says at its end; a run that is no measurement is an error.
fn figures(mut generator: Program) -> Result<Figures> {
    let stdout = generator.take_stdout().context("standard output is piped above")?;
    let line = program::first_line(stdout);
    let status = generator.wait()?;
    if !status.success() {
        bail!("the generator failed: {status}");
    }
    let figures: Figures =
        serde_json::from_str(&line).with_context(|| format!("it printed something odd: {line}"))?;
    ensure!(figures.requests > 0 && figures.failures == 0, "no clean run: {figures:?}");
    ensure!(figures.unsent == 0, "requests were due and never sent: {figures:?}");
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::truth_ms;

    #[test]
    fn a_second_in_ten_makes_nine_tenths_of_a_second_of_the_99th_percentile() {
        let second = Duration::from_secs(1);
        // A tenth of all requests waits, evenly from 0 to 1 s; one in a hundred of all waits longer than 0.9 s.
        assert!((truth_ms(1_000, &[second]) - 900.0).abs() < 1e-9);
        assert!((truth_ms(3_000, &[second; 3]) - 900.0).abs() < 1e-9);
        assert!((truth_ms(2_000, &[second, 2 * second]) - 1400.0).abs() < 1e-9);
    }
}
