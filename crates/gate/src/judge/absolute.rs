//! Rules with a fixed limit: response times, throughput, errors, exceptions.
//!
//! The reported number decides, because it is what was agreed on. What rounding, failed requests or the users' own
//! pauses have to do with it is said beside it and changes nothing.

use super::{
    observe::observe,
    wording::{endpoint, failures_included, quote, slowest},
};
use crate::{
    evidence::Evidence,
    noise::{Resolution, rounding},
    quantity::{Quantity, counted, grouped},
    rule::{Metric, Rule},
    steady::{NoSteady, Steady},
    verdict::{Outcome, Status},
};

/// Decides one rule with a fixed limit.
pub(super) fn outcome(rule: &Rule, limit: Quantity, evidence: &Evidence) -> Outcome {
    let Some(observed) = observe(rule, evidence) else {
        return missing(rule, limit, evidence);
    };
    let holds = match rule.metric() {
        Metric::ErrorRate => error_rate_holds(rule, limit, evidence),
        _ => rule.op().holds(&observed.value(), &limit.value()),
    };
    let why = match rule.metric() {
        Metric::Percentile(fraction) => {
            latency(fraction, observed.value(), limit.value(), holds, evidence)
        }
        Metric::SteadyRps => throughput(observed.value(), limit.value(), holds, evidence),
        Metric::ErrorRate => errors(evidence),
        Metric::Exceptions => exceptions(evidence),
        _ => String::new(),
    };
    let status = if holds { Status::Pass } else { Status::Fail };
    Outcome {
        observed: Some(observed),
        limit: Some(limit),
        ..Outcome::new(rule, status, why.trim())
    }
}

/// `failures / requests` against the limit without dividing, so that 0 % is 0 and nothing else.
fn error_rate_holds(rule: &Rule, limit: Quantity, evidence: &Evidence) -> bool {
    let all = &evidence.summary().aggregated;
    let hundredths_of_a_percent = (limit.value() * 100.0).round() as u128;
    rule.op().holds(
        &(u128::from(all.failures) * 10_000),
        &(hundredths_of_a_percent * u128::from(all.requests)),
    )
}

/// A figure that the files do not hold.
fn missing(rule: &Rule, limit: Quantity, evidence: &Evidence) -> Outcome {
    let (status, why) = match rule.metric() {
        Metric::Exceptions => (
            Status::Warn,
            "There is no _exceptions.csv, so crashes of the scenario would go unseen. Keep it beside _stats.csv \
             (Locust writes it since 1.4.2)."
                .to_owned(),
        ),
        _ => {
            let names = evidence.summary().aggregated.percentiles.iter().map(|(f, _)| Metric::Percentile(f).to_string());
            let names: Vec<String> = names.collect();
            let held = if names.is_empty() { "N/A in all percentiles".to_owned() } else { names.join(", ") };
            (Status::NoData, format!("The Aggregated row of _stats.csv holds {held}. Report {} as well.", rule.metric()))
        }
    };
    Outcome { limit: Some(limit), ..Outcome::new(rule, status, why) }
}

fn latency(fraction: f64, observed: f64, limit: f64, holds: bool, evidence: &Evidence) -> String {
    let mut why = String::new();
    if let Some((name, ms)) = slowest(evidence.summary(), fraction) {
        let slowest_ms = Quantity::Milliseconds(ms);
        why = if holds {
            format!("Slowest: {name}, {slowest_ms}.")
        } else {
            format!("Look at {name} first, {slowest_ms}.")
        };
    }
    let range = rounding(observed, Resolution::of(evidence.summary()));
    if range.low <= limit
        && limit <= range.high
        && Resolution::of(evidence.summary()) == Resolution::Locust
    {
        let (low, high) = (Quantity::Milliseconds(range.low), Quantity::Milliseconds(range.high));
        why.push_str(&format!(" Rounded by Locust: the true value lies in {low} to {high}."));
    }
    why + &failures_included(&evidence.summary().aggregated)
}

fn throughput(observed: f64, limit: f64, holds: bool, evidence: &Evidence) -> String {
    let whole = Quantity::PerSecond(evidence.summary().aggregated.requests_per_s);
    let (users, mut why) = match evidence.steady() {
        Ok(steady) => (Some(steady.users), steady_words(&steady, whole)),
        Err(none) => (none.most_users, whole_run_words(none, whole)),
    };
    if let Ok(steady) = evidence.steady() {
        // Timestamps are whole seconds, so the window may be up to one second longer or shorter than it seems.
        let doubt = observed / steady.duration_s() as f64;
        if (observed - limit).abs() <= doubt {
            why.push_str(&format!(
                " Whole-second timestamps: give or take {}.",
                Quantity::PerSecond(doubt)
            ));
        }
    }
    let all = &evidence.summary().aggregated;
    if all.failures > all.requests / 2 {
        why.push_str(" Most requests failed: mend that first, this rate and all response times are of failures.");
    } else if !holds && let Some(users) = users.filter(|users| *users > 0) {
        why.push_str(&limited_by(users, observed, evidence.summary().aggregated.average_ms));
    }
    why
}

fn steady_words(steady: &Steady, whole: Quantity) -> String {
    let dip = if steady.is_held() {
        String::new()
    } else {
        format!(", at times only {}", steady.fewest_users)
    };
    format!(
        "{}{dip} for {} s. Whole run with its ramp: {whole}.",
        counted(steady.users, "user"),
        steady.duration_s()
    )
}

fn whole_run_words(none: NoSteady, whole: Quantity) -> String {
    format!("Whole run, {whole} with its ramp, because {}.", none.reason())
}

/// Little's law: users = rate x (response time + pause). Whichever part is large limits the rate.
fn limited_by(users: u64, rps: f64, average_ms: f64) -> String {
    if rps <= 0.0 {
        return String::new();
    }
    let cycle_ms = users as f64 * 1000.0 / rps;
    let [cycle, waiting] = [cycle_ms, average_ms].map(Quantity::Milliseconds);
    let verdict = match average_ms / cycle_ms {
        small if small < 0.25 => {
            "users and think time limit the rate, not the server. Raise --users."
        }
        large if large > 0.75 => "the server limits the rate, more users would only queue.",
        _ => "users and server both limit the rate.",
    };
    format!(" Each user sends every {cycle} and waits {waiting} of them for the answer: {verdict}")
}

fn errors(evidence: &Evidence) -> String {
    let all = &evidence.summary().aggregated;
    let share = format!("{} of {} requests failed.", grouped(all.failures), grouped(all.requests));
    if all.failures == 0 {
        // The "rule of three": with no failure in n, rates above 3/n are excluded with 95 % confidence.
        let bound = Quantity::Percent((300.0 / all.requests as f64).min(100.0));
        return format!("{share} The true rate is below {} (95 %, 3/n).", below(bound));
    }
    match evidence.worst_failure() {
        Some(failure) => format!(
            "{share} Most often, {}: {} {}: {}",
            counted(failure.occurrences, "time"),
            failure.method,
            quote(&failure.name),
            quote(&failure.error)
        ),
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
