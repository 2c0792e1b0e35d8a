//! [`choose`]: how many pieces, which penalty, and which pairs, by cross-validation.
//!
//! The training rows are cut into seeded, stratified folds; every candidate is fitted without each fold and asked for it. The
//! best mean log loss wins, or rather the simplest candidate that is not worse than it beyond chance: the standard error is
//! that of the *paired* difference, lead by lead, which is far smaller than that of either loss.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    basis::{Pieces, Term},
    design::Design,
    grid::{self, Grid},
    interaction::Coarse,
    params::{PairCount, ValidParams},
    progress::Progress,
    search::{Factor, Hessian, Problem, losses},
    table::shuffle,
};
use crate::{
    artifact::{Candidate, Selection},
    error::ModelError,
    schema::Schema,
    score::logistic,
    synth::Dice,
};

/// Penalties that are tried, on the scale of the summed loss, the smoothest first.
const PENALTIES: [f64; 9] = [300.0, 100.0, 30.0, 10.0, 5.0, 2.0, 0.7, 0.25, 0.1];
/// Pieces that are tried.
const PIECES: [usize; 4] = [1, 4, 8, 16];
/// Pieces that are tried beside, where there are rows enough to tell.
const FINE_PIECES: usize = 32;
/// Rows from which the finest curves are tried.
const FINE_ROWS: usize = 10_000;
/// Numbers of pairs that are tried.
const PAIRS: [usize; 6] = [1, 2, 4, 8, 16, 24];
/// Penalties on the cells of pairs that are tried.
const PAIR_PENALTIES: [f64; 3] = [30.0, 8.0, 2.0];
/// Standard errors within which a model without pairs is as good as the best of many with them, which is best by luck too.
const ALONE: f64 = 2.0;
/// Candidates in a row that may bring nothing before no further ones, more flexible than these, are tried.
const PATIENCE: usize = 2;
/// How much lower a further step must bring the mean loss: far below any difference between candidates that matters.
const TOLERANCE: f64 = 1e-7;

/// The recipe that cross-validation found, or that was given.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) pieces: Pieces,
    pub(super) penalty: f64,
    pub(super) pairs: usize,
    pub(super) pair_penalty: f64,
    pub(super) selection: Option<Selection>,
}

/// The training rows, in an order in which each fold is one range.
pub(super) struct Rows<'a> {
    pub(super) schema: &'a Schema,
    pub(super) columns: &'a [Vec<f64>],
    /// Positions in the columns.
    pub(super) order: Vec<usize>,
    pub(super) converted: Vec<bool>,
    folds: Vec<Range<usize>>,
}

/// What was tried, with the loss of every row.
struct Trial {
    candidate: Candidate,
    losses: Vec<f64>,
}

impl<'a> Rows<'a> {
    /// Cuts `rows` into stratified folds.
    pub(super) fn new(
        schema: &'a Schema,
        columns: &'a [Vec<f64>],
        converted: &[bool],
        rows: &[usize],
        params: &ValidParams,
    ) -> Self {
        let mut shuffled = rows.to_vec();
        shuffle(&mut shuffled, &mut Dice::new(params.seed()));
        shuffled.sort_by_key(|&row| converted[row]);
        let (count, mut order, mut folds) = (params.folds(), Vec::new(), Vec::new());
        for fold in 0..count {
            let start = order.len();
            order.extend(shuffled.iter().skip(fold).step_by(count));
            folds.push(start..order.len());
        }
        let converted = order.iter().map(|&row| converted[row]).collect();
        Self { schema, columns, order, converted, folds }
    }

    /// Each feature's term for so many pieces.
    pub(super) fn terms(&self, pieces: Pieces, min_count: usize) -> Vec<Term> {
        let features = self.schema.features().par_iter();
        let choose = |(feature, column): (_, &Vec<f64>)| {
            let values: Vec<_> = self.order.iter().map(|&row| column[row]).collect();
            Term::choose(feature, &values, pieces, min_count)
        };
        features.zip(self.columns).map(choose).collect()
    }

    pub(super) fn design(&self, terms: &[Term]) -> Design {
        Design::new(terms, self.columns, &self.order)
    }

    /// The features cut for pairs.
    pub(super) fn coarse(&self, terms: &[Term]) -> Coarse {
        let axis = |(term, column): (&Term, &Vec<f64>)| {
            let mut counts = vec![0; term.nodes()];
            self.order.iter().for_each(|&row| counts[term.locate(column[row]).0] += 1);
            grid::axis(term, &counts)
        };
        let axes = terms.par_iter().zip(self.columns).map(axis).collect();
        Coarse::new(axes, self.columns, &self.order)
    }

    fn all(&self) -> Vec<Range<usize>> {
        std::iter::once(0..self.order.len()).collect()
    }

    /// The rows outside of a fold.
    fn without(&self, fold: usize) -> Vec<Range<usize>> {
        let Range { start, end } = self.folds[fold];
        vec![0..start, end..self.order.len()]
    }

    /// The most promising pairs by what the model of these weights gets wrong on `rows`.
    pub(super) fn grids(
        &self,
        design: &Design,
        coarse: &Coarse,
        weights: &[f64],
        rows: &[Range<usize>],
        most: usize,
    ) -> Vec<Grid> {
        let (mut errors, mut curvature, mut log_odds) = (Vec::new(), Vec::new(), Vec::new());
        for rows in rows {
            design.log_odds(weights, rows.clone(), &mut log_odds);
            for (&z, &converted) in log_odds.iter().zip(&self.converted[rows.clone()]) {
                let p = logistic(z);
                errors.push(p - f64::from(u8::from(converted)));
                curvature.push(p * (1.0 - p));
            }
        }
        coarse.rank(rows, &errors, &curvature, most)
    }
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
        for &pieces in &pieces {
            trials.extend(try_curves(rows, params, pieces, &penalties, progress)?);
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
        let mut crossed = try_pairs(rows, params, chosen_pieces, penalty, &counts, progress)?;
        if params.pairs() == PairCount::Auto {
            let alone = trials.iter().position(|trial| trial.candidate.chosen);
            crossed.insert(0, trials.remove(alone.expect("one was chosen")));
        }
        let best = simplest(&mut crossed);
        (pairs, pair_penalty) =
            (crossed[best].candidate.pairs as usize, crossed[best].candidate.pair_penalty);
        trials.extend(crossed);
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

fn count_of(pieces: Pieces) -> u64 {
    match pieces {
        Pieces::Line => 1,
        Pieces::Most(pieces) => pieces as u64,
    }
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
    let design = rows.design(&rows.terms(pieces, params.min_count()));
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

/// A point near the optimum of all rows, and the second derivatives there.
fn near(rows: &Rows<'_>, design: &Design, penalty: f64) -> Result<(Vec<f64>, Hessian), ModelError> {
    let penalties = design.penalties(penalty, penalty);
    let problem = Problem::new(design, &rows.converted, rows.all(), penalties.clone());
    let mut weights = problem.base_rate();
    let factor = problem.hessian(&weights).factor(&penalties, 1.0)?;
    problem.descend(&mut weights, &factor, 1e-4)?;
    let hessian = problem.hessian(&weights);
    Ok((weights, hessian))
}

fn unseen(rows: &Rows<'_>, design: &Design, weights: &[f64], fold: usize) -> Vec<f64> {
    let mut log_odds = Vec::new();
    design.log_odds(weights, rows.folds[fold].clone(), &mut log_odds);
    losses(&log_odds, &rows.converted[rows.folds[fold].clone()]).collect()
}

/// Fits curves and pairs, with growing numbers of pairs and every penalty on them, without each fold; ends when more pairs
/// no longer help.
fn try_pairs(
    rows: &Rows<'_>,
    params: &ValidParams,
    pieces: Pieces,
    penalty: f64,
    counts: &[usize],
    progress: &Progress<'_>,
) -> Result<Vec<Trial>, ModelError> {
    let terms = rows.terms(pieces, params.min_count());
    let design = rows.design(&terms);
    let coarse = rows.coarse(&terms);
    let (start, hessian) = near(rows, &design, penalty)?;
    let factor = hessian.factor(&design.penalties(penalty, penalty), 1.0)?;
    let most = counts.iter().copied().max().unwrap_or_default();
    progress.begin("pairs", (1 + counts.len()) * rows.folds.len());
    let folds: Result<Vec<_>, _> = (0..rows.folds.len())
        .into_par_iter()
        .map(|fold| {
            let crossed =
                Crossed::new(rows, &design, &coarse, fold, (penalty, &factor, &start), most);
            progress.step();
            crossed
        })
        .collect();
    let folds = folds?;
    let mut trials: Vec<Trial> = Vec::new();
    let mut patience = PATIENCE;
    for &count in counts {
        let found: Result<Vec<_>, _> = folds
            .par_iter()
            .map(|crossed| {
                let losses = crossed.losses(rows, penalty, count);
                progress.step();
                losses
            })
            .collect();
        let found = found?;
        let best = least(&trials);
        trials.extend(PAIR_PENALTIES.iter().enumerate().map(|(position, &pair_penalty)| {
            let losses = found.iter().flat_map(|fold| fold[position].iter().copied()).collect();
            trial(count_of(pieces), penalty, count, pair_penalty, losses)
        }));
        patience = if least(&trials) < best { PATIENCE } else { patience - 1 };
        if patience == 0 {
            break;
        }
    }
    Ok(trials)
}

fn least(trials: &[Trial]) -> f64 {
    trials.iter().map(|trial| trial.candidate.log_loss).fold(f64::INFINITY, f64::min)
}

/// One fold's most promising pairs, found without its rows.
struct Crossed {
    fold: usize,
    design: Design,
    curves: Vec<f64>,
    hessian: Hessian,
}

impl Crossed {
    fn new(
        rows: &Rows<'_>,
        design: &Design,
        coarse: &Coarse,
        fold: usize,
        (penalty, factor, start): (f64, &Factor, &[f64]),
        most: usize,
    ) -> Result<Self, ModelError> {
        let mut curves = start.to_vec();
        let outside = rows.without(fold);
        let penalties = design.penalties(penalty, penalty);
        let problem = Problem::new(design, &rows.converted, outside.clone(), penalties);
        problem.descend(&mut curves, factor, TOLERANCE)?;
        let grids = rows.grids(design, coarse, &curves, &outside, most);
        let design = design.with(&grids, rows.columns, &rows.order, 1.0);
        let penalties = design.penalties(penalty, penalty);
        let problem = Problem::new(&design, &rows.converted, outside, penalties);
        let hessian = problem.hessian(&widened(&curves, design.width()));
        Ok(Self { fold, design, curves, hessian })
    }

    /// The losses of the fold's rows with so many pairs, for every penalty on them.
    fn losses(
        &self,
        rows: &Rows<'_>,
        penalty: f64,
        count: usize,
    ) -> Result<Vec<Vec<f64>>, ModelError> {
        let width = self.design.width_of(rows.schema.len() + count);
        let mut weights = widened(&self.curves, width);
        let each = PAIR_PENALTIES.iter().map(|&pair_penalty| {
            let mut penalties = self.design.penalties(penalty, pair_penalty);
            penalties.truncate(width);
            let factor = self.hessian.factor(&penalties, 1.0)?;
            let outside = rows.without(self.fold);
            let problem = Problem::new(&self.design, &rows.converted, outside, penalties);
            problem.descend(&mut weights, &factor, TOLERANCE)?;
            Ok(unseen(rows, &self.design, &weights, self.fold))
        });
        each.collect()
    }
}

/// The same weights with zeros for further ones before the intercept.
pub(super) fn widened(weights: &[f64], width: usize) -> Vec<f64> {
    let (intercept, rest) = weights.split_last().expect("the intercept is the last weight");
    let mut widened = rest.to_vec();
    widened.resize(width, 0.0);
    widened.push(*intercept);
    widened
}

fn trial(pieces: u64, penalty: f64, pairs: usize, pair_penalty: f64, losses: Vec<f64>) -> Trial {
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
fn simplest(trials: &mut [Trial]) -> usize {
    let order = |a: &Trial, b: &Trial| a.candidate.log_loss.total_cmp(&b.candidate.log_loss);
    let best = (0..trials.len()).min_by(|&a, &b| order(&trials[a], &trials[b])).unwrap_or_default();
    let least = trials[best].losses.clone();
    for trial in trials.iter_mut() {
        trial.candidate.excess = excess(&trial.losses, &least);
        trial.candidate.chosen = false;
    }
    let pieces = trials[best].candidate.pieces;
    let is_crossed = trials.iter().any(|trial| trial.candidate.pairs > 0);
    let bearable = (0..trials.len()).filter(|&at| {
        let Candidate { excess: [mean, error], pairs, .. } = trials[at].candidate;
        let errors = if is_crossed && pairs == 0 { ALONE } else { 1.0 };
        mean <= errors * error && trials[at].candidate.pieces == pieces
    });
    let simplicity = |at: usize| {
        let Candidate { pairs, penalty, pair_penalty, .. } = trials[at].candidate;
        (pairs, -penalty, -pair_penalty)
    };
    let chosen = bearable
        .min_by(|&a, &b| simplicity(a).partial_cmp(&simplicity(b)).expect("penalties are numbers"))
        .unwrap_or(best);
    trials[chosen].candidate.chosen = true;
    chosen
}

/// Mean and standard error of the paired difference.
fn excess(losses: &[f64], least: &[f64]) -> [f64; 2] {
    let count = losses.len() as f64;
    let mean = losses.iter().zip(least).map(|(a, b)| a - b).sum::<f64>() / count;
    let squares = losses.iter().zip(least).map(|(a, b)| (a - b - mean) * (a - b - mean));
    let variance = squares.sum::<f64>() / (count - 1.0).max(1.0);
    [mean, (variance / count).sqrt()]
}
