//! One figure on both sides: its values run by run, the effect, and what became of it.

use super::{
    estimate::{Estimate, mean},
    failing::{self, Tally},
    finding::Finding,
    margin::Margin,
    measure::Measure,
    pairing::Pairing,
};
use crate::{
    noise::{Interval, Resolution},
    rule::Scope,
    statistics::{least_p, mann_whitney},
};

/// A head that is less than this much better is no news.
const WORTH_TELLING: f64 = 1.05;

/// So few runs that even complete separation is likelier than this cannot be told apart by their ranks: three of each
/// are the fewest of equal numbers.
const LEAST_P: f64 = 0.051;

/// A figure of base and head.
#[derive(Clone, Debug, PartialEq)]
pub struct FigurePair {
    /// Which requests.
    pub scope: Scope,
    /// What of them.
    pub measure: Measure,
    /// Whether the verdict rests on it.
    pub decides: bool,
    /// The value of each run of the base, in the measure's unit; for pairs in their order.
    pub base: Vec<f64>,
    /// The value of each run of the head.
    pub head: Vec<f64>,
    /// How many times as bad the head is; `None` for what is counted, which may be 0.
    pub effect: Option<Effect>,
    /// The chance that dealing the same runs to both sides ranks the head as far behind (Mann-Whitney, one-sided, exact);
    /// `None` below three runs a side. A check on the verdict that no single wild run can sway.
    pub rank_p: Option<f64>,
    /// What became of it.
    pub finding: Finding,
}

/// How many times as bad the head is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Head over base; of a rate base over head, so that more than 1 is always worse.
    pub ratio: f64,
    /// Where the true ratio lies, at the confidence that was demanded; `None` if nothing repeats.
    pub interval: Option<Interval>,
    /// The chance that equal builds differ as much in this direction; `None` if nothing repeats.
    pub p: Option<f64>,
    /// The largest p that counts as a difference: this figure's share of the false alarms that are allowed.
    pub level: f64,
    /// How many more rounds would decide, if they come out like these; `None` if it is decided, or if hundreds would not.
    pub more_rounds: Option<usize>,
}

/// The values of a figure, and how they are to be held against each other.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub(super) scope: Scope,
    pub(super) measure: Measure,
    pub(super) decides: bool,
    pub(super) base: Vec<f64>,
    pub(super) head: Vec<f64>,
    /// Of errors what was counted, run by run of base and head; empty of all others.
    pub(super) tallies: [Vec<Tally>; 2],
    /// How finely the coarsest of the files is written.
    pub(super) resolution: Resolution,
    /// The largest p that counts as a difference.
    pub(super) level: f64,
}

impl Values {
    /// Decides.
    pub(super) fn weigh(self, pairing: Pairing, margin: &Margin) -> FigurePair {
        let rank_p = self.rank_p();
        let (effect, finding) = match self.measure {
            Measure::Errors => {
                let [base, head] = &self.tallies;
                (None, failing::requests(base, head, rank_p, self.level))
            }
            Measure::Exceptions | Measure::Silence => {
                (None, failing::occurrences(&self.base, &self.head))
            }
            _ => {
                let (effect, finding) = self.ratio(pairing, margin);
                (Some(effect), finding)
            }
        };
        let Self { scope, measure, decides, base, head, .. } = self;
        // Endpoints without a failure more are many, and no news.
        let decides = decides
            && (scope == Scope::All || effect.is_some() || finding != Finding::NoRegression);
        FigurePair { scope, measure, decides, base, head, effect, rank_p, finding }
    }

    fn ratio(&self, pairing: Pairing, margin: &Margin) -> (Effect, Finding) {
        // A value below half a step is read as half a step: a file that rounds to 0 knows no more.
        let known = |values: &[f64]| -> Vec<f64> {
            values.iter().map(|value| value.max(self.half_step(*value))).collect()
        };
        let (base, head) = (known(&self.base), known(&self.head));
        let sides = if self.measure == Measure::Rate { [&head, &base] } else { [&base, &head] };
        let [first, second] = sides.map(|side| geometric_mean(side));
        // How far a value may lie below what is written, on logarithms; half a step is never all of it.
        let hidden = |value: f64| -(-(self.half_step(value) / value).min(0.999)).ln_1p();
        let rounding = hidden(first) + hidden(second);
        let estimate = Estimate::new(sides.map(Vec::as_slice), pairing, rounding);
        let mut effect = Effect {
            ratio: estimate.ratio(),
            interval: estimate.interval(margin.confidence),
            p: estimate.p(true),
            level: self.level,
            more_rounds: None,
        };
        // Below the floor no ratio counts.
        let floor_ms = if self.measure.is_latency() { margin.min_abs_ms } else { 0.0 };
        let is_small = |ratio: f64| first * (ratio - 1.0) <= floor_ms;
        let (Some(interval), Some(p)) = (effect.interval, effect.p) else {
            return (effect, Finding::Inconclusive);
        };
        let finding = if effect.ratio > margin.limit && !is_small(effect.ratio) && p <= self.level {
            Finding::Regression
        } else if interval.high > margin.limit && !is_small(interval.high) {
            effect.more_rounds = estimate.more_rounds(margin.limit, self.level, margin.confidence);
            Finding::Inconclusive
        } else if effect.ratio * WORTH_TELLING <= 1.0
            && estimate.p(false).is_some_and(|p| p <= self.level)
        {
            Finding::Improvement
        } else {
            Finding::NoRegression
        };
        (effect, finding)
    }

    /// How likely chance ranks the head as far behind.
    fn rank_p(&self) -> Option<f64> {
        if least_p(self.base.len(), self.head.len()) > LEAST_P {
            return None;
        }
        let [better, worse] = match self.measure {
            Measure::Rate => [&self.head, &self.base],
            _ => [&self.base, &self.head],
        };
        mann_whitney(better, worse).map(|test| test.p)
    }

    fn half_step(&self, value: f64) -> f64 {
        if self.measure.is_rounded() { self.resolution.half_step_ms(value) } else { 0.0 }
    }
}

impl FigurePair {
    /// The base's value over all its runs: the geometric mean, of errors the mean, of exceptions and silence the sum.
    pub fn base_value(&self) -> f64 {
        self.over_all(&self.base)
    }

    /// The head's value over all its runs.
    pub fn head_value(&self) -> f64 {
        self.over_all(&self.head)
    }

    /// `p95`, or `p95 of POST /api/v1/score`. Raw: may quote a server.
    pub fn name(&self) -> String {
        match &self.scope {
            Scope::Endpoint { method, name } => {
                format!("{} of {method} {name}", self.measure.as_str())
            }
            _ => self.measure.as_str().to_owned(),
        }
    }

    fn over_all(&self, values: &[f64]) -> f64 {
        // A value of 0 has no logarithm.
        let has_logarithms = values.iter().all(|value| *value > 0.0);
        if matches!(self.measure, Measure::Exceptions | Measure::Silence) {
            values.iter().sum()
        } else if self.measure == Measure::Errors || !has_logarithms {
            mean(values)
        } else {
            geometric_mean(values)
        }
    }
}

fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}
