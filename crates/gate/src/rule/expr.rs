//! The comparison that a rule makes, as one line.

use std::fmt;

use super::{
    limit::{Limit, Op},
    metric::Metric,
    scope::Scope,
};

/// `METRIC [of 'METHOD name' | of each] OP LIMIT`, such as `p95 of 'POST /api/v1/score' <= 1000ms`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What is measured.
    pub metric: Metric,
    /// Over which requests.
    pub scope: Scope,
    /// How it is compared.
    pub op: Op,
    /// With what.
    pub limit: Limit,
}

impl Expr {
    /// A comparison over all requests.
    pub fn new(metric: Metric, op: Op, limit: Limit) -> Self {
        Self { metric, scope: Scope::All, op, limit }
    }

    /// The same comparison over other requests.
    #[must_use]
    pub fn of(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} {} {}", self.metric, self.scope, self.op, self.limit)
    }
}
