//! Runs of base and head made up for the tests: [`Rounds`] writes them as if they had taken turns.

use std::{fs, path::Path};

use lead_stats::{
    AskedRate, Endpoint, History, LoadModel, Paths, Percentiles, Run, RunVerdict, Summary, Tick,
    Validity, VerdictReason,
};

use crate::{
    gate::Answer,
    gate::Gate,
    scenario::{START_S, set_age},
};

/// P95 of all requests in milliseconds, run by run, of base and head; and what else a test changes.
pub(crate) struct Rounds<'t> {
    pub(crate) base: &'t [f64],
    pub(crate) head: &'t [f64],
    /// The second endpoint; the first is `POST /api/v1/score`.
    pub(crate) endpoint: &'t str,
    /// How many times as slow the second endpoint is in runs of the head, beyond what all requests are.
    pub(crate) endpoint_factor: f64,
    /// Failed requests in each run of the base, and of the head.
    pub(crate) failures: [u64; 2],
    /// The order in which the runs were made: base is 0.
    pub(crate) order: fn(usize) -> usize,
    /// Whether files are rounded as Locust does.
    pub(crate) is_rounded: bool,
    pub(crate) has_history: bool,
    /// What is done to a run (the side and its number from 0) before it is written.
    pub(crate) spoil: fn(&mut Run, usize, usize),
}

impl Default for Rounds<'_> {
    fn default() -> Self {
        Self {
            base: &[10.0, 10.3, 9.8, 10.1, 10.2],
            head: &[10.1, 10.2, 9.9, 10.0, 10.3],
            endpoint: "/api/v1/score/batch",
            endpoint_factor: 1.0,
            failures: [0, 0],
            order: abba,
            is_rounded: false,
            has_history: true,
            spoil: |_, _, _| {},
        }
    }
}

/// Base, head, head, base, and so on.
pub(crate) fn abba(turn: usize) -> usize {
    usize::from(matches!(turn % 4, 1 | 2))
}

const REQUESTS: u64 = 6000;
const SECONDS: u64 = 12;

impl Rounds<'_> {
    /// Writes the runs as `1-base/loadtest`, `1-head/loadtest`, and so on.
    pub(crate) fn write(&self, folder: &Path) {
        let (mut turn, mut written) = (0, [0, 0]);
        while written[0] < self.base.len() || written[1] < self.head.len() {
            let side = (self.order)(turn);
            let values = [self.base, self.head][side];
            if let Some(p95) = values.get(written[side]) {
                written[side] += 1;
                let name = format!("{}-{}/loadtest", written[side], ["base", "head"][side]);
                let prefix = folder.join(name);
                let mut run = self.run(side, turn as u64, *p95);
                (self.spoil)(&mut run, side, written[side] - 1);
                lead_stats::write(&prefix, &run).unwrap();
                set_age(&prefix, START_S + turn as u64 * 20 + SECONDS);
                if !self.has_history {
                    fs::remove_file(Paths::of(&prefix).history).unwrap();
                }
            }
            turn += 1;
        }
    }

    /// Writes the runs and compares them.
    pub(crate) fn compare(&self, gate: &Gate, more: &[&str]) -> Answer {
        self.write(gate.folder());
        compare(gate, self.base.len(), self.head.len(), more)
    }

    fn run(&self, side: usize, turn: u64, p95: f64) -> Run {
        let failures = self.failures[side];
        let factor = if side == 1 { self.endpoint_factor } else { 1.0 };
        let mut summary = Summary {
            endpoints: vec![
                self.row("/api/v1/score", turn, failures, p95 * 0.9),
                self.row(self.endpoint, turn, 0, p95 * 1.5 * factor),
            ],
            aggregated: Endpoint {
                method: String::new(),
                name: "Aggregated".into(),
                requests: REQUESTS,
                requests_per_s: REQUESTS as f64 / SECONDS as f64,
                ..self.row("", turn, failures, p95)
            },
        };
        // Means are weighted, and those of these endpoints are those of all.
        summary.endpoints.iter_mut().for_each(|row| row.average_ms = p95 * 0.4);
        let tick = |second: u64| Tick {
            timestamp_s: START_S + turn * 20 + second,
            users: 10,
            name: "Aggregated".into(),
            total_requests: REQUESTS * second / SECONDS,
            total_failures: failures * second / SECONDS,
            percentiles: if second == 0 { Percentiles::none() } else { self.shape(p95) },
            total_average_ms: if second == 0 { 0.0 } else { p95 * 0.4 },
            total_max_ms: if second == 0 { 0.0 } else { summary.aggregated.max_ms },
            ..Tick::default()
        };
        let history = History { ticks: (0..=SECONDS).map(tick).collect() };
        let failures = if failures == 0 { Vec::new() } else { vec![self.failure(failures)] };
        Run { summary, history, failures, ..Run::default() }
    }

    fn failure(&self, occurrences: u64) -> lead_stats::Failure {
        lead_stats::Failure {
            method: "POST".into(),
            name: "/api/v1/score".into(),
            error: "503".into(),
            occurrences,
            first_seen: None,
            last_seen: None,
        }
    }

    fn row(&self, name: &str, turn: u64, failures: u64, p95: f64) -> Endpoint {
        let requests = REQUESTS / 2;
        Endpoint {
            method: "POST".into(),
            name: name.into(),
            requests,
            failures,
            average_ms: p95 * 0.4,
            // No two runs are the same.
            max_ms: p95 * 4.0 + turn as f64 * 0.001,
            requests_per_s: requests as f64 / SECONDS as f64,
            failures_per_s: failures as f64 / SECONDS as f64,
            percentiles: self.shape(p95),
            ..Endpoint::default()
        }
    }

    fn shape(&self, p95: f64) -> Percentiles {
        let round = |ms: f64| {
            if self.is_rounded {
                lead_stats::bucket_ms(ms) as f64
            } else {
                (ms * 1000.0).round() / 1000.0
            }
        };
        let shares = [0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.4, 1.8, 2.5, 3.5, 4.0];
        Percentiles::locust(shares.map(|share| round(share * p95)))
    }
}

/// `lead-gate compare` over so many runs of each, by their folders.
pub(crate) fn compare(gate: &Gate, base: usize, head: usize, more: &[&str]) -> Answer {
    let folders = |count, side| (1..=count).map(move |n| format!("{n}-{side}"));
    let (base, head): (Vec<_>, Vec<_>) =
        (folders(base, "base").collect(), folders(head, "head").collect());
    let mut words = vec!["compare", "--base"];
    words.extend(base.iter().map(String::as_str));
    words.push("--head");
    words.extend(head.iter().map(String::as_str));
    words.extend(more);
    gate.call(&words)
}

/// What a generator says of the run at this prefix: it was asked for this rate, and is valid or not.
pub(crate) fn say_of(prefix: &Path, validity: Validity, asked_per_s: f64) {
    let reason = VerdictReason {
        rule: "lag".into(),
        validity,
        sentence: "Requests were sent late: give the generator a core of its own.".into(),
    };
    let verdict = RunVerdict {
        validity,
        reasons: if validity == Validity::Valid { Vec::new() } else { vec![reason] },
        notes: Vec::new(),
        model: Some(LoadModel::Open),
        measured_s: SECONDS as f64,
        requests: REQUESTS,
        rate: Some(AskedRate {
            asked_per_s,
            sent_per_s: asked_per_s,
            sent: REQUESTS,
            unsent: 0,
            send_lag_p99_ms: 0.1,
        }),
        summary_sha256: None,
    };
    verdict.write(&Paths::of(prefix).verdict).unwrap();
}
