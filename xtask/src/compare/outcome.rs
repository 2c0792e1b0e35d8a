//! What a comparison came to, read from the gate's JSON.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// A comparison's result.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Outcome {
    /// `regression`, `no-regression`, `improvement`, `inconclusive` or `not-judged`.
    pub(crate) verdict: String,
    /// Why there is no verdict.
    #[serde(default)]
    pub(crate) error: Option<String>,
    #[serde(default)]
    limit_ratio: f64,
    #[serde(default)]
    spread: Option<Spread>,
    #[serde(default)]
    figures: Vec<Figure>,
}

#[derive(Clone, Debug, Deserialize)]
struct Spread {
    s: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Figure {
    measure: String,
    endpoint: Option<serde_json::Value>,
    base: f64,
    ratio: Option<f64>,
    ratio_range: Option<[f64; 2]>,
    p: Option<f64>,
    base_runs: Vec<f64>,
    head_runs: Vec<f64>,
}

/// The P95 of all requests, and what the simple rules make of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Deciding {
    /// Milliseconds, of the base.
    pub(crate) base_ms: f64,
    pub(crate) ratio: f64,
    pub(crate) range: [f64; 2],
    pub(crate) p: f64,
    /// The coefficient of variation from run to run.
    pub(crate) s: f64,
    /// Rounds in which a rule on single runs fails.
    pub(crate) single_alarms: usize,
    /// Whether the same rule on the medians of all runs fails.
    pub(crate) median_alarm: bool,
}

impl Outcome {
    /// Reads the gate's JSON.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("failed to read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no comparison", path.display()))
    }

    /// The figure that decides first; `None` without a verdict, or of a single round.
    pub(crate) fn deciding(&self) -> Option<Deciding> {
        let is_p95 = |figure: &&Figure| figure.measure == "p95" && figure.endpoint.is_none();
        let figure = self.figures.iter().find(is_p95)?;
        let is_slower = |base: f64, head: f64| head > base * self.limit_ratio;
        let pairs = figure.base_runs.iter().zip(&figure.head_runs);
        Some(Deciding {
            base_ms: figure.base,
            ratio: figure.ratio?,
            range: figure.ratio_range?,
            p: figure.p?,
            s: self.spread.as_ref()?.s,
            single_alarms: pairs.filter(|(base, head)| is_slower(**base, **head)).count(),
            median_alarm: is_slower(median(&figure.base_runs)?, median(&figure.head_runs)?),
        })
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::{Deciding, Outcome};

    #[test]
    fn the_simple_rules_are_applied_to_the_same_runs() {
        let text = r#"{"schema_version": 1, "verdict": "inconclusive", "exit_code": 0, "limit_ratio": 1.2,
            "spread": {"s": 0.04}, "figures": [
            {"measure": "p95", "endpoint": {"method": "GET", "name": "/"}, "base": 1, "ratio": 9.0, "base_runs": [],
             "head_runs": []},
            {"measure": "p95", "endpoint": null, "base": 1.0, "ratio": 1.1, "ratio_range": [0.9, 1.3], "p": 0.03,
             "base_runs": [1.0, 1.0, 1.0], "head_runs": [1.3, 1.1, 1.25]}]}"#;
        let outcome: Outcome = serde_json::from_str(text).unwrap();
        let expected = Deciding {
            base_ms: 1.0,
            ratio: 1.1,
            range: [0.9, 1.3],
            p: 0.03,
            s: 0.04,
            single_alarms: 2,
            median_alarm: true,
        };
        assert_eq!(outcome.deciding(), Some(expected));
        let refused =
            r#"{"schema_version": 1, "verdict": "not-judged", "exit_code": 3, "error": "why"}"#;
        let refused: Outcome = serde_json::from_str(refused).unwrap();
        assert_eq!((refused.deciding(), refused.error.as_deref()), (None, Some("why")));
    }
}
