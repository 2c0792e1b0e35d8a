//! The generator's verdict on the run.

use lead_stats::Validity;
use serde::Serialize;

use super::node::{Fault, Node};
use crate::verdict::{Judgement, Reason as Held, Rule};

/// More reasons or notes than the rules can give.
const MOST: usize = 1_000;

/// What is to be thought of the numbers.
#[derive(Serialize)]
pub(super) struct Verdict<'a> {
    validity: &'static str,
    reasons: Vec<Reason<'a>>,
    generator: Option<&'a str>,
    notes: &'a [String],
}

/// One doubt.
#[derive(Serialize)]
struct Reason<'a> {
    rule: &'static str,
    validity: &'static str,
    sentence: &'a str,
}

impl<'a> Verdict<'a> {
    pub(super) fn of(judgement: &'a Judgement) -> Self {
        let reason = |reason: &'a Held| Reason {
            rule: reason.rule.as_str(),
            validity: reason.validity.as_str(),
            sentence: &reason.sentence,
        };
        Self {
            validity: judgement.validity.as_str(),
            reasons: judgement.reasons.iter().map(reason).collect(),
            generator: judgement.generator.as_deref(),
            notes: &judgement.notes,
        }
    }
}

/// The judgement of an object, no better than its reasons.
pub(super) fn judgement(node: &Node<'_>) -> Result<Judgement, Fault> {
    let reasons = node.at("reasons")?.items(MOST)?;
    let reasons = reasons.iter().map(reason).collect::<Result<Vec<Held>, Fault>>()?;
    let worst = reasons.iter().map(|reason| reason.validity).max().unwrap_or(Validity::Valid);
    let validity = validity(&node.at("validity")?)?;
    if validity != worst {
        return Err(node
            .at("validity")?
            .fault(format!("is {validity} for reasons that are {worst}")));
    }
    let notes = node.at("notes")?.items(MOST)?;
    Ok(Judgement {
        validity,
        reasons,
        generator: node.at("generator")?.maybe(Node::text)?,
        notes: notes.iter().map(Node::text).collect::<Result<Vec<String>, Fault>>()?,
    })
}

fn reason(node: &Node<'_>) -> Result<Held, Fault> {
    let named = node.at("rule")?;
    let name = named.text()?;
    let rule = Rule::ALL.into_iter().find(|rule| rule.as_str() == name);
    Ok(Held {
        rule: rule.ok_or_else(|| named.fault("is no rule that this lead-loadgen knows"))?,
        validity: validity(&node.at("validity")?)?,
        sentence: node.at("sentence")?.text()?,
    })
}

fn validity(node: &Node<'_>) -> Result<Validity, Fault> {
    let word = node.text()?;
    let all = [Validity::Valid, Validity::Suspect, Validity::Invalid];
    let meant = all.into_iter().find(|validity| validity.as_str() == word);
    meant.ok_or_else(|| node.fault("must be VALID, SUSPECT or INVALID"))
}
