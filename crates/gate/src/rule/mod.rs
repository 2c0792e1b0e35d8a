//! One line of a policy: what is measured, how it is compared and with what.
//!
//! A [`Rule`] is checked when it is made: a limit in milliseconds never meets a rate. It holds the expression as a
//! person wrote it beside its parts; reading an expression from a file is left to a parser that does not exist yet.

mod limit;
mod metric;

pub use self::{
    limit::{Limit, Op},
    metric::Metric,
};
use crate::error::PolicyError;

/// How much a broken rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A broken rule fails the run.
    Fail,
    /// A broken rule is a warning.
    Warn,
}

/// One checked rule of a [`Policy`](crate::Policy).
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    id: String,
    expr: String,
    metric: Metric,
    op: Op,
    limit: Limit,
    severity: Severity,
}

impl Rule {
    /// Builds a rule, or says why its limit cannot be compared with its metric.
    pub fn new(
        id: &str,
        metric: Metric,
        op: Op,
        limit: Limit,
        severity: Severity,
    ) -> Result<Self, PolicyError> {
        let fits = match limit {
            Limit::Absolute(quantity) => quantity.unit() == metric.unit(),
            Limit::TimesBaseline(factor) => {
                metric.has_baseline() && factor.is_finite() && factor > 0.0
            }
        };
        let expr = format!("{metric} {op} {limit}");
        if !fits {
            return Err(PolicyError::UnitMismatch { id: id.to_owned(), expr, unit: metric.unit() });
        }
        Ok(Self { id: id.to_owned(), expr, metric, op, limit, severity })
    }

    /// The short name by which reports speak of this rule, unique within its policy.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The whole rule as one line, such as `p95 <= baseline * 1.20`.
    pub fn expr(&self) -> &str {
        &self.expr
    }

    /// What is measured.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// How the measured value is compared with the limit.
    pub fn op(&self) -> Op {
        self.op
    }

    /// What the measured value is compared with.
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// How much a broken rule weighs.
    pub fn severity(&self) -> Severity {
        self.severity
    }
}
