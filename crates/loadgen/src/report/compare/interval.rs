//! How far chance reaches: 95 % intervals of figures of one run, and of what lies between those of two.
//!
//! | of | by | source |
//! | --- | --- | --- |
//! | a percentile | order statistics at binomial ranks, see `quantile.rs` | David and Nagaraja, Order Statistics, 3rd ed. 2003, 7.1 |
//! | a rate | means of up to 20 batches of seconds, Student's t | Schmeiser, Batch size effects in the analysis of simulation output, Operations Research 30 (1982) |
//! | a share | Wilson's score | Wilson, Probable inference, JASA 22 (1927) |
//! | a ratio or a difference of two | square-and-add of both limits (MOVER) | Zou and Donner, Statistics in Medicine 27 (2008); for shares it is Newcombe's method 10 (1998) |
//!
//! All of them take requests, or batches of seconds, for independent of one another. Where neighbours resemble each other they
//! are too narrow.

/// The standard normal's 97.5th percentile.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Student's 97.5th percentile for 1 to 19 degrees of freedom.
const T: [f64; 19] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
];

/// Fewer batches say too little about how they vary.
const FEWEST_BATCHES: usize = 5;

/// A figure, and where it lies with 95 % confidence; an end that is not known is nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) value: f64,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

impl Estimate {
    /// A figure of which no interval is known.
    pub(super) fn bare(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// The rate of a run, with what its seconds tell of how it varies.
    pub(super) fn rate(value: f64, seconds: &[u32]) -> Self {
        let batches = (T.len() + 1).min(seconds.len());
        if batches < FEWEST_BATCHES {
            return Self::bare(value);
        }
        // Seconds at the end that fill no batch are left out.
        let length = seconds.len() / batches;
        let mean = |batch: &[u32]| batch.iter().map(|&n| f64::from(n)).sum::<f64>() / length as f64;
        let means: Vec<f64> = seconds.chunks_exact(length).take(batches).map(mean).collect();
        let count = batches as f64;
        let middle = means.iter().sum::<f64>() / count;
        let variance =
            means.iter().map(|mean| (mean - middle).powi(2)).sum::<f64>() / (count - 1.0);
        let reach = T[batches - 2] * (variance / count).sqrt();
        Self { value, low: Some((value - reach).max(0.0)), high: Some(value + reach) }
    }

    /// So many of all, as a share of one.
    pub(super) fn share(some: u64, all: u64) -> Self {
        if all == 0 {
            return Self::bare(0.0);
        }
        let (n, p) = (all as f64, some as f64 / all as f64);
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let reach = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Self {
            value: p,
            low: Some(if some == 0 { 0.0 } else { (middle - reach).max(0.0) }),
            high: Some(if some == all { 1.0 } else { (middle + reach).min(1.0) }),
        }
    }

    /// By how much the second is more than the first.
    pub(super) fn difference(first: Self, second: Self) -> Self {
        let value = second.value - first.value;
        let low = second
            .low
            .zip(first.high)
            .map(|(low, high)| value - (second.value - low).hypot(high - first.value));
        let high = second
            .high
            .zip(first.low)
            .map(|(high, low)| value + (high - second.value).hypot(first.value - low));
        Self { value, low, high }
    }

    /// How many times the first the second is: the difference of their logarithms. Nothing where there is none.
    pub(super) fn ratio(first: Self, second: Self) -> Option<Self> {
        let log = |figure: Self| {
            let end = |end: Option<f64>| end.filter(|&end| end > 0.0).map(f64::ln);
            (figure.value > 0.0).then(|| Self {
                value: figure.value.ln(),
                low: end(figure.low),
                high: end(figure.high),
            })
        };
        let Self { value, low, high } = Self::difference(log(first)?, log(second)?);
        Some(Self { value: value.exp(), low: low.map(f64::exp), high: high.map(f64::exp) })
    }
}

#[cfg(test)]
mod tests {
    use super::Estimate;

    fn near(found: Option<f64>, expect: f64) {
        assert!(
            found.is_some_and(|found| (found - expect).abs() < 5e-5),
            "{found:?} is not {expect}"
        );
    }

    #[test]
    fn shares_and_their_difference_are_newcombes() {
        // Newcombe 1998, table II, case a: 56 of 70 and 48 of 80 differ by 0.0524 to 0.3339 (method 10).
        let (first, second) = (Estimate::share(48, 80), Estimate::share(56, 70));
        near(Some(Estimate::difference(first, second).value), 0.2);
        near(Estimate::difference(first, second).low, 0.0524);
        near(Estimate::difference(first, second).high, 0.3339);
        let none = Estimate::share(0, 10);
        assert_eq!((none.value, none.low), (0.0, Some(0.0)));
        near(none.high, 0.2775);
        assert_eq!(Estimate::share(0, 0), Estimate::bare(0.0));
    }

    #[test]
    fn a_rate_varies_as_its_batches_do() {
        let steady = Estimate::rate(50.0, &[50; 60]);
        assert_eq!((steady.low, steady.high), (Some(50.0), Some(50.0)));
        // Five batches of a second: mean 3, variance 2.5, t with 4 degrees of freedom.
        let few = Estimate::rate(3.0, &[1, 2, 3, 4, 5]);
        near(few.high, 3.0 + 2.776 * 0.5_f64.sqrt());
        assert_eq!(Estimate::rate(3.0, &[1, 2, 3, 4]).low, None);
        assert_eq!(Estimate::rate(0.1, &[0, 0, 0, 0, 3]).low, Some(0.0), "no rate is below zero");
    }

    #[test]
    fn a_ratio_knows_the_ends_that_both_know() {
        let first = Estimate { value: 2.0, low: Some(1.0), high: Some(4.0) };
        let second = Estimate { value: 4.0, low: Some(2.0), high: None };
        let ratio = Estimate::ratio(first, second).unwrap();
        near(Some(ratio.value), 2.0);
        near(ratio.low, 2.0 / (2.0_f64.ln() * 2.0_f64.sqrt()).exp());
        assert_eq!(ratio.high, None);
        assert_eq!(Estimate::ratio(Estimate::bare(0.0), first), None);
        let same = Estimate::ratio(first, first).unwrap();
        near(same.low.zip(same.high).map(|(low, high)| low * high), 1.0);
    }
}
