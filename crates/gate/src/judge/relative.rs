//! Rules against an earlier run.
//!
//! The point estimate decides, as the requirement says: more than 20 % worse fails. One run on each side cannot tell a
//! regression from a slow day, so the reach of rounding and of sampling is printed beside every verdict. A baseline
//! below its file's resolution has no ratio and is compared by difference.

use super::wording::failures_included;
use crate::{
    baseline::Baseline,
    evidence::Evidence,
    noise::{Interval, Resolution, independent_ratio, rounding, sampling, worst_ratio},
    quantity::Quantity,
    rule::{Limit, Metric, Rule},
    verdict::{Comparison, Outcome, Status},
};

/// A run this much faster, in percent, deserves to be the next baseline.
const WORTH_KEEPING_PERCENT: f64 = 15.0;

/// Decides one rule that compares with a baseline.
pub(super) fn outcome(rule: &Rule, evidence: &Evidence) -> Outcome {
    let figure = |summary| rule.scope().row(summary).and_then(|row| rule.metric().in_row(row));
    let Some(observed) = figure(evidence.summary()) else {
        return Outcome::new(
            rule,
            Status::NoData,
            "This run's _stats.csv does not hold the figure.",
        );
    };
    let Some(baseline) = evidence.baseline() else {
        let why = "No baseline to compare with. Give an earlier run: --baseline PREFIX_stats.csv.";
        return Outcome { observed: Some(observed), ..Outcome::new(rule, Status::Warn, why) };
    };
    let Some(before) = figure(baseline.summary()) else {
        let why = format!(
            "{} does not hold the figure. Measure the baseline again.",
            baseline.path().display()
        );
        return Outcome { observed: Some(observed), ..Outcome::new(rule, Status::NoData, why) };
    };
    let comparison = compare(rule, evidence, baseline, observed.value(), before.value());
    let limit = comparison.limit_ms(rule.limit());
    let holds = rule.op().holds(&observed.value(), &limit);
    let status = if holds { Status::Pass } else { Status::Fail };
    let why = comparison.words(holds)
        + &rule.scope().row(evidence.summary()).map(failures_included).unwrap_or_default();
    Outcome {
        observed: Some(observed),
        limit: Some(Quantity::Milliseconds(limit)),
        comparison: Some(comparison),
        ..Outcome::new(rule, status, why)
    }
}

/// A rule against the pinned reference of a run that has none.
pub(super) fn unpinned(rule: &Rule) -> Outcome {
    let why = "No pinned reference to compare with: there is no way yet to give one.";
    Outcome::new(rule, Status::NoData, why)
}

fn compare(
    rule: &Rule,
    evidence: &Evidence,
    baseline: &Baseline,
    now_ms: f64,
    before_ms: f64,
) -> Comparison {
    let (ours, theirs) = (evidence.summary(), baseline.summary());
    let (our_resolution, their_resolution) = (Resolution::of(ours), Resolution::of(theirs));
    let around = |summary| match (rule.metric(), rule.scope().row(summary)) {
        (Metric::Percentile(fraction), Some(row)) => {
            sampling(&row.percentiles, fraction, row.requests)
        }
        _ => None,
    };
    let by_sampling = around(ours).zip(around(theirs));
    Comparison {
        baseline_ms: before_ms,
        ratio: (before_ms >= their_resolution.half_step_ms(before_ms)).then(|| now_ms / before_ms),
        resolution: our_resolution,
        indistinct_ms: our_resolution.half_step_ms(now_ms)
            + their_resolution.half_step_ms(before_ms),
        by_rounding: worst_ratio(
            rounding(now_ms, our_resolution),
            rounding(before_ms, their_resolution),
        ),
        by_sampling: by_sampling.and_then(|(c, b)| independent_ratio((now_ms, c), (before_ms, b))),
    }
}

impl Comparison {
    /// The largest value that is still good.
    fn limit_ms(&self, limit: Limit) -> f64 {
        // To the nanosecond, so that exactly 20 % more does not fail by the last bit of a binary fraction.
        let nanoseconds = |ms: f64| (ms * 1e6).round() / 1e6;
        match limit {
            Limit::PlusBaseline(more) => nanoseconds(self.baseline_ms + more.value()),
            Limit::TimesBaseline(factor) if self.ratio.is_some() => {
                nanoseconds(self.baseline_ms * factor)
            }
            _ => self.baseline_ms + self.indistinct_ms,
        }
    }

    fn words(&self, holds: bool) -> String {
        let before = Quantity::Milliseconds(self.baseline_ms);
        let Some(ratio) = self.ratio else {
            let next = if holds {
                ""
            } else {
                " Find the cause, or keep this run's _stats.csv as the baseline."
            };
            return format!(
                "The baseline of {before} is below the resolution of its file, so there is no ratio and the \
                 difference decides.{next}"
            );
        };
        let change = Quantity::Percent(((ratio - 1.0) * 100.0).abs());
        let direction = if ratio < 1.0 { "faster" } else { "slower" };
        let next = match (holds, self.chance_alone_explains()) {
            (false, true) => {
                " Within noise: run both again, or keep this run's _stats.csv as the baseline."
            }
            (false, false) => " Find the cause, or keep this run's _stats.csv as the baseline.",
            _ if ratio < 1.0 - WORTH_KEEPING_PERCENT / 100.0 => {
                " Keep this run's _stats.csv as the next baseline."
            }
            _ => "",
        };
        format!("{change} {direction} than the baseline's {before}; {}.{next}", self.doubt())
    }

    /// What rounding and sampling alone allow, as a clause; rounding only where it can be seen in two decimals.
    fn doubt(&self) -> String {
        let span = |name: &str, interval: Interval| {
            format!("{name} alone gives x{:.2} to x{:.2}, ", interval.low, interval.high)
        };
        let is_coarse = self.by_rounding.high - self.by_rounding.low >= 0.01;
        let rounding = if is_coarse { span("rounding", self.by_rounding) } else { String::new() };
        let sampling = self.by_sampling.map_or_else(
            || "there are too few requests to say what sampling gives, ".to_owned(),
            |interval| span("sampling", interval),
        );
        format!("{rounding}{sampling}and one run does not show how much the machine varies")
    }

    /// Whether no change at all lies within what rounding or sampling allows, as far as that is known.
    fn chance_alone_explains(&self) -> bool {
        self.by_rounding.low <= 1.0 || self.by_sampling.is_none_or(|interval| interval.low <= 1.0)
    }
}
