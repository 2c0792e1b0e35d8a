//! [`Grid`]: two features cut coarsely into cells, for what they add together.
//!
//! The knots and levels of a grid are some of those of the curves, so that whatever a grid says of one feature alone can be
//! moved into that feature's curve exactly.

use super::basis::{Shape, Term};
use crate::pair::Axis;

/// Knots of one side at most.
const KNOTS: usize = 7;
/// Levels of one side at most; rarer ones share a cell.
const LEVELS: usize = 10;

/// Fewest rows beside the most frequent value of a feature that takes part: fewer say nothing that could be checked.
const FEWEST: usize = 50;

/// The cells of two features.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    /// Positions of the features in the schema, rising.
    pub(super) features: [usize; 2],
    pub(super) axes: [Axis; 2],
}

/// Where the rows lie in a grid: at `cell`, with shares of the next row and column of cells.
#[derive(Debug)]
pub(super) struct Spots {
    cell: Vec<u16>,
    down: Vec<f64>,
    right: Vec<f64>,
    stride: usize,
}

impl Grid {
    /// How many cells there are.
    pub(super) fn nodes(&self) -> usize {
        self.axes[0].cells() * self.axes[1].cells()
    }

    /// Where the rows named by `order` lie.
    pub(super) fn spots(&self, columns: &[Vec<f64>], order: &[usize]) -> Spots {
        let stride = self.axes[1].cells();
        let [first, second] = self.features.map(|feature| &columns[feature]);
        let mut spots = Spots {
            cell: Vec::with_capacity(order.len()),
            down: Vec::with_capacity(order.len()),
            right: Vec::with_capacity(order.len()),
            stride,
        };
        for &row in order {
            let (above, down) = self.axes[0].locate(first[row]);
            let (left, right) = self.axes[1].locate(second[row]);
            spots.cell.push(u16::try_from(above * stride + left).expect("a grid has few cells"));
            spots.down.push(down);
            spots.right.push(right);
        }
        spots
    }
}

impl Spots {
    /// The cells a row touches, four of which some may have no share.
    #[inline]
    pub(super) fn touched(&self, row: usize) -> ([usize; 4], [f64; 4]) {
        let cell = usize::from(self.cell[row]);
        let (down, right) = (self.down[row], self.right[row]);
        let cells = [cell, cell + 1, cell + self.stride, cell + self.stride + 1];
        let (up, left) = (1.0 - down, 1.0 - right);
        (cells, [up * left, up * right, down * left, down * right])
    }

    /// Cells from one row of cells to the next.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }
}

/// The coarse cells of a feature for its grids; `None` if hardly a row lies elsewhere than the others. `counts` are rows per
/// node of the term.
pub(super) fn axis(term: &Term, counts: &[usize]) -> Option<Axis> {
    let most = counts.iter().copied().max().unwrap_or_default();
    if counts.iter().sum::<usize>() - most < FEWEST {
        return None;
    }
    match &term.shape {
        Shape::Ramp(knots) if knots.len() < 2 => None,
        Shape::Ramp(knots) => {
            let last = knots.len() - 1;
            let pieces = last.min(KNOTS - 1);
            let knot = |k: usize| knots[(k * last + pieces / 2) / pieces];
            Some(Axis::Knots((0..=pieces).map(knot).collect()))
        }
        Shape::Levels(levels, _) => {
            let mut ranked: Vec<_> = levels.iter().zip(&counts[1..]).collect();
            ranked.sort_by(|a, b| b.1.cmp(a.1));
            let mut kept: Vec<_> =
                ranked.into_iter().take(LEVELS).map(|(level, _)| *level).collect();
            kept.sort_by(f64::total_cmp);
            Some(Axis::Levels(kept))
        }
    }
}
