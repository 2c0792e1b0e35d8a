//! A rule in words: what is measured, where exactly the boundary lies, and what follows.

use super::{
    layout::paragraph,
    metric::{meaning, source},
};
use crate::{
    policy::DriftPolicy,
    quantity::{Quantity, grouped},
    rule::{Certainty, Course, HARD, Limit, Metric, Op, Rule, Scope, Severity},
};

/// The whole explanation of a rule, below its name.
pub(super) fn text(rule: &Rule, drift: DriftPolicy) -> String {
    let mut text = format!("{}: {}\n\n", rule.id(), rule.expr());
    text += &paragraph("Measured", &format!("{} {}", meaning(rule.metric()), scope(rule.scope())));
    text += &paragraph("From", &source(rule.metric()));
    text += &match (rule.metric(), rule.limit()) {
        (Metric::Drift(course), Limit::Absolute(limit)) => {
            drift_boundary(rule, course, limit, drift)
        }
        (_, Limit::Absolute(limit)) => paragraph("Holds", &boundary(rule.op(), limit)),
        _ => relative(rule),
    };
    text + &consequences(rule)
}

fn scope(scope: &Scope) -> String {
    match scope {
        Scope::All => "Over all requests together.".to_owned(),
        Scope::Endpoint { method, name } => {
            format!(
                "Over the requests of {method} {name}; a run without it is an error of the rules."
            )
        }
        Scope::Each => {
            "Over the requests of each endpoint on its own: one verdict for each.".to_owned()
        }
    }
}

/// What happens at the limit and on both sides of it.
fn boundary(op: Op, limit: Quantity) -> String {
    match op {
        Op::Below => format!("Below {limit}. Exactly {limit} does not hold any more."),
        Op::AtMost => {
            format!("Up to {limit}. Exactly {limit} still holds, anything above does not.")
        }
        Op::AtLeast => format!("From {limit} up. Exactly {limit} holds, anything below does not."),
        Op::Above => format!("Above {limit}. Exactly {limit} does not hold yet."),
        Op::Equal => format!("Exactly {limit} and nothing else."),
    }
}

fn drift_boundary(rule: &Rule, course: Course, limit: Quantity, drift: DriftPolicy) -> String {
    let drift = drift.with(rule.terms());
    let alpha = drift.alpha;
    let floor = Quantity::Milliseconds(drift.floor_ms);
    let words = match course {
        Course::Rps => format!(
            "It fails if the effect is beyond the limit and p is below {alpha}; a large effect alone is a warning. A block \
             without any answer fails."
        ),
        _ => format!(
            "It fails if the effect is beyond the limit and p is below {alpha} and the rise is more than {floor}. Only one \
             of the first two is a warning, and so is one of the last three blocks above twice the middle one. A block \
             without any answer fails, and so does a rate that falls by as much."
        ),
    };
    let needs = format!(
        "{} blocks after the ramp and, for percentiles, 10 s to settle; fewer are inconclusive, and the verdict says how \
         long to run. Without a history it is a warning.",
        drift.min_blocks
    );
    let holds = format!("{} {words}", boundary(rule.op(), limit));
    paragraph("Holds", &holds) + &paragraph("Needs", &needs)
}

fn relative(rule: &Rule) -> String {
    let (reference, formula) = match rule.limit() {
        Limit::TimesBaseline(factor) => ("baseline", times(rule, factor, "baseline")),
        Limit::PlusBaseline(more) => ("baseline", plus(more, "baseline")),
        Limit::TimesPinned(factor) => ("pinned reference", times(rule, factor, "pinned reference")),
        Limit::PlusPinned(more) => ("pinned reference", plus(more, "pinned reference")),
        Limit::Absolute(limit) => ("limit", limit.to_string()),
    };
    let at_limit = match rule.op() {
        Op::AtMost | Op::AtLeast => "Exactly the limit holds",
        _ => "Exactly the limit does not hold",
    };
    let floor = rule.min_abs().map_or_else(String::new, |floor| {
        format!(" A change of no more than {floor} (min_abs) holds whatever its ratio.")
    });
    let holds = format!(
        "The limit is {formula}. {at_limit}; it is found to the nanosecond. Where the {reference} is below the resolution \
         of its file there is no ratio, and the difference decides.{floor}"
    );
    let chance = match rule.certainty() {
        Certainty::Point => {
            "policy = \"point\": the figures as they are decide. How large chance is stands beside the verdict.".to_owned()
        }
        Certainty::Confident => {
            let hard = rule.terms().hard.unwrap_or(HARD);
            format!(
                "policy = \"confident\": it fails only where chance does not explain the change, as the ups and downs of two \
                 full histories or five runs of a kept baseline show; what is beyond the limit and within chance is \
                 inconclusive. Beyond {hard} times the {reference} (hard) it fails in any case."
            )
        }
    };
    paragraph("Holds", &holds) + &paragraph("Chance", &chance)
}

fn times(rule: &Rule, factor: f64, reference: &str) -> String {
    let scaled = |value: f64| (factor * value * 1e6).round() / 1e6;
    let (example, before) = match rule.metric().unit() {
        "/s" => (Quantity::PerSecond(scaled(500.0)), Quantity::PerSecond(500.0)),
        _ => (Quantity::Milliseconds(scaled(50.0)), Quantity::Milliseconds(50.0)),
    };
    format!("{factor} x the {reference}'s figure ({example} where that was {before})")
}

fn plus(more: Quantity, reference: &str) -> String {
    format!("the {reference}'s figure and {more} more")
}

/// What follows from a broken rule, and from a missing figure.
fn consequences(rule: &Rule) -> String {
    let broken = match rule.severity() {
        Severity::Fail => "A broken rule fails the run: exit code 1.",
        Severity::Warn => "A broken rule is a warning: exit code 0, and 1 with --strict.",
    };
    let missing = match rule.limit() {
        Limit::Absolute(_) if rule.metric() == Metric::Exceptions => {
            "Without _exceptions.csv it is a warning."
        }
        Limit::Absolute(_) if matches!(rule.metric(), Metric::Drift(_)) => {
            "An endpoint without rows in the history counts as broken."
        }
        Limit::Absolute(_) => "A figure that the files do not hold counts as broken.",
        _ => "Without a figure to compare with nothing is judged, and that is said.",
    };
    let samples = rule.min_samples().map_or_else(String::new, |fewest| {
        format!(" Fewer than {} requests (min_samples) count as broken, too.", grouped(fewest))
    });
    paragraph("Then", &format!("{broken} {missing}{samples}"))
}
