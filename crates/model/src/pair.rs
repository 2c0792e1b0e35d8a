//! What two features add to the log-odds together, beyond what each adds alone.
//!
//! A [`Pair`] is a small grid over two [`Axis`]es, drawn as a heat map: straight between the knots of a number, one cell per
//! level of a category. It is pure: along each axis its mean over the training rows is zero, so that the curves keep their
//! meaning (the functional decomposition of Lou et al. 2013, "Accurate intelligible models with pairwise interactions").

use serde::{Deserialize, Serialize};

use crate::curve::POINTS_LIMIT;

/// Points of two features together, as a function of both values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Names of the two features, as in the schema.
    pub features: [String; 2],
    /// How the values of either feature are cut into cells.
    pub axes: [Axis; 2],
    /// Points in log-odds: a row per cell of the first axis, a column per cell of the second.
    pub points: Vec<Vec<f64>>,
    /// Training rows in each cell, in the same form, a row between two knots counted in shares and rounded; empty where
    /// nobody has counted. A cell without rows says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<u64>>,
}

/// The cells of one side of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Knots, strictly rising: a cell each, with straight lines between them, and one more for missing.
    Knots(Vec<f64>),
    /// Categories' numbers, strictly rising: a cell each, one for all others, and one for missing.
    Levels(Vec<f64>),
}

impl Axis {
    /// How many cells there are.
    pub fn cells(&self) -> usize {
        match self {
            Self::Knots(knots) => knots.len() + 1,
            Self::Levels(levels) => levels.len() + 2,
        }
    }

    /// The cell of a value, and the share, 0 to 1, of the next cell in it; NaN stands for missing.
    pub fn locate(&self, value: f64) -> (usize, f64) {
        if value.is_nan() {
            return (self.cells() - 1, 0.0);
        }
        match self {
            Self::Levels(levels) => {
                let position = levels.iter().position(|&level| level == value);
                (position.unwrap_or(levels.len()), 0.0)
            }
            Self::Knots(knots) => {
                let last = knots.len() - 1;
                let value = value.clamp(knots[0], knots[last]);
                let cell = knots.partition_point(|&knot| knot <= value) - 1;
                match knots.get(cell + 1) {
                    Some(next) => (cell, (value - knots[cell]) / (next - knots[cell])),
                    None => (cell, 0.0),
                }
            }
        }
    }

    fn unsound(&self) -> Option<&'static str> {
        let (Self::Knots(at) | Self::Levels(at)) = self;
        let rising = at.windows(2).all(|pair| pair[0] < pair[1] && (pair[1] - pair[0]).is_finite());
        let sound = !at.is_empty() && rising && at.iter().all(|number| number.is_finite());
        (!sound).then_some("an axis needs finite numbers that rise strictly, at least one")
    }
}

impl Pair {
    /// The points of two values, where NaN stands for a missing one.
    pub fn points(&self, first: f64, second: f64) -> f64 {
        let (row, down) = self.axes[0].locate(first);
        let (column, right) = self.axes[1].locate(second);
        let along = |row: usize| {
            let cells = &self.points[row];
            if right == 0.0 {
                return cells[column];
            }
            cells[column] + right * (cells[column + 1] - cells[column])
        };
        let here = along(row);
        if down == 0.0 { here } else { here + down * (along(row + 1) - here) }
    }

    /// What keeps this from being a pair, if anything does.
    pub(crate) fn unsound(&self) -> Option<&'static str> {
        if let Some(what) = self.axes.iter().find_map(Axis::unsound) {
            return Some(what);
        }
        let [rows, columns] = [self.axes[0].cells(), self.axes[1].cells()];
        let mut cells = self.points.iter();
        if self.points.len() != rows || !cells.all(|row| row.len() == columns) {
            return Some("its grid does not have the cells of its axes");
        }
        let sound = self.points.iter().flatten().all(|points| points.abs() <= POINTS_LIMIT);
        (!sound).then_some("its points must lie between -1000000 and 1000000")
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Pair};

    fn pair() -> Pair {
        Pair {
            features: ["age".to_owned(), "job".to_owned()],
            axes: [Axis::Knots(vec![20.0, 40.0]), Axis::Levels(vec![0.0, 2.0])],
            points: vec![
                vec![1.0, 2.0, 3.0, 4.0],
                vec![5.0, 6.0, 7.0, 8.0],
                vec![-1.0, -2.0, -3.0, -4.0],
            ],
            rows: Vec::new(),
        }
    }

    #[test]
    fn points_run_straight_between_knots_and_are_flat_beyond() {
        let at = |age, job| pair().points(age, job);
        assert_eq!(
            [at(10.0, 0.0), at(20.0, 0.0), at(30.0, 0.0), at(40.0, 0.0), at(90.0, 0.0)],
            [1.0, 1.0, 3.0, 5.0, 5.0]
        );
    }

    #[test]
    fn unseen_levels_and_missing_values_have_cells_of_their_own() {
        let at = |age, job| pair().points(age, job);
        assert_eq!([at(20.0, 2.0), at(20.0, 1.0), at(20.0, f64::NAN)], [2.0, 3.0, 4.0]);
        assert_eq!([at(f64::NAN, 0.0), at(f64::NAN, f64::NAN)], [-1.0, -4.0]);
    }

    #[test]
    fn a_grid_of_another_shape_is_unsound() {
        assert_eq!(pair().unsound(), None);
        assert!(Pair { points: vec![vec![0.0; 4]; 2], ..pair() }.unsound().is_some());
        let axes = [Axis::Knots(vec![1.0, 1.0]), Axis::Levels(vec![0.0])];
        assert!(Pair { axes, ..pair() }.unsound().is_some());
    }
}
