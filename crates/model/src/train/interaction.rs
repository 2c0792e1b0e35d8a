//! Which pairs of features say something together that they do not say alone.
//!
//! After the curves are fitted, each pair's rows are counted into a small grid; what a step of Newton's method per cell would
//! take off the loss, less what it would take off by chance, ranks the pair. This is the heuristic of Lou et al. 2013,
//! "Accurate intelligible models with pairwise interactions" (FAST), on the logistic loss. Whether the best ones pay is
//! decided elsewhere, by cross-validation.

use std::ops::Range;

use rayon::prelude::*;

use super::grid::Grid;
use crate::pair::Axis;

/// Curvature added to each cell: sparse cells promise little.
const SHRINK: f64 = 1.0;
/// Features of which every pair is tried: 2016 pairs, a moment's work.
const PAIRED: usize = 64;

/// Features cut into coarse cells, row by row.
#[derive(Debug)]
pub(super) struct Coarse {
    axes: Vec<Option<Axis>>,
    cells: Vec<Vec<u8>>,
}

impl Coarse {
    /// Cuts the rows named by `order`; a feature without an axis takes no part.
    pub(super) fn new(axes: Vec<Option<Axis>>, columns: &[Vec<f64>], order: &[usize]) -> Self {
        let cut = |(axis, column): (&Option<Axis>, &Vec<f64>)| {
            let Some(axis) = axis else { return Vec::new() };
            let nearest = |&row: &usize| {
                let (cell, share) = axis.locate(column[row]);
                u8::try_from(cell + usize::from(share > 0.5)).expect("an axis has few cells")
            };
            order.iter().map(nearest).collect()
        };
        let cells = axes.par_iter().zip(columns).map(cut).collect();
        Self { axes, cells }
    }

    /// The grids of the pairs that promise anything, best first; `errors` and `curvature` are of `rows`, in order. Of many
    /// features only those with the largest `spans` of points are paired.
    pub(super) fn rank(
        &self,
        rows: &[Range<usize>],
        errors: &[f64],
        curvature: &[f64],
        spans: &[f64],
    ) -> Vec<Grid> {
        let mut usable: Vec<_> =
            (0..self.axes.len()).filter(|&at| self.axes[at].is_some()).collect();
        usable.sort_by(|&a, &b| spans[b].total_cmp(&spans[a]).then(a.cmp(&b)));
        usable.truncate(PAIRED);
        usable.sort_unstable();
        let pairs: Vec<_> = usable
            .iter()
            .enumerate()
            .flat_map(|(k, &first)| usable[k + 1..].iter().map(move |&second| [first, second]))
            .collect();
        let mut ranked: Vec<_> = pairs
            .par_iter()
            .map(|&pair| (self.promise(pair, rows, errors, curvature), pair))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let grid = |&(_, features): &(f64, [usize; 2])| {
            let axes = features.map(|feature| self.axes[feature].clone().expect("usable"));
            Grid { features, axes }
        };
        ranked.iter().filter(|(promise, _)| *promise > 0.0).map(grid).collect()
    }

    /// What the pair would take off twice the loss, less what it would take off if it said nothing.
    fn promise(
        &self,
        pair: [usize; 2],
        rows: &[Range<usize>],
        errors: &[f64],
        curvature: &[f64],
    ) -> f64 {
        let [first, second] = pair.map(|feature| &self.cells[feature]);
        let stride = self.axes[pair[1]].as_ref().map_or(0, Axis::cells);
        let height = self.axes[pair[0]].as_ref().map_or(0, Axis::cells);
        let mut sums = vec![(0.0, 0.0); height * stride];
        let mut measured = errors.iter().zip(curvature);
        for rows in rows {
            let cells = first[rows.clone()].iter().zip(&second[rows.clone()]);
            for ((&above, &left), (error, curvature)) in cells.zip(&mut measured) {
                let cell = &mut sums[usize::from(above) * stride + usize::from(left)];
                cell.0 += error;
                cell.1 += curvature;
            }
        }
        let filled = |row: usize, column: usize| sums[row * stride + column].1 > 0.0;
        let occupied = sums.iter().filter(|cell| cell.1 > 0.0).count() as f64;
        let above = (0..height).filter(|&row| (0..stride).any(|at| filled(row, at))).count();
        let left = (0..stride).filter(|&at| (0..height).any(|row| filled(row, at))).count();
        // What either feature says alone is in its curve already.
        let freedom = (occupied - above as f64 - left as f64 + 1.0).max(1.0);
        let gain: f64 =
            sums.iter().map(|(error, curvature)| error * error / (curvature + SHRINK)).sum();
        gain - 2.0 * freedom
    }
}
