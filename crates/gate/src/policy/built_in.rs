//! The rules that hold where no others are given: the success criteria of the load-testing guide.

use super::set::{DriftPolicy, Policy};
use crate::{
    quantity::Quantity,
    rule::{Course, Expr, Limit, Metric, Op, Rule, Terms},
};

impl Policy {
    /// The success criteria of the load-testing guide, each with the operator that the guide or the requirement uses.
    pub fn built_in() -> Self {
        let ms = |value| Limit::Absolute(Quantity::Milliseconds(value));
        let percent = |value| Limit::Absolute(Quantity::Percent(value));
        let drift = Metric::Drift(Course::Percentile(0.95));
        let table = [
            ("p50", Metric::Percentile(0.50), Op::Below, ms(50.0)),
            ("p95", Metric::Percentile(0.95), Op::AtMost, ms(1000.0)),
            ("p99", Metric::Percentile(0.99), Op::Below, ms(2000.0)),
            ("rps", Metric::SteadyRps, Op::AtLeast, Limit::Absolute(Quantity::PerSecond(300.0))),
            ("errors", Metric::ErrorRate, Op::AtMost, percent(0.0)),
            ("exceptions", Metric::Exceptions, Op::AtMost, Limit::Absolute(Quantity::Count(0))),
            ("p95-baseline", Metric::Percentile(0.95), Op::AtMost, Limit::TimesBaseline(1.2)),
            ("p95-drift", drift, Op::AtMost, percent(20.0)),
        ];
        let rules = table.map(|(id, metric, op, limit)| {
            Rule::new(id, Expr::new(metric, op, limit), Terms::default())
        });
        let rules = rules.into_iter().collect::<Result<Vec<_>, _>>();
        rules.and_then(|rules| Self::new(rules, DriftPolicy::default())).expect(
            "the built-in table pairs every metric with its own unit, under ids of their own",
        )
    }
}
