//! Numbers as people write them: `8`, `1,250,000`, `0.37`.

/// From here on a number is written with an exponent.
const LONG: f64 = 1e15;

/// A number with as many digits as say something: thousands grouped, fractions to two or three significant
/// digits, and to one place below 10,000.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= LONG {
        return format!("{value:.2e}");
    }
    if value.fract() == 0.0 || size >= 10_000.0 {
        return grouped(&format!("{value:.0}"));
    }
    let decimals = match size {
        10.0.. => 1,
        0.1.. => 2,
        // Two significant digits: the first place that is not 0, and one more.
        _ => (1 - libm::floor(libm::log10(size)) as i32).clamp(2, 12) as usize,
    };
    let text = format!("{value:.decimals$}");
    grouped(text.trim_end_matches('0').trim_end_matches('.'))
}

/// A difference of probabilities in percentage points: `+6.1 pts`.
pub(super) fn points(difference: f64) -> String {
    let points = 100.0 * difference;
    // A small one is not nothing.
    if points.abs() < 0.095 { format!("{points:+.2} pts") } else { format!("{points:+.1} pts") }
}

/// A number's text with what stands before its point in groups of three digits, and no sign before zero.
fn grouped(text: &str) -> String {
    if text == "-0" {
        return "0".to_owned();
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut parted = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted + fraction
}

#[cfg(test)]
mod tests {
    use super::{number, points};

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        let numbers = [8.0, 0.0, -3.0, 999.0, 1_250_000.0, -1234.0, 12_345.67, 1e18];
        let texts = ["8", "0", "-3", "999", "1,250,000", "-1,234", "12,346", "1.00e18"];
        assert_eq!(numbers.map(number), texts);
        assert_eq!([650.5, -1234.56, 999.96].map(number), ["650.5", "-1,234.6", "1,000"]);
        let fractions = [0.374, 0.5, 3.25, 3.0001, 12.34, 99.96, 0.0123, 0.00045, -0.25, 1e-20];
        let texts = ["0.37", "0.5", "3.25", "3", "12.3", "100", "0.012", "0.00045", "-0.25", "0"];
        assert_eq!(fractions.map(number), texts);
    }

    #[test]
    fn points_have_a_sign_and_small_ones_a_second_place() {
        let differences = [0.0612, -0.012, 0.0004, -0.00001, 0.1];
        assert_eq!(
            differences.map(points),
            ["+6.1 pts", "-1.2 pts", "+0.04 pts", "-0.00 pts", "+10.0 pts"]
        );
    }
}
