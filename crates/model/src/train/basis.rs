//! From values to columns, and from the columns' weights back to curves.
//!
//! A ramp of knots `t_0 < ... < t_K` becomes `K` columns `r_k(x) = clip((x - t_{k-1}) / (t_k - t_{k-1}), 0, 1)`: the weight
//! of `r_k` is the rise of the curve over that piece, so an L2 penalty on the weights shrinks rises, that is, smooths the
//! curve towards flat. A category becomes one column per frequent level and one for all others. Missing values have a
//! column of their own where they occur. Knots lie on training quantiles and so follow heavy tails without a logarithm.

use crate::{
    curve::{Curve, Levels, Ramp},
    schema::{Feature, Kind},
};

/// Share of rows beyond the first and the last knot on each side: a curve is flat where hardly anybody is.
const TAIL: f64 = 0.002;

/// The columns of one feature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    shape: Shape,
    /// Whether training rows lack the feature.
    missing: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Knots, strictly rising.
    Ramp(Vec<f64>),
    /// Levels with a column of their own, rising, and whether others occur.
    Levels(Vec<f64>, bool),
}

impl Term {
    /// Chooses knots or levels from the training values of a feature; NaN stands for missing.
    pub(super) fn choose(
        feature: &Feature,
        values: &[f64],
        pieces: usize,
        min_count: usize,
    ) -> Self {
        let mut sorted: Vec<_> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let missing = sorted.len() < values.len();
        let shape = if feature.kind == Kind::Category {
            levels(&sorted, min_count)
        } else {
            Shape::Ramp(knots(&sorted, pieces))
        };
        Self { shape, missing }
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> usize {
        let own = match &self.shape {
            Shape::Ramp(knots) => knots.len() - 1,
            Shape::Levels(levels, others) => levels.len() + usize::from(*others),
        };
        own + usize::from(self.missing)
    }

    /// Writes the columns' entries for one value into `entries`, which are `width` zeros.
    pub(super) fn expand(&self, value: f64, entries: &mut [f64]) {
        if value.is_nan() {
            if let Some(last) = entries.last_mut().filter(|_| self.missing) {
                *last = 1.0;
            }
            return;
        }
        match &self.shape {
            Shape::Ramp(knots) => {
                for (entry, pair) in entries.iter_mut().zip(knots.windows(2)) {
                    *entry = ((value - pair[0]) / (pair[1] - pair[0])).clamp(0.0, 1.0);
                }
            }
            Shape::Levels(levels, others) => {
                match levels.iter().position(|&level| level == value) {
                    Some(position) => entries[position] = 1.0,
                    None if *others => entries[levels.len()] = 1.0,
                    None => {}
                }
            }
        }
    }

    /// The curve of these weights, not yet centred.
    pub(super) fn fold(&self, weights: &[f64]) -> Curve {
        let missing = weights.last().copied().filter(|_| self.missing).unwrap_or(0.0);
        match &self.shape {
            Shape::Ramp(knots) => {
                let mut points = vec![0.0];
                for weight in &weights[..knots.len() - 1] {
                    points.push(points[points.len() - 1] + weight);
                }
                Curve::Ramp(Ramp { knots: knots.clone(), points, missing })
            }
            Shape::Levels(values, others) => {
                let points = weights[..values.len()].to_vec();
                let unseen = if *others { weights[values.len()] } else { 0.0 };
                Curve::Levels(Levels { values: values.clone(), points, unseen, missing })
            }
        }
    }
}

/// Every distinct value if there are few, else quantiles; all are values that occur.
fn knots(sorted: &[f64], pieces: usize) -> Vec<f64> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    if distinct.is_empty() {
        return vec![0.0];
    }
    if distinct.len() <= pieces + 1 {
        return distinct;
    }
    let last = (sorted.len() - 1) as f64;
    let share = |k: usize| TAIL + (1.0 - 2.0 * TAIL) * k as f64 / pieces as f64;
    let mut knots: Vec<_> =
        (0..=pieces).map(|k| sorted[(share(k) * last).round() as usize]).collect();
    knots.dedup();
    knots
}

fn levels(sorted: &[f64], min_count: usize) -> Shape {
    let mut levels = Vec::new();
    let mut others = false;
    for group in sorted.chunk_by(|a, b| a == b) {
        if group.len() >= min_count {
            levels.push(group[0]);
        } else {
            others = true;
        }
    }
    if levels.is_empty() {
        // No level is frequent: all share the value of the first.
        return Shape::Ramp(vec![sorted.first().copied().unwrap_or(0.0)]);
    }
    Shape::Levels(levels, others)
}

#[cfg(test)]
mod tests {
    use super::Term;
    use crate::{curve::Curve, schema::Schema};

    fn term(feature: &str, values: &[f64]) -> Term {
        let schema = Schema::b2b();
        let feature = &schema.features()[schema.position(feature).unwrap()];
        Term::choose(feature, values, 4, 2)
    }

    /// A curve's points are the weighted sum of the columns, wherever the value lies.
    fn check(term: &Term, values: &[f64]) {
        let weights: Vec<_> = (0..term.width()).map(|k| 0.3 - 0.7 * k as f64).collect();
        let curve = term.fold(&weights);
        for &value in values {
            let mut entries = vec![0.0; term.width()];
            term.expand(value, &mut entries);
            let sum: f64 = entries.iter().zip(&weights).map(|(entry, weight)| entry * weight).sum();
            assert!((curve.points(value) - sum).abs() < 1e-12, "{curve:?} at {value}");
        }
    }

    #[test]
    fn a_ramp_folds_into_the_sum_of_its_columns() {
        let values: Vec<_> = (0..1000).map(|k| f64::from(k * k) / 100.0).collect();
        let term = term("company_revenue", &values);
        assert_eq!(term.width(), 4);
        check(&term, &[-5.0, 0.0, 1.0, 300.0, 625.5, 9979.0, 1e9]);
    }

    #[test]
    fn few_distinct_values_are_all_knots() {
        let term = term("webinar_attendance", &[0.0, 0.0, 0.0, 2.0, 0.0, 3.0]);
        assert_eq!(term.width(), 2);
        check(&term, &[0.0, 1.0, 2.0, 2.5, 3.0, 9.0]);
    }

    #[test]
    fn a_constant_feature_has_no_column_and_no_points() {
        let term = term("bounce_rate", &[0.5; 10]);
        assert_eq!(term.width(), 0);
        check(&term, &[0.0, 0.5, 1.0]);
    }

    #[test]
    fn rare_levels_share_the_value_of_unseen_ones() {
        let term = term("geographic_tier", &[1.0, 1.0, 1.0, 2.0, 3.0, 3.0]);
        check(&term, &[1.0, 2.0, 3.0]);
        let Curve::Levels(levels) = term.fold(&[1.0, 2.0, 3.0]) else { panic!("not levels") };
        assert_eq!((levels.values, levels.unseen), (vec![1.0, 3.0], 3.0));
    }

    #[test]
    fn missing_values_have_a_column_where_they_occur() {
        let term = term("bounce_rate", &[0.1, f64::NAN, 0.5, 0.2]);
        assert_eq!(term.width(), 3);
        check(&term, &[0.0, 0.1, 0.3, 0.5, f64::NAN]);
    }
}
