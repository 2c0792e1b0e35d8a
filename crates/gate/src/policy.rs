//! What is demanded of a run: the rules, and the numbers by which a drift is told from noise.
//!
//! [`Policy::built_in`] is the table of the load-testing guide's success criteria. A policy is data: reading one from
//! a file will make another [`Policy`], and nothing after it will notice. What the rules mean stands in
//! [`judge`](crate::judge()).

use crate::{
    error::PolicyError,
    quantity::Quantity,
    rule::{Course, Expr, Limit, Metric, Op, Rule, Terms},
};

/// A checked set of rules: never empty, every id once.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    rules: Vec<Rule>,
    drift: DriftPolicy,
}

/// When a rise within the run counts as degradation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriftPolicy {
    /// Fewer blocks than this are not judged, because eight is where a trend begins to be told from chance.
    pub min_blocks: usize,
    /// The chance of calling pure noise a trend that is still accepted.
    pub alpha: f64,
    /// A rise of no more milliseconds than this is not worth a verdict: it is Locust's own step below 100 ms.
    pub floor_ms: f64,
}

impl Default for DriftPolicy {
    fn default() -> Self {
        Self { min_blocks: 8, alpha: 0.01, floor_ms: 1.0 }
    }
}

impl DriftPolicy {
    /// These numbers, except where a rule has its own.
    #[must_use]
    pub(crate) fn with(self, terms: &Terms) -> Self {
        Self {
            min_blocks: terms.min_windows.unwrap_or(self.min_blocks),
            alpha: terms.alpha.unwrap_or(self.alpha),
            floor_ms: terms.min_abs.map_or(self.floor_ms, Quantity::value),
        }
    }
}

impl Policy {
    /// Collects rules into a policy, or says what is wrong with the set.
    pub fn new(rules: Vec<Rule>, drift: DriftPolicy) -> Result<Self, PolicyError> {
        if rules.is_empty() {
            return Err(PolicyError::Empty);
        }
        for (position, rule) in rules.iter().enumerate() {
            if rules[..position].iter().any(|earlier| earlier.id() == rule.id()) {
                return Err(PolicyError::DuplicateId { id: rule.id().to_owned() });
            }
        }
        Ok(Self { rules, drift })
    }

    /// The success criteria of the load-testing guide, each with the operator that the guide or the requirement uses.
    pub fn built_in() -> Self {
        let ms = |value| Limit::Absolute(Quantity::Milliseconds(value));
        let percent = |value| Limit::Absolute(Quantity::Percent(value));
        let table = [
            ("p50", Metric::Percentile(0.50), Op::Below, ms(50.0)),
            ("p95", Metric::Percentile(0.95), Op::AtMost, ms(1000.0)),
            ("p99", Metric::Percentile(0.99), Op::Below, ms(2000.0)),
            ("rps", Metric::SteadyRps, Op::AtLeast, Limit::Absolute(Quantity::PerSecond(300.0))),
            ("errors", Metric::ErrorRate, Op::AtMost, percent(0.0)),
            ("exceptions", Metric::Exceptions, Op::AtMost, Limit::Absolute(Quantity::Count(0))),
            ("p95-baseline", Metric::Percentile(0.95), Op::AtMost, Limit::TimesBaseline(1.2)),
            ("p95-drift", Metric::Drift(Course::Percentile(0.95)), Op::AtMost, percent(20.0)),
        ];
        let rules = table.map(|(id, metric, op, limit)| {
            Rule::new(id, Expr::new(metric, op, limit), Terms::default())
        });
        let rules = rules.into_iter().collect::<Result<Vec<_>, _>>();
        rules.and_then(|rules| Self::new(rules, DriftPolicy::default())).expect(
            "the built-in table pairs every metric with its own unit, under ids of their own",
        )
    }

    /// The rules, in the order in which reports list them.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// When a rise within the run counts as degradation.
    pub fn drift(&self) -> DriftPolicy {
        self.drift
    }
}
