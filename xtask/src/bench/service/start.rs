//! From the start of the process until `GET /health/ready` says 200.

use std::io::{Read, Write};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::served::{Kind, Served};
use crate::bench::row::{Row, Unit};

const MILLISECONDS: f64 = 100.0;

pub(super) fn row(bench: &Bench) -> Result<Row> {
    let start = |_| {
        let start = Instant::now();
        let service = Served::start(Kind::Service, &bench.core)?;
        ask(&service)?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    };
    let measured: Vec<f64> = (0..bench.rounds).map(start).collect::<Result<_>>()?;
    let row = Row::new("start to ready", "default model", Unit::Milliseconds, &measured);
    Ok(Row { goal: Some(MILLISECONDS), ..row })
}

/// The service says where it listens once it does, so the first answer must be a good one.
fn ask(service: &Served) -> Result<()> {
    let mut socket = service.connect()?;
    let head = format!("Host: {}\r\nConnection: close\r\n", service.address());
    socket.write_all(format!("GET /health/ready HTTP/1.1\r\n{head}\r\n").as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).context("the service did not answer")?;
    let line = answer.lines().next().unwrap_or_default();
    ensure!(line.contains(" 200 "), "not ready after the start: {line}");
    Ok(())
}
