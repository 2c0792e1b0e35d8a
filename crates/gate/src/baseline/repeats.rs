//! A figure over several runs: its middle, and how much it varies from one run to the next.
//!
//! Everything but the median is on logarithms, on which a machine that is a tenth slower moves every figure by the same
//! step. What a next run may be is the prediction limit `mean + t * s * sqrt(1 + 1/k)` (Student's t with k - 1 degrees
//! of freedom; Hahn and Meeker, Statistical Intervals, 4.8): runs like the k that made it stay below it with the
//! confidence of t.

use crate::{
    noise::Interval,
    statistics::{median, t_quantile},
};

/// Of fewer runs nobody knows how much they vary: with three, a deviation may well be a third of the true one.
pub(crate) const FEWEST_FOR_PREDICTION: usize = 5;

/// A figure over several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Repeats {
    /// How many runs.
    pub(crate) runs: usize,
    /// The middle one, or the mean of the two middle ones; what a later run is compared with.
    pub(crate) median: f64,
    /// The geometric mean; `None` if a figure is 0.
    pub(crate) geomean: Option<f64>,
    /// The standard deviation of the logarithms, about the coefficient of variation; `None` for a single run, or if a
    /// figure is 0.
    pub(crate) sd_log: Option<f64>,
}

impl Repeats {
    /// The spread of these figures; `None` without any.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let median = median(values)?;
        let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
        let is_positive = logs.iter().all(|log| log.is_finite());
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
        let varies = is_positive && logs.len() > 1;
        Some(Self {
            runs: values.len(),
            median,
            geomean: is_positive.then(|| mean.exp()),
            sd_log: varies.then(|| (squares / (logs.len() - 1) as f64).sqrt()),
        })
    }

    /// The figures between which a next run lies if it is like these, each end exceeded with the probability `alpha`;
    /// `None` for fewer than [`FEWEST_FOR_PREDICTION`] runs, or if a figure is 0.
    pub(crate) fn prediction(&self, alpha: f64) -> Option<Interval> {
        if self.runs < FEWEST_FOR_PREDICTION {
            return None;
        }
        let (mean, k) = (self.geomean?.ln(), self.runs as f64);
        let half = t_quantile(1.0 - alpha, k - 1.0) * self.sd_log? * (1.0 + 1.0 / k).sqrt();
        Some(Interval { low: (mean - half).exp(), high: (mean + half).exp() })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::Repeats;

    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        alpha: f64,
        geomean: f64,
        sd_log: f64,
        low: f64,
        high: f64,
    }

    #[derive(Deserialize)]
    struct Reference {
        prediction: Vec<Case>,
    }

    /// scipy's `gmean`, numpy's `std` with ddof 1 and scipy's t quantile.
    #[test]
    fn spread_and_prediction_are_scipys() {
        let text = include_str!("../../tests/fixtures/statistics/prediction.json");
        let reference: Reference = serde_json::from_str(text).unwrap();
        for case in reference.prediction {
            let spread = Repeats::of(&case.values).unwrap();
            let found = spread.prediction(case.alpha).unwrap();
            let pairs = [
                (spread.geomean.unwrap(), case.geomean),
                (spread.sd_log.unwrap(), case.sd_log),
                (found.low, case.low),
                (found.high, case.high),
            ];
            for (found, expected) in pairs {
                assert!(
                    (found - expected).abs() <= 1e-9 * expected,
                    "{found} instead of {expected}"
                );
            }
        }
    }

    /// Bencher's documented t-test threshold, on plain values: n 25, mean 100, deviation 10, upper boundary 0.977 gives
    /// 121.46. On logarithms of values that vary by a thousandth the two agree.
    #[test]
    fn prediction_agrees_with_a_published_example() {
        let values: Vec<f64> = (0..25).map(|i| 100.0 + 0.01 * f64::from(i % 3)).collect();
        let mean = values.iter().sum::<f64>() / 25.0;
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 24.0).sqrt();
        let found = Repeats::of(&values).unwrap().prediction(1.0 - 0.977).unwrap();
        let boundary = (found.high - mean) / deviation * 10.0 + 100.0;
        assert!((boundary - 121.46).abs() < 0.01, "{boundary}");
    }

    #[test]
    fn four_runs_predict_nothing_and_zero_has_no_logarithm() {
        assert_eq!(Repeats::of(&[1.0, 2.0, 3.0, 4.0]).unwrap().prediction(0.05), None);
        let with_zero = Repeats::of(&[0.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((with_zero.median, with_zero.geomean, with_zero.sd_log), (3.0, None, None));
        assert_eq!(with_zero.prediction(0.05), None);
        assert_eq!(Repeats::of(&[]), None);
        assert_eq!(Repeats::of(&[7.0]).unwrap().sd_log, None);
    }
}
