//! The words of rules against a reference: how much changed, how large chance is, what to do next.

use std::path::Path;

use super::change::{Change, Meaning};
use crate::{
    baseline::{FEWEST_FOR_PREDICTION, Reference, Repeats},
    noise::Interval,
    quantity::{Quantity, counted},
    rule::{Certainty, HARD, Metric, Rule},
};

/// A run this much better, in percent, deserves to be the next baseline.
const WORTH_KEEPING_PERCENT: f64 = 15.0;

/// How a baseline is renewed although a rule fails.
const ACCEPT: &str = "accept it: lead-gate baseline update --accept-regression \"reason\"";

/// The whole explanation of a change.
pub(super) fn words(
    change: &Change<'_>,
    meaning: Meaning,
    reference: &Reference<'_>,
    before: &Repeats,
) -> String {
    let was = change.comparison.reference;
    let whose = if change.rule.limit().is_pinned() { "pinned reference" } else { "baseline" };
    let next = change.next(meaning, reference);
    let Some(ratio) = change.comparison.ratio else {
        return format!(
            "The {whose} of {was} is below the resolution of its file, so there is no ratio and the difference \
             decides.{next}"
        );
    };
    let by = Quantity::Percent(((ratio - 1.0) * 100.0).abs());
    let direction = match (change.falls(), ratio < 1.0) {
        (false, true) => "faster",
        (false, false) => "slower",
        (true, true) => "less",
        (true, false) => "more",
    };
    format!("{by} {direction} than the {whose}'s {was}; {}.{next}", change.doubt(before))
}

impl Change<'_> {
    /// What chance allows, as a clause; rounding only where it can be seen in two decimals.
    fn doubt(&self, before: &Repeats) -> String {
        let chance = &self.comparison.chance;
        let span = |range: Interval| format!("x{:.2} to x{:.2}", range.low, range.high);
        let mut parts = Vec::new();
        if chance.by_rounding.high - chance.by_rounding.low >= 0.01 {
            parts.push(format!("rounding alone gives {}", span(chance.by_rounding)));
        }
        let is_percentile = matches!(self.rule.metric(), Metric::Percentile(_) | Metric::Median);
        match chance.by_sampling {
            Some(range) if chance.sampling_is_exact => {
                parts.push(format!("sampling alone gives {} (counted)", span(range)));
            }
            Some(range) => parts.push(format!("sampling alone gives {}", span(range))),
            None if is_percentile => {
                parts.push("there are too few requests to say what sampling gives".to_owned());
            }
            None => {}
        }
        if let Some(range) = chance.within_runs {
            parts.push(format!("the ups and downs within both runs give {}", span(range)));
        }
        parts.push(self.between(before));
        match parts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, first)) => format!("{}, and {last}", first.join(", ")),
            None => String::new(),
        }
    }

    /// What the runs of the reference tell of the machine.
    fn between(&self, before: &Repeats) -> String {
        let runs = before.runs;
        match (before.prediction(self.alpha), before.sd_log) {
            (Some(range), Some(deviation)) => {
                let (end, side) =
                    if self.falls() { (range.low, "above") } else { (range.high, "below") };
                let end = self.comparison.in_its_unit(end);
                let share = Quantity::Percent((1.0 - self.alpha) * 100.0);
                let varies = Quantity::Percent(deviation * 100.0);
                format!(
                    "its {runs} runs vary by {varies}, so that {share} of runs like them stay {side} {end}"
                )
            }
            _ if runs == 1 => "one run does not show how much the machine varies".to_owned(),
            _ if runs < FEWEST_FOR_PREDICTION => format!(
                "its {runs} runs do not show how much the machine varies, {FEWEST_FOR_PREDICTION} would"
            ),
            _ => "its runs hold a 0, of which nothing can be said".to_owned(),
        }
    }

    /// What to do, with the space before it.
    fn next(&self, meaning: Meaning, reference: &Reference<'_>) -> String {
        let is_kept = reference.single.is_none();
        let keep = if is_kept { ACCEPT } else { "keep this run's _stats.csv as the baseline" };
        match meaning {
            Meaning::BelowFloor => {
                let floor = self.rule.min_abs().map_or_else(String::new, |floor| floor.to_string());
                format!(" The difference is no more than {floor} (min_abs) and counts as none.")
            }
            Meaning::RealButAllowed => {
                " Real, but within what the rule allows: find the cause before such steps add up."
                    .to_owned()
            }
            Meaning::WithinNoise if self.rule.certainty() == Certainty::Confident => {
                format!(
                    " More than the rule allows, but chance does the same: run again{}.",
                    self.missing(is_kept)
                )
            }
            Meaning::WithinNoise if is_kept => format!(" Within noise: run again, or {keep}."),
            Meaning::WithinNoise => format!(" Within noise: run both again, or {keep}."),
            Meaning::Unknown => {
                format!(
                    " More than the rule allows, and nothing tells whether chance does the same{}.",
                    self.missing(is_kept)
                )
            }
            Meaning::BeyondHard => {
                let hard = self.rule.terms().hard.unwrap_or(HARD);
                format!(" Beyond x{hard} nobody asks for chance. Find the cause, or {keep}.")
            }
            Meaning::Real => format!(" Find the cause, or {keep}."),
            Meaning::Allowed if self.worse_percent() < -WORTH_KEEPING_PERCENT => match is_kept {
                true => " Renew the baseline: lead-gate baseline update.".to_owned(),
                false => " Keep this run's _stats.csv as the next baseline.".to_owned(),
            },
            Meaning::Allowed => String::new(),
        }
    }

    /// What would tell how much the machine varies, with the sign before it; nothing if that is known.
    fn missing(&self, is_kept: bool) -> String {
        if self.comparison.chance.knows_the_machine() {
            return String::new();
        }
        let more = FEWEST_FOR_PREDICTION.saturating_sub(self.comparison.runs) as u64;
        match is_kept {
            true => format!("; {} in the baseline would tell", counted(more, "more run")),
            false => format!(
                "; {FEWEST_FOR_PREDICTION} runs in a kept baseline (lead-gate baseline update) would tell, or two minutes of \
                 --csv-full-history on both sides"
            ),
        }
    }
}

/// No reference at all was given.
pub(super) fn without_baseline(is_pinned: bool) -> String {
    match is_pinned {
        false => {
            "No baseline to compare with. Give an earlier run: --baseline PREFIX_stats.csv.".to_owned()
        }
        true => {
            "No pinned reference to compare with. Give a kept baseline that has one: --baseline FILE.json.".to_owned()
        }
    }
}

/// A baseline was given that pins nothing.
pub(super) fn without_pin(path: &Path) -> String {
    format!(
        "{} has no pinned reference. Pin a release: lead-gate baseline update --from RUN... --out FILE.json --pin.",
        path.display()
    )
}

/// The reference is of another machine.
pub(super) fn elsewhere(rule: &Rule, difference: &str) -> String {
    let whose = if rule.limit().is_pinned() { "pinned reference" } else { "baseline" };
    format!(
        "The {whose} was measured on another machine ({difference}), so nothing is compared. Keep one for this machine: \
         lead-gate baseline update."
    )
}

/// The reference lacks the figure.
pub(super) fn without_figure(rule: &Rule, path: &Path) -> String {
    let path = path.display();
    match rule.metric() {
        Metric::SteadyRps => format!(
            "{path} holds no rate of a steady part, or this run has none. Keep the generator's _stats_history.csv beside \
             both, and measure the baseline again."
        ),
        Metric::Rps => {
            format!("{path} has no rate above 0 to compare with. Measure the baseline again.")
        }
        _ => format!("{path} does not hold the figure. Measure the baseline again."),
    }
}
