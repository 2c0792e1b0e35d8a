//! [`Scale`]: where on a line a number lies, and which numbers are written beside it.

/// Marks beside an axis.
const MOST_MARKS: usize = 5;
/// Marks nearer to each other than this share of the axis would run into one another.
const NEAREST: f64 = 0.13;
/// A middle value lower than this share of the span is squeezed into the corner: a logarithm shows more.
const SKEWED: f64 = 0.12;

/// How numbers from `low` to `high` become shares of a line, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    /// Where set, the logarithm of `1 + |value| / unit` with the value's sign, which also has a place for zero.
    unit: Option<f64>,
}

impl Scale {
    /// Equal steps from `low` to `high`.
    pub(super) fn linear(low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, unit: None }
    }

    /// A scale on which values that lie like these, rising, can be told apart: logarithmic where most of them are small.
    pub(super) fn of(values: &[f64], low: f64, high: f64) -> Self {
        let linear = Self::linear(low, high);
        let middle = values.get(values.len() / 2).copied().unwrap_or(low);
        // A tail to the left is rare, and one to both sides is seen well enough around the middle.
        if linear.place(middle) > SKEWED || -low > high {
            return linear;
        }
        let unit = values.iter().copied().find(|&value| value > 0.0);
        Self { unit: unit.filter(|&unit| unit < high), ..linear }
    }

    pub(super) fn is_logarithmic(&self) -> bool {
        self.unit.is_some()
    }

    /// The share of the line below `value`; beyond the ends, an end.
    pub(super) fn place(&self, value: f64) -> f64 {
        let (low, high) = (self.bend(self.low), self.bend(self.high));
        ((self.bend(value.clamp(self.low, self.high)) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// The value at a share of the line.
    pub(super) fn value(&self, share: f64) -> f64 {
        let (low, high) = (self.bend(self.low), self.bend(self.high));
        let bent = low + share * (high - low);
        self.unit.map_or(bent, |unit| unit * libm::expm1(bent.abs()).copysign(bent))
    }

    /// The logarithm to either side of zero, where the scale has one.
    fn bend(&self, value: f64) -> f64 {
        self.unit.map_or(value, |unit| libm::log1p(value.abs() / unit).copysign(value))
    }

    /// Round numbers to write beside the line, rising.
    pub(super) fn marks(&self) -> Vec<f64> {
        if self.unit.is_some() { self.powers() } else { self.steps() }
    }

    /// Multiples of 1, 2, 2.5 or 5 times a power of ten.
    fn steps(&self) -> Vec<f64> {
        let span = self.high - self.low;
        let power = libm::pow(10.0, libm::floor(libm::log10(span / MOST_MARKS as f64)));
        let mut steps = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power);
        let step = steps.find(|step| span / step <= MOST_MARKS as f64).unwrap_or(span);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        // Adding zero makes of -0 a 0.
        (first..=last).map(|number| number as f64 * step + 0.0).collect()
    }

    /// Zero and powers of ten, finer ones where there are few.
    fn powers(&self) -> Vec<f64> {
        let inside = |factors: &[f64]| {
            let powers = (-12..=18).map(|power| libm::pow(10.0, f64::from(power)));
            let marks = powers.flat_map(|power| factors.iter().map(move |factor| factor * power));
            let mut all: Vec<f64> = [0.0].into_iter().chain(marks).collect();
            let below: Vec<f64> = all.iter().skip(1).map(|mark| -mark).collect();
            all.extend(below);
            all.sort_by(f64::total_cmp);
            all.retain(|mark| (self.low..=self.high).contains(mark));
            // Zero is the mark that says most.
            let with_zero = all.contains(&0.0);
            all.retain(|&mark| {
                mark == 0.0 || !with_zero || (self.place(mark) - self.place(0.0)).abs() >= NEAREST
            });
            let mut kept: Vec<f64> = Vec::new();
            for mark in all {
                let far = |last: &f64| self.place(mark) - self.place(*last) >= NEAREST;
                if kept.last().is_none_or(far) {
                    kept.push(mark);
                }
            }
            kept
        };
        let coarse = inside(&[1.0]);
        if coarse.len() > 3 { coarse } else { inside(&[1.0, 2.0, 5.0]) }
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn marks_are_round_and_lie_on_the_line() {
        let fifths = Scale::linear(0.0, 1.0).marks();
        assert_eq!(fifths.iter().map(|mark| (mark * 5.0).round()).sum::<f64>(), 15.0, "{fifths:?}");
        assert_eq!(Scale::linear(-1.3, 0.7).marks(), [-1.0, -0.5, 0.0, 0.5]);
        assert_eq!(Scale::linear(3.0, 3.0).place(3.0), 0.0);
    }

    #[test]
    fn a_heavy_tail_gets_a_logarithm() {
        let revenue = [95_223.0, 1_774_086.0, 3_934_595.0, 14_151_025.0, 547_653_796.0];
        let scale = Scale::of(&revenue, revenue[0], revenue[4]);
        assert!(scale.is_logarithmic());
        assert!((0.3..0.7).contains(&scale.place(revenue[2])), "{}", scale.place(revenue[2]));
        assert_eq!(scale.marks(), [1e5, 1e6, 1e7, 1e8]);
        assert!((scale.value(scale.place(1e7)) - 1e7).abs() < 1e-3);
        assert!(!Scale::of(&[0.1, 0.5, 0.9], 0.0, 1.0).is_logarithmic());
        let balance = Scale::of(&[-5.0, 0.0, 60.0, 450.0, 9000.0], -5.0, 9000.0);
        assert!(balance.is_logarithmic() && balance.place(-5.0) == 0.0 && balance.place(0.0) > 0.0);
        assert!((balance.value(balance.place(-2.0)) + 2.0).abs() < 1e-9);
    }
}
