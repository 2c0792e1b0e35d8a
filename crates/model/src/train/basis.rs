//! From values to nodes, and from the nodes' weights back to curves.
//!
//! A ramp of knots `t_0 < ... < t_K` has columns `r_k(x) = clip((x - t_{k-1}) / (t_k - t_{k-1}), 0, 1)`: the weight of `r_k`
//! is the rise of the curve over that piece, so an L2 penalty on the weights shrinks rises, that is, smooths the curve
//! towards flat. The sum of `r_1` to `r_k` is the curve's height at knot `k`, so each row touches the two *nodes* beside its
//! value only; [`Cells`] says which and with which share. A category has one node per frequent level and one for all
//! others. Missing values have a node of their own where they occur. Knots lie on training quantiles and so follow heavy
//! tails without a logarithm; a value that many rows share gets a knot on either side too, for a step.

use crate::{
    curve::{Curve, Levels, Ramp},
    schema::{Feature, Kind},
};

/// Share of rows beyond the first and the last knot on each side: a curve is flat where hardly anybody is.
const TAIL: f64 = 0.002;
/// Knots from which no more are added around frequent values: nobody reads a curve of more.
const FULL: usize = 60;
/// Levels of one category with a node of their own at most; the rarest ones beyond share one.
const LEVELS: usize = 250;
/// So few different values are all knots: a count of calls is a scale, not a measure.
const DISTINCT: usize = 12;
/// Fewest rows of a piece between quantiles.
const FEW: usize = 10;

/// How numbers enter the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// One straight line over the whole training range, penalised like a standardised column.
    Line,
    /// So many straight pieces between quantiles, and steps around as many values at most that many rows share.
    Most(usize),
}

/// What one feature adds: its nodes, of which the first is the fixed zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) shape: Shape,
    /// Whether training rows lack the feature.
    pub(super) missing: bool,
    /// Size of a column in the fit: the penalty on a node's weight is divided by its square.
    pub(super) scale: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Knots, strictly rising: the first is the fixed node, each other one a node.
    Ramp(Vec<f64>),
    /// Levels with a node of their own, rising, and whether others occur, which share one more.
    Levels(Vec<f64>, bool),
}

/// Where the rows lie among the nodes of one term: at `node`, with `share` of the next one.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    pub(super) node: Vec<u16>,
    /// Empty where every share is zero.
    pub(super) share: Vec<f64>,
}

impl Term {
    /// Chooses knots or levels from the training values of a feature; NaN stands for missing.
    pub(super) fn choose(
        feature: &Feature,
        values: &[f64],
        pieces: Pieces,
        min_count: usize,
    ) -> Self {
        let mut sorted: Vec<_> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let missing = sorted.len() < values.len();
        if feature.kind == Kind::Category {
            return Self { shape: levels(&sorted, min_count), missing, scale: 1.0 };
        }
        match pieces {
            Pieces::Line => {
                let knots = ends(&sorted);
                let scale = match *knots {
                    [low, high] => (high - low) / deviation(&sorted),
                    _ => 1.0,
                };
                Self { shape: Shape::Ramp(knots), missing, scale }
            }
            Pieces::Most(pieces) => {
                Self { shape: Shape::Ramp(knots(&sorted, pieces)), missing, scale: 1.0 }
            }
        }
    }

    /// How many nodes there are, the fixed one included.
    pub(super) fn nodes(&self) -> usize {
        self.risers() + usize::from(self.missing)
    }

    /// How many of the nodes, the fixed one included, are not that of missing values.
    pub(super) fn risers(&self) -> usize {
        match &self.shape {
            Shape::Ramp(knots) => knots.len(),
            Shape::Levels(levels, others) => 1 + levels.len() + usize::from(*others),
        }
    }

    /// Whether a node's weight is the rise from the node before it.
    pub(super) fn is_ramp(&self) -> bool {
        matches!(self.shape, Shape::Ramp(_))
    }

    /// The node of a value and the share of the next one, 0 to 1.
    pub(super) fn locate(&self, value: f64) -> (usize, f64) {
        if value.is_nan() {
            return (if self.missing { self.nodes() - 1 } else { 0 }, 0.0);
        }
        match &self.shape {
            Shape::Ramp(knots) => between(knots, value),
            Shape::Levels(levels, others) => {
                match levels.binary_search_by(|level| level.total_cmp(&value)) {
                    Ok(position) => (position + 1, 0.0),
                    Err(_) if *others => (levels.len() + 1, 0.0),
                    Err(_) => (0, 0.0),
                }
            }
        }
    }

    /// Where `values` lie, row by row.
    pub(super) fn cells(&self, values: impl Iterator<Item = f64>) -> Cells {
        let (node, mut share): (Vec<_>, Vec<_>) = values
            .map(|value| self.locate(value))
            .map(|(node, share)| (u16::try_from(node).expect("a term has few nodes"), share))
            .unzip();
        if share.iter().all(|&share| share == 0.0) {
            share = Vec::new();
        }
        Cells { node, share }
    }

    /// The curve through these heights of the nodes, not yet centred.
    pub(super) fn fold(&self, heights: &[f64]) -> Curve {
        let missing = if self.missing { heights[self.nodes() - 1] } else { 0.0 };
        match &self.shape {
            Shape::Ramp(knots) => {
                let points = heights[..knots.len()].to_vec();
                Curve::Ramp(Ramp { knots: knots.clone(), points, missing })
            }
            Shape::Levels(values, others) => {
                let points = heights[1..=values.len()].to_vec();
                let unseen = if *others { heights[values.len() + 1] } else { 0.0 };
                Curve::Levels(Levels { values: values.clone(), points, unseen, missing })
            }
        }
    }
}

/// The knot at or before a value and how far it lies on the way to the next; at most the last piece's end.
pub(super) fn between(knots: &[f64], value: f64) -> (usize, f64) {
    let last = knots.len() - 1;
    if last == 0 || value <= knots[0] {
        return (0, 0.0);
    }
    if value >= knots[last] {
        return (last - 1, 1.0);
    }
    let piece = knots.partition_point(|&knot| knot <= value) - 1;
    (piece, (value - knots[piece]) / (knots[piece + 1] - knots[piece]))
}

/// Smallest and largest value, once if they are one.
fn ends(sorted: &[f64]) -> Vec<f64> {
    match (sorted.first(), sorted.last()) {
        (Some(&low), Some(&high)) if low < high => vec![low, high],
        (Some(&low), _) => vec![low],
        _ => vec![0.0],
    }
}

/// Standard deviation of a population, as scikit-learn's `StandardScaler` takes it.
fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    // Shares of the largest size, whose squares stay in range whatever the values are.
    let size = values.iter().fold(f64::MIN_POSITIVE, |size, value| size.max(value.abs()));
    let mean = values.iter().map(|value| value / size).sum::<f64>() / count;
    let square = |value: &f64| (value / size - mean) * (value / size - mean);
    size * (values.iter().map(square).sum::<f64>() / count).sqrt()
}

/// Every distinct value if there are few; else frequent values, their neighbours, and quantiles of the rest.
fn knots(sorted: &[f64], pieces: usize) -> Vec<f64> {
    let groups: Vec<_> = sorted.chunk_by(|a, b| a == b).collect();
    if groups.is_empty() {
        return vec![0.0];
    }
    if pieces == 1 && groups.len() > 2 {
        return quantiles(sorted, 1);
    }
    if groups.len() <= (pieces + 1).max(DISTINCT) {
        return groups.iter().map(|group| group[0]).collect();
    }
    // Pieces go where rows are: what a frequent value takes is not spent again, which may make others frequent.
    let mut frequent = vec![false; groups.len()];
    let mut left = sorted.len();
    let mut count = 0;
    while let Some(found) = groups
        .iter()
        .enumerate()
        .filter(|(position, group)| !frequent[*position] && group.len() * pieces > left)
        .filter(|_| count < pieces)
        .map(|(position, _)| position)
        .max_by_key(|&position| groups[position].len())
    {
        frequent[found] = true;
        count += 1;
        left -= groups[found].len();
    }
    let rest = groups.iter().zip(&frequent).filter(|(_, frequent)| !**frequent);
    let rest: Vec<_> = rest.flat_map(|(group, _)| group.iter().copied()).collect();
    let mut knots = quantiles(&rest, pieces.min(rest.len() / FEW).max(2));
    let chosen = frequent.iter().enumerate().filter(|(_, frequent)| **frequent);
    let chosen: Vec<_> = chosen.map(|(position, _)| position).collect();
    knots.extend(chosen.iter().map(|&position| groups[position][0]));
    for position in chosen {
        let neighbours = [position.checked_sub(1), Some(position + 1)];
        for group in neighbours.into_iter().flatten().filter_map(|position| groups.get(position)) {
            if knots.len() < FULL {
                knots.push(group[0]);
            }
        }
    }
    knots.sort_unstable_by(f64::total_cmp);
    knots.dedup();
    knots
}

/// The ends of `pieces` parts of equal size, without the tails; all are values that occur.
fn quantiles(sorted: &[f64], pieces: usize) -> Vec<f64> {
    if sorted.is_empty() {
        return Vec::new();
    }
    let last = (sorted.len() - 1) as f64;
    let share = |k: usize| TAIL + (1.0 - 2.0 * TAIL) * k as f64 / pieces as f64;
    let mut knots: Vec<_> =
        (0..=pieces).map(|k| sorted[(share(k) * last).round() as usize]).collect();
    knots.dedup();
    knots
}

fn levels(sorted: &[f64], min_count: usize) -> Shape {
    let groups: Vec<_> = sorted.chunk_by(|a, b| a == b).collect();
    let mut kept: Vec<_> = groups.iter().filter(|group| group.len() >= min_count).collect();
    kept.sort_by_key(|group| std::cmp::Reverse(group.len()));
    kept.truncate(LEVELS);
    let others = kept.len() < groups.len();
    let mut levels: Vec<_> = kept.iter().map(|group| group[0]).collect();
    levels.sort_unstable_by(f64::total_cmp);
    if levels.is_empty() {
        // No level is frequent: all share the value of the first.
        return Shape::Ramp(vec![sorted.first().copied().unwrap_or(0.0)]);
    }
    Shape::Levels(levels, others)
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Shape, Term};
    use crate::{curve::Curve, schema::Schema};

    fn term(feature: &str, values: &[f64]) -> Term {
        let schema = Schema::b2b();
        let feature = &schema.features()[schema.position(feature).unwrap()];
        Term::choose(feature, values, Pieces::Most(4), 2)
    }

    fn knots(term: &Term) -> &[f64] {
        let Shape::Ramp(knots) = &term.shape else { panic!("not a ramp") };
        knots
    }

    /// A curve's points are the heights of the nodes beside a value, wherever the value lies.
    fn check(term: &Term, values: &[f64]) {
        let mut heights: Vec<_> = (0..term.nodes()).map(|k| 0.3 * k as f64 - 0.1).collect();
        heights[0] = 0.0;
        let curve = term.fold(&heights);
        for &value in values {
            let (node, share) = term.locate(value);
            let next = heights.get(node + 1).copied().filter(|_| share > 0.0).unwrap_or_default();
            let height = (1.0 - share) * heights[node] + share * next;
            assert!((curve.points(value) - height).abs() < 1e-12, "{curve:?} at {value}");
        }
    }

    #[test]
    fn a_ramp_folds_into_the_heights_of_its_nodes() {
        let values: Vec<_> = (0..1000).map(|k| f64::from(k * k) / 100.0).collect();
        let term = term("company_revenue", &values);
        assert_eq!(term.nodes(), 5);
        check(&term, &[-5.0, 0.0, 1.0, 300.0, 625.5, 9979.0, 1e9]);
    }

    #[test]
    fn few_distinct_values_are_all_knots() {
        let term = term("webinar_attendance", &[0.0, 0.0, 0.0, 2.0, 0.0, 3.0]);
        assert_eq!(knots(&term), [0.0, 2.0, 3.0]);
        check(&term, &[0.0, 1.0, 2.0, 2.5, 3.0, 9.0]);
    }

    #[test]
    fn a_frequent_value_among_others_can_be_a_step() {
        let mut values: Vec<_> = (1..=60).map(f64::from).collect();
        values.extend([20.0; 40]);
        let term = term("company_revenue", &values);
        assert!([19.0, 20.0, 21.0].iter().all(|knot| knots(&term).contains(knot)), "{term:?}");
        check(&term, &[0.0, 19.5, 20.0, 20.5, 60.0]);
    }

    #[test]
    fn a_constant_feature_has_the_fixed_node_only_and_no_points() {
        let term = term("bounce_rate", &[0.5; 10]);
        assert_eq!(term.nodes(), 1);
        check(&term, &[0.0, 0.5, 1.0]);
    }

    #[test]
    fn rare_levels_share_the_value_of_unseen_ones() {
        let term = term("geographic_tier", &[1.0, 1.0, 1.0, 2.0, 3.0, 3.0]);
        check(&term, &[1.0, 2.0, 3.0]);
        let Curve::Levels(levels) = term.fold(&[0.0, 1.0, 2.0, 3.0]) else { panic!("not levels") };
        assert_eq!((levels.values, levels.unseen), (vec![1.0, 3.0], 3.0));
    }

    #[test]
    fn missing_values_have_a_node_where_they_occur() {
        let term = term("bounce_rate", &[0.1, f64::NAN, 0.5, 0.2]);
        assert_eq!(term.nodes(), 4);
        check(&term, &[0.0, 0.1, 0.3, 0.5, f64::NAN]);
    }

    #[test]
    fn a_line_spans_the_training_range_and_is_penalised_by_its_deviation() {
        let schema = Schema::b2b();
        let values = [1.0, 2.0, 3.0, 4.0];
        let term = Term::choose(&schema.features()[0], &values, Pieces::Line, 2);
        assert_eq!(knots(&term), [1.0, 4.0]);
        assert!((term.scale - 3.0 / 1.25_f64.sqrt()).abs() < 1e-12);
    }
}
