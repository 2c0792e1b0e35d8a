//! Rules against an earlier run, the runs of a kept baseline, or its pinned reference.
//!
//! Under `point` the figures decide, as the requirement says: more than 20 % worse fails, and the verdict says how large
//! chance is. Under `confident` a change fails if none of the known ranges of chance explains it and one of them knows
//! how the machine varies, or if it is beyond `hard`; what is left is inconclusive. A reference below its file's
//! resolution has no ratio and is compared by difference. The words are in `said`.

use super::{
    chance::Pair,
    change::Change,
    observe::{Held, observe},
    said::{self, words},
    wording::failures_included,
};
use crate::{
    baseline::{Reference, Repeats},
    evidence::Evidence,
    noise::Resolution,
    quantity::Quantity,
    rule::{Limit, Metric, Rule},
    verdict::{Comparison, Outcome, Status},
};

/// Decides one rule that compares with a reference.
pub(super) fn outcome(rule: &Rule, evidence: &Evidence) -> Outcome {
    let row = rule.scope().row(evidence.summary());
    let Some(observed) = observe(rule, evidence) else {
        let why = "This run's _stats.csv does not hold the figure.";
        return Outcome::new(rule, Status::NoData, why);
    };
    let outcome = match reference(rule, evidence) {
        Ok(reference) => against(rule, evidence, &reference, observed),
        Err((status, why)) => Outcome::new(rule, status, why),
    };
    let failures = row.map(failures_included).unwrap_or_default();
    let why = if outcome.limit.is_some() { outcome.why + &failures } else { outcome.why };
    Outcome { observed: Some(observed), why, ..outcome }
}

/// What the rule compares with, or what becomes of it without.
fn reference<'e>(rule: &Rule, evidence: &'e Evidence) -> Result<Reference<'e>, (Status, String)> {
    let is_pinned = rule.limit().is_pinned();
    let Some(baseline) = evidence.baseline() else {
        return Err((Status::Warn, said::without_baseline(is_pinned)));
    };
    let reference = if is_pinned { baseline.pinned() } else { Some(baseline.current()) };
    let Some(reference) = reference else {
        return Err((Status::NoData, said::without_pin(baseline.path())));
    };
    match reference.elsewhere {
        // Absolute rules stay; a red build because a runner was replaced would teach to ignore red.
        Some(difference) => Err((Status::Warn, said::elsewhere(rule, difference))),
        None => Ok(reference),
    }
}

fn against(
    rule: &Rule,
    evidence: &Evidence,
    reference: &Reference<'_>,
    observed: Quantity,
) -> Outcome {
    let figures = figures(rule, evidence, reference);
    let known = (figures.len() == reference.runs.len()).then(|| Repeats::of(&figures)).flatten();
    let Some(before) = known.filter(|before| is_comparable(rule, before)) else {
        return Outcome::new(rule, Status::NoData, said::without_figure(rule, reference.path));
    };
    let pair = Pair { rule, evidence, reference, now: observed.value(), before };
    let comparison = compare(&pair, observed);
    let limit = comparison.limit(rule);
    let change = Change { rule, now: observed.value(), limit, comparison, alpha: pair.alpha() };
    let (status, meaning) = change.decide();
    Outcome {
        limit: Some(comparison.in_its_unit(limit)),
        comparison: Some(comparison),
        ..Outcome::new(rule, status, words(&change, meaning, reference, &before))
    }
}

/// The figure in each run of the reference that holds it.
fn figures(rule: &Rule, evidence: &Evidence, reference: &Reference<'_>) -> Vec<f64> {
    let (scope, metric) = (rule.scope(), rule.metric());
    if metric != Metric::SteadyRps {
        let figure = |summary| Some(metric.in_row(scope.row(summary)?)?.value());
        return reference.runs.iter().copied().filter_map(figure).collect();
    }
    // What stands in for the steady rate of a run that has none is the rate of another time.
    if Held::of(scope, evidence).is_none() {
        return Vec::new();
    }
    reference.steady_rps.iter().copied().flatten().collect()
}

/// Without a rate there is nothing that a rate could fall behind.
fn is_comparable(rule: &Rule, before: &Repeats) -> bool {
    !rule.metric().is_mean_rate() || before.median > 0.0
}

fn compare(pair: &Pair<'_>, observed: Quantity) -> Comparison {
    let [ours, theirs] = pair.half_steps();
    let before = pair.before.median;
    Comparison {
        reference: match observed {
            Quantity::PerSecond(_) => Quantity::PerSecond(before),
            _ => Quantity::Milliseconds(before),
        },
        runs: pair.before.runs,
        ratio: (before > 0.0 && before >= theirs).then(|| pair.now / before),
        resolution: Resolution::of(pair.evidence.summary()),
        indistinct: ours + theirs,
        chance: pair.chance(),
    }
}

impl Comparison {
    /// The worst value that is still good.
    fn limit(&self, rule: &Rule) -> f64 {
        // To the nanosecond, so that exactly 20 % more does not fail by the last bit of a binary fraction.
        let nanoseconds = |value: f64| (value * 1e6).round() / 1e6;
        let before = self.reference.value();
        match rule.limit() {
            Limit::PlusBaseline(more) | Limit::PlusPinned(more) => {
                nanoseconds(before + more.value())
            }
            Limit::TimesBaseline(factor) | Limit::TimesPinned(factor) if self.ratio.is_some() => {
                nanoseconds(before * factor)
            }
            _ => before + self.indistinct.max(rule.min_abs().map_or(0.0, Quantity::value)),
        }
    }

    /// A value in the unit of the reference.
    pub(super) fn in_its_unit(&self, value: f64) -> Quantity {
        match self.reference {
            Quantity::PerSecond(_) => Quantity::PerSecond(value),
            _ => Quantity::Milliseconds(value),
        }
    }
}
