//! [`quality`]: every measure of one model on one set of leads.

use super::{
    Outcome, auc, auc_interval, average_precision, brier, calibration, calibration_error, deciles,
    log_loss, roc, tiers,
};
use crate::{
    artifact::{Bin, Decile, Quality},
    score::CutPoints,
};

/// Quality is stated to a millionth: more digits would say nothing.
const DIGITS: f64 = 1e6;

/// Measures probabilities against what happened; all numbers are rounded to a millionth.
///
/// Where all leads have one outcome there is nothing to rank: the AUC is 0.5 with an interval from 0 to 1, and the area under the
/// precision-recall curve is the share of conversions. Without any leads all means are 0.
pub fn quality(outcomes: &[Outcome], cut_points: &CutPoints) -> Quality {
    let rows = outcomes.len() as u64;
    let positives = outcomes.iter().filter(|outcome| outcome.1).count() as u64;
    let share = positives as f64 / rows as f64;
    let mixed = positives > 0 && positives < rows;
    let ranked = |measure: f64, otherwise: f64| short(if mixed { measure } else { otherwise });
    let bins = calibration(outcomes);
    Quality {
        rows,
        positives,
        auc: ranked(auc(outcomes), 0.5),
        auc_interval: auc_interval(outcomes).map(short),
        pr_auc: ranked(average_precision(outcomes), share),
        log_loss: short(log_loss(outcomes)),
        brier: short(brier(outcomes)),
        calibration_error: short(calibration_error(&bins)),
        reliability: bins.into_iter().map(rounded).collect(),
        roc: roc(outcomes).into_iter().map(|point| point.map(short)).collect(),
        deciles: deciles(outcomes)
            .into_iter()
            .map(|part| Decile { lift: short(part.lift), gain: short(part.gain), ..part })
            .collect(),
        tiers: tiers(outcomes, cut_points),
    }
}

fn rounded(bin: Bin) -> Bin {
    Bin { predicted: short(bin.predicted), observed: short(bin.observed), ..bin }
}

/// Rounded to a millionth; a mean of nothing is 0, since a file of numbers cannot hold NaN.
fn short(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { (value * DIGITS).round() / DIGITS }
}
