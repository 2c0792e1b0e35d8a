//! Which parts of a rule go together.
//!
//! A rule that could only pass is no rule, and one that could only fail is a slip; both are refused here rather than
//! found out when it matters.

use super::{
    expr::Expr,
    limit::{Limit, Op},
    metric::{Course, Metric},
    scope::Scope,
    terms::{Certainty, Terms},
};
use crate::{error::PolicyError, quantity::Quantity};

/// Longer names would take the table's room for sentences.
const LONGEST_NAME: usize = 60;

/// The table of a rules file that settings of the command line are distinguished from.
const RESERVED: &str = "run";

/// Four values rise one after the other by chance in 1 of 24 runs (1/4!), which alpha 0.01 never believes.
const FEWEST_WINDOWS: usize = 5;

/// So many windows of 10 s are more than a day: no run has more, and a drift that demands them would never be judged.
const MOST_WINDOWS: usize = 10_000;

/// Chance below one in a billion is shown by no run of a usual length, so that a smaller alpha would never fail one.
const SMALLEST_ALPHA: f64 = 1e-9;

/// Refuses a name that cannot stand in every report.
pub(super) fn require_name(id: &str) -> Result<(), PolicyError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let begins_well = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && id.len() <= LONGEST_NAME && id.chars().all(is_plain) && id != RESERVED {
        return Ok(());
    }
    Err(PolicyError::BadId { id: id.to_owned() })
}

/// Refuses parts that contradict one another, with what to write instead.
pub(super) fn require_suited(expr: &Expr, terms: &Terms) -> Result<(), String> {
    require_unit(expr)?;
    require_scope(expr)?;
    require_direction(expr)?;
    require_open_end(expr)?;
    require_terms(expr, terms)
}

/// The limit can be compared with the metric.
fn require_unit(expr: &Expr) -> Result<(), String> {
    let metric = expr.metric;
    let of_unit = |quantity: Quantity| match quantity.unit() == metric.unit() {
        true => Ok(()),
        false => Err(format!(
            "the metric is measured in {:?}; write a limit with that unit",
            metric.unit()
        )),
    };
    if let Limit::Absolute(quantity) = expr.limit {
        return of_unit(quantity);
    }
    if !metric.has_baseline() {
        return Err(format!(
            "{metric} has no figure in an earlier run's files to follow; write a fixed limit, or use pNN, median, avg, \
             min, max, rps or steady_rps"
        ));
    }
    match expr.limit {
        Limit::PlusBaseline(quantity) | Limit::PlusPinned(quantity) => of_unit(quantity),
        Limit::TimesBaseline(factor) | Limit::TimesPinned(factor)
            if !(factor.is_finite() && factor > 0.0) =>
        {
            Err("a factor is a number above 0; write 1.20 for 20 % more".to_owned())
        }
        _ => Ok(()),
    }
}

fn require_scope(expr: &Expr) -> Result<(), String> {
    if expr.scope != Scope::All && !expr.metric.has_endpoints() {
        return Err(format!(
            "{} are counted for the whole run, not for an endpoint; leave \"of\" out",
            expr.metric
        ));
    }
    let is_relative = !matches!(expr.limit, Limit::Absolute(_));
    if is_relative && expr.scope != Scope::All && expr.metric == Metric::SteadyRps {
        return Err("an earlier run's steady_rps is known for all requests together; leave \"of\" out, or use rps"
            .to_owned());
    }
    Ok(())
}

/// A change is judged for the worse, and the operator says which way that is.
fn require_direction(expr: &Expr) -> Result<(), String> {
    let rises = matches!(expr.op, Op::Below | Op::AtMost);
    let falls = matches!(expr.op, Op::AtLeast | Op::Above);
    match (expr.metric, expr.limit) {
        (Metric::Drift(_), _) if !rises => {
            Err("a drift is how much worse it became; write <= or <".to_owned())
        }
        (metric, Limit::Absolute(_)) => require_absolute_direction(metric, expr.op),
        (metric, _) if metric.is_mean_rate() && !falls => Err(
            "a smaller rate is worse; write >= or > against a reference, such as rps >= baseline * 0.90"
                .to_owned(),
        ),
        (metric, _) if metric.is_mean_rate() => Ok(()),
        _ if !rises => Err(
            "a longer time is worse; write <= or < against a reference, such as p95 <= baseline * 1.20"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

/// A limit the wrong way round would pass the worst runs.
fn require_absolute_direction(metric: Metric, op: Op) -> Result<(), String> {
    let is_time = metric.unit() == "ms";
    let is_fault = matches!(metric, Metric::Failures | Metric::Exceptions | Metric::ErrorRate);
    let is_rate = metric.unit() == "/s";
    match op {
        Op::AtLeast | Op::Above if is_time => Err(format!(
            "a longer time is worse, and the slowest run would pass this; write <= or <, such as {metric} <= 1000ms"
        )),
        Op::AtLeast | Op::Above if is_fault => Err(format!(
            "more of them are worse, and a run that only fails would pass this; write <=, such as {metric} <= 0"
        )),
        Op::Equal if is_time => Err(format!(
            "no time is met to the last digit but by chance; write <= or <, such as {metric} <= 1000ms"
        )),
        Op::Equal if is_rate => Err(format!(
            "no rate is met to the last digit but by chance; write >= or >, such as {metric} >= 300"
        )),
        _ => Ok(()),
    }
}

/// There are runs that pass, and runs that fail.
fn require_open_end(expr: &Expr) -> Result<(), String> {
    let Limit::Absolute(limit) = expr.limit else { return Ok(()) };
    let (value, is_share) = (limit.value(), expr.metric == Metric::ErrorRate);
    let (only_passes, only_fails) = match expr.op {
        Op::AtLeast => (value <= 0.0, is_share && value > 100.0),
        Op::AtMost => (is_share && value >= 100.0, false),
        Op::Below => (is_share && value > 100.0, value <= 0.0),
        Op::Above => (false, is_share && value >= 100.0),
        Op::Equal => (false, is_share && value > 100.0),
    };
    if only_passes {
        return Err("every run passes this; write a limit that some run can miss, or leave it out"
            .to_owned());
    }
    if only_fails {
        return Err(
            "no run passes this; write a limit that some run can meet, such as <= 0".to_owned()
        );
    }
    Ok(())
}

/// What is given, whether it has a meaning here, and where it would have one.
type Demand = (bool, bool, &'static str);

fn require_terms(expr: &Expr, terms: &Terms) -> Result<(), String> {
    let demands = floor_demands(expr, terms).into_iter().chain(other_demands(expr, terms));
    match demands.into_iter().find(|(given, fits, _)| *given && !fits) {
        Some((_, _, what)) => Err(what.to_owned()),
        None => Ok(()),
    }
}

fn floor_demands(expr: &Expr, terms: &Terms) -> [Demand; 3] {
    let is_drift = matches!(expr.metric, Metric::Drift(_));
    let is_relative = !matches!(expr.limit, Limit::Absolute(_));
    let unit = if is_drift { "ms" } else { expr.metric.unit() };
    let is_given = terms.min_abs.is_some();
    let fits = terms.min_abs.is_none_or(|floor| floor.unit() == unit && floor.value() >= 0.0);
    [
        (
            is_given,
            is_relative || is_drift,
            "min_abs belongs to rules against a baseline and to drifts; a fixed limit has no floor",
        ),
        (
            is_given,
            expr.metric != Metric::Drift(Course::Rps),
            "a drift of rps has no floor in ms; leave min_abs out",
        ),
        (is_given, fits, "min_abs has the unit of the metric, and ms for a drift"),
    ]
}

fn other_demands(expr: &Expr, terms: &Terms) -> [Demand; 9] {
    let is_drift = matches!(expr.metric, Metric::Drift(_));
    let is_relative = !matches!(expr.limit, Limit::Absolute(_));
    let is_confident = terms.certainty == Certainty::Confident;
    let (windows, alpha, hard) = (terms.min_windows, terms.alpha, terms.hard);
    [
        (
            is_confident,
            is_relative,
            "policy = \"confident\" belongs to rules against a baseline; a fixed limit is decided on the reported figure",
        ),
        (windows.is_some(), is_drift, "min_windows belongs to drifts"),
        (
            windows.is_some(),
            windows.is_none_or(|windows| windows >= FEWEST_WINDOWS),
            "min_windows is 5 or more: of four, chance makes a rise in every 24th run",
        ),
        (
            windows.is_some(),
            windows.is_none_or(|windows| windows <= MOST_WINDOWS),
            "min_windows is 10000 at most: windows are 10 s long, and no run has so many",
        ),
        (
            alpha.is_some(),
            is_drift || is_confident,
            "alpha belongs to drifts and to rules with policy = \"confident\"",
        ),
        (
            alpha.is_some(),
            alpha.is_none_or(|alpha| (SMALLEST_ALPHA..0.5).contains(&alpha)),
            "alpha is a chance from 0.000000001 to below 0.5, such as 0.01; with a smaller one nothing ever fails",
        ),
        (hard.is_some(), is_confident, "hard belongs to rules with policy = \"confident\""),
        (
            hard.is_some(),
            hard.is_none_or(|hard| hard.is_finite() && hard > 1.0),
            "hard is a factor above 1, such as 1.5 for 50 % more",
        ),
        (
            terms.min_samples.is_some(),
            expr.metric != Metric::Exceptions,
            "min_samples counts requests, and exceptions need none",
        ),
    ]
}
