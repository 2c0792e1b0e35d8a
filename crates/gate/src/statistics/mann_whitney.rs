//! Do the values of one side tend to be larger than the other's? The ranks answer, whatever the distribution.
//!
//! [`mann_whitney`] counts out the exact distribution of the rank sum over all ways to deal the same values to the two
//! sides (Mann and Whitney 1947), with the mean rank for equal values: ties are dealt as they are, not wished away, as
//! tables for untied values do. Beyond [`EXACT_UP_TO`] values the normal approximation with tie correction takes over.

/// So many values are counted out exactly; the approximation differs by less than a tenth of a percent from there on.
const EXACT_UP_TO: usize = 60;

/// The result of a one-sided Mann-Whitney test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MannWhitney {
    /// Pairs in which the second side's value is the larger one, equal pairs by half.
    pub(crate) u: f64,
    /// The probability that dealing the same values by chance gives the second side such a U or a larger one.
    pub(crate) p: f64,
}

/// Tests whether `second` tends to be larger than `first`; `None` if a side is empty.
pub(crate) fn mann_whitney(first: &[f64], second: &[f64]) -> Option<MannWhitney> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let all: Vec<f64> = first.iter().chain(second).copied().collect();
    let (doubled_ranks, ties) = rank(&all);
    let doubled_sum: usize = doubled_ranks[first.len()..].iter().sum();
    let size = second.len();
    let u = (doubled_sum - size * (size + 1)) as f64 / 2.0;
    let p = if all.len() <= EXACT_UP_TO {
        exact_p(&doubled_ranks, size, doubled_sum)
    } else {
        normal_p(u, first.len(), size, &ties)
    };
    Some(MannWhitney { u, p })
}

/// The smallest p that sides of these sizes can give, without ties: one way of all to deal the values.
pub(crate) fn least_p(first: usize, second: usize) -> f64 {
    (1..=second).fold(1.0, |p, k| p * k as f64 / (first + k) as f64)
}

/// Twice the rank of each value, equal values at their mean, so that halves stay whole; and the sizes of the ties.
fn rank(values: &[f64]) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let (mut doubled, mut ties, mut before) = (vec![0; values.len()], Vec::new(), 0);
    for tie in order.chunk_by(|&a, &b| values[a] == values[b]) {
        // The mean of before + 1 to before + size, twice.
        tie.iter().for_each(|&at| doubled[at] = 2 * before + tie.len() + 1);
        before += tie.len();
        ties.push(tie.len());
    }
    (doubled, ties)
}

/// P(sum >= `sum`) over all ways to choose `size` of the doubled ranks.
fn exact_p(doubled_ranks: &[usize], size: usize, sum: usize) -> f64 {
    let largest: usize = doubled_ranks.iter().sum();
    // ways[k][s]: in how many ways k of the ranks seen so far add up to s. Doubles are exact up to 2^53 and close beyond.
    let mut ways = vec![vec![0.0; largest + 1]; size + 1];
    ways[0][0] = 1.0;
    for (seen, &rank) in doubled_ranks.iter().enumerate() {
        for chosen in (0..size.min(seen + 1)).rev() {
            let (fewer, more) = ways.split_at_mut(chosen + 1);
            for (s, &count) in fewer[chosen][..=largest - rank].iter().enumerate() {
                more[0][s + rank] += count;
            }
        }
    }
    let counts = &ways[size];
    counts[sum..].iter().sum::<f64>() / counts.iter().sum::<f64>()
}

/// P(U >= `u`) by the normal approximation, with half a step for the continuity and the variance corrected for ties.
fn normal_p(u: f64, first: usize, second: usize, ties: &[usize]) -> f64 {
    let [m, n, all] = [first, second, first + second].map(|count| count as f64);
    let tied: f64 = ties.iter().map(|&t| t as f64).map(|t| t * (t * t - 1.0)).sum();
    let variance = m * n / 12.0 * ((all + 1.0) - tied / (all * (all - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    let z = (u - m * n / 2.0 - 0.5) / variance.sqrt();
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{least_p, mann_whitney};

    #[derive(Deserialize)]
    struct Case {
        first: Vec<f64>,
        second: Vec<f64>,
        u: f64,
        p: f64,
    }

    #[derive(Deserialize)]
    struct Reference {
        exact: Vec<Case>,
        exact_with_ties: Vec<Case>,
        normal: Vec<Case>,
    }

    fn check(cases: &[Case]) {
        assert!(!cases.is_empty());
        for case in cases {
            let found = mann_whitney(&case.first, &case.second).unwrap();
            let of = format!("{:?} against {:?}", case.first, case.second);
            assert_eq!(found.u, case.u, "U of {of}");
            assert!(
                (found.p - case.p).abs() <= 1e-9 * case.p,
                "p of {of}: {} not {}",
                found.p,
                case.p
            );
        }
    }

    fn reference() -> Reference {
        let text = include_str!("../../tests/fixtures/statistics/mann_whitney.json");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn without_ties_p_is_scipys_exact_one() {
        check(&reference().exact);
    }

    #[test]
    fn with_ties_p_is_scipys_count_over_all_permutations() {
        check(&reference().exact_with_ties);
    }

    #[test]
    fn of_many_values_p_is_scipys_approximation() {
        check(&reference().normal);
    }

    #[test]
    fn the_smallest_p_is_what_complete_separation_gives() {
        for (first, second) in [(1, 10), (3, 3), (3, 5), (4, 4), (5, 5), (12, 7)] {
            let low: Vec<f64> = (0..first).map(|i| i as f64).collect();
            let high: Vec<f64> = (0..second).map(|i| 100.0 + i as f64).collect();
            let found = mann_whitney(&low, &high).unwrap().p;
            assert!(
                (found / least_p(first, second) - 1.0).abs() < 1e-12,
                "{first} against {second}"
            );
        }
        let rounded = [(1, 10), (1, 19), (3, 3), (3, 5), (4, 4), (5, 5)]
            .map(|(first, second)| (least_p(first, second) * 1000.0).round() / 1000.0);
        assert_eq!(rounded, [0.091, 0.05, 0.05, 0.018, 0.014, 0.004]);
    }

    #[test]
    fn equal_values_tell_nothing_and_no_values_have_no_answer() {
        assert_eq!(mann_whitney(&[5.0; 4], &[5.0; 6]).unwrap().p, 1.0);
        assert_eq!(mann_whitney(&[5.0; 40], &[5.0; 40]).unwrap().p, 1.0);
        assert_eq!(mann_whitney(&[], &[1.0]), None);
    }
}
