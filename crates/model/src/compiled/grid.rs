//! [`Grid`]: what two features' values are worth together, between four cells of a pair.
//!
//! Either side is a curve whose points are the numbers of cells, so that it is laid out and asked like any other: the
//! whole part is the cell, the fraction the share of the next one. Between four cells the points run straight along
//! both sides, that is, bilinearly.

use super::{Block, shape::Shape};
use crate::{
    curve::{Curve, Levels, Ramp},
    pair::{Axis, Pair},
    schema::Kind,
};

/// 1.5 * 2^52: what is added to it loses its fraction and stands in its low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// A pair with the positions of its features.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    at: [usize; 2],
    sides: [Shape; 2],
    /// Cells of a row.
    width: usize,
    /// Row by row.
    cells: Box<[Cell]>,
}

/// The points between a cell and the next ones: `here + right * (across + down * both) + down * along`.
#[derive(Debug, Clone, Copy)]
struct Cell {
    here: f64,
    across: f64,
    along: f64,
    both: f64,
}

impl Grid {
    /// Lays out a pair of the features at these positions and of these kinds.
    pub(super) fn new(pair: &Pair, at: [usize; 2], kinds: [Kind; 2]) -> Self {
        let sides = [0, 1].map(|side| Shape::new(&places(&pair.axes[side]), kinds[side]));
        let [rows, width] = pair.axes.each_ref().map(Axis::cells);
        // The last cells have no next one, and no value lies beyond them.
        let points = |row: usize, column: usize| {
            let [row, column] = [row.min(rows - 1), column.min(width - 1)];
            pair.points[row][column]
        };
        let cell = |cell: usize| {
            let (row, column) = (cell / width, cell % width);
            let here = points(row, column);
            let across = points(row, column + 1) - here;
            let along = points(row + 1, column) - here;
            let both = (points(row + 1, column + 1) - points(row + 1, column)) - across;
            Cell { here, across, along, both }
        };
        Self { at, sides, width, cells: (0..rows * width).map(cell).collect() }
    }

    /// The positions of its features.
    pub(super) fn at(&self) -> [usize; 2] {
        self.at
    }

    /// The points of a lead with these values.
    #[inline]
    pub(super) fn points(&self, values: &[f64]) -> f64 {
        let [first, second] = self.at.map(|at| values[at]);
        self.between(self.sides[0].points(first), self.sides[1].points(second))
    }

    /// Adds the points of a block of the two features' values.
    pub(super) fn add(&self, first: &[f64], second: &[f64], sums: &mut Block) {
        let [row, column] = &self.sides;
        for ((sum, &first), &second) in sums.iter_mut().zip(first).zip(second) {
            *sum += self.between(row.points(first), column.points(second));
        }
    }

    /// The points between the cell that two places lie in and the next ones.
    #[inline(always)]
    fn between(&self, row: f64, column: f64) -> f64 {
        // A place that is a whole number may count as the end of the cell before, which is worth the same.
        let [row_at, column_at] = [row, column].map(|place| (place - 0.5) + ROUND);
        let [row_cell, column_cell] = [row_at, column_at].map(|at| at.to_bits() as u32 as usize);
        let [down, right] = [row - (row_at - ROUND), column - (column_at - ROUND)];
        let Cell { here, across, along, both } = &self.cells[row_cell * self.width + column_cell];
        here + right * (across + down * both) + down * along
    }
}

/// The curve from values to cells.
fn places(axis: &Axis) -> Curve {
    let points = |count: usize| (0..count).map(|cell| cell as f64).collect();
    let missing = (axis.cells() - 1) as f64;
    match axis {
        Axis::Knots(knots) => {
            Curve::Ramp(Ramp { knots: knots.clone(), points: points(knots.len()), missing })
        }
        Axis::Levels(values) => {
            let points = points(values.len());
            Curve::Levels(Levels { values: values.clone(), points, unseen: missing - 1.0, missing })
        }
    }
}
