//! What heartbeats say of this process: CPU and memory.
//!
//! [`Gauge`] averages over a few seconds, because a single busy one tells nothing and a master warns of it once and for all.

use std::time::{Duration, Instant};

use crate::vitals::Vitals;

/// Looks that are averaged.
const WINDOW: usize = 5;

/// Looks that are kept before all are forgotten: a worker may live for months.
const MOST: usize = 3_600;

/// CPU and memory of this process.
#[derive(Debug)]
pub(super) struct Gauge {
    vitals: Vitals,
    since: Instant,
    last_look: Option<Instant>,
}

impl Gauge {
    /// Looks for the first time.
    pub(super) fn new() -> Self {
        let mut gauge = Self { vitals: Vitals::start(), since: Instant::now(), last_look: None };
        gauge.look();
        gauge
    }

    /// Takes a look; more than one in half a second is one.
    pub(super) fn look(&mut self) {
        let is_soon =
            self.last_look.is_some_and(|last| last.elapsed() < Duration::from_millis(500));
        if is_soon {
            return;
        }
        self.last_look = Some(Instant::now());
        if self.vitals.pulses().len() > MOST {
            self.vitals = Vitals::start();
        }
        self.vitals.look(self.since.elapsed());
    }

    /// CPU of the last seconds in percent of one core, to a tenth; above 100 for more than one core. 0 where the system does
    /// not tell.
    pub(super) fn cpu_percent(&self) -> f64 {
        let pulses = self.vitals.pulses();
        let last = &pulses[pulses.len().saturating_sub(WINDOW)..];
        let (busy, time) = last.iter().fold((0.0, 0.0), |(busy, time), pulse| {
            let covers = f64::from(pulse.covers_s);
            (busy + f64::from(pulse.own_cores.unwrap_or(0.0)) * covers, time + covers)
        });
        if time > 0.0 { (busy / time * 1_000.0).round() / 10.0 } else { 0.0 }
    }

    /// Resident memory in bytes, 0 where the system does not tell.
    pub(super) fn resident_bytes(&self) -> u64 {
        let last = self.vitals.pulses().last().and_then(|pulse| pulse.resident_mb);
        (f64::from(last.unwrap_or(0.0)) * 1e6) as u64
    }
}
