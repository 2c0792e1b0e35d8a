//! How much a figure varies from one run to the next, and what a simple rule would make of that.
//!
//! [`Spread`] holds s, the coefficient of variation within a side, and what a rule on point estimates does at that s: the
//! logarithm of the ratio of two single runs varies by s·√2, that of medians of three or five by 0.670 or 0.536 of it
//! (the deviation of the median of so many normal values).

use super::estimate::pooled_deviation;

/// The deviation of the median of three normal values, in deviations of one: sqrt(1 - sqrt(3)/pi).
const MEDIAN_OF_3: f64 = 0.669_8;

/// The same for five, by numerical integration (0.2868 of the variance).
const MEDIAN_OF_5: f64 = 0.535_6;

/// How much single runs of one side differ, and what that does to a rule on point estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The coefficient of variation from run to run, pooled over both sides; 0.05 is 5 %.
    pub s: f64,
    /// The same after what the members of a pair have in common is taken away; `None` without pairs.
    pub within_pairs: Option<f64>,
}

impl Spread {
    /// The spread of two sides of positive values; `None` if nothing repeats.
    pub(super) fn of(sides: [&[f64]; 2], is_paired: bool) -> Option<Self> {
        let logs = sides.map(|side| side.iter().map(|value| value.ln()).collect::<Vec<f64>>());
        let s = pooled_deviation(&[&logs[0], &logs[1]])?;
        let differences: Vec<f64> = logs[1].iter().zip(&logs[0]).map(|(b, a)| b - a).collect();
        let within = pooled_deviation(&[&differences]).map(|d| d / std::f64::consts::SQRT_2);
        Some(Self { s, within_pairs: within.filter(|_| is_paired) })
    }

    /// How often a rule `head <= base * limit` on one run of each would fail without any change.
    pub fn false_alarm(&self, limit: f64) -> f64 {
        self.beyond(limit, 1.0, 1.0)
    }

    /// The same on medians of three runs of each.
    pub fn false_alarm_of_3(&self, limit: f64) -> f64 {
        self.beyond(limit, 1.0, MEDIAN_OF_3)
    }

    /// The same on medians of five runs of each.
    pub fn false_alarm_of_5(&self, limit: f64) -> f64 {
        self.beyond(limit, 1.0, MEDIAN_OF_5)
    }

    /// How often the rule on one run of each would see a head that is truly `ratio` times as slow.
    pub fn caught(&self, limit: f64, ratio: f64) -> f64 {
        self.beyond(limit, ratio, 1.0)
    }

    fn beyond(&self, limit: f64, ratio: f64, share: f64) -> f64 {
        let deviation = self.s * share * std::f64::consts::SQRT_2;
        let distance = limit.ln() - ratio.ln();
        if deviation <= 0.0 {
            return if distance < 0.0 { 1.0 } else { 0.0 };
        }
        0.5 * libm::erfc(distance / deviation / std::f64::consts::SQRT_2)
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    /// The table of docs/GATE.md, which is from simulation: in percent for each s.
    #[test]
    fn the_rule_on_point_estimates_is_as_bad_as_the_published_table_says() {
        let table = [
            (0.03, [0.0, 50.0, 97.0, 100.0, 0.0, 0.0]),
            (0.05, [0.5, 50.0, 87.0, 100.0, 0.01, 0.0]),
            (0.10, [9.9, 50.0, 71.0, 94.0, 2.7, 0.8]),
            (0.15, [19.5, 50.0, 65.0, 85.0, 10.0, 5.5]),
            (0.20, [26.0, 50.0, 61.0, 78.0, 17.0, 12.0]),
        ];
        for (s, expected) in table {
            let spread = Spread { s, within_pairs: None };
            let found = [
                spread.false_alarm(1.2),
                spread.caught(1.2, 1.2),
                spread.caught(1.2, 1.3),
                spread.caught(1.2, 1.5),
                spread.false_alarm_of_3(1.2),
                spread.false_alarm_of_5(1.2),
            ];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found * 100.0 - expected).abs() < 1.0, "s {s}: {found} not {expected} %");
            }
        }
    }

    #[test]
    fn what_pairs_have_in_common_is_no_spread_within_them() {
        let spread = Spread::of([&[10.0, 12.0, 15.0], &[11.0, 13.2, 16.5]], true).unwrap();
        assert!(spread.s > 0.15 && spread.within_pairs.unwrap() < 1e-9, "{spread:?}");
        assert_eq!(Spread::of([&[10.0], &[11.0]], true), None);
    }
}
