//! One line of a policy: what is measured, over what, how it is compared and with what.
//!
//! An [`Expr`] is the comparison itself, [`Terms`] are what a rule adds to it, and a [`Rule`] is both under a name,
//! checked: a limit in milliseconds never meets a rate. Where a figure is read from is left to
//! [`judge`](crate::judge()).

mod expr;
mod limit;
mod line;
mod metric;
mod scope;
mod terms;

pub use self::{
    expr::Expr,
    limit::{Limit, Op},
    line::Rule,
    metric::{Course, Metric},
    scope::Scope,
    terms::{Certainty, Severity, Terms},
};
