//! What the gate said of the run: in the twin, and in the gate's own file, whose names are the same.

use serde::Serialize;

use super::node::{Fault, Node};
use crate::report::gate::{GateRule, GateVerdict};

/// More rules than a policy has with all its endpoints.
const MOST_RULES: usize = 100_000;

/// What the gate said.
#[derive(Serialize)]
pub(super) struct Gate<'a> {
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    rules: Vec<Rule<'a>>,
}

/// What a rule came to.
#[derive(Serialize)]
struct Rule<'a> {
    label: &'a str,
    expr: &'a str,
    verdict: &'a str,
    observed: Option<f64>,
    op: &'a str,
    limit: Option<f64>,
    unit: &'a str,
    why: &'a str,
}

impl<'a> Gate<'a> {
    pub(super) fn of(held: &'a GateVerdict) -> Self {
        let rule = |rule: &'a GateRule| {
            let GateRule { label, expr, verdict, observed, op, limit, unit, why } = rule;
            let (&observed, &limit) = (observed, limit);
            Rule { label, expr, verdict, observed, op, limit, unit, why }
        };
        Self {
            verdict: &held.verdict,
            error: held.error.as_deref(),
            rules: held.rules.iter().map(rule).collect(),
        }
    }
}

/// What an object of the twin or of the gate's file says.
pub(super) fn gate(node: &Node<'_>) -> Result<GateVerdict, Fault> {
    let rules = node.at("rules")?.items(MOST_RULES)?;
    Ok(GateVerdict {
        verdict: one_of(&node.at("verdict")?, &["pass", "fail", "inconclusive", "not-judged"])?,
        error: match node.names()?.contains(&"error") {
            true => node.at("error")?.maybe(Node::text)?,
            false => None,
        },
        rules: rules.iter().map(rule).collect::<Result<Vec<GateRule>, Fault>>()?,
    })
}

fn rule(node: &Node<'_>) -> Result<GateRule, Fault> {
    let text = |name| node.at(name)?.text();
    let number = |name| node.at(name)?.maybe(Node::signed);
    Ok(GateRule {
        label: text("label")?,
        expr: text("expr")?,
        verdict: one_of(
            &node.at("verdict")?,
            &["pass", "inconclusive", "warn", "no-data", "fail"],
        )?,
        observed: number("observed")?,
        op: one_of(&node.at("op")?, &["<", "<=", ">", ">=", "=="])?,
        limit: number("limit")?,
        unit: one_of(&node.at("unit")?, &["ms", "/s", "%", ""])?,
        why: text("why")?,
    })
}

/// A text that must be one of these.
fn one_of(node: &Node<'_>, words: &[&str]) -> Result<String, Fault> {
    let word = node.text()?;
    if words.contains(&word.as_str()) {
        return Ok(word);
    }
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Err(node.fault(format!("must be one of {}", words.join(", "))))
}
