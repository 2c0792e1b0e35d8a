//! The logistic function, with the same bits on every machine, which the system's `exp` does not promise, and without a
//! branch that depends on a lead, which the usual `exp` of a library has.
//!
//! The exponential is reduced as usual (Cody and Waite 1980): `exp(t) = 2^k exp(r)` with `|r| <= ln(2) / 2`, where the
//! Taylor series of 13 terms leaves an error below 1e-17. Every operation is an addition or a multiplication of IEEE 754
//! in a fixed order. Beside `libm`, which is off by less than one unit in the last place, the exponential is never more
//! than one unit away, the logistic function never more than four.

/// Where the exponential and its inverse are still normal numbers; beyond, the logistic function is 0 or 1 for everybody.
const REACH: f64 = 708.0;
/// 1.5 * 2^52: what is added to it loses its fraction and stands in its low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts: the first with 21 zeros at its end, so that its multiples are exact.
const LN_2: [f64; 2] = [f64::from_bits(0x3FE6_2E42_FEE0_0000), 1.908_214_929_270_587_7e-10];

/// `1 / (1 + exp(-x))`.
#[inline(always)]
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// `e^t` for `t` between -708 and 708, and that of the nearer end beyond them.
#[inline(always)]
fn exp(t: f64) -> f64 {
    let t = if t > REACH { REACH } else { t };
    let t = if t < -REACH { -REACH } else { t };
    let rounded = t * std::f64::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (t - k * LN_2[0]) - k * LN_2[1];
    // The low bits of `rounded` are those of k: they become the exponent of 2^k.
    let power = f64::from_bits((rounded.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    power * (1.0 + (r + r * r * tail(r)))
}

/// `(e^r - 1 - r) / r^2`, in pairs of terms, which wait for each other less.
#[inline(always)]
fn tail(r: f64) -> f64 {
    const fn over(factorial: u64) -> f64 {
        1.0 / factorial as f64
    }
    let (square, fourth) = (r * r, (r * r) * (r * r));
    let pair = |first: f64, second: f64| first + r * second;
    let low = pair(0.5, over(6)) + square * pair(over(24), over(120));
    let middle = pair(over(720), over(5040)) + square * pair(over(40_320), over(362_880));
    let high = pair(over(3_628_800), over(39_916_800))
        + square * pair(over(479_001_600), over(6_227_020_800));
    low + fourth * (middle + fourth * high)
}

#[cfg(test)]
mod tests {
    use super::{exp, logistic};

    /// How many numbers lie between two positive ones.
    fn apart(one: f64, other: f64) -> u64 {
        one.to_bits().abs_diff(other.to_bits())
    }

    #[test]
    fn it_differs_from_the_library_by_a_few_units_in_the_last_place() {
        let mut worst = (0, 0);
        for step in -700_000..=700_000 {
            let x = f64::from(step) / 1000.0 + 1e-7;
            let usual = 1.0 / (1.0 + libm::exp(-x));
            worst.0 = worst.0.max(apart(exp(x), libm::exp(x)));
            worst.1 = worst.1.max(apart(logistic(x), usual));
        }
        assert!(worst.0 <= 1 && worst.1 <= 4, "{worst:?}");
    }

    #[test]
    fn its_ends_are_0_and_1() {
        assert_eq!([0.0, 40.0, f64::MAX, f64::INFINITY].map(logistic), [0.5, 1.0, 1.0, 1.0]);
        assert!([-709.0, f64::MIN, f64::NEG_INFINITY].iter().all(|&x| logistic(x) < 1e-300));
        assert!(logistic(f64::NAN).is_nan());
    }

    #[test]
    fn it_never_falls() {
        let values: Vec<_> = (-80_000..=80_000).map(|x| logistic(f64::from(x) / 2000.0)).collect();
        assert!(values.is_sorted());
    }

    #[test]
    fn its_bits_are_these() {
        let bits = [-3.7, -1.0, -0.1, 0.3, 1.5, 12.0].map(|x| logistic(x).to_bits());
        assert_eq!(
            bits,
            [
                4_582_611_361_867_059_134,
                4_598_516_437_858_171_526,
                4_602_228_834_134_958_224,
                4_603_349_337_754_593_931,
                4_605_539_275_757_943_060,
                4_607_182_363_458_212_510
            ]
        );
    }
}
