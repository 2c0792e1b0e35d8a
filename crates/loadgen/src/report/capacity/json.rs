//! A search as JSON: the answer first, then every run in the order in which they were made.
//!
//! Numbers keep every digit and carry their unit in their names.

use serde::Serialize;

use super::facts::SearchReport;
use crate::capacity::{Breach, Outcome, Percentile, SearchEnd, Step, Trial, plain};

/// Raised when a member changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// The search, indented, with a final line end.
pub fn json(report: &SearchReport<'_>) -> String {
    let mut text =
        serde_json::to_string_pretty(&Document::of(report)).expect("numbers and strings serialize");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    kind: &'static str,
    generator: &'r str,
    target: &'r str,
    command: &'r str,
    machine: &'r str,
    started: String,
    end: &'static str,
    capacity_per_s: Option<f64>,
    is_confirmed: bool,
    is_lower_bound: bool,
    broke_at_per_s: Option<f64>,
    gave_way: Option<String>,
    objectives: Vec<Objective>,
    replicas: Option<Replicas>,
    start_per_s: f64,
    max_per_s: f64,
    step_time_s: u64,
    settle_time_s: u64,
    steps: Vec<Row>,
}

#[derive(Serialize)]
struct Objective {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most_percent: Option<f64>,
}

#[derive(Serialize)]
struct Replicas {
    wanted_per_s: f64,
    headroom_percent: f64,
    count: Option<u64>,
}

#[derive(Serialize)]
struct Row {
    asked_per_s: f64,
    answered_per_s: f64,
    requests: u64,
    failures: u64,
    unsent: u64,
    p50_ms: f64,
    p90_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    send_lag_p99_ms: f64,
    in_flight: u64,
    run_validity: &'static str,
    outcome: &'static str,
    reasons: Vec<String>,
}

impl<'r> Document<'r> {
    fn of(report: &SearchReport<'r>) -> Self {
        let (finding, ask, header) = (report.finding, report.ask, report.header);
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "capacity",
            generator: &header.version,
            target: &header.target,
            command: &header.command,
            machine: &header.machine,
            started: report.start.to_string(),
            end: finding.end.as_str(),
            capacity_per_s: finding.held_per_s,
            is_confirmed: finding.is_confirmed,
            is_lower_bound: finding.held_per_s.is_some() && finding.end != SearchEnd::Edge,
            broke_at_per_s: finding.broke_per_s,
            gave_way: finding.gave_way(),
            objectives: objectives(report),
            replicas: ask.wanted.map(|wanted| Replicas {
                wanted_per_s: wanted.per_s,
                headroom_percent: plain(wanted.headroom * 100.0),
                count: finding.held_per_s.map(|held| wanted.replicas(held)),
            }),
            start_per_s: ask.start_per_s,
            max_per_s: ask.cap_per_s,
            step_time_s: ask.step_time.as_secs(),
            settle_time_s: Trial::settle(ask.step_time).as_secs(),
            steps: finding.steps.iter().map(Row::of).collect(),
        }
    }
}

fn objectives(report: &SearchReport<'_>) -> Vec<Objective> {
    let objectives = &report.ask.objectives;
    let latency = objectives.latency.iter().map(|(percentile, limit)| Objective {
        name: percentile.as_str(),
        at_most_ms: Some(limit.as_secs_f64() * 1e3),
        at_most_percent: None,
    });
    let errors = Objective {
        name: "errors",
        at_most_ms: None,
        at_most_percent: Some(plain(objectives.errors * 100.0)),
    };
    latency.chain([errors]).collect()
}

impl Row {
    fn of(step: &Step) -> Self {
        let measured = &step.measured;
        let (outcome, reasons) = match &step.outcome {
            Outcome::Held => ("held", Vec::new()),
            Outcome::Broke(breaches) => ("broke", breaches.iter().map(Breach::to_string).collect()),
            Outcome::Limited(reason) => ("generator", vec![reason.clone()]),
        };
        let [p50_ms, p90_ms, p95_ms, p99_ms] = Percentile::ALL.map(|p| measured.percentile_ms(p));
        Self {
            asked_per_s: step.asked_per_s,
            answered_per_s: measured.achieved_per_s,
            requests: measured.requests,
            failures: measured.failures,
            unsent: measured.unsent,
            p50_ms,
            p90_ms,
            p95_ms,
            p99_ms,
            max_ms: measured.max_ms,
            send_lag_p99_ms: measured.send_lag_p99_ms,
            in_flight: measured.in_flight,
            run_validity: step.validity.as_str(),
            outcome,
            reasons,
        }
    }
}
