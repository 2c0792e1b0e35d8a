//! An analysis for programs: one JSON object, versioned.
//!
//! A field may be added within a version. Strings are raw, as JSON escapes them by itself.

use serde::Serialize;

use super::{
    analysis::{Analysis, SeriesFindings},
    elsewhere::OtherKey,
    error::HistoryError,
    record::RunRecord,
    shift::{ALPHA, NEEDED, Shift, Standing},
    undecided::Undecided,
};
use crate::{exit, report::document, rule::Scope};

/// The version of the form, as its field `schema_version` says.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    verdict: &'static str,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    found: Option<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    key: String,
    seed: u64,
    alpha: f64,
    runs: usize,
    runs_needed: usize,
    regressions: usize,
    undecided: Vec<UndecidedJson<'a>>,
    other_keys: Vec<OtherKeyJson>,
    series: Vec<SeriesJson<'a>>,
}

#[derive(Serialize)]
struct OtherKeyJson {
    key: String,
    runs: usize,
    latest_ended: String,
    regressions: usize,
}

#[derive(Serialize)]
struct UndecidedJson<'a> {
    rule: &'a str,
    runs: usize,
    why: String,
}

#[derive(Serialize)]
struct SeriesJson<'a> {
    metric: &'static str,
    /// None for all requests together.
    method: Option<&'a str>,
    name: Option<&'a str>,
    unit: &'static str,
    runs: Vec<&'a str>,
    values: &'a [f64],
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    at: usize,
    runs_since: usize,
    before: f64,
    after: f64,
    percent: f64,
    p: f64,
    direction: &'static str,
    standing: &'static str,
    reason: Option<&'a str>,
    last_before: RunJson<'a>,
    first_after: RunJson<'a>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    run: &'a str,
    commit: Option<&'a str>,
    ended: String,
}

/// The analysis, or why there is none, as indented JSON that ends with a line end.
pub(super) fn history_json(analysis: &Result<Analysis, HistoryError>) -> String {
    let document_of = match analysis {
        Ok(analysis) => Document {
            schema_version: SCHEMA_VERSION,
            verdict: word(analysis),
            exit_code: analysis.exit_code(),
            error: None,
            found: Some(Found::of(analysis)),
        },
        Err(error) => Document {
            schema_version: SCHEMA_VERSION,
            verdict: "not-judged",
            exit_code: error.exit_code(),
            error: Some(error.to_string()),
            found: None,
        },
    };
    let text =
        serde_json::to_string_pretty(&document_of).expect("string keys and numbers make JSON");
    document(&text) + "\n"
}

/// The finding in one word.
pub(super) fn word(analysis: &Analysis) -> &'static str {
    if analysis.exit_code() == exit::FAIL {
        "regression"
    } else if analysis.lacks() > 0 {
        "not-enough-history"
    } else {
        "nothing-worse"
    }
}

impl<'a> Found<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let undecided = |undecided: &'a Undecided| UndecidedJson {
            rule: &undecided.rule,
            runs: undecided.runs,
            why: undecided.sentence(),
        };
        Self {
            key: analysis.key.to_string(),
            seed: analysis.query.seed,
            alpha: ALPHA,
            runs: analysis.runs.len(),
            runs_needed: NEEDED,
            regressions: analysis.regressions(),
            undecided: analysis.undecided.iter().map(undecided).collect(),
            other_keys: analysis.others.iter().map(OtherKeyJson::of).collect(),
            series: analysis.series.iter().map(SeriesJson::of).collect(),
        }
    }
}

impl OtherKeyJson {
    fn of(other: &OtherKey) -> Self {
        Self {
            key: other.key.to_string(),
            runs: other.runs,
            latest_ended: other.latest.ended.to_string(),
            regressions: other.regressions,
        }
    }
}

impl<'a> SeriesJson<'a> {
    fn of(series: &'a SeriesFindings) -> Self {
        let (method, name) = match &series.scope {
            Scope::Endpoint { method, name } => (Some(method.as_str()), Some(name.as_str())),
            _ => (None, None),
        };
        Self {
            metric: series.figure.as_str(),
            method,
            name,
            unit: series.figure.quantity(0.0).unit(),
            runs: series.runs.iter().map(|run| run.run.as_str()).collect(),
            values: &series.values,
            changes: series.changes.iter().map(ChangeJson::of).collect(),
        }
    }
}

impl<'a> ChangeJson<'a> {
    fn of(change: &'a Shift) -> Self {
        let (standing, reason) = match &change.standing {
            Standing::New => ("new", None),
            Standing::Acknowledged(reason) => ("acknowledged", Some(reason.as_str())),
            Standing::Gone => ("gone", None),
            Standing::Back => ("back", None),
            Standing::Old => ("old", None),
        };
        Self {
            at: change.at,
            runs_since: change.since,
            before: change.before,
            after: change.after,
            percent: change.percent(),
            p: change.p,
            direction: if change.worse { "worse" } else { "better" },
            standing,
            reason,
            last_before: RunJson::of(&change.last_before),
            first_after: RunJson::of(&change.first_after),
        }
    }
}

impl<'a> RunJson<'a> {
    fn of(run: &'a RunRecord) -> Self {
        Self { run: &run.run, commit: run.commit.as_deref(), ended: run.ended.to_string() }
    }
}
