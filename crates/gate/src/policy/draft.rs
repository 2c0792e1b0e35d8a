//! A policy as it is being written: nothing is checked yet beyond what each word means.
//!
//! A rules file and the options of the command line fill the same [`Draft`] through the same keys, so that both are
//! understood, and refused, alike.

use std::time::Duration;

use crate::{
    error::PolicyError,
    expected::Expected,
    nearest::did_you_mean,
    place::Place,
    rule::{Certainty, Expr, Fault, Limit, Metric, Op, Rule, Severity, Terms, parse_quantity},
    timespan,
};

use super::set::{DriftPolicy, Policy};

/// A policy as it is being written.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) rules: Vec<DraftRule>,
    pub(super) expected: Expected,
}

/// A rule as it is being written.
#[derive(Debug)]
pub(super) struct DraftRule {
    pub(super) id: String,
    pub(super) expr: Expr,
    pub(super) terms: Terms,
    /// Where it was written, or changed last.
    pub(super) place: Place,
}

/// What the value of a key is, for files that tell text from numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text in quotes.
    Text,
    /// A number without quotes.
    Number,
}

/// What a rule may say beside `id` and `expr`.
pub(super) const TERMS: [(&str, Kind); 7] = [
    ("severity", Kind::Text),
    ("policy", Kind::Text),
    ("min_abs", Kind::Text),
    ("min_samples", Kind::Number),
    ("min_windows", Kind::Number),
    ("alpha", Kind::Number),
    ("hard", Kind::Number),
];

/// What `[run]` may say.
pub(super) const RUN: [(&str, Kind); 5] = [
    ("expect_users", Kind::Number),
    ("expect_duration", Kind::Text),
    ("min_requests", Kind::Number),
    ("ramp", Kind::Text),
    ("settle", Kind::Text),
];

impl Draft {
    /// Checks the whole and makes a policy of it.
    pub(super) fn check(self) -> Result<Policy, PolicyError> {
        let mut rules = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for draft in self.rules {
            let rule = Rule::new(&draft.id, draft.expr, draft.terms);
            let rule = rule.map_err(|error| match draft.place {
                Place::BuiltIn => error,
                _ => PolicyError::Wrong { place: draft.place.clone(), what: error.to_string() },
            })?;
            if let Some(first) = rules.iter().position(|earlier: &Rule| earlier.id() == rule.id()) {
                let what = format!(
                    "the id {:?} is taken already ({}); give each rule its own",
                    rule.id(),
                    places[first]
                );
                return Err(PolicyError::Wrong { place: draft.place, what });
            }
            rules.push(rule);
            places.push(draft.place);
        }
        let policy = Policy::placed(rules, places, DriftPolicy::default())?;
        Ok(policy.expecting(self.expected))
    }
}

impl DraftRule {
    /// Sets what one of [`TERMS`] says.
    pub(super) fn set(&mut self, key: &str, text: &str) -> Result<(), Fault> {
        let terms = &mut self.terms;
        match key {
            "severity" => terms.severity = choice(text, &Severity::ALL, Severity::as_str)?,
            "policy" => terms.certainty = choice(text, &Certainty::ALL, Certainty::as_str)?,
            "min_abs" => {
                terms.min_abs = Some(parse_quantity(text, floor_metric(self.expr.metric))?);
            }
            "min_samples" => terms.min_samples = Some(count(text)?),
            "min_windows" => {
                terms.min_windows = Some(usize::try_from(count(text)?).unwrap_or(usize::MAX));
            }
            "alpha" => terms.alpha = Some(number(text)?),
            "hard" => terms.hard = Some(number(text)?),
            _ => return Err(unknown_key(key, TERMS.map(|(key, _)| key))),
        }
        Ok(())
    }

    /// Sets the whole expression, or the limit that the operator allows to be called the largest or the smallest.
    pub(super) fn set_expr(&mut self, key: &str, text: &str) -> Result<(), Fault> {
        let (op, metric) = (self.expr.op, self.expr.metric);
        let fits = match key {
            "expr" => {
                self.expr = text.parse()?;
                return Ok(());
            }
            "max" => matches!(op, Op::Below | Op::AtMost),
            _ => matches!(op, Op::Above | Op::AtLeast),
        };
        if !fits {
            let other = if matches!(op, Op::Below | Op::AtMost) { "max" } else { "min" };
            let what = match op {
                Op::Equal => format!("the rule says {op}; set its expr as a whole"),
                _ => format!("the rule says {op}; set its {other}"),
            };
            return Err(Fault::new(0, what));
        }
        self.expr.limit = Limit::parse(text, metric)?;
        Ok(())
    }
}

/// Sets what one of [`RUN`] says.
pub(super) fn set_run(expected: &mut Expected, key: &str, text: &str) -> Result<(), Fault> {
    match key {
        "expect_users" => expected.users = Some(count(text)?),
        "expect_duration" => expected.duration = Some(lasting(text)?),
        "min_requests" => expected.requests = Some(count(text)?),
        "ramp" if text == "auto" => expected.start.ramp = None,
        "ramp" if text.starts_with(|c: char| c.is_ascii_digit()) => {
            expected.start.ramp = Some(span(text)?);
        }
        "ramp" => {
            return Err(Fault::new(
                0,
                format!("{text:?} is no ramp; write auto or a time such as 30s"),
            ));
        }
        "settle" => expected.start.settle = Some(span(text)?),
        _ => return Err(unknown_key(key, RUN.map(|(key, _)| key))),
    }
    Ok(())
}

/// What is wrong with a key that nobody knows.
pub(super) fn unknown_key<'k>(
    key: &str,
    known: impl IntoIterator<Item = &'k str> + Clone,
) -> Fault {
    let hint = did_you_mean(key, known.clone());
    let known: Vec<&str> = known.into_iter().collect();
    Fault::new(0, format!("unknown key{hint}. There are: {}", known.join(", ")))
}

/// The metric in whose unit a rule's floor is written: a drift is in percent, its floor in milliseconds.
fn floor_metric(metric: Metric) -> Metric {
    match metric {
        Metric::Drift(_) => Metric::Average,
        other => other,
    }
}

fn choice<T: Copy>(text: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Result<T, Fault> {
    let words: Vec<&str> = all.iter().map(|one| word(*one)).collect();
    all.iter().copied().find(|one| word(*one) == text).ok_or_else(|| {
        let hint = did_you_mean(text, words.iter().copied());
        Fault::new(0, format!("{text:?} cannot stand here{hint}. There are: {}", words.join(", ")))
    })
}

fn count(text: &str) -> Result<u64, Fault> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| Fault::new(0, format!("{text} is no whole number above 0")))
}

fn number(text: &str) -> Result<f64, Fault> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| Fault::new(0, format!("{text:?} is no number; write it like 0.01")))
}

/// A length of time that is one.
fn lasting(text: &str) -> Result<Duration, Fault> {
    let span = span(text)?;
    if span.is_zero() {
        return Err(Fault::new(
            0,
            format!("every run lasts {text}; write how long it should last"),
        ));
    }
    Ok(span)
}

fn span(text: &str) -> Result<Duration, Fault> {
    if text.parse::<u64>().is_ok() {
        return Err(Fault::new(0, format!("{text} of what? Write {text}s or {text}m")));
    }
    timespan::parse(text).map_err(|_| {
        Fault::new(0, format!("{text:?} is no length of time; write 90s, 15m, 1h30m or 2d"))
    })
}
