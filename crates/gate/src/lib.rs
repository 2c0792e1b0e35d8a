//! Is this load test good enough? A verdict that cannot be fooled by a torn file or a lucky column.
//!
//! [`Evidence`] is a run that is certain to be one, a [`Policy`] is what is demanded of it, and [`judge()`] makes a
//! [`Verdict`] of both. The forms for people and programs are [`text`], [`markdown`], [`html`],
//! [`json`] and [`junit`].
//!
//! ```
//! use lead_gate::{Evidence, Policy, Status, judge};
//! use lead_stats::{Endpoint, Paths, Percentiles, Run, Summary};
//!
//! let score = Endpoint {
//!     method: "POST".into(),
//!     name: "/api/v1/score".into(),
//!     requests: 39_838,
//!     requests_per_s: 398.4,
//!     percentiles: Percentiles::locust([15., 22., 28., 32., 45., 65., 120., 180., 520., 892., 892.]),
//!     ..Endpoint::default()
//! };
//! let aggregated = Endpoint { method: String::new(), name: "Aggregated".into(), ..score.clone() };
//! let run = Run { summary: Summary { endpoints: vec![score], aggregated }, ..Run::default() };
//!
//! let evidence = Evidence::new(&Paths::of("results/run/loadtest".as_ref()), run)?;
//! let verdict = judge(&evidence, &Policy::built_in());
//! assert!(verdict.passes());
//! assert_eq!(verdict.count(Status::Warn), 2); // no baseline to compare with, no history to see a trend in
//! assert_eq!(verdict.headline(), "PASS: 6 passed, 2 warnings");
//! # Ok::<(), lead_gate::GateError>(())
//! ```
//!
//! The crate reads files through [`lead_stats`] and is pure beyond that: it reads no clock, starts no program, speaks
//! no HTTP, and changes no baseline but by [`renew`]. What is judged and why stands in `docs/GATE.md`.

mod cli;
mod timespan;

mod error;
pub mod exit;
mod nearest;
mod place;
mod prefix;
mod quantity;
mod staged;
mod stamp;

mod rule;

mod timeline;

mod plateau;
mod steady;

mod digest;
mod entire;
mod expected;
mod parts;
mod track;

mod freshness;
mod identity;
mod machine;
mod validity;

mod noise;
mod statistics;

mod latencies;

mod departure;
mod drift;

mod baseline;
mod evidence;

mod policy;

mod explain;

mod pace;

mod judge;
mod verdict;

mod compare;

mod report;

mod history;
mod renewal;

pub use crate::{
    baseline::{Acceptance, Baseline, Kept, KeptRun, RunSet, Share, Workload},
    cli::{
        AckArgs, AnalyzeArgs, AppendArgs, BaselineArgs, BaselineCommand, CheckArgs, Cli, Command,
        CompareArgs, ExplainArgs, HistoryArgs, HistoryCommand, InitArgs, ShowArgs, UpdateArgs,
    },
    compare::{
        CompareError, CompareInputs, Contrast, Contribution, Effect, FigurePair, Finding, Margin,
        Measure, Pairing, Sides, Spread, Trial, contrast,
    },
    digest::InputFile,
    drift::{Basis, Drift},
    error::{GateError, PolicyError},
    evidence::{Evidence, Inputs},
    expected::Expected,
    explain::explain,
    history::{
        Ack, Acknowledgement, Analysis, Appended, EndpointFigures, Entry, Figure, Figures,
        HistoryError, HistoryReport, Key, Ledger, OtherKey, Query, RunRecord, SeriesFindings,
        Shift, Standing, Undecided, acknowledge, analyze, append,
    },
    judge::judge,
    machine::Machine,
    noise::{Interval, Resolution},
    place::Place,
    policy::{Change, Demand, DriftPolicy, Policy, TEMPLATE, init},
    prefix::FolderError,
    quantity::Quantity,
    renewal::{Renewal, RenewalError, Renewed, renew, show},
    report::{
        Annotation, CONTRAST_SCHEMA_VERSION, ContrastJudgement, ContrastReport, Destination,
        GitHub, Judgement, Kind, Level, Outputs, Report, SCHEMA_VERSION, Screen, html, json, junit,
        markdown, one_line, text,
    },
    rule::{Certainty, Course, Expr, Fault, Limit, Metric, Op, Rule, Scope, Severity, Terms},
    stamp::Stamp,
    statistics::Step,
    steady::{NoSteady, Start, Steady},
    timeline::HistoryMode,
    track::{Moment, Track},
    verdict::{BaselineFacts, Chance, Comparison, Outcome, RunFacts, Status, Verdict},
};
