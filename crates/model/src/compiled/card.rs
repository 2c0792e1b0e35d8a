//! [`Compiled`]: intercept, lanes, and grids, and the sum of what they say.

use super::{BLOCK, Block, RUN, grid::Grid, lanes::Lanes, shape::Shape};
use crate::{schema::Schema, scorecard::Scorecard};

/// A scorecard that was checked against its schema, laid out for speed.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    intercept: f64,
    /// One for each run of features.
    lanes: Vec<Lanes>,
    grids: Vec<Grid>,
}

impl Compiled {
    /// Lays out a scorecard that was checked against its schema.
    pub(crate) fn new(scorecard: &Scorecard, schema: &Schema) -> Self {
        let features = schema.features();
        let runs = scorecard.curves.chunks(RUN).zip(features.chunks(RUN));
        let lanes = runs.map(|(curves, features)| {
            let curves = curves.iter().zip(features);
            Lanes::new(curves.map(|(entry, feature)| Shape::new(&entry.curve, feature.kind)))
        });
        let position =
            |name: &String| schema.position(name).expect("a checked pair names features");
        let grids = scorecard.pairs.iter().map(|pair| {
            let at = pair.features.each_ref().map(position);
            Grid::new(pair, at, at.map(|at| features[at].kind))
        });
        Self { intercept: scorecard.intercept, lanes: lanes.collect(), grids: grids.collect() }
    }

    /// Log-odds of one row of values in schema order.
    #[inline]
    pub(crate) fn log_odds(&self, values: &[f64]) -> f64 {
        let runs = self.lanes.iter().zip(values.chunks(RUN));
        let sum = runs.fold(self.intercept, |sum, (lanes, values)| sum + lanes.sum(values));
        self.grids.iter().fold(sum, |sum, grid| sum + grid.points(values))
    }

    /// Hands each feature's points to `take`, then each pair's, with the position of its feature or of both.
    pub(crate) fn each(&self, values: &[f64], mut take: impl FnMut(usize, Option<usize>, f64)) {
        let mut points = vec![0.0; values.len()];
        let runs = self.lanes.iter().zip(values.chunks(RUN)).zip(points.chunks_mut(RUN));
        runs.for_each(|((lanes, values), points)| lanes.each(values, points));
        points.into_iter().enumerate().for_each(|(at, own)| take(at, None, own));
        for grid in &self.grids {
            let [first, second] = grid.at();
            take(first, Some(second), grid.points(values));
        }
    }

    /// Hands the log-odds of every row of some columns, as many as the schema has features, to `take`, in order.
    pub(crate) fn log_odds_of_columns(&self, columns: &[&[f64]], mut take: impl FnMut(&[f64])) {
        let rows = columns.first().map_or(0, |column| column.len());
        for start in (0..rows).step_by(BLOCK) {
            let sums = self.block(|at| &columns[at][start..]);
            take(&sums[..BLOCK.min(rows - start)]);
        }
    }

    /// Log-odds of a block of leads, whose values of the feature at a position `column` gives.
    #[inline(always)]
    fn block<'a>(&self, column: impl Fn(usize) -> &'a [f64]) -> Block {
        let mut sums = [self.intercept; BLOCK];
        for (run, lanes) in self.lanes.iter().enumerate() {
            for (sum, own) in sums.iter_mut().zip(lanes.sum_block(|at| column(run * RUN + at))) {
                *sum += own;
            }
        }
        for grid in &self.grids {
            let [first, second] = grid.at().map(&column);
            grid.add(first, second, &mut sums);
        }
        sums
    }
}
