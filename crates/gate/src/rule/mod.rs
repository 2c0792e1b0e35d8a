//! One line of a policy: what is measured, over what, how it is compared and with what.
//!
//! An [`Expr`] is the comparison itself, [`Terms`] are what a rule adds to it, and a [`Rule`] is both under a name,
//! checked: a limit in milliseconds never meets a rate. Where a figure is read from is left to
//! [`judge`](crate::judge()).

mod fault;
mod limit;
mod metric;
mod scope;
mod words;

mod expr;
mod parse;
mod terms;
mod value;

mod line;
mod suit;

pub use self::{
    expr::Expr,
    fault::Fault,
    limit::{Limit, Op},
    line::Rule,
    metric::{Course, Metric},
    scope::Scope,
    terms::{Certainty, Severity, Terms},
};
pub(crate) use self::{
    metric::NAMED,
    terms::{ALPHA, HARD},
    value::parse_quantity,
};
