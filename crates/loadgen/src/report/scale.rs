//! Scales of a chart: how values become heights, and which values are marked.
//!
//! [`Scale`] is linear from zero or logarithmic from one power of ten to another, with marks that a person would choose.
//! It draws nothing.

/// Height of the drawing area in pixels.
pub(super) const HEIGHT: f64 = 200.0;

/// A greatest value this little above a power of ten is drawn on it: two thirds of a pixel are not seen.
const NEARLY: f64 = 1.02;

/// A greatest value this many times the usual one leaves less than two pixels per chart's hundred for the usual one.
const MOST_LINEAR_SPREAD: f64 = 60.0;

/// How values become heights.
pub(super) enum Scale {
    /// From zero, in equal steps.
    Linear { step: f64, steps: u32 },
    /// From one power of ten to another.
    Log { lowest: i32, highest: i32 },
}

impl Scale {
    /// A scale that reaches all of the values; `whole` when there is no fifth of what they count.
    pub(super) fn of(values: &[f64], logarithmic: bool, whole: bool) -> Self {
        let most = values.iter().copied().fold(0.0, f64::max);
        let least = values.iter().copied().filter(|&value| value > 0.0).fold(most, f64::min);
        if logarithmic && most > 0.0 {
            let lowest = least.log10().floor() as i32;
            let highest = (most / NEARLY).log10().ceil() as i32;
            return Self::Log { lowest, highest: highest.max(lowest + 1) };
        }
        Self::upto(if whole { most.max(1.0) } else { most }, if whole { 1.0 } else { 0.0 })
    }

    /// At most five steps of 1, 2, 2.5 or 5 times a power of ten that reach `most`, none below `finest`.
    fn upto(most: f64, finest: f64) -> Self {
        if most <= 0.0 {
            return Self::Linear { step: 1.0, steps: 4 };
        }
        let power = 10_f64.powf((most / 5.0).log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| step * 5.0 >= most);
        let step = step.unwrap_or(10.0 * power).max(finest);
        Self::Linear { step, steps: (most / step - 1e-9).ceil().max(1.0) as u32 }
    }

    /// Pixels below the upper edge; what a logarithm cannot show lies on the lower one.
    pub(super) fn y(&self, value: f64) -> f64 {
        let share = match *self {
            Self::Linear { step, steps } => value / (step * f64::from(steps)),
            Self::Log { lowest, highest } => {
                (value.log10() - f64::from(lowest)) / f64::from(highest - lowest)
            }
        };
        HEIGHT * (1.0 - share.clamp(0.0, 1.0))
    }

    /// The marks: value and text.
    pub(super) fn marks(&self) -> Vec<(f64, String)> {
        match *self {
            Self::Linear { step, steps } => {
                let decimals =
                    (-step.log10().floor()).max(0.0) as usize + usize::from(is_fractional(step));
                let mark = |value: f64| {
                    (
                        value,
                        if decimals == 0 { whole(value) } else { format!("{value:.decimals$}") },
                    )
                };
                (0..=steps).map(|number| mark(step * f64::from(number))).collect()
            }
            Self::Log { lowest, highest } => {
                let mark = |power: i32| {
                    let decimals = usize::try_from(-power).unwrap_or(0);
                    let value = 10_f64.powi(power);
                    (
                        value,
                        if decimals == 0 { whole(value) } else { format!("{value:.decimals$}") },
                    )
                };
                (lowest..=highest).map(mark).collect()
            }
        }
    }
}

/// Whether the greatest of `highs` is so many times the middle one of `lows` that only a logarithm shows both.
pub(super) fn is_wide(lows: &[Option<f64>], highs: &[Option<f64>]) -> bool {
    let mut lows: Vec<f64> = lows.iter().flatten().copied().collect();
    lows.sort_by(f64::total_cmp);
    let most = highs.iter().flatten().copied().fold(0.0, f64::max);
    lows.get(lows.len() / 2).is_some_and(|usual| most / usual > MOST_LINEAR_SPREAD)
}

/// Whether a step needs one digit more than its power of ten says: 2.5, 0.25, 0.025.
fn is_fractional(step: f64) -> bool {
    let digits = step / 10_f64.powf(step.log10().floor());
    (digits - 2.5).abs() < 1e-9 && step < 10.0
}

/// Whole marks, thousands shortened: `800`, `1.2k`, `15k`.
fn whole(value: f64) -> String {
    match value {
        value if value >= 10_000.0 && value % 1_000.0 == 0.0 => format!("{}k", value / 1_000.0),
        value if value >= 1_000.0 => format!("{:.1}k", value / 1_000.0).replace(".0k", "k"),
        value => format!("{value}"),
    }
}
