//! Time spans as Locust users type them: `20`, `20s`, `3m`, `2h`, `1h20m`, `3h30m10s`.
//!
//! [`parse_time_span`] is the whole grammar: digits alone are seconds; otherwise hours, minutes and seconds in this
//! order, each at most once, at least one of them. Fractions, blanks, days and trailing letters are refused. It does
//! not know that a run time of zero means "no limit"; [`LoadArgs`](super::LoadArgs) does.

use std::time::Duration;

use thiserror::Error;

/// A time span that does not follow the grammar.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid time span '{0}', valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.")]
pub struct TimeSpanError(String);

/// Reads a time span in whole seconds.
///
/// # Errors
///
/// Anything outside the grammar, and spans of more seconds than 64 bits hold.
///
/// ```
/// # use lead_loadgen::parse_time_span;
/// # use std::time::Duration;
/// assert_eq!(parse_time_span("1m30s").unwrap(), Duration::from_secs(90));
/// assert!(parse_time_span("1.5m").is_err());
/// ```
pub fn parse_time_span(text: &str) -> Result<Duration, TimeSpanError> {
    seconds(text).map(Duration::from_secs).ok_or_else(|| TimeSpanError(text.into()))
}

/// The seconds of a span, or nothing where the grammar is broken.
fn seconds(text: &str) -> Option<u64> {
    if let Some(plain) = digits(text) {
        return plain.parse().ok();
    }
    let (mut rest, mut total) = (text, 0_u64);
    for (unit, factor) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((number, tail)) = rest.split_once(unit) {
            let count: u64 = digits(number)?.parse().ok()?;
            total = total.checked_add(count.checked_mul(factor)?)?;
            rest = tail;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

/// The text itself when it is one or more ASCII digits; `u64::from_str` alone would also take a plus sign.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}
