//! The verdict for programs: one JSON object, versioned.
//!
//! `crates/gate/schema/verdict.schema.json` describes it. Field names carry their units. A field may be added within a version; removing one or changing its meaning raises
//! [`SCHEMA_VERSION`]. Strings are raw, as JSON escapes them by itself.

use serde::Serialize;

use super::{
    Judgement, escape,
    word::{code, word},
};
use crate::{
    digest::InputFile,
    drift::Basis,
    noise::{Interval, Resolution},
    quantity::Quantity,
    rule::{Scope, Severity},
    steady::Steady,
    verdict::{Comparison, Outcome, RunFacts, Status, Verdict},
};

/// The version of the JSON form, as its field `schema_version` says.
pub const SCHEMA_VERSION: u32 = 2;

/// A judgement as indented JSON that ends with a line end.
pub(super) fn render(judgement: &Judgement) -> String {
    let verdict = judgement.as_ref().ok();
    let document = Document {
        schema_version: SCHEMA_VERSION,
        verdict: word(judgement),
        exit_code: code(judgement),
        error: judgement.as_ref().err().map(ToString::to_string),
        counts: verdict.map(CountsJson::of),
        run: verdict.map(|verdict| RunJson::of(&verdict.run)),
        rules: verdict
            .map_or_else(Vec::new, |verdict| verdict.outcomes.iter().map(RuleJson::of).collect()),
    };
    let text = serde_json::to_string_pretty(&document).expect("string keys and numbers make JSON");
    escape::document(&text) + "\n"
}

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    verdict: &'static str,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<CountsJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunJson>,
    rules: Vec<RuleJson>,
}

#[derive(Serialize)]
struct CountsJson {
    fail: usize,
    no_data: usize,
    warn: usize,
    inconclusive: usize,
    pass: usize,
}

impl CountsJson {
    fn of(verdict: &Verdict) -> Self {
        Self {
            fail: verdict.count(Status::Fail),
            no_data: verdict.count(Status::NoData),
            warn: verdict.count(Status::Warn),
            inconclusive: verdict.count(Status::Inconclusive),
            pass: verdict.count(Status::Pass),
        }
    }
}

#[derive(Serialize)]
struct RunJson {
    requests: u64,
    failures: u64,
    requests_per_s: f64,
    history: &'static str,
    steady: Option<SteadyJson>,
    notes: Vec<String>,
    files: Vec<FileJson>,
}

impl RunJson {
    fn of(run: &RunFacts) -> Self {
        Self {
            requests: run.requests,
            failures: run.failures,
            requests_per_s: run.rps,
            history: run.history.as_str(),
            steady: run.steady.ok().as_ref().map(SteadyJson::of),
            notes: run.notes.clone(),
            files: run.files.iter().map(FileJson::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct FileJson {
    role: &'static str,
    path: String,
    bytes: u64,
    sha256: String,
}

impl FileJson {
    fn of(file: &InputFile) -> Self {
        let path = file.path.display().to_string();
        Self { role: file.role, path, bytes: file.bytes, sha256: file.sha256.clone() }
    }
}

#[derive(Serialize)]
struct SteadyJson {
    users: u64,
    fewest_users: u64,
    ramp_s: u64,
    duration_s: u64,
    from_unix_s: u64,
    to_unix_s: u64,
    requests: u64,
    requests_per_s: f64,
}

impl SteadyJson {
    fn of(steady: &Steady) -> Self {
        Self {
            users: steady.users,
            fewest_users: steady.fewest_users,
            ramp_s: steady.ramp_s,
            duration_s: steady.duration_s(),
            from_unix_s: steady.from_s,
            to_unix_s: steady.to_s,
            requests: steady.requests,
            requests_per_s: steady.rps(),
        }
    }
}

#[derive(Serialize)]
struct RuleJson {
    id: String,
    label: String,
    expr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<EndpointJson>,
    severity: &'static str,
    verdict: &'static str,
    observed: Option<f64>,
    op: &'static str,
    limit: Option<f64>,
    unit: &'static str,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<DriftJson>,
}

impl RuleJson {
    fn of(outcome: &Outcome) -> Self {
        let rule = &outcome.rule;
        Self {
            id: rule.id().to_owned(),
            label: rule.label().to_owned(),
            expr: rule.expr().to_owned(),
            endpoint: EndpointJson::of(rule.scope()),
            severity: match rule.severity() {
                Severity::Fail => "fail",
                Severity::Warn => "warn",
            },
            verdict: outcome.status.as_str(),
            observed: outcome.observed.map(Quantity::value),
            op: rule.op().as_str(),
            limit: outcome.limit.map(Quantity::value),
            unit: rule.metric().unit(),
            why: outcome.why.clone(),
            comparison: outcome.comparison.as_ref().map(ComparisonJson::of),
            drift: outcome.drift.as_ref().map(|drift| DriftJson {
                basis: match drift.basis {
                    Basis::Percentile(_) => "percentile",
                    Basis::IntervalMean => "interval-mean",
                    Basis::Pace => "time-between-answers",
                },
                windows: drift.blocks,
                thirds_percent: drift.thirds_percent,
                slope_percent: drift.slope_percent,
                p: drift.p,
                step_after_windows: drift.step.map(|step| step.before),
                variance_factor: drift.variance_factor,
                rise_ms: drift.rise_ms,
            }),
        }
    }
}

/// What a rule speaks about, if not about all requests together.
#[derive(Serialize)]
struct EndpointJson {
    method: String,
    name: String,
}

impl EndpointJson {
    fn of(scope: &Scope) -> Option<Self> {
        let Scope::Endpoint { method, name } = scope else { return None };
        Some(Self { method: method.clone(), name: name.clone() })
    }
}

/// JSON knows no infinity; a bound that does not exist is null.
fn ends(interval: Interval) -> [Option<f64>; 2] {
    [interval.low, interval.high].map(|end| end.is_finite().then_some(end))
}

#[derive(Serialize)]
struct ComparisonJson {
    /// The reference's figure if it is a time.
    baseline_ms: Option<f64>,
    /// The same in the rule's unit, whatever that is.
    reference: f64,
    reference_runs: usize,
    ratio: Option<f64>,
    resolution: &'static str,
    ratio_by_rounding: [Option<f64>; 2],
    ratio_by_sampling: Option<[Option<f64>; 2]>,
    sampling_is_exact: bool,
    ratio_within_runs: Option<[Option<f64>; 2]>,
    ratio_between_runs: Option<[Option<f64>; 2]>,
}

impl ComparisonJson {
    fn of(comparison: &Comparison) -> Self {
        let (reference, chance) = (comparison.reference, &comparison.chance);
        let is_time = matches!(reference, Quantity::Milliseconds(_));
        Self {
            baseline_ms: is_time.then(|| reference.value()),
            reference: reference.value(),
            reference_runs: comparison.runs,
            ratio: comparison.ratio,
            resolution: match comparison.resolution {
                Resolution::Locust => "locust",
                Resolution::Exact => "exact",
            },
            ratio_by_rounding: ends(chance.by_rounding),
            ratio_by_sampling: chance.by_sampling.map(ends),
            sampling_is_exact: chance.sampling_is_exact,
            ratio_within_runs: chance.within_runs.map(ends),
            ratio_between_runs: chance.between_runs.map(ends),
        }
    }
}

#[derive(Serialize)]
struct DriftJson {
    basis: &'static str,
    windows: usize,
    thirds_percent: f64,
    slope_percent: f64,
    p: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_after_windows: Option<usize>,
    variance_factor: f64,
    rise_ms: f64,
}
