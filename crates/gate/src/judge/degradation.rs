//! Rules about the course of a run: did it get worse while it ran?
//!
//! A rise fails if it is large and chance does not explain it, and is a warning if only one of both holds. Falling
//! throughput counts as well, because requests that hang forever have no response time at all. A run too short to
//! tell is inconclusive and says how long it would have to be. The figures come from [`drift`](crate::drift).

use super::{
    observe::Held,
    wording::{failures_included, windows},
};
use crate::{
    drift::{BLOCK_S, Basis, Drift, SETTLE_S, Series},
    evidence::Evidence,
    policy::DriftPolicy,
    quantity::{Quantity, counted},
    rule::{Course, Metric, Rule},
    steady::{NoSteady, Steady},
    timeline::HistoryMode,
    verdict::{Outcome, Status},
};

/// A window without any answer is no chance where this many are expected: e^-20 of pure chance.
const EXPECTED_ANSWERS: f64 = 20.0;

/// Decides one drift rule.
pub(super) fn outcome(
    rule: &Rule,
    course: Course,
    limit: Quantity,
    evidence: &Evidence,
    policy: DriftPolicy,
) -> Outcome {
    let outcome = match evidence.steady() {
        Err(none) => without_steady(rule, none, policy),
        Ok(steady) if !steady.is_held() => {
            let why = format!(
                "The load was not held: {} fell to {} meanwhile, so nothing can be said about the server. Run again.",
                counted(steady.users, "user"),
                steady.fewest_users
            );
            Outcome::new(rule, Status::NoData, why)
        }
        Ok(_) => match Held::of(rule.scope(), evidence) {
            Some(held) => followed(rule, course, limit, &held, evidence, policy),
            None => Outcome::new(
                rule,
                Status::NoData,
                "The history has no rows of this endpoint. Run with --csv-full-history.",
            ),
        },
    };
    Outcome { limit: Some(limit), ..outcome }
}

/// A run whose course is known.
fn followed(
    rule: &Rule,
    course: Course,
    limit: Quantity,
    held: &Held<'_>,
    evidence: &Evidence,
    policy: DriftPolicy,
) -> Outcome {
    let (timeline, steady) = (&held.timeline, &held.steady);
    let pace = Series::pace(timeline, steady);
    let followed = match course {
        Course::Percentile(fraction) => Series::latency(timeline, steady, fraction),
        Course::Average => Series::means(timeline, steady),
        Course::Rps => pace.clone(),
    };
    stalled(rule, &pace, steady)
        .or_else(|| too_short(rule, [&followed, &pace], steady, timeline.mode, policy))
        .unwrap_or_else(|| worse(rule, limit, [&followed, &pace], evidence, policy))
}

/// A run of which no course is known.
fn without_steady(rule: &Rule, none: NoSteady, policy: DriftPolicy) -> Outcome {
    if none.most_users.is_none() {
        let why = "There is no history of the whole run, so a degradation would go unseen. Keep the generator's _stats_history.csv beside _stats.csv.";
        return Outcome::new(rule, Status::Warn, why);
    }
    let why = format!("{}, need {}: {}. Run longer.", windows(0), policy.min_blocks, none.reason());
    Outcome::new(rule, Status::Inconclusive, why)
}

/// A server that answered nothing for a whole window, however short the run.
fn stalled(rule: &Rule, pace: &Series, steady: &Steady) -> Option<Outcome> {
    let is_chance = steady.rps() * (BLOCK_S as f64) < EXPECTED_ANSWERS;
    if pace.silent == 0 || is_chance {
        return None;
    }
    let why = format!(
        "Nothing was answered in {} with {} at work: the server (or the generator) stood still. Look at its log at \
         that time.",
        windows(pace.silent),
        at_work(steady)
    );
    Some(Outcome::new(rule, Status::Fail, why))
}

/// Who asked for answers.
fn at_work(steady: &Steady) -> String {
    if steady.is_open() { "the open model".to_owned() } else { counted(steady.users, "user") }
}

fn too_short(
    rule: &Rule,
    [latency, pace]: [&Series; 2],
    steady: &Steady,
    mode: HistoryMode,
    policy: DriftPolicy,
) -> Option<Outcome> {
    let is_absent = latency.blocks_ms.is_empty() && pace.blocks_ms.len() > 1;
    if is_absent || latency.blocks_ms.len() >= policy.min_blocks {
        return None;
    }
    let looks_back = mode == HistoryMode::Windowed && latency.basis != Basis::Pace;
    let settle_s = if looks_back { SETTLE_S.saturating_sub(steady.settled_s) } else { 0 };
    let needed_s = settle_s + policy.min_blocks as u64 * BLOCK_S;
    // A history is some rows short of the run time, so the next full ten seconds are asked for.
    let blocks = steady.ramp_s.saturating_add(needed_s).div_ceil(BLOCK_S);
    let asked_s = blocks.saturating_add(1).saturating_mul(BLOCK_S);
    let found = windows(latency.blocks_ms.len() as u64);
    let why = format!(
        "{found}, need {}. Run for {asked_s} s or more to have degradation judged.",
        policy.min_blocks
    );
    Some(Outcome::new(rule, Status::Inconclusive, why))
}

/// Response times decide, unless the pace tells of something worse.
fn worse(
    rule: &Rule,
    limit: Quantity,
    [latency, pace]: [&Series; 2],
    evidence: &Evidence,
    policy: DriftPolicy,
) -> Outcome {
    let outcomes = [latency, pace].map(|series| {
        let drift = Drift::measure(series)?;
        let (status, meaning) = grade(&drift, rule, limit, policy);
        let failures = rule.scope().row(evidence.summary()).map(failures_included);
        let failures = failures.unwrap_or_default();
        let why = format!("{}{meaning}{failures}", figures(rule, &drift, policy));
        let observed = Some(Quantity::Percent(drift.effect_percent()));
        Some(Outcome { observed, drift: Some(drift), ..Outcome::new(rule, status, why) })
    });
    let [latency, pace] = outcomes;
    let latency = latency.unwrap_or_else(|| {
        Outcome::new(
            rule,
            Status::NoData,
            "The history does not hold this percentile. Report it as well.",
        )
    });
    pace.filter(|pace| pace.status > latency.status).unwrap_or(latency)
}

/// What a drift amounts to, and what to do about it.
fn grade(
    drift: &Drift,
    rule: &Rule,
    limit: Quantity,
    policy: DriftPolicy,
) -> (Status, &'static str) {
    let large = !rule.op().holds(&drift.effect_percent(), &limit.value());
    let trend = drift.p < policy.alpha;
    if drift.basis == Basis::Pace {
        return match (large, trend) {
            (true, true) => (
                Status::Fail,
                " Throughput falls while the load stays: look for requests that hang.",
            ),
            (true, false) => (Status::Warn, " Throughput fell for a while: run longer to tell."),
            _ => (Status::Pass, ""),
        };
    }
    let matters = drift.rise_ms > policy.floor_ms;
    match (large, trend) {
        (true, true) if matters => (
            Status::Fail,
            " A rise that chance does not explain: look for what fills up over time (memory, connections, queues).",
        ),
        (true, false) if matters => (
            Status::Warn,
            " Large, but not in step with time: a burst rather than a trend. Run longer to tell.",
        ),
        (false, true) if matters => {
            (Status::Warn, " A small but even rise: run longer to see where it ends.")
        }
        _ if drift.cliff_ms > policy.floor_ms => (
            Status::Warn,
            " One of the last windows is more than twice the middle one: run longer to see whether it stays.",
        ),
        (false, false) => (Status::Pass, ""),
        _ => (Status::Pass, " The rise is too small to matter."),
    }
}

fn figures(rule: &Rule, drift: &Drift, policy: DriftPolicy) -> String {
    let what = match drift.basis {
        Basis::Percentile(fraction) => Metric::Percentile(fraction).to_string(),
        Basis::IntervalMean if rule.metric() == Metric::Drift(Course::Average) => {
            "the mean".to_owned()
        }
        Basis::IntervalMean => {
            "the mean (percentiles of this history are cumulative and hide a change)".to_owned()
        }
        Basis::Pace => "the time between answers".to_owned(),
    };
    // Only where it decides: it is no news that a machine has moods.
    let alike = if drift.p_independent < policy.alpha && drift.p >= policy.alpha {
        format!(
            " Neighbouring windows are alike, so they say less than they seem to (chance has {:.1} times the variance).",
            drift.variance_factor
        )
    } else {
        String::new()
    };
    let step = drift.step.filter(|step| step.p <= drift.p).map_or_else(String::new, |step| {
        let (first, last) = (step.before, drift.blocks - step.before);
        format!(" Each of the last {last} is above each of the first {first}: a step.")
    });
    format!(
        "{} of {what}: last third {:+.1} %, slope {:+.1} %, p {} (alpha {}).{step}{alike}",
        windows(drift.blocks as u64),
        drift.thirds_percent,
        drift.slope_percent,
        probability(drift.p),
        policy.alpha
    )
}

/// A probability behind its sign, with as many digits as matter; never a plain zero.
fn probability(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("= {p:.3}") }
}
