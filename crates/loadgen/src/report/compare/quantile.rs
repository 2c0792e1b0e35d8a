//! Where the percentile of which a run is a sample lies.
//!
//! Of `n` values in order, how many lie below the percentile `p` of what they were drawn from is binomial (`n`, `p`), whatever
//! that is. So it lies between the values at the ranks `l` and `u` with a probability of `P(l <= B <= u - 1)`; the narrowest
//! ranks are taken that leave at most 2.5 % on either side. A rank that does not exist is an end that is not known: of twenty
//! requests no one can say how long the slowest hundredth takes.

use hdrhistogram::Histogram;

use super::interval::{Estimate, Z};
use crate::histogram::Latency;

/// What may lie beyond one end.
const BEYOND: f64 = 0.025;

/// So many values are weighed one by one; of more a file would only have to say that there are, and weighing would have no end.
const MOST_WEIGHED: u64 = 1_000_000_000;

/// Less of the most likely count adds up to nothing.
const NOTHING: f64 = 1e-18;

/// A percentile in milliseconds; nothing of nothing.
pub(super) fn percentile(latency: &Latency, fraction: f64) -> Option<Estimate> {
    let extent = latency.extent()?;
    let (low, high) = ranks(latency.count(), fraction);
    let histogram = latency.to_histogram();
    let among = |us: u64| us.clamp(extent.min_us, extent.max_us) as f64 / 1e3;
    Some(Estimate {
        value: latency.percentile_ms(fraction),
        // A bin is a range: its lower end below, its upper one above.
        low: low.map(|rank| among(histogram.lowest_equivalent(at(&histogram, rank)))),
        high: high.map(|rank| among(histogram.highest_equivalent(at(&histogram, rank)))),
    })
}

/// The value at a rank from 1 on.
fn at(histogram: &Histogram<u64>, rank: u64) -> u64 {
    histogram.value_at_quantile((rank as f64 - 0.5) / histogram.len() as f64)
}

/// The ranks from 1 to `n` between which the percentile lies.
fn ranks(n: u64, p: f64) -> (Option<u64>, Option<u64>) {
    if n > MOST_WEIGHED {
        // The normal distribution of the same mean and variance, exact to a few of the thousands of ranks between the ends.
        let mean = n as f64 * p;
        let reach = Z * (mean * (1.0 - p)).sqrt();
        return (Some((mean - reach) as u64), Some((mean + reach).ceil() as u64 + 1));
    }
    let likely = Likely::of(n, p);
    let all: f64 = likely.weights.iter().sum();
    let mut below = 0.0;
    let mut low = None;
    for (count, weight) in (likely.from..).zip(&likely.weights) {
        below += weight / all;
        if below > BEYOND {
            break;
        }
        low = Some(count + 1);
    }
    let mut above = 0.0;
    let mut high = None;
    for (count, weight) in
        (likely.from..).zip(&likely.weights).collect::<Vec<_>>().into_iter().rev()
    {
        above += weight / all;
        if above > BEYOND {
            break;
        }
        high = Some(count);
    }
    // Counts that are left out are unlikelier than anything; those next to them are known.
    (low.or((likely.from > 0).then_some(likely.from)), high)
}

/// The binomial probabilities that are not nothing, up to a factor.
struct Likely {
    /// The count of the first one.
    from: u64,
    weights: Vec<f64>,
}

impl Likely {
    /// From the most likely count to both sides, each from its neighbour: P(k + 1) / P(k) = (n - k) / (k + 1) * p / (1 - p).
    fn of(n: u64, p: f64) -> Self {
        let odds = p / (1.0 - p);
        let mode = (((n + 1) as f64 * p) as u64).min(n);
        let step = |k: u64| (n - k) as f64 / (k + 1) as f64 * odds;
        let mut down = Vec::new();
        let (mut k, mut weight) = (mode, 1.0);
        while k > 0 && weight > NOTHING {
            k -= 1;
            weight /= step(k);
            down.push(weight);
        }
        let from = k;
        let mut weights: Vec<f64> = down.into_iter().rev().collect();
        (k, weight) = (mode, 1.0);
        weights.push(weight);
        while k < n && weight > NOTHING {
            weight *= step(k);
            k += 1;
            weights.push(weight);
        }
        Self { from, weights }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::{Estimate, percentile, ranks};
    use crate::histogram::Latency;

    /// P(B <= k) for a binomial B, from factorials.
    fn at_most(n: u64, p: f64, k: u64) -> f64 {
        let log_factorial = |n: u64| (1..=n).map(|n| (n as f64).ln()).sum::<f64>();
        let log_term = |k: u64| {
            let ways = log_factorial(n) - log_factorial(k) - log_factorial(n - k);
            ways + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()
        };
        (0..=k).map(|k| log_term(k).exp()).sum()
    }

    #[test]
    fn ranks_are_the_narrowest_that_leave_a_fortieth_on_either_side() {
        // As in tables of sign-test intervals for the median.
        assert_eq!(ranks(100, 0.5), (Some(40), Some(61)));
        assert_eq!(ranks(10, 0.5), (Some(2), Some(9)));
        for n in [6, 20, 37, 100, 400, 900] {
            for p in [0.5, 0.9, 0.95, 0.99] {
                let (low, high) = ranks(n, p);
                if let Some(low) = low {
                    assert!(
                        at_most(n, p, low - 1) <= 0.025 && at_most(n, p, low) > 0.025,
                        "{n} {p}"
                    );
                }
                match high {
                    Some(high) => {
                        assert!(1.0 - at_most(n, p, high - 1) <= 0.025 + 1e-9, "{n} {p}");
                        assert!(1.0 - at_most(n, p, high - 2) > 0.025, "{n} {p}");
                    }
                    None => assert!(p.powi(i32::try_from(n).unwrap()) > 0.025, "{n} {p}"),
                }
            }
        }
        assert_eq!(ranks(100, 0.99).1, None, "of a hundred the slowest may be anything");
    }

    #[test]
    fn ranks_of_a_thousand_million_are_found() {
        let (low, high) = ranks(1_000_000_000, 0.99);
        // n p - and + 1.96 sqrt(n p (1 - p)).
        assert!(low.unwrap().abs_diff(989_993_833) < 3 && high.unwrap().abs_diff(990_006_168) < 3);
    }

    #[test]
    fn ranks_of_more_than_can_be_weighed_are_the_normal_distributions() {
        let p = 0.99;
        for n in [1_000_000_001, 1 << 53, u64::MAX / 2] {
            let (low, high) = ranks(n, p);
            let (low, high) = (low.unwrap() as f64, high.unwrap() as f64);
            let (mean, reach) = (n as f64 * p, 1.959_964 * (n as f64 * p * (1.0 - p)).sqrt());
            // A double holds no unit of the greatest.
            let rounding = 3.0 + n as f64 * 1e-15;
            assert!((mean - reach - low).abs() < rounding, "{n}: {low}");
            assert!((mean + reach - high).abs() < rounding, "{n}: {high}");
        }
        // Where one way of finding them ends and the other begins they agree.
        let (last, first) = (ranks(1_000_000_000, p), ranks(1_000_000_001, p));
        assert!(last.0.unwrap().abs_diff(first.0.unwrap()) < 4, "{last:?} {first:?}");
        assert!(last.1.unwrap().abs_diff(first.1.unwrap()) < 4, "{last:?} {first:?}");
    }

    #[test]
    fn a_percentile_lies_between_values_that_were_seen() {
        let mut latency = Latency::new();
        (1..=100).for_each(|us| latency.record(Duration::from_micros(us)));
        let median = percentile(&latency, 0.5).unwrap();
        assert_eq!((median.value, median.low, median.high), (0.051, Some(0.040), Some(0.061)));
        assert_eq!(percentile(&Latency::new(), 0.5), None);
    }

    #[test]
    fn intervals_of_percentiles_and_of_their_ratio_hold_as_often_as_they_say() {
        let mut dice = Pcg64Mcg::seed_from_u64(7);
        let mut sample = |scale: f64| {
            let mut latency = Latency::new();
            for _ in 0..400 {
                let us = -scale * (1.0 - dice.random::<f64>()).ln() + 1.0;
                latency.record(Duration::from_micros(us as u64));
            }
            latency
        };
        for p in [0.5, 0.95] {
            let truth = |scale: f64| (-scale * (1.0_f64 - p).ln() + 1.0) / 1e3;
            let holds = |found: Estimate, truth: f64| {
                found.low.is_some_and(|low| low <= truth)
                    && found.high.is_some_and(|high| truth <= high)
            };
            let (mut own, mut ratio) = (0, 0);
            for _ in 0..300 {
                let [first, second] =
                    [1_000.0, 1_300.0].map(|scale| percentile(&sample(scale), p).unwrap());
                own += u32::from(holds(first, truth(1_000.0)));
                let expect = truth(1_300.0) / truth(1_000.0);
                ratio += u32::from(holds(Estimate::ratio(first, second).unwrap(), expect));
            }
            // 95 % of 300 are 285; the standard deviation is below 4.
            assert!(
                (274..=300).contains(&own) && (274..=300).contains(&ratio),
                "{p}: {own} {ratio}"
            );
        }
    }
}
