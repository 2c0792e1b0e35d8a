//! From weights to a scorecard.
//!
//! Heights of nodes become curves and grids become pairs; what a grid says of one feature alone moves into that feature's
//! curve, and what a curve says of every row into the intercept. Each step is exact, so the scorecard's log-odds are the fit's.

use super::{basis::Term, design::Design, grid::Grid, rows::Rows};
use crate::{
    curve::{Curve, Levels, Ramp},
    pair::{Axis, Pair},
    scorecard::{FeatureCurve, Scorecard},
};

/// Rounds of alternately emptying rows and columns of a grid: each one leaves a small part of what was there.
const ROUNDS: usize = 200;
/// Margins below this, in log-odds, are left where they are.
const SMALL: f64 = 1e-10;
/// Points are rounded to this many per unit: the weights are on a coarser grid, so that most stay short in the file, and the
/// sum over all features is still exact to far more digits than the comparison with the fit asks for.
const GRID: f64 = 1e12;

/// The scorecard of these weights, centred on the rows.
pub(super) fn scorecard(
    rows: &Rows<'_>,
    terms: &[Term],
    grids: &[Grid],
    design: &Design,
    weights: &[f64],
) -> Scorecard {
    let heights = design.heights(weights);
    let mut intercept = weights[design.width()];
    let mut curves: Vec<_> = terms
        .iter()
        .enumerate()
        .map(|(part, term)| term.fold(&heights[design.weights_of(part)]).map_points(round))
        .collect();
    let mut pairs = Vec::new();
    for (position, grid) in grids.iter().enumerate() {
        let cells = &heights[design.weights_of(terms.len() + position)];
        let mut points: Vec<Vec<f64>> = cells
            .chunks(grid.axes[1].cells())
            .map(|row| row.iter().map(|&points| round(points)).collect())
            .collect();
        let counts = soft_counts(rows, grid);
        let [down, right] = purify(&mut points, &counts);
        for ((feature, axis), margin) in grid.features.iter().zip(&grid.axes).zip([down, right]) {
            raise(&mut curves[*feature], &terms[*feature], axis, &margin);
        }
        let features = grid.features.map(|feature| rows.schema.features()[feature].name.clone());
        let rows = counts.iter().map(|row| row.iter().map(|rows| rows.round() as u64).collect());
        let rows = rows.collect();
        pairs.push(Pair { features, axes: grid.axes.clone(), points, rows });
    }
    let mut centred = Vec::new();
    for ((curve, feature), column) in
        curves.into_iter().zip(rows.schema.features()).zip(rows.columns)
    {
        let sum: f64 = rows.order.iter().map(|&row| curve.points(column[row])).sum();
        // Points lowered by a rounded mean stay on the grid of the weights, and so short in the file.
        let mean = round(sum / rows.order.len() as f64);
        intercept += mean;
        let curve = curve.map_points(|points| round(points - mean));
        centred.push(FeatureCurve { feature: feature.name.clone(), curve });
    }
    Scorecard { intercept, curves: centred, pairs }
}

/// How many rows lie in each cell, in shares.
fn soft_counts(rows: &Rows<'_>, grid: &Grid) -> Vec<Vec<f64>> {
    let [height, width] = [grid.axes[0].cells(), grid.axes[1].cells()];
    let spots = grid.spots(rows.columns, &rows.order);
    // A row at the last cells names cells beyond, with share zero.
    let mut counts = vec![0.0; height * width + spots.stride() + 2];
    for row in 0..rows.order.len() {
        let (cells, shares) = spots.touched(row);
        cells.into_iter().zip(shares).for_each(|(cell, share)| counts[cell] += share);
    }
    counts.chunks(width).take(height).map(<[f64]>::to_vec).collect()
}

/// Empties the rows' and columns' weighted means out of a grid; gives what each row and each column lost.
fn purify(points: &mut [Vec<f64>], counts: &[Vec<f64>]) -> [Vec<f64>; 2] {
    let width = points[0].len();
    let (mut down, mut right) = (vec![0.0; points.len()], vec![0.0; width]);
    for _ in 0..ROUNDS {
        let mut largest: f64 = 0.0;
        for ((row, counts), taken) in points.iter_mut().zip(counts).zip(&mut down) {
            let mean = mean(row.iter().copied().zip(counts.iter().copied()));
            row.iter_mut().for_each(|points| *points = round(*points - mean));
            *taken += mean;
            largest = largest.max(mean.abs());
        }
        for (at, taken) in right.iter_mut().enumerate() {
            let mean = mean(points.iter().zip(counts).map(|(row, counts)| (row[at], counts[at])));
            points.iter_mut().for_each(|row| row[at] = round(row[at] - mean));
            *taken += mean;
            largest = largest.max(mean.abs());
        }
        if largest < SMALL {
            break;
        }
    }
    [down, right]
}

/// A weighted mean on the grid of the weights; 0 where nothing has weight.
fn mean(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (sum, count) =
        points.fold((0.0, 0.0), |(sum, all), (points, count)| (sum + points * count, all + count));
    if count > 0.0 { round(sum / count) } else { 0.0 }
}

/// Adds what a grid's side says of a feature alone to the feature's curve.
fn raise(curve: &mut Curve, term: &Term, axis: &Axis, margin: &[f64]) {
    let at = |value: f64| {
        let (cell, share) = axis.locate(value);
        if share == 0.0 {
            margin[cell]
        } else {
            margin[cell] + share * (margin[cell + 1] - margin[cell])
        }
    };
    let absent = if term.missing { margin[axis.cells() - 1] } else { 0.0 };
    match curve {
        Curve::Ramp(Ramp { knots, points, missing }) => {
            points.iter_mut().zip(knots).for_each(|(points, knot)| *points += at(*knot));
            *missing += absent;
        }
        Curve::Levels(Levels { values, points, unseen, missing }) => {
            points.iter_mut().zip(values).for_each(|(points, value)| *points += at(*value));
            // Levels without a cell of their own share that of all others.
            *unseen += margin[axis.cells() - 2];
            *missing += absent;
        }
    }
}

fn round(value: f64) -> f64 {
    (value * GRID).round() / GRID
}

#[cfg(test)]
mod tests {
    use super::purify;

    #[test]
    fn a_purified_grid_keeps_its_sums_and_has_empty_margins() {
        let before = vec![vec![1.0, 2.0, -1.0], vec![0.5, 3.0, 4.0]];
        let counts = vec![vec![10.0, 1.0, 0.0], vec![2.0, 7.0, 3.0]];
        let mut after = before.clone();
        let [down, right] = purify(&mut after, &counts);
        for row in 0..2 {
            for column in 0..3 {
                let sum = after[row][column] + down[row] + right[column];
                assert!((sum - before[row][column]).abs() < 1e-6);
            }
            let mean: f64 = (0..3).map(|column| after[row][column] * counts[row][column]).sum();
            assert!(mean.abs() < 1e-6, "{mean}");
        }
        let column: f64 = (0..2).map(|row| after[row][1] * counts[row][1]).sum();
        assert!(column.abs() < 1e-6, "{column}");
    }
}
