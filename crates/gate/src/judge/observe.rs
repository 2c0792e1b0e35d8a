//! Where in the evidence the figure of a rule stands.
//!
//! Figures of the summary are read by [`Metric`] itself; those of the history are read here, for all requests or for one
//! endpoint. Nothing is compared.

use std::borrow::Cow;

use lead_stats::History;

use crate::{
    evidence::Evidence,
    pace::SlowestWindow,
    quantity::Quantity,
    rule::{Metric, Rule, Scope},
    steady::Steady,
    timeline::Timeline,
};

/// The part of a history in which the load was held, for the requests of one scope.
pub(super) struct Held<'e> {
    /// Their history.
    pub(super) timeline: Cow<'e, Timeline>,
    /// The window, with their requests in it.
    pub(super) steady: Steady,
}

impl<'e> Held<'e> {
    /// Reads it; `None` if nothing was held, or if the history has no rows of this endpoint.
    pub(super) fn of(scope: &Scope, evidence: &'e Evidence) -> Option<Self> {
        let steady = evidence.steady().ok()?;
        Self::in_history(scope, evidence.history(), evidence.timeline(), steady)
    }

    /// Reads it in the history of any run, of which `timeline` are all requests.
    pub(super) fn in_history(
        scope: &Scope,
        history: &History,
        timeline: &'e Timeline,
        steady: Steady,
    ) -> Option<Self> {
        let Scope::Endpoint { method, name } = scope else {
            return Some(Self { timeline: Cow::Borrowed(timeline), steady });
        };
        let timeline = Timeline::of_endpoint(history, method, name);
        let until = |at_s: u64| {
            timeline
                .points
                .iter()
                .rev()
                .find(|point| point.at_s <= at_s)
                .map(|point| point.requests)
        };
        let requests = until(steady.to_s)?.saturating_sub(until(steady.from_s)?);
        Some(Self { timeline: Cow::Owned(timeline), steady: Steady { requests, ..steady } })
    }
}

/// The figure of a rule; `None` where the run left nothing to read it from, and for a drift, which is a series.
pub(super) fn observe(rule: &Rule, evidence: &Evidence) -> Option<Quantity> {
    let row = rule.scope().row(evidence.summary())?;
    match rule.metric() {
        Metric::Exceptions => evidence.exception_count().map(Quantity::Count),
        Metric::SteadyRps => {
            let steady = Held::of(rule.scope(), evidence).map(|held| held.steady.rps());
            Some(Quantity::PerSecond(steady.unwrap_or(row.requests_per_s)))
        }
        Metric::MinWindowRps => {
            slowest(rule, evidence).map(|slowest| Quantity::PerSecond(slowest.rps))
        }
        metric => metric.in_row(row),
    }
}

/// The slowest window that a rule speaks of.
pub(super) fn slowest(rule: &Rule, evidence: &Evidence) -> Option<SlowestWindow> {
    let held = Held::of(rule.scope(), evidence)?;
    SlowestWindow::find(&held.timeline, &held.steady)
}
