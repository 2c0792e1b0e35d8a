//! The ROC curve, few points of it.

use super::Outcome;

/// Steps along the curve from corner to corner.
const STEPS: f64 = 100.0;

/// Points of the ROC curve, false and true positive rate, from `[0, 0]` to `[1, 1]`: at most 101.
///
/// Every point is one of the full curve, which has one for each distinct score: the first one beyond each hundredth of the way
/// along both axes together. Tied scores give one sloping line.
pub fn roc(outcomes: &[Outcome]) -> Vec<[f64; 2]> {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = sorted.iter().filter(|outcome| outcome.1).count();
    let negatives = sorted.len() - positives;
    let rate =
        |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let mut points = vec![[0.0, 0.0]];
    let (mut right, mut wrong) = (0, 0);
    let mut next = 1.0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let converted = tied.iter().filter(|outcome| outcome.1).count();
        right += converted;
        wrong += tied.len() - converted;
        let point = [rate(wrong, negatives), rate(right, positives)];
        let way = (point[0] + point[1]) / 2.0 * STEPS;
        if way >= next && right + wrong < sorted.len() {
            points.push(point);
            next = way.floor() + 1.0;
        }
    }
    points.push([1.0, 1.0]);
    points
}

#[cfg(test)]
mod tests {
    use super::roc;

    #[test]
    fn a_short_curve_is_whole_and_a_long_one_is_thinned() {
        let few = [(0.9, true), (0.5, false), (0.5, true), (0.1, false)];
        assert_eq!(roc(&few), [[0.0, 0.0], [0.0, 0.5], [0.5, 1.0], [1.0, 1.0]]);
        let many: Vec<_> = (0..5000).map(|row| (f64::from(row) / 5000.0, row % 7 > 2)).collect();
        let curve = roc(&many);
        assert!((90..=101).contains(&curve.len()), "{}", curve.len());
        assert!(curve.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1]));
    }

    #[test]
    fn one_score_for_all_is_the_diagonal() {
        assert_eq!(roc(&[(0.5, true), (0.5, false)]), [[0.0, 0.0], [1.0, 1.0]]);
    }
}
