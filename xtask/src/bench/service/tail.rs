//! The 99th percentile at half of what the bare handler can do: the service's beside the bare handler's.
//!
//! Requests are due at even distances and their latency runs from then on, so that a server that stalls is charged for
//! every request that had to wait.

use anyhow::Result;

use super::Bench;
use super::served::{Kind, Served};
use crate::bench::row::{Row, Unit};

/// The most that keys, metrics and checks may add.
const ADDED_US: f64 = 200.0;
const BARE: &str = "p99 of the bare handler";

pub(super) fn rows(bench: &Bench) -> Result<Vec<Row>> {
    let bare = Served::start(Kind::Bare, &bench.core)?;
    let service = Served::start(Kind::Service, &bench.core)?;
    let second = ["--seconds", "1"];
    let mut rates = Vec::new();
    for _ in 0..3 {
        bench.generator.shoot(&service, &second)?;
        rates.push(bench.generator.shoot(&bare, &second)?.rate);
    }
    rates.sort_by(f64::total_cmp);
    let rate = (rates[rates.len() / 2] / 2.0).round();
    let words = ["--rate", &rate.to_string(), "--seconds", "0.5"];
    let (mut bares, mut services) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        let take_turn = |server, latencies: &mut Vec<f64>| {
            latencies.push(bench.generator.shoot(server, &words)?.p99_us);
            anyhow::Ok(())
        };
        if round % 2 == 0 {
            take_turn(&bare, &mut bares)?;
            take_turn(&service, &mut services)?;
        } else {
            take_turn(&service, &mut services)?;
            take_turn(&bare, &mut bares)?;
        }
    }
    let added: Vec<f64> = services.iter().zip(&bares).map(|(ours, bare)| ours - bare).collect();
    let size = format!("{:.0}k/s due", rate / 1e3);
    let figure = |name, measured: &[f64]| Row::new(name, &size, Unit::Microseconds, measured);
    let service = figure("p99 of the service", &services);
    let added = figure("  added to the bare handler's", &added);
    Ok(vec![
        figure(BARE, &bares),
        Row { beside: Some(BARE.to_owned()), ..service },
        Row { goal: Some(ADDED_US), ..added },
    ])
}
