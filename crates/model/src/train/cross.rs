//! Cross-validation of pairs: how many, and with which penalty.
//!
//! Each fold ranks the pairs by itself, without its own rows, so that the choice of pairs is tried with their number.

use rayon::prelude::*;

use super::{
    basis::Pieces,
    design::Design,
    interaction::Coarse,
    params::ValidParams,
    progress::Progress,
    rows::Rows,
    search::{Factor, Hessian, Problem, widened},
    trial::{PATIENCE, TOLERANCE, Trial, count_of, least, near, trial, unseen},
};
use crate::error::ModelError;

/// Penalties on the cells of pairs that are tried.
pub(super) const PAIR_PENALTIES: [f64; 3] = [30.0, 8.0, 2.0];

/// Fits curves and pairs, with growing numbers of pairs and every penalty on them, without each fold; ends when more pairs
/// no longer help.
pub(super) fn try_pairs(
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
