//! Traffic that feels like Locust, and what came of it.
//!
//! A [`Plan`] says what to load, with how many users and how long; [`run`] loads it and returns a [`Recording`]; reports are
//! pure functions of that. What is measured stands behind the trait [`Target`]: [`HttpTarget`] in earnest, a script where
//! every number must be known beforehand, as here:
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use lead_loadgen::{Args, Corpus, Scripted, ScriptedAnswer, Stop, Targets, run};
//!
//! /// Answers every request after 214 microseconds, those to `/health` with a failure.
//! struct Script;
//!
//! impl Targets for Script {
//!     type Target = Scripted;
//!
//!     fn open(&self, _worker: usize) -> Result<Scripted, Box<dyn std::error::Error + Send + Sync>> {
//!         let right = ScriptedAnswer::right(Duration::from_micros(214), 100);
//!         let wrong = ScriptedAnswer::wrong(Duration::from_micros(214), "HTTPError('503 ...')");
//!         Ok(Scripted::new(vec![vec![right.clone()], vec![right.clone()], vec![right], vec![wrong]]))
//!     }
//! }
//!
//! let words = ["lead-loadgen", "--host", "http://localhost:8000", "--users", "20", "--spawn-rate", "20", "-t", "1s"];
//! let plan = Args::order(words.map(Into::into)).unwrap().plan;
//! let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
//!
//! let recording = run(&plan, corpus, &Script, &Stop::new(), |_so_far| {})?;
//!
//! assert_eq!(recording.peak_users(), 20);
//! assert_eq!(recording.total().latency().percentile_ms(0.99), 0.214);
//! let health = &recording.endpoints()[3];
//! assert_eq!((health.name.as_str(), health.failures()), ("/health", health.requests()));
//! # Ok::<(), lead_loadgen::RunError>(())
//! ```
//!
//! The crate knows neither the service it loads (it speaks HTTP) nor what a good result is (that is the gate's).

mod plan;
mod scenario;
mod stages;

mod engine;
mod snapshot;

mod counts;
mod failure;
mod histogram;
mod phases;
mod record;

mod resources;
mod vitals;

mod verdict;

mod capacity;

mod report;

mod cli;
mod cluster;
mod errand;
pub mod exit;
mod files;
mod headless;
mod log;
mod machine;
mod notice;
mod redraw;
mod revision;
mod ring;
mod safety;
mod screen;
mod session;
mod survey;
mod web;

pub use crate::capacity::{
    Ask, Breach, Complaint, Finding, Measured, Objectives, Outcome, Percentile, Search, SearchEnd,
    Step, Trial, Wanted, parse_latency, parse_share, search,
};
pub use crate::cli::{
    Args, CapacityArgs, CapacityOrder, CompareArgs, CompareOrder, Fate, Level, LoadArgs,
    LocustOption, Master, Order, OutputArgs, Outputs, ReportArgs, ReportOrder, SafetyArgs,
    ScenarioArgs, ShapeArgs, Spaced, Surroundings, Takes, TimeSpanError, UsageError, Web, WebArgs,
    WebFault, Wish, WorkerArgs, WorkerOrder, parse_time_span,
};
pub use crate::cluster::{Tempo, WorkerError, worker, worker_at};
pub use crate::engine::{
    Clock, HttpTarget, HttpTargets, PreflightError, RawTarget, RawTargets, Reached, Reply, Request,
    RunError, Scripted, ScriptedAnswer, Steering, Stop, Target, Targets, load, load_by_second,
    load_steered, reach, run, run_by_second, run_steered,
};
pub use crate::errand::HeadlessError;
pub use crate::failure::{Failure, FailureClass};
pub use crate::files::FileError;
pub use crate::headless::headless;
pub use crate::histogram::Latency;
pub use crate::machine::Machine;
pub use crate::phases::{Phase, Phases};
pub use crate::plan::{ApiKey, Arrivals, Load, Origin, Plan, Spacing, SpawnRate, Transport, Users};
pub use crate::record::{End, Entry, Heat, Point, Recording, Second, Series};
pub use crate::redraw::{RedrawError, contrast, redraw};
pub use crate::report::{
    Account, CsvFiles, GateRule, GateVerdict, HdrLog, Header, NameWidth, Pair, SCHEMA_VERSION,
    SearchReport, Side, TwinError, account_verdict, capacity_html, capacity_json, capacity_table,
    charts, compare_html, compare_table, final_tables, html, json, live_table, load_words,
    locust_json, percentile_curves, phase_table, phases_json, plan_words, run_verdict, step_head,
    step_row, task_ratio, task_ratio_json, twin, verdict_words, warm_up_words,
};
pub use crate::resources::{ResourceSample, Service, Watch};
pub use crate::revision::revision;
pub use crate::safety::{SafetyError, consent, is_private};
pub use crate::scenario::{
    Answer, Check, Choice, Condition, Corpus, Expect, Feeder, FeederError, Flaw, Generator,
    JsonType, LEAD_SCORING, LeadSource, Method, Mismatch, Points, RowOrder, Scenario,
    ScenarioError, Statuses, TagError, Task, TaskHeader, Template, Values, Verifier, VerifyError,
};
pub use crate::session::{Session, SessionFault, State, View};
pub use crate::snapshot::{Errors, Last, Late, Sightings, Snapshot, Tally};
pub use crate::stages::{Stage, Stages};
pub use crate::survey::{SurveyError, survey};
pub use crate::verdict::{CutShort, Facts, Judgement, OwnFailures, Reason, Rule, Sent, judge};
pub use crate::vitals::{Pulse, Vitals};
pub use crate::web::{ServerError, WebError, serve};
