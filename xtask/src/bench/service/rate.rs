//! Requests a second, and processor time each, of single leads: the service, with and without a log of requests and a
//! watch on drift, and the bare handler, in turns.
//!
//! What is judged is the ratio of each round, because what else the machine does changes slower than that. A server that
//! is asked for all it can do uses all of its core; a round in which one of them did not was disturbed, and is left out.

use anyhow::Result;

use super::Bench;
use super::served::{Kind, Served};
use super::volley::{CONNECTIONS, Shot};
use crate::bench::rounds::undisturbed;
use crate::bench::row::{Row, Unit};

/// Of a round, for each. Short, so that a disturbance of a second meets all of them alike.
const MOMENT: [&str; 2] = ["--seconds", "0.4"];
const BARE: &str = "bare handler";

/// The least share of its core that a server uses when it is asked for all it can do and nobody else is there.
const WHOLE_CORE: f64 = 0.95;

/// A shot at each server, in the order of the table.
type Round = Vec<Shot>;

/// What stands beside the bare handler: its name, and the least ratio of their rates.
const RIVALS: [(Kind, &str, Option<f64>); 3] = [
    (Kind::Service, "service, keys and metrics", Some(0.95)),
    (Kind::Logging, "the same with a log of requests", Some(0.75)),
    (Kind::Unwatched, "the service without drift", None),
];

/// The least share of its rate that is left to the service by its watch on drift.
const WATCHED: f64 = 0.97;

/// What was measured, and what is to be said of it.
pub(super) fn rows(bench: &Bench) -> Result<(Vec<Row>, Option<String>)> {
    let kinds = [Kind::Bare].into_iter().chain(RIVALS.map(|(kind, ..)| kind));
    let servers: Vec<_> =
        kinds.map(|kind| Served::start(kind, &bench.core)).collect::<Result<_>>()?;
    let mut rounds = Vec::new();
    for server in &servers {
        bench.generator.shoot(server, &MOMENT)?;
    }
    for round in 0..bench.rounds as usize {
        let mut shots = vec![None; servers.len()];
        // Everyone is first, second and last as often as the others.
        for turn in 0..servers.len() {
            let at = (round + turn) % servers.len();
            shots[at] = Some(bench.generator.shoot(&servers[at], &MOMENT)?);
        }
        rounds.push(shots.into_iter().flatten().collect());
    }
    let (rounds, note) = undisturbed(rounds, had_its_core, "rates");
    Ok((compared(&rounds), note))
}

fn had_its_core(shot: &Shot) -> bool {
    shot.busy.is_none_or(|share| share >= WHOLE_CORE)
}

/// Everyone beside the bare handler, which comes first in each round.
fn compared(rounds: &[Round]) -> Vec<Row> {
    let shots = |at: usize| rounds.iter().map(|round| round[at]).collect::<Vec<Shot>>();
    let bare = shots(0);
    let mut rows = vec![figure(BARE, Unit::Rate, &rates(&bare))];
    let mut costs: Vec<_> = cost(BARE, &bare).into_iter().collect();
    for (index, (_, name, goal)) in RIVALS.into_iter().enumerate() {
        let shots = shots(index + 1);
        rows.push(Row {
            beside: Some(BARE.to_owned()),
            ..figure(name, Unit::Rate, &rates(&shots))
        });
        let ratios: Vec<f64> =
            shots.iter().zip(&bare).map(|(ours, bare)| ours.rate / bare.rate).collect();
        let ratio = figure("  of the bare handler's rate", Unit::Times, &ratios);
        rows.push(Row { goal, ..ratio });
        let row = cost(name, &shots);
        costs.extend(row.map(|row| Row { beside: Some(cost_of(BARE)), ..row }));
    }
    let watched: Vec<f64> =
        shots(1).iter().zip(shots(3)).map(|(ours, without)| ours.rate / without.rate).collect();
    let row = figure("service, of its rate without drift", Unit::Times, &watched);
    rows.push(Row { goal: Some(WATCHED), ..row });
    rows.extend(costs);
    rows
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

#[cfg(test)]
mod tests {
    use super::{Round, compared, had_its_core};
    use crate::bench::rounds::undisturbed;
    use crate::bench::service::volley::Shot;

    fn round(rates: [f64; 4], busy: f64) -> Round {
        let shot =
            |rate| Shot { rate, busy: Some(busy), cost: Some(busy * 1e6 / rate), p99_us: 0.0 };
        rates.map(shot).to_vec()
    }

    #[test]
    fn a_disturbed_round_is_left_out_and_said() {
        let mut rounds = vec![round([100e3, 98e3, 80e3, 100e3], 0.99); 5];
        rounds.push(round([40e3, 90e3, 80e3, 90e3], 0.6));
        let (good, note) = undisturbed(rounds.clone(), had_its_core, "rates");
        assert_eq!(good.len(), 5);
        assert!(note.unwrap().contains("1 of 6 rounds were disturbed"));
        let rows = compared(&good);
        let ratios: Vec<_> = rows.iter().filter(|row| row.goal.is_some()).collect();
        assert_eq!(ratios.iter().map(|row| row.median).collect::<Vec<_>>(), [0.98, 0.8, 0.98]);
        let (all, note) = undisturbed(rounds.split_off(1), had_its_core, "rates");
        assert_eq!(all.len(), 5);
        assert!(note.unwrap().contains("too many to leave out"));
    }
}
