//! Student's t distribution: how far apart two means of few values may lie by chance.
//!
//! [`t_cdf`] goes by way of the incomplete beta function, `P(T > t) = I_x(df/2, 1/2) / 2` with `x = df / (df + t^2)`
//! (Abramowitz and Stegun 26.7.1), which is a continued fraction (26.5.8, evaluated as Lentz 1976 does); [`t_quantile`]
//! turns it around by Newton's steps. Both agree with scipy to nine digits from 1 to 1000 degrees of freedom.

/// The continued fraction converges within a few dozen steps wherever it is used; this many are for the impossible.
const MOST_STEPS: u32 = 10_000;

/// Stands in for a zero that would be divided by.
const TINY: f64 = 1e-300;

/// The probability that T with `df` degrees of freedom (above 0, not only whole ones) is at most `t`.
pub(crate) fn t_cdf(t: f64, df: f64) -> f64 {
    let tail = upper_tail(t.abs(), df);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The value that T with `df` degrees of freedom exceeds with the probability `1 - p`; infinite for 0 and 1.
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    if p < 0.5 {
        // The tail keeps its digits where 1 - p would lose them.
        return -quantile_of_tail(p, df);
    }
    quantile_of_tail(1.0 - p, df)
}

/// The value that is exceeded with the probability `tail`, which is at most one half.
fn quantile_of_tail(tail: f64, df: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    if tail >= 0.5 {
        return 0.0;
    }
    let mut high = 1.0;
    while upper_tail(high, df) > tail {
        high *= 2.0;
    }
    let (mut low, mut t) = (0.0, high / 2.0);
    // Newton's steps, which from the left of a convex tail never leave the bracket, and halves where they do.
    for _ in 0..MOST_STEPS {
        let excess = upper_tail(t, df) - tail;
        if excess > 0.0 {
            low = t;
        } else {
            high = t;
        }
        let step = t + excess / density(t, df);
        let next = if low < step && step < high { step } else { f64::midpoint(low, high) };
        if (next - t).abs() <= 4.0 * f64::EPSILON * t {
            return next;
        }
        t = next;
    }
    t
}

/// The density of T at `t`.
fn density(t: f64, df: f64) -> f64 {
    let log_scale = libm::lgamma((df + 1.0) / 2.0)
        - libm::lgamma(df / 2.0)
        - 0.5 * (df * std::f64::consts::PI).ln();
    (log_scale - (df + 1.0) / 2.0 * (t * t / df).ln_1p()).exp()
}

/// P(T > t) for t from 0 up.
fn upper_tail(t: f64, df: f64) -> f64 {
    let square = t * t;
    // Both shares by division, so that the small one keeps its digits.
    0.5 * incomplete_beta(df / 2.0, 0.5, df / (df + square), square / (df + square))
}

/// The regularised incomplete beta function `I_x(a, b)`, with `y = 1 - x`.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges quickly on one side of the mean only; the other side is its complement.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, y, x);
    }
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    (a * x.ln() + b * y.ln() - log_beta).exp() * continued_fraction(a, b, x) / a
}

/// The continued fraction of the incomplete beta function, from the front.
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            factor = c * d;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{t_cdf, t_quantile};

    #[derive(Deserialize)]
    struct Reference {
        cdf: Vec<[f64; 3]>,
        quantile: Vec<[f64; 3]>,
    }

    fn reference() -> Reference {
        let text = include_str!("../../tests/fixtures/statistics/student.json");
        serde_json::from_str(text).unwrap()
    }

    fn check(found: f64, expected: f64, of: &str) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{of}: {found} not {expected}");
    }

    #[test]
    fn the_distribution_is_scipys() {
        for [t, df, expected] in reference().cdf {
            check(t_cdf(t, df), expected, &format!("P(T <= {t}) with {df} degrees of freedom"));
        }
    }

    #[test]
    fn quantiles_are_scipys() {
        for [p, df, expected] in reference().quantile {
            check(t_quantile(p, df), expected, &format!("quantile {p}, {df} degrees of freedom"));
        }
    }

    #[test]
    fn quantiles_turn_the_distribution_around() {
        for df in [1.0, 2.5, 4.0, 8.0, 30.0] {
            for p in [1e-6, 0.025, 0.3, 0.5, 0.8, 0.995] {
                check(t_cdf(t_quantile(p, df), df), p, &format!("{p} with {df}"));
            }
            assert_eq!(
                [t_quantile(0.0, df), t_quantile(1.0, df)],
                [f64::NEG_INFINITY, f64::INFINITY]
            );
            assert_eq!(t_cdf(0.0, df), 0.5);
        }
    }
}
