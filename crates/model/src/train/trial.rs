//! [`Trial`]: a combination of parameters with its losses, and which of several is taken.
//!
//! Losses are compared lead by lead: the standard error of a paired difference is far smaller than that of either loss.

use super::{
    basis::Pieces,
    design::Design,
    rows::Rows,
    search::{Hessian, Problem, losses},
};
use crate::{artifact::Candidate, error::ModelError};

/// Standard errors within which a model without pairs is as good as the best of many with them, which is best by luck too.
const ALONE: f64 = 2.0;
/// Candidates in a row that may bring nothing before no further ones, more flexible than these, are tried.
pub(super) const PATIENCE: usize = 2;
/// How much lower a further step must bring the mean loss: far below any difference between candidates that matters.
pub(super) const TOLERANCE: f64 = 1e-7;

/// What was tried, with the loss of every row.
pub(super) struct Trial {
    pub(super) candidate: Candidate,
    pub(super) losses: Vec<f64>,
}

/// The smallest mean loss so far.
pub(super) fn least(trials: &[Trial]) -> f64 {
    trials.iter().map(|trial| trial.candidate.log_loss).fold(f64::INFINITY, f64::min)
}

/// What was tried, not yet compared.
pub(super) fn trial(
    pieces: u64,
    penalty: f64,
    pairs: usize,
    pair_penalty: f64,
    losses: Vec<f64>,
) -> Trial {
    let log_loss = losses.iter().sum::<f64>() / losses.len() as f64;
    let candidate = Candidate {
        pieces,
        penalty,
        pairs: pairs as u64,
        pair_penalty,
        log_loss,
        excess: [0.0; 2],
        chosen: false,
    };
    Trial { candidate, losses }
}

/// Marks the simplest trial that is not worse than the best beyond one standard error, and says where it stands.
///
/// No pairs at all are taken within [`ALONE`] standard errors. Simpler is: fewer pairs, then larger penalties. More pieces are not less smooth, since the penalty is on their rises, so
/// the best number stands.
pub(super) fn simplest(trials: &mut [Trial]) -> usize {
    let best = compare(trials);
    let pieces = trials[best].candidate.pieces;
    let is_crossed = trials.iter().any(|trial| trial.candidate.pairs > 0);
    let bearable = (0..trials.len()).filter(|&at| {
        let Candidate { excess: [mean, error], pairs, .. } = trials[at].candidate;
        let errors = if is_crossed && pairs == 0 { ALONE } else { 1.0 };
        let is_alike = trials[at].candidate.pieces == pieces || is_crossed && pairs == 0;
        mean <= errors * error && is_alike
    });
    let simplicity = |at: usize| {
        let Candidate { pairs, penalty, pair_penalty, .. } = trials[at].candidate;
        (pairs, -penalty, -pair_penalty)
    };
    let chosen = bearable
        .min_by(|&a, &b| simplicity(a).partial_cmp(&simplicity(b)).expect("penalties are numbers"))
        .unwrap_or(best);
    for (at, trial) in trials.iter_mut().enumerate() {
        trial.candidate.chosen = at == chosen;
    }
    chosen
}

/// Says of each trial how much worse it is than the best, and which that is.
pub(super) fn compare(trials: &mut [Trial]) -> usize {
    let order = |a: &Trial, b: &Trial| a.candidate.log_loss.total_cmp(&b.candidate.log_loss);
    let best = (0..trials.len()).min_by(|&a, &b| order(&trials[a], &trials[b])).unwrap_or_default();
    let least = trials[best].losses.clone();
    for trial in trials.iter_mut() {
        trial.candidate.excess = excess(&trial.losses, &least);
    }
    best
}

/// Mean and standard error of the paired difference.
fn excess(losses: &[f64], least: &[f64]) -> [f64; 2] {
    let count = losses.len() as f64;
    let mean = losses.iter().zip(least).map(|(a, b)| a - b).sum::<f64>() / count;
    let squares = losses.iter().zip(least).map(|(a, b)| (a - b - mean) * (a - b - mean));
    let variance = squares.sum::<f64>() / (count - 1.0).max(1.0);
    [mean, (variance / count).sqrt()]
}

/// A point near the optimum of all rows, and the second derivatives there.
pub(super) fn near(
    rows: &Rows<'_>,
    design: &Design,
    penalty: f64,
) -> Result<(Vec<f64>, Hessian), ModelError> {
    let penalties = design.penalties(penalty, penalty);
    let problem = Problem::new(design, &rows.converted, rows.all(), penalties.clone());
    let mut weights = problem.base_rate();
    let factor = problem.hessian(&weights).factor(&penalties, 1.0)?;
    problem.descend(&mut weights, &factor, 1e-4)?;
    let hessian = problem.hessian(&weights);
    Ok((weights, hessian))
}

/// The loss of each of a fold's rows, under weights that have not seen them.
pub(super) fn unseen(rows: &Rows<'_>, design: &Design, weights: &[f64], fold: usize) -> Vec<f64> {
    let mut log_odds = Vec::new();
    design.log_odds(weights, rows.folds[fold].clone(), &mut log_odds);
    losses(&log_odds, &rows.converted[rows.folds[fold].clone()]).collect()
}

/// How pieces are counted in the model file.
pub(super) fn count_of(pieces: Pieces) -> u64 {
    match pieces {
        Pieces::Line => 1,
        Pieces::Most(pieces) => pieces as u64,
    }
}
