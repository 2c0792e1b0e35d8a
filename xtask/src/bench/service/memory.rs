//! Resident memory: after a million requests, and, if asked for, whether it grows under load for much longer.

use std::time::Instant;

use anyhow::{Context, Result};
use jiff::SignedDuration;

use super::Bench;
use super::served::{Kind, Served};
use crate::bench::row::{Row, Unit};

const REQUESTS: &str = "1000000";
const MEGABYTES: f64 = 25.0;
/// How much may come on top in a soak: the page cache of an allocator breathes a little.
const GROWTH_MEGABYTES: f64 = 1.0;
/// Of a soak, between two looks.
const PIECE: [&str; 2] = ["--seconds", "10"];

pub(super) fn rows(bench: &Bench, soak: Option<SignedDuration>) -> Result<Vec<Row>> {
    let service = Served::start(Kind::Service, &bench.core)?;
    bench.generator.shoot(&service, &["--requests", REQUESTS])?;
    let resident = service.resident()?;
    let row = Row::new("resident memory", "1M requests", Unit::Megabytes, &[resident]);
    let mut rows = vec![Row { goal: Some(MEGABYTES), ..row }];
    if let Some(soak) = soak {
        let length = soak.try_into().context("--soak must not be negative")?;
        let start = Instant::now();
        while start.elapsed() < length {
            bench.generator.shoot(&service, &PIECE)?;
        }
        let growth = [service.resident()? - resident];
        let row = Row::new("  grown since then", &format!("{soak:#}"), Unit::Megabytes, &growth);
        rows.push(Row { goal: Some(GROWTH_MEGABYTES), ..row });
    }
    Ok(rows)
}
