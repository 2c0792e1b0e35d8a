//! Leads a second in batches of 100, beside single ones.

use anyhow::Result;

use super::Bench;
use super::served::{Kind, Served};
use super::volley::CONNECTIONS;
use crate::bench::row::{Row, Unit};

const LEADS: f64 = 100.0;
/// Least ratio to single requests.
const GOAL: f64 = 4.0;
const SINGLE: &str = "leads, single";

pub(super) fn rows(bench: &Bench) -> Result<Vec<Row>> {
    let service = Served::start(Kind::Service, &bench.core)?;
    let single = ["--seconds", "0.4"];
    let batch = ["--seconds", "0.4", "--batch", "100", "--path", "/api/v1/score/batch"];
    let (mut singles, mut batches) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        singles.push(bench.generator.shoot(&service, &single)?.rate);
        batches.push(bench.generator.shoot(&service, &batch)?.rate * LEADS);
    }
    let ratios: Vec<f64> = batches.iter().zip(&singles).map(|(many, one)| many / one).collect();
    let figure = |name, unit, measured: &[f64]| Row::new(name, CONNECTIONS, unit, measured);
    let batches = figure("leads, in batches of 100", Unit::Rate, &batches);
    Ok(vec![
        figure(SINGLE, Unit::Rate, &singles),
        Row { beside: Some(SINGLE.to_owned()), ..batches },
        Row { goal: Some(GOAL), ..figure("  of the single leads' rate", Unit::Times, &ratios) },
    ])
}
