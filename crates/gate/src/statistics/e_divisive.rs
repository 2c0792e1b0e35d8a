//! Where did a series change for good? E-divisive means (Matteson and James, A Nonparametric Approach for Multiple
//! Change Point Analysis of Multivariate Data, 2014), for one variable and exponent 1.
//!
//! For two neighbouring stretches x of m values and y of n values their energy distance is
//!
//! ```text
//! Q = mn/(m+n) * [ 2/(mn) sum|x_i - y_j| - sum|x_i - x_k| / C(m,2) - sum|y_j - y_k| / C(n,2) ]
//! ```
//!
//! The largest Q of x from the start and y behind it says where a stretch would be divided; a permutation test of that
//! largest Q ([`permutation`](super::permutation)) says whether it is. Both parts are then asked again. Since the
//! division was chosen as the best of all, it is the best of all that is tested: a t test at the chosen place would
//! call noise a change about ten times as often as it says (Otava does, and mends it by a smaller alpha).
//!
//! Two questions are asked, each with its share of alpha. With y up to the end, four fifths: this sees a young step
//! soonest (of 20 %, where values vary by 10 %, after five values in half of all cases instead of a third). With y of
//! any length, as Matteson and James do, one fifth: this sees what came and went, which the first question hardly ever
//! does, and which is clear once it is seen. Neighbouring parts whose medians are nearly the same are joined at last.

use super::{median::median, permutation::p_up_to};

/// The shortest stretch: two values have no spread to speak of.
const SHORTEST: usize = 3;

/// When a division is believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Split {
    /// The chance of dividing pure noise that is still accepted; no smaller than 0.005, which the second question needs
    /// to find anything.
    pub(crate) alpha: f64,
    /// Where the permutations begin.
    pub(crate) seed: u64,
    /// Parts whose medians differ by less than this are joined, in the unit of the values.
    pub(crate) least_step: f64,
}

/// A place where a series changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ChangePoint {
    /// The position of the first value after the change.
    pub(crate) at: usize,
    /// The probability of a change as clear as this by chance, both questions counted.
    pub(crate) p: f64,
}

/// The changes of a series, in order. Time grows with the square of its length for each of up to 1000 permutations a
/// division, and memory with the square: 20 kB for 50 values.
pub(crate) fn change_points(values: &[f64], split: Split) -> Vec<ChangePoint> {
    let mut changes = Vec::new();
    divide(values, 0, split, &mut changes);
    join(values, split.least_step, &mut changes);
    changes
}

/// Divides a stretch that begins at `start` of the whole, and then its parts; adds changes in order.
fn divide(values: &[f64], start: usize, split: Split, changes: &mut Vec<ChangePoint>) {
    let distances = Distances::between(values);
    let asked = Reach::BOTH.iter().find_map(|reach| distances.divided(*reach, split));
    let Some(ChangePoint { at, p }) = asked else { return };
    let (before, after) = values.split_at(at);
    divide(before, start, split, changes);
    changes.push(ChangePoint { at: start + at, p });
    divide(after, start + at, split, changes);
}

/// Takes away the change with the smallest step as long as that is too small.
fn join(values: &[f64], least_step: f64, changes: &mut Vec<ChangePoint>) {
    loop {
        let mut ends: Vec<usize> = changes.iter().map(|change| change.at).collect();
        ends.insert(0, 0);
        ends.push(values.len());
        let medians: Vec<f64> =
            ends.windows(2).filter_map(|part| median(&values[part[0]..part[1]])).collect();
        let steps = medians.windows(2).map(|pair| (pair[1] - pair[0]).abs()).enumerate();
        match steps.min_by(|(_, a), (_, b)| a.total_cmp(b)) {
            Some((smallest, step)) if step < least_step => changes.remove(smallest),
            _ => return,
        };
    }
}

/// How far the stretch after a division reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reach {
    /// Up to the end.
    End,
    /// Up to wherever Q is largest.
    Any,
}

impl Reach {
    /// Both questions, in the order in which they are asked.
    const BOTH: [Self; 2] = [Self::End, Self::Any];

    /// The share of alpha that the question has.
    fn share(self) -> f64 {
        match self {
            Self::End => 0.8,
            Self::Any => 0.2,
        }
    }
}

/// The largest Q of a stretch and where it divides; 0 at 0 if the stretch is too short to divide.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Division {
    q: f64,
    at: usize,
}

fn best_division(sums: &Sums, reach: Reach) -> Division {
    let mut best = Division { q: 0.0, at: 0 };
    for at in SHORTEST..=sums.count.saturating_sub(SHORTEST) {
        let nearest = if reach == Reach::End { sums.count } else { at + SHORTEST };
        for end in nearest..=sums.count {
            let q = sums.q(at, end);
            if q > best.q {
                best = Division { q, at };
            }
        }
    }
    best
}

/// The distance between every two values.
struct Distances {
    count: usize,
    rows: Vec<f64>,
}

impl Distances {
    fn between(values: &[f64]) -> Self {
        let row = |&one: &f64| values.iter().map(move |other| (one - other).abs());
        Self { count: values.len(), rows: values.iter().flat_map(row).collect() }
    }

    /// The best division of the values in their own order, if chance does not explain it.
    fn divided(&self, reach: Reach, split: Split) -> Option<ChangePoint> {
        let straight: Vec<usize> = (0..self.count).collect();
        let best = best_division(&self.sums(&straight), reach);
        if best.q <= 0.0 {
            return None;
        }
        let statistic = |order: &[usize]| best_division(&self.sums(order), reach).q;
        let p = p_up_to(split.alpha * reach.share(), split.seed, self.count, best.q, statistic)?;
        Some(ChangePoint { at: best.at, p: (p / reach.share()).min(1.0) })
    }

    /// The sums of all rectangles that begin at the corner, with the values in this order.
    fn sums(&self, order: &[usize]) -> Sums {
        let side = self.count + 1;
        let mut corner = vec![0.0; side * side];
        for (i, &one) in order.iter().enumerate() {
            let distances = &self.rows[one * self.count..][..self.count];
            let mut row = 0.0;
            for (j, &other) in order.iter().enumerate() {
                row += distances[other];
                corner[(i + 1) * side + j + 1] = corner[i * side + j + 1] + row;
            }
        }
        Sums { count: self.count, corner }
    }
}

/// Sums of distances over rectangles, each from four numbers.
struct Sums {
    count: usize,
    corner: Vec<f64>,
}

impl Sums {
    /// The sum of distances between the values before `row` and those before `column`.
    fn corner(&self, row: usize, column: usize) -> f64 {
        self.corner[row * (self.count + 1) + column]
    }

    /// The energy distance of the values before `at` and those from there to before `end`.
    fn q(&self, at: usize, end: usize) -> f64 {
        let (m, n) = (at as f64, (end - at) as f64);
        // Squares on the diagonal hold each pair twice.
        let within_x = self.corner(at, at) / 2.0;
        let both = self.corner(end, end) / 2.0;
        let between = self.corner(at, end) - self.corner(at, at);
        let within_y = both - within_x - between;
        let pairs = |count: f64| count * (count - 1.0) / 2.0;
        let energy = 2.0 * between / (m * n) - within_x / pairs(m) - within_y / pairs(n);
        m * n / (m + n) * energy
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangePoint, Distances, Reach, Split, best_division, change_points};
    use crate::statistics::{
        fixture::{Exact, changes, close},
        permutation::p_up_to,
    };

    const SPLIT: Split = Split { alpha: 0.01, seed: 1, least_step: 0.048_790_164_169_432 };

    fn places(values: &[f64], least_step: f64) -> Vec<usize> {
        let changes = change_points(values, Split { least_step, ..SPLIT });
        changes.iter().map(|change| change.at).collect()
    }

    /// Against the definition added up without prefix sums, and Apache Otava's Q.
    #[test]
    fn the_largest_q_and_its_place_match_the_definition() {
        let fixture = changes();
        let whole = |values: &[f64], reach| {
            let straight: Vec<usize> = (0..values.len()).collect();
            best_division(&Distances::between(values).sums(&straight), reach)
        };
        for case in &fixture.exact {
            let best = whole(&case.values, reach(case));
            assert!(close(best.q, case.q) && best.at == case.at, "{best:?}: {:?}", case.values);
        }
        for case in &fixture.cases {
            for (reach, q) in [(Reach::End, case.q_to_end), (Reach::Any, case.q_to_any)] {
                assert!(close(whole(&case.values, reach).q, q), "{} {reach:?}", case.what);
            }
        }
    }

    /// 999 orders of one seed against the count over all orders: within four standard deviations.
    #[test]
    fn p_matches_the_count_over_all_orders() {
        for case in changes().exact {
            let distances = Distances::between(&case.values);
            let statistic = |order: &[usize]| best_division(&distances.sums(order), reach(&case)).q;
            let p = p_up_to(1.0, 1, case.values.len(), case.q, statistic).unwrap();
            let deviation = (case.p * (1.0 - case.p) / 999.0).sqrt();
            assert!((p - case.p).abs() < 4.0 * deviation + 0.001, "{p}, not {}", case.p);
        }
    }

    fn reach(case: &Exact) -> Reach {
        if case.to_end { Reach::End } else { Reach::Any }
    }

    #[test]
    fn changes_match_the_slow_computation_with_other_permutations() {
        for case in changes().cases {
            assert_eq!(places(&case.values, 0.0), case.divided, "{}", case.what);
            assert_eq!(places(&case.values, SPLIT.least_step), case.joined, "{}", case.what);
        }
    }

    #[test]
    fn other_seeds_find_the_same_changes() {
        for case in changes().cases {
            for seed in 2..6 {
                let found = change_points(&case.values, Split { seed, ..SPLIT });
                let found: Vec<usize> = found.iter().map(|change| change.at).collect();
                assert_eq!(found, case.joined, "{} with seed {seed}", case.what);
            }
        }
    }

    #[test]
    fn short_series_have_no_change() {
        for count in 0..8 {
            let values: Vec<f64> = (0..count).map(f64::from).collect();
            assert_eq!(change_points(&values, SPLIT), [], "{count} values");
        }
    }

    #[test]
    fn a_change_says_how_likely_it_is_chance() {
        let values = [[1.0; 10], [2.0; 10]].concat();
        assert_eq!(change_points(&values, SPLIT), [ChangePoint { at: 10, p: 0.001_25 }]);
    }
}
