//! [`Search`]: curves that are neither a table nor a line, by binary search: categories whose numbers are far apart, and
//! knots that lie very close to each other and very far from others.

use crate::curve::{Curve, Levels};

/// A curve whose place must be searched for.
#[derive(Debug, Clone)]
pub(super) struct Search(Curve);

impl Search {
    pub(super) fn new(curve: &Curve) -> Self {
        Self(curve.clone())
    }

    #[inline]
    pub(super) fn points(&self, value: f64) -> f64 {
        match &self.0 {
            Curve::Levels(levels) if !value.is_nan() => level(levels, value),
            curve => curve.points(value),
        }
    }
}

/// The levels' numbers rise, which [`Curve::points`] makes no use of.
fn level(levels: &Levels, value: f64) -> f64 {
    let place = levels.values.partition_point(|&number| number < value);
    if levels.values.get(place) == Some(&value) { levels.points[place] } else { levels.unseen }
}

#[cfg(test)]
mod tests {
    use super::Search;
    use crate::curve::{Curve, Levels};

    #[test]
    fn numbers_have_points_and_all_others_share_one() {
        let (values, points) = (vec![-7.0, 3.0, 9e9], vec![1.0, 2.0, 3.0]);
        let curve = Curve::Levels(Levels { values, points, unseen: 4.0, missing: 5.0 });
        let search = Search::new(&curve);
        let points = [-7.0, 3.0, 9e9, 3.5, f64::MIN, f64::MAX, f64::NAN].map(|v| search.points(v));
        assert_eq!(points, [1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 5.0]);
    }
}
