//! The comparison for programs: one JSON object, versioned by itself.
//!
//! Field names carry their units. Every figure holds the values of all runs, so that nothing has to be read again to draw
//! it. Strings are raw, as JSON escapes them by itself.

use serde::Serialize;

use super::{ContrastJudgement, sentence};
use crate::{
    compare::{Contrast, Contribution, FigurePair, Spread},
    noise::Interval,
    report::escape,
    rule::Scope,
};

/// The version of the JSON form, as its field `schema_version` says.
pub const CONTRAST_SCHEMA_VERSION: u32 = 1;

/// A judgement as indented JSON that ends with a line end.
pub(super) fn render(judgement: &ContrastJudgement, strict: bool) -> String {
    let document = match judgement {
        Ok(contrast) => Document {
            schema_version: CONTRAST_SCHEMA_VERSION,
            verdict: contrast.finding.as_str(),
            exit_code: contrast.exit_code(strict),
            error: None,
            comparison: Some(ComparisonJson::of(contrast)),
        },
        Err(error) => Document {
            schema_version: CONTRAST_SCHEMA_VERSION,
            verdict: "not-judged",
            exit_code: error.exit_code(),
            error: Some(error.to_string()),
            comparison: None,
        },
    };
    let text = serde_json::to_string_pretty(&document).expect("string keys and numbers make JSON");
    escape::document(&text) + "\n"
}

#[derive(Serialize)]
struct Document<'c> {
    schema_version: u32,
    verdict: &'static str,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    comparison: Option<ComparisonJson<'c>>,
}

#[derive(Serialize)]
struct ComparisonJson<'c> {
    limit_ratio: f64,
    confidence: f64,
    alpha: f64,
    min_abs_ms: f64,
    pairing: &'static str,
    more_rounds: Option<usize>,
    spread: Option<SpreadJson>,
    base: Vec<RunJson>,
    head: Vec<RunJson>,
    figures: Vec<FigureJson<'c>>,
    notes: &'c [String],
}

impl<'c> ComparisonJson<'c> {
    fn of(contrast: &'c Contrast) -> Self {
        let margin = &contrast.margin;
        Self {
            limit_ratio: margin.limit,
            confidence: margin.confidence,
            alpha: margin.alpha(),
            min_abs_ms: margin.min_abs_ms,
            pairing: contrast.pairing.as_str(),
            more_rounds: contrast.more_rounds(),
            spread: contrast.spread.map(|spread| SpreadJson::of(spread, margin.limit)),
            base: contrast.base.iter().map(RunJson::of).collect(),
            head: contrast.head.iter().map(RunJson::of).collect(),
            figures: contrast
                .figures
                .iter()
                .map(|figure| FigureJson::of(figure, contrast))
                .collect(),
            notes: &contrast.notes,
        }
    }
}

#[derive(Serialize)]
struct SpreadJson {
    s: f64,
    s_within_pairs: Option<f64>,
    point_rule_false_alarm: f64,
    point_rule_false_alarm_medians_of_3: f64,
    point_rule_false_alarm_medians_of_5: f64,
    point_rule_sees_20_percent: f64,
    point_rule_sees_30_percent: f64,
    point_rule_sees_50_percent: f64,
}

impl SpreadJson {
    fn of(spread: Spread, limit: f64) -> Self {
        Self {
            s: spread.s,
            s_within_pairs: spread.within_pairs,
            point_rule_false_alarm: spread.false_alarm(limit),
            point_rule_false_alarm_medians_of_3: spread.false_alarm_of_3(limit),
            point_rule_false_alarm_medians_of_5: spread.false_alarm_of_5(limit),
            point_rule_sees_20_percent: spread.caught(limit, 1.2),
            point_rule_sees_30_percent: spread.caught(limit, 1.3),
            point_rule_sees_50_percent: spread.caught(limit, 1.5),
        }
    }
}

#[derive(Serialize)]
struct RunJson {
    prefix: String,
    requests: u64,
    failures: u64,
}

impl RunJson {
    fn of(run: &Contribution) -> Self {
        Self {
            prefix: run.path.display().to_string(),
            requests: run.requests,
            failures: run.failures,
        }
    }
}

#[derive(Serialize)]
struct FigureJson<'c> {
    measure: &'static str,
    unit: &'static str,
    /// `null` for all requests.
    endpoint: Option<EndpointJson<'c>>,
    decides: bool,
    verdict: &'static str,
    base: f64,
    head: f64,
    ratio: Option<f64>,
    ratio_range: Option<[f64; 2]>,
    p: Option<f64>,
    p_needed: Option<f64>,
    p_by_ranks: Option<f64>,
    more_rounds: Option<usize>,
    base_runs: &'c [f64],
    head_runs: &'c [f64],
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Serialize)]
struct EndpointJson<'c> {
    method: &'c str,
    name: &'c str,
}

impl<'c> FigureJson<'c> {
    fn of(figure: &'c FigurePair, contrast: &Contrast) -> Self {
        let effect = figure.effect;
        Self {
            measure: figure.measure.as_str(),
            unit: figure.measure.quantity(0.0).unit(),
            endpoint: match &figure.scope {
                Scope::Endpoint { method, name } => Some(EndpointJson { method, name }),
                _ => None,
            },
            decides: figure.decides,
            verdict: figure.finding.as_str(),
            base: figure.base_value(),
            head: figure.head_value(),
            ratio: effect.map(|effect| effect.ratio),
            ratio_range: effect
                .and_then(|effect| effect.interval)
                .map(|Interval { low, high }| [low, high]),
            p: effect.and_then(|effect| effect.p),
            p_needed: effect.map(|effect| effect.level),
            p_by_ranks: figure.rank_p,
            more_rounds: effect.and_then(|effect| effect.more_rounds),
            base_runs: &figure.base,
            head_runs: &figure.head,
            why: figure.decides.then(|| sentence::why(figure, contrast)).flatten(),
        }
    }
}
