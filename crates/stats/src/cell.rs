//! How the contract writes and reads one number.
//!
//! Writing follows Python, because the columns are Locust's: counts in plain decimal, floats as `repr` gives them,
//! current rates with six decimals. Response times that Locust rounds to whole milliseconds have up to three decimals
//! here. Reading is stricter than `str::parse`: what is no finite number from zero up in plain or exponent notation is
//! refused. These functions know neither file nor column; [`row`](crate::row) and [`sheet`](crate::sheet) do.

/// What Locust writes into every percentile column of a row without requests.
pub(crate) const NO_PERCENTILE: &str = "N/A";

/// The whole number in `text`: digits, also in the form `12.0`.
pub(crate) fn parse_count(text: &str) -> Option<u64> {
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        Some(_) => return None,
        None => text,
    };
    // `parse` alone would take "+12".
    digits.starts_with(|first: char| first.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The finite number from zero up in `text`, as Python or Rust print it.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    // `parse` alone would take "+1", ".5", "5.", "inf" and "NaN".
    let bounded = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_digit())
            && text.ends_with(|last: char| last.is_ascii_digit())
    };
    let is_bare_point = |pair: &[u8]| pair[0] == b'.' && matches!(pair[1], b'e' | b'E');
    if !bounded(text) || text.as_bytes().windows(2).any(is_bare_point) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether `number` can stand in a file: finite and not below zero.
pub(crate) fn is_writable(number: f64) -> bool {
    number.is_finite() && number >= 0.0
}

/// `number` as Python's `repr`: the shortest text that reads back the same, `12.0`, `1e-05`, `1.2e+17`.
pub(crate) fn python_float(number: f64) -> String {
    let text = format!("{number:?}");
    match text.split_once('e') {
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}e-{exponent:0>2}"),
            None => format!("{digits}e+{exponent:0>2}"),
        },
        None => text,
    }
}

/// `number` as Python's `repr`, and `0` for nothing: what Locust writes where `x or 0` stands in its source.
pub(crate) fn python_float_or_zero(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { python_float(number) }
}

/// A response time in milliseconds, rounded to whole microseconds: `12`, `0.214`.
pub(crate) fn milliseconds(ms: f64) -> String {
    let text = format!("{ms:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A current rate per second with six decimals, as Locust's history has it.
pub(crate) fn rate(per_s: f64) -> String {
    format!("{per_s:.6}")
}
