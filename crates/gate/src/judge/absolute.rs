//! Rules with a fixed limit: response times, throughput, errors, exceptions.
//!
//! The reported number decides, because it is what was agreed on. What rounding, failed requests or the users' own
//! pauses have to do with it is said beside it and changes nothing.

use lead_stats::Endpoint;

use super::{
    observe::observe,
    offered::UnderWay,
    throughput::{no_window, slowest_rate, steady_rate, whole_rate},
    wording::{endpoint, failures_included, quote, slowest},
};
use crate::{
    evidence::Evidence,
    noise::{Resolution, fewest_requests, rounding},
    quantity::{Quantity, counted, grouped},
    rule::{Metric, Op, Rule, Scope},
    verdict::{Outcome, Status},
};

/// Decides one rule with a fixed limit, over the requests of `row`.
pub(super) fn outcome(
    rule: &Rule,
    limit: Quantity,
    row: &Endpoint,
    evidence: &Evidence,
) -> Outcome {
    let Some(observed) = observe(rule, evidence) else {
        return missing(rule, limit, row, evidence);
    };
    let under_way = UnderWay::of(rule, observed.value(), limit.value(), evidence);
    let holds = match rule.metric() {
        Metric::ErrorRate => error_rate_holds(rule.op(), limit, row),
        _ => rule.op().holds_between(observed, limit) || under_way.is_some(),
    };
    let why = match rule.metric() {
        Metric::Percentile(_) | Metric::Median | Metric::Average | Metric::Min | Metric::Max => {
            latency(rule, row, [observed, limit], holds, evidence)
        }
        Metric::SteadyRps => steady_rate(rule, observed.value(), limit.value(), holds, evidence),
        Metric::Rps => whole_rate(rule, limit.value(), holds, evidence),
        Metric::MinWindowRps => slowest_rate(rule, holds, evidence),
        Metric::Requests => requests(rule.op(), row, holds),
        Metric::ErrorRate | Metric::Failures => errors(rule, row, holds, evidence),
        Metric::Exceptions => exceptions(evidence),
        Metric::Drift(_) => String::new(),
    };
    let why = why + &under_way.map_or_else(String::new, |missing| missing.words());
    let status = if holds { Status::Pass } else { Status::Fail };
    Outcome {
        observed: Some(observed),
        limit: Some(limit),
        ..Outcome::new(rule, status, why.trim())
    }
}

/// `failures / requests` against the limit without dividing, so that 0 % is 0 and nothing else.
///
/// The limit has six decimals of a percent at most: failures x 10^8 against millionths of a percent x requests.
fn error_rate_holds(op: Op, limit: Quantity, row: &Endpoint) -> bool {
    let millionths_of_a_percent = (limit.value() * 1e6).round() as u128;
    op.holds(
        &(u128::from(row.failures) * 100_000_000),
        &(millionths_of_a_percent * u128::from(row.requests)),
    )
}

/// A figure that the files do not hold.
fn missing(rule: &Rule, limit: Quantity, row: &Endpoint, evidence: &Evidence) -> Outcome {
    let (status, why) = match rule.metric() {
        Metric::Exceptions => (
            Status::Warn,
            "There is no _exceptions.csv, so crashes of the scenario would go unseen. Keep it beside _stats.csv \
             (Locust writes it since 1.4.2)."
                .to_owned(),
        ),
        Metric::MinWindowRps => (Status::NoData, no_window(rule, evidence)),
        _ if row.requests == 0 => (
            Status::NoData,
            "It was never asked. Run longer, or leave the endpoint out of the rules.".to_owned(),
        ),
        metric => {
            let names = row.percentiles.iter().map(|(f, _)| Metric::Percentile(f).to_string());
            let names: Vec<String> = names.collect();
            let held = match names.is_empty() {
                true => "N/A in all percentiles".to_owned(),
                false => names.join(", "),
            };
            let whose = match rule.scope() {
                Scope::All => "The Aggregated row".to_owned(),
                _ => format!("The row {}", endpoint(row)),
            };
            (Status::NoData, format!("{whose} of _stats.csv holds {held}. Report {metric} as well."))
        }
    };
    Outcome { limit: Some(limit), ..Outcome::new(rule, status, why) }
}

fn latency(
    rule: &Rule,
    row: &Endpoint,
    [observed, limit]: [Quantity; 2],
    holds: bool,
    evidence: &Evidence,
) -> String {
    let is_for_all = *rule.scope() == Scope::All;
    let together = rule.metric().in_row(&evidence.summary().aggregated);
    let mut why = match (together.filter(|_| !is_for_all), holds) {
        (Some(together), true) => format!("All endpoints together: {together}."),
        (Some(together), false) => format!("Look here first. All endpoints together: {together}."),
        (None, _) => String::new(),
    };
    if let Some((name, slowest)) = slowest(evidence.summary(), rule.metric()).filter(|_| is_for_all)
    {
        why = match holds {
            true => format!("Slowest: {name}, {slowest}."),
            false => format!("Look at {name} first, {slowest}."),
        };
    }
    let resolution = Resolution::of(evidence.summary());
    let range = rounding(observed.value(), resolution);
    let is_rounded = resolution == Resolution::Locust
        && matches!(rule.metric(), Metric::Percentile(_) | Metric::Median);
    if is_rounded && range.low <= limit.value() && limit.value() <= range.high {
        let (low, high) = (Quantity::Milliseconds(range.low), Quantity::Milliseconds(range.high));
        why.push_str(&format!(" Rounded by Locust: the true value lies in {low} to {high}."));
    }
    if let Metric::Percentile(fraction) = rule.metric()
        && let Some(fewest) = fewest_requests(fraction).filter(|fewest| row.requests < *fewest)
    {
        why.push_str(&format!(
            " Only {}: it takes {} to bound {} at all (95 %). Run longer.",
            counted(row.requests, "request"),
            grouped(fewest),
            rule.metric()
        ));
    }
    why + &failures_included(row)
}

fn requests(op: Op, row: &Endpoint, holds: bool) -> String {
    let is_few = matches!(op, Op::AtLeast | Op::Above);
    let next = match (holds, is_few) {
        (true, _) => "",
        (false, true) => " Run longer, or with more users.",
        (false, false) => " Run shorter, or with fewer users.",
    };
    format!("{} of them failed.{next}", grouped(row.failures))
}

fn errors(rule: &Rule, row: &Endpoint, holds: bool, evidence: &Evidence) -> String {
    let what = which_errors(rule, row, evidence);
    if holds {
        return what;
    }
    if row.failures == 0 {
        return what + " Break the service, or mend the rule: it demands failures.";
    }
    what + " Look for the first of them in the server's log."
}

/// How many requests failed, and what failed most often.
fn which_errors(rule: &Rule, row: &Endpoint, evidence: &Evidence) -> String {
    let share = format!("{} of {} requests failed.", grouped(row.failures), grouped(row.requests));
    if row.failures == 0 {
        // The "rule of three": with no failure in n, rates above 3/n are excluded with 95 % confidence.
        let bound = Quantity::Percent((300.0 / row.requests as f64).min(100.0));
        return format!("{share} The true rate is below {} (95 %, 3/n).", below(bound));
    }
    match evidence.worst_failure(rule.scope()) {
        Some(failure) => format!(
            "{share} Most often, {}: {} {}: {}.",
            counted(failure.occurrences, "time"),
            failure.method,
            quote(&failure.name),
            quote(&failure.error)
        ),
        None if *rule.scope() != Scope::All => format!("{share} _failures.csv says no more."),
        None => {
            let rows = evidence.summary().endpoints.iter();
            let worst = rows.max_by_key(|row| row.failures).map(endpoint).unwrap_or_default();
            format!("{share} Most often at {worst}; _failures.csv says no more.")
        }
    }
}

/// A bound far below a hundredth of a percent keeps its digits: "below <0.01 %" says nothing.
fn below(bound: Quantity) -> String {
    if bound.value() < 0.01 { format!("{:.1e} %", bound.value()) } else { bound.to_string() }
}

fn exceptions(evidence: &Evidence) -> String {
    match evidence.worst_exception() {
        None => "No task of the scenario crashed.".to_owned(),
        Some(worst) => format!(
            "The scenario itself crashed, {} with: {}. Its users sent less than they should have: mend it and run again.",
            counted(worst.count.max(1), "time"),
            quote(&worst.message)
        ),
    }
}
