//! The area under the precision-recall curve.

use super::Outcome;

/// Average precision: each step in recall times the precision there, over falling distinct scores, as scikit-learn counts it.
///
/// NaN where no lead converted.
pub fn average_precision(outcomes: &[Outcome]) -> f64 {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut rows, mut found, mut sum) = (0, 0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let converted = tied.iter().filter(|outcome| outcome.1).count();
        rows += tied.len();
        found += converted;
        sum += converted as f64 * found as f64 / rows as f64;
    }
    sum / found as f64
}

#[cfg(test)]
mod tests {
    use super::average_precision;

    #[test]
    fn tied_scores_are_one_step() {
        let outcomes = [(0.9, true), (0.5, false), (0.5, true), (0.1, false)];
        assert_eq!(average_precision(&outcomes), 0.5 + 0.5 * 2.0 / 3.0);
    }
}
