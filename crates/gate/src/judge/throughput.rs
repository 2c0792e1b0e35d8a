//! What is said beside a rate: over which time it was measured, and who limits it.

use super::observe::{Held, slowest};
use crate::{
    evidence::Evidence,
    quantity::{Quantity, counted},
    rule::{Rule, Scope},
    steady::{NoSteady, Steady},
};

/// The rate while all users were there.
pub(super) fn steady_rate(
    rule: &Rule,
    observed: f64,
    limit: f64,
    holds: bool,
    evidence: &Evidence,
) -> String {
    let Some(row) = rule.scope().row(evidence.summary()) else { return String::new() };
    let whole = Quantity::PerSecond(row.requests_per_s);
    let held = Held::of(rule.scope(), evidence);
    let (users, mut why) = match (evidence.steady(), &held) {
        (Ok(steady), Some(_)) => (Some(steady.users), steady_words(&steady, whole)),
        (Ok(steady), None) => (Some(steady.users), without_rows(whole)),
        (Err(none), _) => (none.most_users, whole_run_words(none, whole)),
    };
    if let Some(held) = held {
        // Timestamps are whole seconds, so the window may be up to one second longer or shorter than it seems.
        let doubt = observed / held.steady.duration_s() as f64;
        if (observed - limit).abs() <= doubt {
            let doubt = Quantity::PerSecond(doubt);
            why.push_str(&format!(" Whole-second timestamps: give or take {doubt}."));
        }
    }
    if row.failures > row.requests / 2 {
        why.push_str(
            " Most requests failed: mend that first, this rate and all response times are of failures.",
        );
    } else if !holds {
        why.push_str(&limited_by(rule.scope(), users, observed, row.average_ms));
    }
    why
}

/// The rate over the whole run.
pub(super) fn whole_rate(rule: &Rule, limit: f64, holds: bool, evidence: &Evidence) -> String {
    let Some(held) = Held::of(rule.scope(), evidence) else {
        let next = if holds { "" } else { " Run longer, so that the ramp weighs less." };
        return format!("Whole run with its ramp.{next}");
    };
    let (users, rps) = (held.steady.users, held.steady.rps());
    let steady = Quantity::PerSecond(rps);
    let held = if held.steady.is_open() {
        "the rate was held".to_owned()
    } else {
        format!("all {} were at work", counted(users, "user"))
    };
    let why = format!("Whole run with its ramp; {steady} while {held}.");
    if holds {
        return why;
    }
    if rps > limit {
        return why + " The ramp pulls it down: run longer, or demand steady_rps.";
    }
    let average_ms = rule.scope().row(evidence.summary()).map_or(0.0, |row| row.average_ms);
    why + &limited_by(rule.scope(), Some(users), rps, average_ms)
}

/// The rate of the slowest window.
pub(super) fn slowest_rate(rule: &Rule, holds: bool, evidence: &Evidence) -> String {
    let (Some(slowest), Some(held)) = (slowest(rule, evidence), Held::of(rule.scope(), evidence))
    else {
        return String::new();
    };
    let next = if holds { "" } else { " Look at the server's log at that time." };
    format!(
        "The slowest of {}, {} s after the start; {} over all of them.{next}",
        super::wording::windows(slowest.windows as u64),
        slowest.after_s,
        Quantity::PerSecond(held.steady.rps())
    )
}

/// Why there is no slowest window.
pub(super) fn no_window(rule: &Rule, evidence: &Evidence) -> String {
    let next = "Run longer, and keep _stats_history.csv beside _stats.csv.";
    match evidence.steady() {
        Err(none) => format!("No window of 10 s to measure: {}. {next}", none.reason()),
        Ok(_) if Held::of(rule.scope(), evidence).is_none() => {
            "The history has no rows of this endpoint. Run with --csv-full-history.".to_owned()
        }
        Ok(steady) => {
            let held_s = steady.duration_s();
            format!("No window of 10 s to measure: the steady part lasts {held_s} s. {next}")
        }
    }
}

fn steady_words(steady: &Steady, whole: Quantity) -> String {
    if steady.is_open() {
        return format!(
            "Open model, no users: the rate was held for {} s. Whole run: {whole}.",
            steady.duration_s()
        );
    }
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

fn without_rows(whole: Quantity) -> String {
    format!(
        "Whole run, {whole} with its ramp, because the history has no rows of this endpoint. Run with --csv-full-history."
    )
}

/// Who limits a rate that is too low, and what to do. Little's law: users = rate x (response time + pause), and whichever
/// part is large limits the rate.
fn limited_by(scope: &Scope, users: Option<u64>, rps: f64, average_ms: f64) -> String {
    if *scope != Scope::All {
        return " Look at its response times first, then at its share of the requests: its weight in the scenario."
            .to_owned();
    }
    if rps <= 0.0 {
        return " Nothing was answered in that time: look whether the server lives.".to_owned();
    }
    let Some(users) = users else {
        return " Run again with --csv-full-history: it tells whether users or the server limit the rate."
            .to_owned();
    };
    if users == 0 {
        return " Without users the rate is what was asked for: raise --rate, or find why the server answered fewer."
            .to_owned();
    }
    let cycle_ms = users as f64 * 1000.0 / rps;
    let [cycle, waiting] = [cycle_ms, average_ms].map(Quantity::Milliseconds);
    let verdict = match average_ms / cycle_ms {
        small if small < 0.25 => {
            "users and think time limit the rate, not the server. Raise --users."
        }
        large if large > 0.75 => {
            "the server limits the rate, more users would only queue. Profile it, or give it more cores."
        }
        _ => {
            "users and server both limit the rate. Raise --users, and see whether the answers become slower."
        }
    };
    format!(" Each user sends every {cycle} and waits {waiting} of them for the answer: {verdict}")
}
