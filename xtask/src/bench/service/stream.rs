//! A million leads as lines of one request's body: lines a second, and the service's peak memory.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::Bench;
use super::served::{Kind, Served};
use crate::bench::row::{Row, Unit};

/// What is said where the service has no such endpoint.
pub(super) const SKIPPED: &str = "no stream was measured: POST /api/v1/score/stream answered 404";

const LINES: u64 = 1_000_000;

#[derive(Debug, Deserialize)]
struct Report {
    status: u16,
    lines: u64,
    seconds: f64,
}

pub(super) fn rows(bench: &Bench) -> Result<Option<Vec<Row>>> {
    let service = Served::start(Kind::Service, &bench.core)?;
    let words = ["--path", "/api/v1/score/stream", "--stream", &LINES.to_string()];
    let report: Report = bench.generator.run(&service, &words)?;
    if report.status == 404 {
        return Ok(None);
    }
    ensure!(report.status == 200, "the stream was answered {}", report.status);
    ensure!(report.lines >= LINES, "{} lines of {LINES} were answered", report.lines);
    let rate = report.lines as f64 / report.seconds;
    Ok(Some(vec![
        Row::new("leads, in one stream", "1M lines", Unit::Rate, &[rate]),
        Row::new("  peak memory", "1M lines", Unit::Megabytes, &[service.peak()?]),
    ]))
}
