//! The scale of a chart: from zero to a round number above everything drawn.

use crate::quantity::grouped;

/// A scale of equal steps that begins at zero.
pub(in crate::report) struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    /// At most five steps of 1, 2 or 5 times a power of ten that reach all of the values; `finest` is the least step.
    pub(in crate::report) fn reaching(values: impl Iterator<Item = f64>, finest: f64) -> Self {
        let most = values.filter(|value| value.is_finite()).fold(0.0, f64::max).max(finest);
        let power = 10_f64.powf((most / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0].map(|factor| factor * power);
        let step = step.into_iter().find(|step| step * 5.0 >= most).unwrap_or(10.0 * power);
        let step = step.max(finest);
        Self { step, steps: (most / step - 1e-9).ceil().max(1.0) as u32 }
    }

    /// How high a value stands, from 0 at the bottom to 1 at the top.
    pub(in crate::report) fn share(&self, value: f64) -> f64 {
        (value / (self.step * f64::from(self.steps))).clamp(0.0, 1.0)
    }

    /// The values that are marked, with their texts.
    pub(in crate::report) fn marks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        (0..=self.steps).map(move |number| {
            let value = self.step * f64::from(number);
            let text = match decimals {
                0 => grouped(value.round() as u64),
                _ => format!("{value:.decimals$}"),
            };
            (value, text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    fn marks(most: f64, finest: f64) -> Vec<String> {
        Scale::reaching([most].into_iter(), finest).marks().map(|(_, text)| text).collect()
    }

    #[test]
    fn marks_are_those_that_a_person_would_choose() {
        assert_eq!(marks(66.0, 0.001), ["0", "20", "40", "60", "80"]);
        assert_eq!(marks(3_600.0, 0.001), ["0", "1,000", "2,000", "3,000", "4,000"]);
        assert_eq!(marks(0.43, 0.001), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(marks(3.0, 1.0), ["0", "1", "2", "3"]);
        assert_eq!(marks(0.0, 1.0), ["0", "1"]);
        assert_eq!(marks(1_000.0, 1.0), ["0", "200", "400", "600", "800", "1,000"]);
    }
}
