//! Rules about the course of a run: did it get worse while it ran?
//!
//! A rise fails if it is large and chance does not explain it, and is a warning if only one of both holds. A run too
//! short to tell is inconclusive and says how long it would have to be. The figures come from [`drift`](crate::drift).

use super::wording::{failures_included, windows};
use crate::{
    drift::{BLOCK_S, Basis, Drift, SETTLE_S, Series},
    evidence::Evidence,
    policy::DriftPolicy,
    quantity::Quantity,
    rule::{Metric, Rule},
    steady::Steady,
    timeline::HistoryMode,
    verdict::{Outcome, Status},
};

/// Decides one drift rule.
pub(super) fn outcome(
    rule: &Rule,
    fraction: f64,
    limit: Quantity,
    evidence: &Evidence,
    policy: DriftPolicy,
) -> Outcome {
    let outcome = match evidence.steady() {
        Err(none) => Outcome::new(
            rule,
            Status::Inconclusive,
            format!("{}, need {}: {}. {LONGER}", windows(0), policy.min_blocks, none.reason()),
        ),
        Ok(steady) if !steady.is_held() => {
            let why = format!(
                "The load was not held: {} users fell to {} meanwhile, so nothing can be said about the server.",
                steady.users, steady.fewest_users
            );
            Outcome::new(rule, Status::NoData, why)
        }
        Ok(steady) => {
            let series = Series::cut(evidence.timeline(), &steady, fraction);
            decide(rule, limit, &series, &steady, evidence, policy)
        }
    };
    Outcome { limit: Some(limit), ..outcome }
}

/// The next step where a run has no steady part to speak of.
const LONGER: &str = "Run longer, with --csv-full-history.";

fn decide(
    rule: &Rule,
    limit: Quantity,
    series: &Series,
    steady: &Steady,
    evidence: &Evidence,
    policy: DriftPolicy,
) -> Outcome {
    let judged = Drift::measure(series).filter(|drift| drift.blocks >= policy.min_blocks);
    let Some(drift) = judged else {
        return Outcome::new(
            rule,
            Status::Inconclusive,
            too_short(series, steady, evidence.timeline().mode, policy),
        );
    };
    let large = !rule.op().holds(&drift.effect_percent(), &limit.value());
    let trend = drift.p < policy.alpha;
    let matters = drift.rise_ms > policy.floor_ms;
    let (status, meaning) = match (large, trend) {
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
    };
    let why = format!(
        "{}{meaning}{}",
        figures(&drift, series, policy),
        failures_included(&evidence.summary().aggregated)
    );
    Outcome {
        observed: Some(Quantity::Percent(drift.effect_percent())),
        drift: Some(drift),
        ..Outcome::new(rule, status, why.trim())
    }
}

fn figures(drift: &Drift, series: &Series, policy: DriftPolicy) -> String {
    let silent = if series.silent > 0 {
        format!(" ({} more without any answer)", series.silent)
    } else {
        String::new()
    };
    let what = match drift.basis {
        Basis::Percentile(fraction) => Metric::Percentile(fraction).to_string(),
        Basis::IntervalMean => {
            "the mean (percentiles of this history are cumulative and hide a change)".to_owned()
        }
    };
    format!(
        "{}{silent} of {what}: last third {:+.1} %, slope {:+.1} %, p {} (alpha {}).",
        windows(drift.blocks),
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

fn too_short(series: &Series, steady: &Steady, mode: HistoryMode, policy: DriftPolicy) -> String {
    let settle_s = if mode == HistoryMode::Windowed { SETTLE_S } else { 0 };
    let run_s = steady.ramp_s + settle_s + policy.min_blocks as u64 * BLOCK_S;
    // A history is some rows short of the run time, so the next full ten seconds are asked for.
    let asked_s = run_s.next_multiple_of(BLOCK_S) + BLOCK_S;
    let silent = if series.silent > 0 {
        format!(" ({} without any answer)", series.silent)
    } else {
        String::new()
    };
    format!(
        "{}{silent}, need {}. Run for {asked_s} s or more to have degradation judged.",
        windows(series.blocks_ms.len()),
        policy.min_blocks
    )
}
