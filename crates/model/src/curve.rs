//! What one feature adds to the log-odds.
//!
//! A [`Curve`] is data that a person can read in the model file: a [`Ramp`] between knots or [`Levels`] of a category.
//! It checks itself; fast evaluation is left to the compiled form of the scorecard.

use serde::{Deserialize, Serialize};

use crate::schema::INTEGER_LIMIT;

/// Most points of any curve or pair, in log-odds: certainty a thousand times over, and small enough that no sum of them is
/// infinite.
pub(crate) const POINTS_LIMIT: f64 = 1e6;

/// Points of one feature, as a function of its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Curve {
    /// For numbers.
    Ramp(Ramp),
    /// For categories.
    Levels(Levels),
}

/// Straight lines between knots, flat beyond the first and the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    /// Values of the feature, strictly rising, at least one.
    pub knots: Vec<f64>,
    /// Points in log-odds at each knot.
    pub points: Vec<f64>,
    /// Points in log-odds of a missing value.
    pub missing: f64,
}

/// One value per category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// The categories' whole numbers, strictly rising, at least one.
    pub values: Vec<f64>,
    /// Points in log-odds of each category.
    pub points: Vec<f64>,
    /// Points in log-odds of any other category.
    pub unseen: f64,
    /// Points in log-odds of a missing value.
    pub missing: f64,
}

impl Curve {
    /// The points of `value`, where NaN stands for a missing one.
    pub fn points(&self, value: f64) -> f64 {
        match self {
            Self::Ramp(ramp) => ramp.points(value),
            Self::Levels(levels) => levels.points(value),
        }
    }

    /// The same curve with every one of its points changed alike.
    #[cfg(feature = "train")]
    pub(crate) fn map_points(mut self, change: impl Fn(f64) -> f64) -> Self {
        let (points, rest) = match &mut self {
            Self::Ramp(Ramp { points, missing, .. }) => (points, vec![missing]),
            Self::Levels(Levels { points, unseen, missing, .. }) => (points, vec![unseen, missing]),
        };
        points.iter_mut().chain(rest).for_each(|points| *points = change(*points));
        self
    }

    /// What keeps this from being a curve, if anything does.
    pub(crate) fn unsound(&self) -> Option<&'static str> {
        let (at, points, rest) = match self {
            Self::Ramp(ramp) => (&ramp.knots, &ramp.points, [ramp.missing; 2]),
            Self::Levels(levels) => {
                (&levels.values, &levels.points, [levels.unseen, levels.missing])
            }
        };
        if at.is_empty() || at.len() != points.len() {
            return Some("it needs as many points as knots or values, and at least one");
        }
        if !at.iter().chain(points).chain(&rest).all(|number| number.is_finite()) {
            return Some("all of its numbers must be finite");
        }
        if !at.windows(2).all(|pair| pair[0] < pair[1] && (pair[1] - pair[0]).is_finite()) {
            return Some("its knots or values must rise strictly");
        }
        if points.iter().chain(&rest).any(|points| points.abs() > POINTS_LIMIT) {
            return Some("its points must lie between -1000000 and 1000000");
        }
        match self {
            Self::Ramp(ramp) if !(0..at.len()).all(|k| ramp.slope(k).is_finite()) => {
                Some("its knots are too close for a line between them")
            }
            // From 2^53 on, not every whole number has a successor.
            Self::Levels(_) if at.iter().any(|v| v.fract() != 0.0 || v.abs() >= INTEGER_LIMIT) => {
                Some("its values must be whole numbers below 2^53")
            }
            _ => None,
        }
    }
}

impl Ramp {
    fn points(&self, value: f64) -> f64 {
        if value.is_nan() {
            return self.missing;
        }
        let last = self.knots.len() - 1;
        let value = value.clamp(self.knots[0], self.knots[last]);
        let segment = self.knots.partition_point(|&knot| knot <= value).clamp(1, last.max(1)) - 1;
        let rise = self.slope(segment) * (value - self.knots[segment]);
        self.points[segment] + rise
    }

    /// Points per unit between knot `segment` and the next one; 0 after the last.
    pub(crate) fn slope(&self, segment: usize) -> f64 {
        match (self.knots.get(segment + 1), self.points.get(segment + 1)) {
            (Some(knot), Some(points)) => {
                (points - self.points[segment]) / (knot - self.knots[segment])
            }
            _ => 0.0,
        }
    }
}

impl Levels {
    fn points(&self, value: f64) -> f64 {
        if value.is_nan() {
            return self.missing;
        }
        let position = self.values.partition_point(|&level| level < value);
        if self.values.get(position) == Some(&value) { self.points[position] } else { self.unseen }
    }
}
