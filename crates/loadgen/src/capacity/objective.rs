//! What must hold at a rate, and how it is typed.
//!
//! [`Objectives`] are limits on percentiles of the response time (open model: from the moment a request was due) and on
//! the share of failed requests. A limit itself still holds. Units are part of what is typed, as in the gate's rules:
//! `1000ms`, `1.5s`, `0.5%`. Comparing them with what was measured is [`Step`](super::Step)'s.

use std::fmt;
use std::time::Duration;

/// The percentiles that can be limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Percentile {
    /// The median.
    P50,
    /// 90 % of all.
    P90,
    /// 95 % of all.
    P95,
    /// 99 % of all.
    P99,
}

impl Percentile {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::P50, Self::P90, Self::P95, Self::P99];

    /// As a share of all requests, 0 to 1.
    pub fn fraction(self) -> f64 {
        match self {
            Self::P50 => 0.50,
            Self::P90 => 0.90,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
        }
    }

    /// `p95`, as it is typed and written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}

impl fmt::Display for Percentile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What must hold at a rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Objectives {
    /// Response times that a percentile may have at most, in the order of the percentiles.
    pub latency: Vec<(Percentile, Duration)>,
    /// Share of the requests that may fail, 0 to 1.
    pub errors: f64,
}

impl Objectives {
    /// The largest response time that any of them allows.
    pub fn longest(&self) -> Duration {
        self.latency.iter().map(|&(_, limit)| limit).max().unwrap_or_default()
    }
}

impl fmt::Display for Objectives {
    /// `p95 <= 1000 ms, errors <= 0 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (percentile, limit) in &self.latency {
            write!(f, "{percentile} <= {} ms, ", limit.as_secs_f64() * 1e3)?;
        }
        write!(f, "errors <= {} %", plain(self.errors * 100.0))
    }
}

/// A number without the noise of binary fractions: 0.3, not 0.30000000000000004.
pub(crate) fn plain(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// Reads a response time: a number and its unit `us`, `ms` or `s`.
///
/// # Errors
///
/// A sentence fragment for a missing unit, and for what is not above zero.
///
/// ```
/// # use lead_loadgen::parse_latency;
/// # use std::time::Duration;
/// assert_eq!(parse_latency("1.5s"), Ok(Duration::from_millis(1_500)));
/// assert!(parse_latency("1000").is_err());
/// ```
pub fn parse_latency(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("'{text}' is no time with its unit; write it like 1000ms, 1.5s or 250us");
    // The longer units first: each ends with the last one.
    let units = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let (number, unit_s) = units
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(wrong)?;
    let seconds = number_of(number).ok_or_else(wrong)? * unit_s;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("must be > 0, and a time that can be waited for".to_owned()),
    }
}

/// Reads a share as percent: a number from 0 to 100 and `%`; returned as 0 to 1.
///
/// # Errors
///
/// A sentence fragment for a missing `%`, and for numbers outside 0 to 100.
pub fn parse_share(text: &str) -> Result<f64, String> {
    let percent = text
        .strip_suffix('%')
        .and_then(number_of)
        .ok_or_else(|| format!("'{text}' is no share in percent; write it like 0% or 0.5%"))?;
    if percent <= 100.0 { Ok(percent / 100.0) } else { Err("must be 0% to 100%".to_owned()) }
}

/// Digits, perhaps with a decimal point; no sign, no exponent, no words like `inf`.
fn number_of(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Objectives, Percentile, parse_latency, parse_share};

    #[test]
    fn units_are_mandatory() {
        let ms = |ms| Ok(Duration::from_micros(ms));
        for (text, us) in
            [("1000ms", 1_000_000), ("1s", 1_000_000), ("0.25ms", 250), ("250us", 250)]
        {
            assert_eq!(parse_latency(text), ms(us), "{text}");
        }
        for text in
            ["", "1000", "ms", "-1ms", "1e3ms", "infs", "nans", "1 ms", "1m", "1.2.3s", "0ms"]
        {
            assert!(parse_latency(text).is_err(), "{text}");
        }
        for (text, share) in [("0%", 0.0), ("0.5%", 0.005), ("100%", 1.0)] {
            assert_eq!(parse_share(text), Ok(share), "{text}");
        }
        for text in ["", "0", "%", "0.01", "-1%", "101%", "1 %", "nan%"] {
            assert!(parse_share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_too_long_for_the_clock_is_refused() {
        assert!(parse_latency("99999999999999999999999s").is_err());
    }

    #[test]
    fn objectives_read_as_they_are_meant() {
        let latency = vec![
            (Percentile::P95, Duration::from_secs(1)),
            (Percentile::P99, Duration::from_micros(2_500)),
        ];
        let objectives = Objectives { latency, errors: 0.003 };
        assert_eq!(objectives.to_string(), "p95 <= 1000 ms, p99 <= 2.5 ms, errors <= 0.3 %");
        assert_eq!(objectives.longest(), Duration::from_secs(1));
    }
}
