//! Where in the evidence the figure of a rule stands.
//!
//! Figures of the summary are read by [`Metric`] itself; those of the history are read here. Nothing is compared.

use crate::{
    evidence::Evidence,
    quantity::Quantity,
    rule::{Metric, Rule, Scope},
    steady::NoSteady,
};

/// The figure of a rule; `None` where the run left nothing to read it from, and for a drift, which is a series.
pub(super) fn observe(rule: &Rule, evidence: &Evidence) -> Option<Quantity> {
    let row = rule.scope().row(evidence.summary())?;
    match rule.metric() {
        Metric::Exceptions => evidence.exception_count().map(Quantity::Count),
        Metric::SteadyRps if *rule.scope() == Scope::All => {
            Some(Quantity::PerSecond(match evidence.steady() {
                Ok(steady) => steady.rps(),
                Err(NoSteady { .. }) => row.requests_per_s,
            }))
        }
        metric => metric.in_row(row),
    }
}
