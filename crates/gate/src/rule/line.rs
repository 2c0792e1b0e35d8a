//! A rule: an expression and its terms under a name, checked.

use lead_stats::Endpoint;

use super::{
    expr::Expr,
    limit::{Limit, Op},
    metric::Metric,
    scope::Scope,
    suit::{require_name, require_suited},
    terms::{Certainty, Severity, Terms},
};
use crate::{error::PolicyError, quantity::Quantity};

/// One checked rule of a [`Policy`](crate::Policy).
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    id: String,
    label: String,
    text: String,
    expr: Expr,
    terms: Terms,
}

impl Rule {
    /// Builds a rule, or says why its parts do not go together.
    pub fn new(id: &str, expr: Expr, terms: Terms) -> Result<Self, PolicyError> {
        let text = expr.to_string();
        require_name(id)?;
        match require_suited(&expr, &terms) {
            Ok(()) => Ok(Self { id: id.to_owned(), label: id.to_owned(), text, expr, terms }),
            Err(what) => Err(PolicyError::Unsuited { id: id.to_owned(), expr: text, what }),
        }
    }

    /// This rule for one endpoint only, as one of the rules that `of each` stands for.
    pub(crate) fn for_row(&self, row: &Endpoint) -> Self {
        let expr = self.expr.clone().of(Scope::of_row(row));
        let label = format!("{} of {} {}", self.id, row.method, row.name);
        Self { label, text: expr.to_string(), expr, ..self.clone() }
    }

    /// The short name of this rule, unique within its policy.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What reports call this rule, unique within a verdict: its name, and behind it the endpoint where it is one of
    /// the rules that `of each` stands for. Raw: may hold a server's text.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The whole expression as one line, such as `p95 <= baseline * 1.20`. Raw: may hold a server's text.
    pub fn expr(&self) -> &str {
        &self.text
    }

    /// The expression in its parts.
    pub fn parts(&self) -> &Expr {
        &self.expr
    }

    /// What is measured.
    pub fn metric(&self) -> Metric {
        self.expr.metric
    }

    /// Which requests it is measured over.
    pub fn scope(&self) -> &Scope {
        &self.expr.scope
    }

    /// How the measured value is compared with the limit.
    pub fn op(&self) -> Op {
        self.expr.op
    }

    /// What the measured value is compared with.
    pub fn limit(&self) -> Limit {
        self.expr.limit
    }

    /// What the rule says beside its expression.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How much a broken rule weighs.
    pub fn severity(&self) -> Severity {
        self.terms.severity
    }

    /// What a relative rule fails on.
    pub fn certainty(&self) -> Certainty {
        self.terms.certainty
    }

    /// A change of no more than this is no failure.
    pub fn min_abs(&self) -> Option<Quantity> {
        self.terms.min_abs
    }

    /// Fewer requests than this have nothing to say.
    pub fn min_samples(&self) -> Option<u64> {
        self.terms.min_samples
    }
}
