//! Numbers as a person reads them, the same in cards and on the command line.

/// A whole number with its thousands parted: `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A part of a whole as `12.5 %`; `-` of nothing.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { share(part as f64 / whole as f64) }
}

/// A share of one as `12.5 %`; never 0 for something, never 100 for less than all.
pub(crate) fn share(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.05 => "< 0.1 %".to_owned(),
        percent if (99.95..100.0).contains(&percent) => "> 99.9 %".to_owned(),
        percent => format!("{percent:.1} %"),
    }
}

/// A measure with so many decimals, without a sign before zero; `-` where nothing is known.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// A difference, always with its sign but for zero: `+0.120`, `-0.031`, `0.000`.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let positive = value > 0.0 && text.chars().any(|c| matches!(c, '1'..='9'));
    if positive { format!("+{text}") } else { text }
}

/// What points do to the odds: `x 1.36`.
pub(crate) fn times(points: f64) -> String {
    let factor = libm::exp(points);
    match factor {
        factor if factor >= 9.95 => format!("× {factor:.0}"),
        factor if factor >= 0.1 => format!("× {factor:.2}"),
        factor => format!("× {factor:.3}"),
    }
}

/// How often chance would do as much: `0.034`, `< 0.001`.
#[cfg(any(test, feature = "cli"))]
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { fixed(p, 3) }
}

/// A value of a feature with at most three digits that mean something: `0.25`, `68`, `1.77M`, `548M`.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    let (divisor, suffix) = match size {
        size if size >= 1e15 => return format!("{value:.1e}"),
        size if size >= 999.5e6 => (1e9, "bn"),
        size if size >= 999.5e3 => (1e6, "M"),
        size if size >= 9.995e3 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let scaled = value / divisor;
    let decimals = match scaled.abs() {
        0.0 => 0,
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.0995 => 2,
        size if size >= 0.00095 => 4,
        _ => return format!("{value:.1e}"),
    };
    let text = format!("{scaled:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text.as_str()
    };
    format!("{text}{suffix}")
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use super::{count, fixed, p_value, percent, share, short, signed, times};

    #[test]
    fn numbers_keep_the_digits_that_mean_something() {
        let values =
            [0.0, 0.25, 3.0, 68.0, 9500.0, 31_148.0, 1_774_086.0, 547_653_796.0, -0.302, 1e-7];
        let shown = values.map(short);
        assert_eq!(
            shown,
            ["0", "0.25", "3", "68", "9500", "31.1k", "1.77M", "548M", "-0.3", "1.0e-7"]
        );
        assert_eq!([count(0), count(999), count(1_234_567)], ["0", "999", "1,234,567"]);
    }

    #[test]
    fn shares_never_say_none_or_all_when_it_is_not_so() {
        assert_eq!(
            [share(0.0), share(1e-6), share(0.125), share(0.9999), share(1.0)],
            ["0 %", "< 0.1 %", "12.5 %", "> 99.9 %", "100.0 %"]
        );
        assert_eq!([percent(1, 8), percent(0, 0)], ["12.5 %", "-"]);
    }

    #[test]
    fn differences_have_signs_and_zero_has_none() {
        assert_eq!(
            [signed(0.12, 3), signed(-0.0001, 3), signed(0.0001, 3)],
            ["+0.120", "0.000", "0.000"]
        );
        assert_eq!([fixed(f64::NAN, 2), fixed(-1.5, 1)], ["-", "-1.5"]);
        assert_eq!([times(LN_2), times(-LN_2), times(3.0)], ["× 2.00", "× 0.50", "× 20"]);
        assert_eq!([p_value(1e-9), p_value(0.0342)], ["< 0.001", "0.034"]);
    }
}
