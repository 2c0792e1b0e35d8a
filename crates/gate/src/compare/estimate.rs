//! How many times as large is one side, and how sure is that?
//!
//! [`Estimate`] works on logarithms, on which a machine that is a tenth slower moves every figure by the same step: the
//! mean of the differences within pairs, or the difference of the means with a pooled deviation, each with Student's t.
//! What rounding of the files may hide is taken off both ends.

use super::pairing::Pairing;
use crate::{
    noise::Interval,
    statistics::{t_cdf, t_quantile},
};

/// More rounds than this nobody will run for one answer.
const MOST_ROUNDS: usize = 200;

/// A ratio of two sides, on logarithms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    /// ln(second / first).
    log_ratio: f64,
    /// How far rounding alone may have moved it, either way.
    rounding: f64,
    /// The deviation of one pair's difference, or of one run pooled over both sides; `None` without any repetition.
    deviation: Option<f64>,
    pairing: Pairing,
    /// Runs of either side.
    sizes: [usize; 2],
}

impl Estimate {
    /// The estimate for positive values of both sides, which for pairs are in their order and as many.
    pub(super) fn new(sides: [&[f64]; 2], pairing: Pairing, rounding: f64) -> Self {
        let logs = sides.map(|side| side.iter().map(|value| value.ln()).collect::<Vec<f64>>());
        let [first, second] = &logs;
        let deviation = match pairing {
            Pairing::Paired => {
                let differences: Vec<f64> = second.iter().zip(first).map(|(b, a)| b - a).collect();
                pooled_deviation(&[&differences])
            }
            Pairing::Pooled => pooled_deviation(&[first, second]),
        };
        Self {
            log_ratio: mean(second) - mean(first),
            rounding,
            deviation,
            pairing,
            sizes: sides.map(<[f64]>::len),
        }
    }

    /// The second side over the first.
    pub(super) fn ratio(&self) -> f64 {
        self.log_ratio.exp()
    }

    /// Where the true ratio lies, at this two-sided confidence.
    pub(super) fn interval(&self, confidence: f64) -> Option<Interval> {
        let half = self.quantile(f64::midpoint(1.0, confidence), self.sizes)? + self.rounding;
        let ends = [self.log_ratio - half, self.log_ratio + half].map(f64::exp);
        Some(Interval { low: ends[0], high: ends[1] })
    }

    /// The chance that equal sides look as different as this in the direction that is worse, or better.
    pub(super) fn p(&self, is_worse: bool) -> Option<f64> {
        let sign = if is_worse { 1.0 } else { -1.0 };
        let distance = sign * self.log_ratio - self.rounding;
        let error = self.standard_error(self.sizes)?;
        if error > 0.0 {
            return Some(t_cdf(-distance / error, self.degrees(self.sizes)));
        }
        Some(if distance > 0.0 { 0.0 } else { 1.0 })
    }

    /// How many more rounds would decide, if they come out like those there are: until the ratio is told from 1 at
    /// `level`, where it is beyond `limit`, or else until what is beyond the limit is ruled out at `confidence`.
    ///
    /// `None` if even hundreds would not, or if nothing repeats yet.
    pub(super) fn more_rounds(&self, limit: f64, level: f64, confidence: f64) -> Option<usize> {
        let most = self.sizes[0].max(self.sizes[1]);
        let (room, p) = if self.ratio() > limit {
            (self.log_ratio - self.rounding, 1.0 - level)
        } else {
            (limit.ln() - self.log_ratio - self.rounding, f64::midpoint(1.0, confidence))
        };
        let decides =
            |rounds: usize| self.quantile(p, [rounds; 2]).is_some_and(|half| half <= room);
        // The more rounds, the narrower: the first that is enough lies between one that is not and one that is.
        let (mut few, mut enough) = (most, MOST_ROUNDS.max(most + 1));
        if !decides(enough) {
            return None;
        }
        while enough - few > 1 {
            let middle = usize::midpoint(few, enough);
            *(if decides(middle) { &mut enough } else { &mut few }) = middle;
        }
        Some(enough - most)
    }

    /// t times the standard error, for so many runs.
    fn quantile(&self, p: f64, sizes: [usize; 2]) -> Option<f64> {
        let error = self.standard_error(sizes)?;
        Some(t_quantile(p, self.degrees(sizes)) * error)
    }

    fn standard_error(&self, sizes: [usize; 2]) -> Option<f64> {
        let [m, n] = sizes.map(|size| size as f64);
        self.deviation.map(|deviation| match self.pairing {
            Pairing::Paired => deviation / m.sqrt(),
            Pairing::Pooled => deviation * (1.0 / m + 1.0 / n).sqrt(),
        })
    }

    fn degrees(&self, sizes: [usize; 2]) -> f64 {
        match self.pairing {
            Pairing::Paired => sizes[0] as f64 - 1.0,
            Pairing::Pooled => (sizes[0] + sizes[1]) as f64 - 2.0,
        }
    }
}

/// The deviation within groups, each around its own mean; `None` if no group has two values.
pub(super) fn pooled_deviation(groups: &[&[f64]]) -> Option<f64> {
    let degrees: usize = groups.iter().map(|group| group.len().saturating_sub(1)).sum();
    let squares = |group: &[f64]| {
        let centre = mean(group);
        group.iter().map(|value| (value - centre).powi(2)).sum::<f64>()
    };
    let sum: f64 = groups.iter().map(|group| squares(group)).sum();
    (degrees > 0).then(|| (sum / degrees as f64).sqrt())
}

/// The mean of at least one value.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Estimate, Pairing};

    #[derive(Deserialize)]
    struct Case {
        base: Vec<f64>,
        head: Vec<f64>,
        paired: Option<Reference>,
        pooled: Reference,
    }

    #[derive(Deserialize)]
    struct Reference {
        p: f64,
        low: f64,
        high: f64,
    }

    #[derive(Deserialize)]
    struct File {
        cases: Vec<Case>,
    }

    fn check(case: &Case, pairing: Pairing, expected: &Reference) {
        let estimate = Estimate::new([&case.base, &case.head], pairing, 0.0);
        let interval = estimate.interval(0.95).unwrap();
        let found = [estimate.p(true).unwrap(), interval.low, interval.high];
        for (found, expected) in found.into_iter().zip([expected.p, expected.low, expected.high]) {
            assert!((found / expected - 1.0).abs() < 1e-9, "{pairing:?}: {found} not {expected}");
        }
    }

    /// scipy's `ttest_rel` and `ttest_ind` on the logarithms, with their confidence intervals.
    #[test]
    fn p_and_interval_are_scipys() {
        let text = include_str!("../../tests/fixtures/statistics/ratio.json");
        let file: File = serde_json::from_str(text).unwrap();
        for case in &file.cases {
            check(case, Pairing::Pooled, &case.pooled);
            case.paired.iter().for_each(|expected| check(case, Pairing::Paired, expected));
        }
    }

    #[test]
    fn one_run_of_each_has_a_ratio_and_no_interval() {
        let estimate = Estimate::new([&[10.0], &[13.0]], Pairing::Pooled, 0.0);
        assert!((estimate.ratio() - 1.3).abs() < 1e-12);
        assert_eq!(estimate.interval(0.95), None);
        assert_eq!((estimate.p(true), estimate.more_rounds(1.2, 0.025, 0.95)), (None, None));
    }

    #[test]
    fn a_step_of_rounding_is_no_difference() {
        // Five times 3 ms against five times 4 ms, which both may be 3.5.
        let rounding = (3.5_f64 / 4.0).ln().abs() + (3.5_f64 / 3.0).ln();
        let estimate = Estimate::new([&[3.0; 5], &[4.0; 5]], Pairing::Paired, rounding);
        assert_eq!(estimate.p(true), Some(1.0));
        assert!(estimate.interval(0.95).unwrap().low < 1.0 + 1e-12);
        let exact = Estimate::new([&[3.0; 5], &[4.0; 5]], Pairing::Paired, 0.0);
        assert_eq!(exact.p(true), Some(0.0));
    }

    #[test]
    fn so_many_more_rounds_decide_if_they_come_out_alike() {
        let (base, head) = ([10.0, 11.0, 10.5], [12.0, 15.5, 13.2]);
        let estimate = Estimate::new([&base, &head], Pairing::Paired, 0.0);
        let level = 0.0125;
        assert!(estimate.p(true).unwrap() > level, "three rounds must not be enough");
        let more = estimate.more_rounds(1.2, level, 0.95).unwrap();
        let decided = |rounds: usize| {
            estimate.quantile(1.0 - level, [rounds; 2]).unwrap() <= estimate.log_ratio
        };
        assert!(more >= 1 && decided(3 + more) && !decided(3 + more - 1), "{more} more rounds");
    }
}
