//! [`choose`]: how many pieces, which penalty, and which pairs, by cross-validation.
//!
//! The training rows are cut into seeded, stratified folds; every candidate is fitted without each fold and asked for it. The
//! best mean log loss wins, or rather the simplest candidate that is not worse than it beyond chance: the standard error is
//! that of the *paired* difference, lead by lead, which is far smaller than that of either loss.

use rayon::prelude::*;

use super::{
    basis::Pieces,
    cross::{PAIR_PENALTIES, try_pairs},
    params::{PairCount, ValidParams},
    progress::Progress,
    rows::Rows,
    search::Problem,
    trial::{PATIENCE, TOLERANCE, Trial, compare, count_of, least, near, simplest, trial, unseen},
};
use crate::{artifact::Selection, error::ModelError};

/// Penalties that are tried, on the scale of the summed loss, the smoothest first.
const PENALTIES: [f64; 9] = [300.0, 100.0, 30.0, 10.0, 5.0, 2.0, 0.7, 0.25, 0.1];
/// Pieces that are tried.
const PIECES: [usize; 4] = [1, 4, 8, 16];
/// Pieces that are tried beside, where there are rows enough to tell.
const FINE_PIECES: usize = 32;
/// Rows from which the finest curves are tried.
const FINE_ROWS: usize = 10_000;
/// Fewest pieces of the curves below pairs, whose cells lie on some of their knots.
const PAIR_PIECES: usize = 8;
/// Numbers of pairs that are tried.
const PAIRS: [usize; 6] = [1, 2, 4, 8, 16, 24];

/// The recipe that cross-validation found, or that was given.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) pieces: Pieces,
    pub(super) penalty: f64,
    pub(super) pairs: usize,
    pub(super) pair_penalty: f64,
    pub(super) selection: Option<Selection>,
}

/// Chooses what the parameters leave open.
///
/// # Errors
/// Those of the searches.
pub(super) fn choose(
    rows: &Rows<'_>,
    params: &ValidParams,
    progress: &Progress<'_>,
) -> Result<Choice, ModelError> {
    let pieces = pieces(rows, params);
    let penalties = params.penalty().map_or_else(|| PENALTIES.to_vec(), |penalty| vec![penalty]);
    let mut trials = Vec::new();
    let (mut chosen_pieces, mut penalty) = (pieces[0], penalties[0]);
    let fixed = pieces.len() == 1 && penalties.len() == 1;
    if !fixed || params.pairs() == PairCount::Auto {
        progress.begin("curves", pieces.len() * penalties.len());
        for (position, &pieces) in pieces.iter().enumerate() {
            match try_curves(rows, params, pieces, &penalties, progress) {
                // Of a wide table the finer curves are not tried; the coarsest ones must fit.
                Err(ModelError::TooWide { .. }) if position > 0 => {
                    penalties.iter().for_each(|_| progress.step());
                }
                tried => trials.extend(tried?),
            }
        }
        let best = simplest(&mut trials);
        (chosen_pieces, penalty) =
            (of_count(trials[best].candidate.pieces), trials[best].candidate.penalty);
        if params.linear() {
            chosen_pieces = Pieces::Line;
        }
    }
    let (mut pairs, mut pair_penalty) = (0, PAIR_PENALTIES[0]);
    let counts = match params.pairs() {
        PairCount::Auto => PAIRS.to_vec(),
        PairCount::Exactly(0) => Vec::new(),
        PairCount::Exactly(count) => vec![count],
    };
    if !counts.is_empty() && rows.schema.len() > 1 {
        let finer = match (chosen_pieces, params.pieces()) {
            (Pieces::Most(pieces), None) => Pieces::Most(pieces.max(PAIR_PIECES)),
            (given, _) => given,
        };
        let mut crossed = try_pairs(rows, params, finer, penalty, &counts, progress)?;
        if params.pairs() == PairCount::Auto {
            let alone = trials.iter().position(|trial| trial.candidate.chosen);
            crossed.insert(0, trials.remove(alone.expect("one was chosen")));
        }
        let best = simplest(&mut crossed);
        (pairs, pair_penalty) =
            (crossed[best].candidate.pairs as usize, crossed[best].candidate.pair_penalty);
        if pairs > 0 {
            chosen_pieces = finer;
        }
        // One choice, and one best to compare with, over curves and pairs together.
        trials.iter_mut().for_each(|trial| trial.candidate.chosen = false);
        trials.extend(crossed);
        compare(&mut trials);
    }
    let selection = (!trials.is_empty()).then(|| Selection {
        folds: rows.folds.len() as u64,
        candidates: trials.into_iter().map(|trial| trial.candidate).collect(),
    });
    Ok(Choice { pieces: chosen_pieces, penalty, pairs, pair_penalty, selection })
}

/// The pieces that are tried: those given, or all that the number of rows bears.
fn pieces(rows: &Rows<'_>, params: &ValidParams) -> Vec<Pieces> {
    if params.linear() {
        return vec![Pieces::Line];
    }
    if let Some(pieces) = params.pieces() {
        return vec![Pieces::Most(pieces)];
    }
    let fine = (rows.order.len() >= FINE_ROWS).then_some(FINE_PIECES);
    PIECES.into_iter().chain(fine).map(Pieces::Most).collect()
}

fn of_count(count: u64) -> Pieces {
    Pieces::Most(count as usize)
}

/// Fits the curves alone without each fold, with ever smaller penalties; ends when those no longer help.
fn try_curves(
    rows: &Rows<'_>,
    params: &ValidParams,
    pieces: Pieces,
    penalties: &[f64],
    progress: &Progress<'_>,
) -> Result<Vec<Trial>, ModelError> {
    let design = rows.design(&rows.terms(pieces, params.min_count()))?;
    let (start, hessian) = near(rows, &design, penalties[penalties.len() / 2])?;
    let share = 1.0 - 1.0 / rows.folds.len() as f64;
    let mut weights = vec![start; rows.folds.len()];
    let mut trials: Vec<Trial> = Vec::new();
    let mut patience = PATIENCE;
    for &penalty in penalties {
        progress.step();
        if patience == 0 {
            continue;
        }
        let each = design.penalties(penalty, penalty);
        let factor = hessian.factor(&each, share)?;
        let losses: Result<Vec<Vec<f64>>, ModelError> = weights
            .par_iter_mut()
            .enumerate()
            .map(|(fold, weights)| {
                let outside = rows.without(fold);
                let problem = Problem::new(&design, &rows.converted, outside, each.clone());
                problem.descend(weights, &factor, TOLERANCE)?;
                Ok(unseen(rows, &design, weights, fold))
            })
            .collect();
        let best = least(&trials);
        trials.push(trial(count_of(pieces), penalty, 0, 0.0, losses?.concat()));
        patience = if least(&trials) < best { PATIENCE } else { patience - 1 };
    }
    Ok(trials)
}
