//! What can be explained, and which explanation is meant.

use super::{
    layout::paragraph,
    metric::{meaning, names, source},
    rule,
};
use crate::{
    error::PolicyError,
    nearest::did_you_mean,
    policy::Policy,
    rule::{Expr, Metric, Rule, Terms},
};

/// Texts about more than one rule.
const TOPICS: [(&str, &str, &str); 3] = [
    ("grammar", "everything that a rules file can say", include_str!("grammar.txt")),
    ("run", "what counts as a run, and where its steady part begins", include_str!("run.txt")),
    ("verdicts", "what a rule can come to, and the exit codes", include_str!("verdicts.txt")),
];

/// What a person asked about: the name of a rule, an expression, a metric or a topic; a list of them without a subject.
///
/// A rule's name comes first, since `p95` may be the name of a rule and is a metric, too.
///
/// # Errors
///
/// If there is nothing of that name; the error lists what there is.
pub fn explain(subject: Option<&str>, policy: &Policy) -> Result<String, PolicyError> {
    let Some(subject) = subject else { return Ok(list(policy)) };
    if let Some(rule) = policy.rules().iter().find(|rule| rule.id() == subject) {
        return Ok(rule::text(rule, policy.drift()));
    }
    if let Some((_, _, text)) = TOPICS.iter().find(|(name, _, _)| *name == subject) {
        return Ok((*text).to_owned());
    }
    if let Ok(metric) = Metric::parse(subject) {
        return Ok(of_metric(metric));
    }
    // With a sign of comparison in it, it was meant as an expression, and what is wrong with it is the better answer.
    if subject.contains(['<', '>', '=']) {
        let expr: Expr = subject.parse().map_err(|fault| {
            unknown(subject, &format!("at character {}: {fault}", column(subject, &fault)))
        })?;
        return Ok(rule::text(&Rule::new("expression", expr, Terms::default())?, policy.drift()));
    }
    let known = known(policy);
    let hint = did_you_mean(subject, known.iter().map(String::as_str));
    let what = format!("nothing is called so{hint}. There are: {}", known.join(", "));
    Err(unknown(subject, &what))
}

fn column(subject: &str, fault: &crate::rule::Fault) -> usize {
    subject.get(..fault.at()).map_or(1, |before| before.chars().count() + 1)
}

fn unknown(subject: &str, what: &str) -> PolicyError {
    PolicyError::Unexplained { subject: subject.to_owned(), what: what.to_owned() }
}

fn of_metric(metric: Metric) -> String {
    let unit = match metric.unit() {
        "" => "A count, without unit.".to_owned(),
        "/s" => "Requests per second: 300 or 300/s.".to_owned(),
        "ms" => "Times: 800ms or 1.5s; the unit must be there.".to_owned(),
        unit => format!("Percent: 0.5{unit}; the unit must be there."),
    };
    let mut text = format!("{metric}\n\n");
    text += &paragraph("Measured", &meaning(metric));
    text += &paragraph("From", &source(metric));
    text += &paragraph("Limit", &unit);
    let endpoints = match metric.has_endpoints() {
        true => "Of all requests, of one endpoint (of 'POST /api/v1/score'), or of each.",
        false => "Of the whole run only.",
    };
    let reference = match metric.has_baseline() {
        true => " Can follow a baseline or the pinned reference.",
        false => " A fixed limit only.",
    };
    text + &paragraph("Of", &format!("{endpoints}{reference}"))
}

fn known(policy: &Policy) -> Vec<String> {
    let rules = policy.rules().iter().map(|rule| rule.id().to_owned());
    let topics = TOPICS.map(|(name, _, _)| name.to_owned());
    let is_rule = |name: &String| policy.rules().iter().any(|rule| rule.id() == name);
    let metrics = names().into_iter().filter(|name| !is_rule(name));
    rules.chain(topics).chain(metrics).collect()
}

fn list(policy: &Policy) -> String {
    let mut text = "lead-gate explain RULE, METRIC, 'EXPRESSION' or TOPIC\n\nRules\n".to_owned();
    let widest = policy.rules().iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    for rule in policy.rules() {
        text += &format!("  {:widest$}  {}\n", rule.id(), rule.expr());
    }
    text += "\nTopics\n";
    for (name, what, _) in TOPICS {
        text += &format!("  {name:8}  {what}\n");
    }
    text + &format!("\nMetrics\n  {}\n", names().join(", "))
}
