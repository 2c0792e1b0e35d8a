//! [`Rows`]: the training rows, in folds.
//!
//! What is asked of the rows by every step of a training: their terms, their design, their pairs, and which of them a fold
//! leaves out. What is done with the answers is decided in `select.rs` and `recipe.rs`.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    basis::{Pieces, Term},
    design::Design,
    grid::{self, Grid},
    interaction::Coarse,
    params::ValidParams,
    table::shuffle,
};
use crate::{error::ModelError, schema::Schema, score::logistic, synth::Dice};

/// Weights of one model at most: their second derivatives are a square of as many, 128 MB here, for each fold.
const WIDEST: usize = 4000;

/// The training rows, in an order in which each fold is one range.
pub(super) struct Rows<'a> {
    pub(super) schema: &'a Schema,
    pub(super) columns: &'a [Vec<f64>],
    /// Positions in the columns.
    pub(super) order: Vec<usize>,
    pub(super) converted: Vec<bool>,
    pub(super) folds: Vec<Range<usize>>,
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

    /// The rows as these terms see them.
    ///
    /// # Errors
    /// [`ModelError::TooWide`] if there are more weights than Newton's method can bear.
    pub(super) fn design(&self, terms: &[Term]) -> Result<Design, ModelError> {
        let weights = terms.iter().map(Term::nodes).sum();
        if weights > WIDEST {
            return Err(ModelError::TooWide { weights, limit: WIDEST });
        }
        Ok(Design::new(terms, self.columns, &self.order))
    }

    /// The features cut for pairs.
    pub(super) fn coarse(&self, terms: &[Term]) -> Coarse {
        let axis = |(term, column): (&Term, &Vec<f64>)| {
            let mut counts = vec![0; term.nodes()];
            for &row in &self.order {
                let (node, share) = term.locate(column[row]);
                counts[node + usize::from(share > 0.5)] += 1;
            }
            grid::axis(term, &counts)
        };
        let axes = terms.par_iter().zip(self.columns).map(axis).collect();
        Coarse::new(axes, self.columns, &self.order)
    }

    pub(super) fn all(&self) -> Vec<Range<usize>> {
        std::iter::once(0..self.order.len()).collect()
    }

    /// The rows outside of a fold.
    pub(super) fn without(&self, fold: usize) -> Vec<Range<usize>> {
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
        let heights = design.heights(weights);
        let spans: Vec<_> =
            (0..self.schema.len()).map(|part| design.span(&heights, part)).collect();
        let grids = coarse.rank(rows, &errors, &curvature, &spans);
        let mut width = design.width();
        let fits = |grid: &Grid| {
            width += grid.nodes();
            width <= WIDEST
        };
        grids.into_iter().take(most).take_while(fits).collect()
    }
}
