//! How far does a statistic of a series move by chance, if neighbours in time resemble one another?
//!
//! [`CircularBlocks`] draws blocks of neighbours instead of single values, around the end to the beginning, so that no
//! value is drawn less often than another (Politis and Romano 1992), and takes the percentiles of what the statistic makes
//! of the drawn series. The dice are seeded: the same series give the same interval on every machine.

use super::dice::Dice;
use crate::noise::Interval;

/// How a series is drawn again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CircularBlocks {
    /// Values in a block, at least 1; a longer series than its own length is never drawn at once.
    pub(crate) block: usize,
    /// How often, at least once.
    pub(crate) resamples: usize,
    /// Where the dice begin.
    pub(crate) seed: u64,
}

impl CircularBlocks {
    /// The interval of `statistic(second) - statistic(first)` at this confidence, both series drawn on their own.
    ///
    /// `None` if a series is empty.
    pub(crate) fn difference(
        self,
        first: &[f64],
        second: &[f64],
        confidence: f64,
        statistic: impl Fn(&[f64]) -> f64,
    ) -> Option<Interval> {
        if first.is_empty() || second.is_empty() {
            return None;
        }
        let mut dice = Dice::new(self.seed);
        let mut differences: Vec<f64> = (0..self.resamples)
            .map(|_| {
                let before = statistic(&self.draw(first, &mut dice));
                statistic(&self.draw(second, &mut dice)) - before
            })
            .collect();
        differences.sort_by(f64::total_cmp);
        let beyond = (1.0 - confidence) / 2.0;
        Some(Interval {
            low: quantile(&differences, beyond)?,
            high: quantile(&differences, 1.0 - beyond)?,
        })
    }

    /// A series of the same length, of blocks that begin anywhere and go on at the beginning.
    fn draw(self, series: &[f64], dice: &mut Dice) -> Vec<f64> {
        let block = self.block.clamp(1, series.len());
        let mut drawn = Vec::with_capacity(series.len() + block);
        while drawn.len() < series.len() {
            let from = dice.below(series.len());
            drawn.extend((from..from + block).map(|at| series[at % series.len()]));
        }
        drawn.truncate(series.len());
        drawn
    }
}

/// The value at a fraction of a sorted series, straight between its neighbours.
fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let place = fraction * (sorted.len().checked_sub(1)?) as f64;
    let below = place.floor();
    let [low, high] = [below, place.ceil()].map(|at| sorted[at as usize]);
    Some(low + (high - low) * (place - below))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::CircularBlocks;
    use crate::{noise::Interval, statistics::Dice, trend::median};

    #[derive(Deserialize)]
    struct Case {
        block: usize,
        resamples: usize,
        seed: u64,
        confidence: f64,
        first: Vec<f64>,
        second: Vec<f64>,
        low: f64,
        high: f64,
    }

    /// What scipy.stats.bootstrap gives for single values, by dice of its own.
    #[derive(Deserialize)]
    struct Single {
        first: Vec<f64>,
        second: Vec<f64>,
        confidence: f64,
        low: f64,
        high: f64,
    }

    #[derive(Deserialize)]
    struct Reference {
        blocks_of_medians: Vec<Case>,
        scipy_of_means: Vec<Single>,
    }

    fn reference() -> Reference {
        let text = include_str!("../../tests/fixtures/statistics/bootstrap.json");
        serde_json::from_str(text).unwrap()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    #[test]
    fn the_same_dice_give_what_numpy_computes() {
        for case in reference().blocks_of_medians {
            let blocks =
                CircularBlocks { block: case.block, resamples: case.resamples, seed: case.seed };
            let found = blocks
                .difference(&case.first, &case.second, case.confidence, |v| median(v).unwrap())
                .unwrap();
            let off = (found.low - case.low).abs().max((found.high - case.high).abs());
            assert!(off < 1e-12, "{found:?} instead of {} to {}", case.low, case.high);
        }
    }

    #[test]
    fn of_single_values_the_interval_is_scipys_up_to_the_dice() {
        for case in reference().scipy_of_means {
            let blocks = CircularBlocks { block: 1, resamples: 20_000, seed: 1 };
            let found =
                blocks.difference(&case.first, &case.second, case.confidence, mean).unwrap();
            let width = case.high - case.low;
            let off = (found.low - case.low).abs().max((found.high - case.high).abs());
            assert!(off < 0.03 * width, "{found:?} instead of {} to {}", case.low, case.high);
        }
    }

    /// The variance of the mean over all circular resamples is known: R(0) plus twice the weighted circular
    /// autocovariances within a block, over n (Politis and Romano 1992).
    #[test]
    fn blocks_keep_what_neighbours_have_in_common() {
        let series = [3.0, 3.6, 4.1, 4.2, 4.0, 3.5, 3.1, 2.5, 2.0, 1.8, 2.2, 2.4];
        let (n, block, centre) = (series.len(), 3, mean(&series));
        let covariance = |lag: usize| {
            let products = (0..n).map(|i| (series[i] - centre) * (series[(i + lag) % n] - centre));
            products.sum::<f64>() / n as f64
        };
        let within = |lag: usize| 2.0 * (1.0 - lag as f64 / block as f64) * covariance(lag);
        let expected = (covariance(0) + within(1) + within(2)) / n as f64;
        let blocks = CircularBlocks { block, resamples: 1, seed: 0 };
        let mut dice = Dice::new(3);
        let means: Vec<f64> = (0..40_000).map(|_| mean(&blocks.draw(&series, &mut dice))).collect();
        let around = mean(&means);
        let found = mean(&means.iter().map(|m| (m - around).powi(2)).collect::<Vec<_>>());
        assert!((found / expected - 1.0).abs() < 0.03, "{found} instead of {expected}");
        assert!(
            expected > 2.0 * covariance(0) / n as f64,
            "the neighbours must resemble each other"
        );
    }

    #[test]
    fn a_series_that_does_not_vary_has_no_width_and_an_empty_one_no_interval() {
        let blocks = CircularBlocks { block: 5, resamples: 100, seed: 9 };
        let found = blocks.difference(&[1.0; 3], &[4.0; 7], 0.95, mean).unwrap();
        assert_eq!(found, Interval { low: 3.0, high: 3.0 });
        assert_eq!(blocks.difference(&[], &[1.0], 0.95, mean), None);
    }
}
