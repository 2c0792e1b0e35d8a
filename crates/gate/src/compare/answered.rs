//! Does the head leave requests without an answer?
//!
//! A request that is never answered has no response time: the percentiles of a server that stops answering halfway look
//! excellent. It shows where nobody was answered for ten seconds ([`silence`]), and where fewer requests come through
//! than slower answers explain ([`guard_rate`]). Both decide unasked, like errors.

use super::{
    estimate::Estimate,
    figure::{FigurePair, Values},
    finding::Finding,
    margin::Margin,
    measure::Measure,
    sides::{Sides, Trial},
};
use crate::{
    drift::{BLOCK_S, Series},
    noise::Resolution,
    rule::Scope,
};

/// Fewer answers than this are to be expected in ten seconds: then none is chance.
const EXPECTED_ANSWERS: f64 = 20.0;

/// Loads up to 5 % apart are taken for the same, so their rates may be as far apart.
const SAME_LOAD: f64 = 1.05;

/// Stretches of ten seconds without an answer, run by run, if there are any. A run without a history, or of so few
/// requests that chance makes such a stretch, has none.
pub(super) fn silence(sides: &Sides, margin: &Margin) -> Option<Values> {
    let [base, head] = [&sides.base, &sides.head].map(|trials| -> Vec<f64> {
        // A run has far fewer of them than 2^53.
        trials.iter().map(|trial| silent(trial) as f64).collect()
    });
    base.iter().chain(&head).any(|count| *count > 0.0).then_some(())?;
    Some(Values {
        scope: Scope::All,
        measure: Measure::Silence,
        decides: true,
        base,
        head,
        tallies: [Vec::new(), Vec::new()],
        resolution: Resolution::Exact,
        level: margin.alpha(),
    })
}

fn silent(trial: &Trial) -> u64 {
    let Ok(steady) = trial.evidence.steady() else { return 0 };
    if steady.rps() * (BLOCK_S as f64) < EXPECTED_ANSWERS {
        return 0;
    }
    Series::pace(trial.evidence.timeline(), &steady).silent
}

/// Lets the rate of all requests decide, although nobody asked, where it fell by more than the limit and slower answers
/// are not why.
///
/// Users that wait longer get fewer requests through, but as many or more requests are under way at a time (requests/s
/// times their mean time, Little 1961). Where these fell as well, something else keeps requests back. Requests at a fixed
/// rate do not wait for answers: of them a lower rate needs no second witness.
pub(super) fn guard_rate(figures: &mut [FigurePair], sides: &Sides, margin: &Margin) {
    let is_rate = |figure: &&mut FigurePair| {
        figure.scope == Scope::All && figure.measure == Measure::Rate && !figure.decides
    };
    let Some(rate) = figures.iter_mut().find(is_rate) else { return };
    let Some(effect) = rate.effect else { return };
    let limit = margin.limit.max(SAME_LOAD);
    if effect.ratio <= limit || effect.p.is_some_and(|p| p > effect.level) {
        return;
    }
    let trials = || sides.base.iter().chain(&sides.head);
    let is_asked = |trial: &Trial| trial.evidence.workload().asked_per_s.is_some();
    // Without a repetition nothing is certain, and what one run of each shows is still no silence.
    let certain = effect.p.map_or(Finding::Inconclusive, |_| Finding::Regression);
    let finding = if trials().all(is_asked) {
        certain
    } else {
        let Some([base, head]) = under_way(sides) else { return };
        let fewer = Estimate::new([&head, &base], sides.pairing, 0.0);
        match fewer.p(true) {
            Some(p) if fewer.ratio() > limit && p <= effect.level => certain,
            _ if fewer.ratio() > limit => Finding::Inconclusive,
            _ => return,
        }
    };
    (rate.decides, rate.finding) = (true, finding);
}

/// Requests under way at a time, on the mean of each run; `None` if a run does not tell.
fn under_way(sides: &Sides) -> Option<[Vec<f64>; 2]> {
    let of = |trial: &Trial| {
        let all = &trial.evidence.summary().aggregated;
        Some(all.requests_per_s * all.average_ms).filter(|under_way| *under_way > 0.0)
    };
    let side = |trials: &[Trial]| trials.iter().map(of).collect::<Option<Vec<f64>>>();
    Some([side(&sides.base)?, side(&sides.head)?])
}
