//! Requests a second, and processor time each, of single leads: the service, with and without a log of requests, and
//! the bare handler, in turns.
//!
//! What is judged is the ratio of each round, because what else the machine does changes slower than that.

use anyhow::Result;

use super::Bench;
use super::served::{Kind, Served};
use super::volley::{CONNECTIONS, Shot};
use crate::bench::row::{Row, Unit};

/// Of a round, for each. Short, so that a disturbance of a second meets all of them alike.
const MOMENT: [&str; 2] = ["--seconds", "0.4"];
const BARE: &str = "bare handler";

/// What stands beside the bare handler: its name, and the least ratio of their rates.
const RIVALS: [(Kind, &str, f64); 2] = [
    (Kind::Service, "service, keys and metrics", 0.95),
    (Kind::Logging, "the same with a log of requests", 0.75),
];

pub(super) fn rows(bench: &Bench) -> Result<Vec<Row>> {
    let kinds = [Kind::Bare, RIVALS[0].0, RIVALS[1].0];
    let servers: Vec<_> =
        kinds.iter().map(|kind| Served::start(*kind, &bench.core)).collect::<Result<_>>()?;
    let mut shots: Vec<Vec<Shot>> = vec![Vec::new(); servers.len()];
    for server in &servers {
        bench.generator.shoot(server, &MOMENT)?;
    }
    for round in 0..bench.rounds as usize {
        // Everyone is first, second and last as often as the others.
        for turn in 0..servers.len() {
            let at = (round + turn) % servers.len();
            shots[at].push(bench.generator.shoot(&servers[at], &MOMENT)?);
        }
    }
    let [bare, rivals @ ..] = shots.as_slice() else { return Ok(Vec::new()) };
    let mut rows = vec![figure(BARE, Unit::Rate, &rates(bare))];
    let mut costs: Vec<_> = cost(BARE, bare).into_iter().collect();
    for (shots, (_, name, goal)) in rivals.iter().zip(RIVALS) {
        rows.push(Row { beside: Some(BARE.to_owned()), ..figure(name, Unit::Rate, &rates(shots)) });
        let ratios: Vec<f64> =
            shots.iter().zip(bare).map(|(ours, bare)| ours.rate / bare.rate).collect();
        let ratio = figure("  of the bare handler's rate", Unit::Times, &ratios);
        rows.push(Row { goal: Some(goal), ..ratio });
        let row = cost(name, shots);
        costs.extend(row.map(|row| Row { beside: Some(cost_of(BARE)), ..row }));
    }
    rows.extend(costs);
    Ok(rows)
}

fn figure(name: &str, unit: Unit, measured: &[f64]) -> Row {
    Row::new(name, CONNECTIONS, unit, measured)
}

fn rates(shots: &[Shot]) -> Vec<f64> {
    shots.iter().map(|shot| shot.rate).collect()
}

/// Processor time, where the system told it every time.
fn cost(name: &str, shots: &[Shot]) -> Option<Row> {
    let costs: Option<Vec<f64>> = shots.iter().map(|shot| shot.cost).collect();
    costs.map(|costs| figure(&cost_of(name), Unit::Microseconds, &costs))
}

fn cost_of(name: &str) -> String {
    format!("its time, {name}")
}
