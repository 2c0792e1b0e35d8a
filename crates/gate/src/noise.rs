//! How large is chance? What rounding and a finite number of requests do to a percentile.
//!
//! [`Interval`] holds where a reported percentile can truly lie: by the rounding of the file ([`Resolution`]) and by
//! order statistics, p ± 1.96·sqrt(p(1-p)/n), read between the reported columns by interpolating ln(value) over
//! -ln(1-p). Both are lower bounds of the true uncertainty: they know nothing of machines that are slower today.

use lead_stats::{Percentiles, Summary};

/// The two-sided 95 % quantile of the normal distribution.
pub(crate) const Z95: f64 = 1.96;

/// How finely a file's percentiles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Locust's buckets: whole milliseconds below 100, then tens, hundreds, thousands.
    Locust,
    /// Decimal milliseconds from a histogram of three significant digits.
    Exact,
}

impl Resolution {
    /// A file that holds any fraction of a millisecond was not rounded to Locust's buckets.
    pub(crate) fn of(summary: &Summary) -> Self {
        let mut rows = summary.endpoints.iter().chain([&summary.aggregated]);
        let is_fine =
            |percentiles: &Percentiles| percentiles.iter().any(|(_, ms)| ms.fract() != 0.0);
        if rows.any(|row| is_fine(&row.percentiles)) { Self::Exact } else { Self::Locust }
    }

    /// Half a step of the scale at `ms`: the true value is no further away than this.
    pub(crate) fn half_step_ms(self, ms: f64) -> f64 {
        match self {
            // Half a microsecond of decimals, or the width of a bucket in a histogram of three digits.
            Self::Exact => (ms * 0.0005).max(0.0005),
            Self::Locust if ms < 100.0 => 0.5,
            Self::Locust if ms < 1000.0 => 5.0,
            Self::Locust if ms < 10_000.0 => 50.0,
            Self::Locust => 500.0,
        }
    }
}

/// A range of values or of ratios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The range of true values behind a rounded one, in milliseconds.
pub(crate) fn rounding(ms: f64, resolution: Resolution) -> Interval {
    within(ms, resolution.half_step_ms(ms))
}

/// The range of values that lie no further than `half` from this one, which is none below 0.
pub(crate) fn within(ms: f64, half: f64) -> Interval {
    Interval { low: (ms - half).max(0.0), high: ms + half }
}

/// The 95 % range of a percentile of `requests` independent requests, in milliseconds; `None` if they are too few to
/// bound it or if the file does not hold the columns around it.
pub(crate) fn sampling(
    percentiles: &Percentiles,
    fraction: f64,
    requests: u64,
) -> Option<Interval> {
    let n = requests as f64;
    if fewest_requests(fraction).is_some_and(|fewest| requests < fewest) {
        return None;
    }
    let half = Z95 * (fraction * (1.0 - fraction) / n).sqrt();
    Some(Interval {
        low: between(percentiles, fraction - half)?,
        high: between(percentiles, (fraction + half).min(1.0))?,
    })
}

/// The fewest requests that bound a percentile from above at all; `None` for the maximum, which nothing bounds.
///
/// With fewer, all of them are below the percentile with a probability of more than 2.5 %: p^n > 0.025.
pub(crate) fn fewest_requests(fraction: f64) -> Option<u64> {
    (fraction > 0.0 && fraction < 1.0).then(|| (0.025_f64.ln() / fraction.ln()).ceil() as u64)
}

/// The value at a fraction between two reported ones.
fn between(percentiles: &Percentiles, fraction: f64) -> Option<f64> {
    let columns: Vec<(f64, f64)> = percentiles.iter().collect();
    let pair = columns.windows(2).find(|pair| pair[0].0 <= fraction && fraction <= pair[1].0)?;
    let [(p1, v1), (p2, v2)] = [pair[0], pair[1]];
    if p2 >= 1.0 {
        // -ln(1-p) is infinite at the maximum: nothing lies beyond it that could be interpolated to.
        return Some(v2);
    }
    if v1 <= 0.0 {
        return None;
    }
    let depth = |p: f64| -(-p).ln_1p();
    let share = (depth(fraction) - depth(p1)) / (depth(p2) - depth(p1));
    Some((v1.ln() + share * (v2.ln() - v1.ln())).exp())
}

/// The range of `current / baseline` when both ends move against each other, as rounding may.
pub(crate) fn worst_ratio(current: Interval, baseline: Interval) -> Interval {
    let over = |value: f64, by: f64| if by > 0.0 { value / by } else { f64::INFINITY };
    Interval { low: over(current.low, baseline.high), high: over(current.high, baseline.low) }
}

/// The 95 % range of `current / baseline` when both vary independently: widths add as squares, on logarithms.
pub(crate) fn independent_ratio(
    current: (f64, Interval),
    baseline: (f64, Interval),
) -> Option<Interval> {
    let [(c, around_c), (b, around_b)] = [current, baseline];
    let all = [c, b, around_c.low, around_b.low];
    if all.iter().any(|value| *value <= 0.0) {
        return None;
    }
    let down = (c / around_c.low).ln().hypot((around_b.high / b).ln());
    let up = (around_c.high / c).ln().hypot((b / around_b.low).ln());
    Some(Interval { low: c / b * (-down).exp(), high: c / b * up.exp() })
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;

    use super::{Resolution, rounding, sampling, worst_ratio};

    /// The load-testing guide's sample run, of which the intervals are known: P95 65 ms in 39,838 requests.
    fn guide() -> Percentiles {
        Percentiles::locust([15., 22., 28., 32., 45., 65., 120., 180., 520., 892., 892.])
    }

    #[test]
    fn sampling_intervals_match_the_worked_example() {
        let at = |requests| {
            sampling(&guide(), 0.95, requests)
                .map(|i| [i.low, i.high].map(|ms| (ms * 10.0).round() / 10.0))
        };
        assert_eq!(at(39_838), Some([63.6, 66.9]));
        assert_eq!(at(5000), Some([61.2, 70.8]));
        assert_eq!(at(1000), Some([57.3, 80.2]));
    }

    #[test]
    fn too_few_requests_bound_nothing() {
        assert_eq!(sampling(&guide(), 0.95, 71), None);
        assert!(sampling(&guide(), 0.95, 72).is_some());
        assert_eq!(sampling(&guide(), 0.99, 367), None);
    }

    #[test]
    fn rounding_alone_spans_known_ratios() {
        let ratio = |from: f64, to: f64| {
            let ends =
                worst_ratio(rounding(to, Resolution::Locust), rounding(from, Resolution::Locust));
            [ends.low, ends.high].map(|end| (end * 100.0).round() / 100.0)
        };
        assert_eq!(ratio(3.0, 4.0), [1.0, 1.8]);
        assert_eq!(ratio(12.0, 15.0), [1.16, 1.35]);
        assert_eq!(ratio(110.0, 130.0), [1.09, 1.29]);
        assert_eq!(ratio(1000.0, 1200.0), [1.1, 1.32]);
    }
}
