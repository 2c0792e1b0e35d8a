//! Numbers as a person writes them: `5` and not `5.0`.

use serde_json::Value;
use utoipa::Number;

/// Up to here an `f64` holds every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// The number as JSON; whole ones without a fraction.
pub(super) fn json(value: f64) -> Value {
    match whole(value) {
        Some(whole) => whole.into(),
        None => value.into(),
    }
}

/// The number as the end of a range.
pub(super) fn bound(value: f64) -> Number {
    let whole = whole(value).and_then(|whole| isize::try_from(whole).ok());
    match whole {
        // The next one is read as the same `f64`, and so lies within the range too.
        Some(whole) if value.abs() == WHOLE => Number::Int(whole + whole.signum()),
        Some(whole) => Number::Int(whole),
        None => Number::Float(value),
    }
}

fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= WHOLE).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn whole_numbers_have_no_fraction() {
        for (value, written) in
            [(5.0, "5"), (-0.0, "0"), (0.25, "0.25"), (1e300, "1e+300"), (-3.0, "-3")]
        {
            assert_eq!(json(value).to_string(), written);
        }
    }
}
