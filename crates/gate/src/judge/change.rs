//! A change against a reference, and what it amounts to.
//!
//! Everything is asked for the worse: a rate that falls is as bad as a time that grows. How large chance is was found
//! before; the words come after.

use crate::{
    quantity::Quantity,
    rule::{Certainty, HARD, Metric, Rule},
    verdict::{Comparison, Status},
};

/// A change of no more than this, in percent, is not worth a warning while it is within the rule.
const WORTH_TELLING_PERCENT: f64 = 5.0;

/// What a change amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Within the rule.
    Allowed,
    /// Beyond the rule by its ratio, and no more than the floor in its own unit.
    BelowFloor,
    /// Within the rule, and no chance.
    RealButAllowed,
    /// Beyond the rule, and chance does the same.
    WithinNoise,
    /// Beyond the rule, and nothing tells what chance does.
    Unknown,
    /// Beyond the rule, and no chance.
    Real,
    /// Beyond what is asked for chance.
    BeyondHard,
}

/// A change of a figure against its reference.
pub(super) struct Change<'c> {
    pub(super) rule: &'c Rule,
    pub(super) now: f64,
    pub(super) limit: f64,
    pub(super) comparison: Comparison,
    pub(super) alpha: f64,
}

impl Change<'_> {
    /// The verdict, and what it rests on.
    pub(super) fn decide(&self) -> (Status, Meaning) {
        let is_point = self.rule.certainty() == Certainty::Point;
        let chance = if self.is_explained() { Meaning::WithinNoise } else { Meaning::Real };
        let knows = self.comparison.chance.knows_the_machine();
        let is_certain = knows && chance == Meaning::Real;
        if self.holds() {
            let is_worth_telling = self.worse_percent() > WORTH_TELLING_PERCENT;
            return match !is_point && is_certain && is_worth_telling {
                true => (Status::Warn, Meaning::RealButAllowed),
                false => (Status::Pass, Meaning::Allowed),
            };
        }
        if self.is_below_floor() {
            return (Status::Pass, Meaning::BelowFloor);
        }
        let hard = self.rule.terms().hard.unwrap_or(HARD);
        match chance {
            _ if is_point => (Status::Fail, chance),
            _ if self.is_beyond(hard) => (Status::Fail, Meaning::BeyondHard),
            _ if is_certain => (Status::Fail, Meaning::Real),
            Meaning::Real => (Status::Inconclusive, Meaning::Unknown),
            _ => (Status::Inconclusive, Meaning::WithinNoise),
        }
    }

    /// Whether a smaller figure is worse.
    pub(super) fn falls(&self) -> bool {
        self.rule.metric().is_mean_rate()
    }

    fn holds(&self) -> bool {
        self.rule.op().holds(&self.now, &self.limit)
    }

    /// How much worse it became, in percent of the reference; negative if it became better.
    pub(super) fn worse_percent(&self) -> f64 {
        let Some(ratio) = self.comparison.ratio else { return 0.0 };
        (if self.falls() { 1.0 - ratio } else { ratio - 1.0 }) * 100.0
    }

    /// Whether the difference is no more than the rule's floor. A rule that demands an improvement has none.
    fn is_below_floor(&self) -> bool {
        let before = self.comparison.reference.value();
        let sign = if self.falls() { -1.0 } else { 1.0 };
        let allows_worse = sign * (self.limit - before) >= 0.0;
        let floor = self.rule.min_abs().map(Quantity::value);
        allows_worse && floor.is_some_and(|floor| sign * (self.now - before) <= floor)
    }

    /// Whether it is worse than the reference by this factor, and by more than the rule itself allows.
    fn is_beyond(&self, factor: f64) -> bool {
        match self.comparison.ratio {
            Some(ratio) if self.falls() => ratio * factor < 1.0,
            Some(ratio) => ratio > factor,
            // Without a ratio, the smallest that the files allow.
            None => self.comparison.chance.by_rounding.low > factor,
        }
    }

    /// Whether chance gives as much, as far as it is known. A rule that demands an improvement asks whether chance hides one.
    fn is_explained(&self) -> bool {
        let (before, chance) = (self.comparison.reference.value(), &self.comparison.chance);
        if self.comparison.ratio.is_none() {
            // The limit is what rounding hides, and nothing else is known.
            return false;
        }
        let is_rounded = matches!(self.rule.metric(), Metric::Percentile(_) | Metric::Median);
        if is_rounded && chance.by_sampling.is_none() {
            return true;
        }
        let allowed = self.limit / before;
        let unchanged = if self.falls() { allowed.max(1.0) } else { allowed.min(1.0) };
        chance.explains(unchanged, self.falls())
    }
}
