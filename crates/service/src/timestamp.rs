//! The one form in which the service writes a time: ISO-8601 in UTC with microseconds and `+00:00`.
//!
//! [`Timestamp`] is for reading by people and programs; durations are measured with [`std::time::Instant`] instead.

use std::fmt;

use jiff::tz::Offset;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// The form of every timestamp, with nothing filled in.
const FORM: [u8; 32] = *b"0000-00-00T00:00:00.000000+00:00";

/// A moment, such as `2026-11-23T18:33:12.000042+00:00`: microseconds, always six digits, as the contract's clients have
/// seen them.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// This moment by the system's clock.
    pub(crate) fn now() -> Self {
        Self(jiff::Timestamp::now())
    }

    /// Seconds since 1970, as metrics give a time.
    pub(crate) fn unix_seconds(self) -> f64 {
        self.0.as_microsecond() as f64 / 1e6
    }

    /// The moment as ASCII. Filled in by hand, because every line of the log has one.
    pub(crate) fn to_ascii(self) -> [u8; FORM.len()] {
        let moment = Offset::UTC.to_datetime(self.0);
        let mut text = FORM;
        // A clock that stands before the year 0 has lost more than its sign.
        put(&mut text[..4], u32::from(moment.year().unsigned_abs()));
        for (at, value) in [
            (5, moment.month()),
            (8, moment.day()),
            (11, moment.hour()),
            (14, moment.minute()),
            (17, moment.second()),
        ] {
            put(&mut text[at..at + 2], u32::from(value.unsigned_abs()));
        }
        put(&mut text[20..26], moment.subsec_nanosecond().unsigned_abs() / 1_000);
        text
    }
}

/// Writes a number over the digits of its place.
fn put(digits: &mut [u8], mut value: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_ascii();
        formatter.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn a_timestamp_has_six_digits_and_an_offset() {
        for (second, nanosecond, written) in [
            (1_795_458_792, 42_000, "2026-11-23T18:33:12.000042+00:00"),
            (1_795_458_792, 999_999_999, "2026-11-23T18:33:12.999999+00:00"),
            (951_782_399, 0, "2000-02-28T23:59:59.000000+00:00"),
            (951_782_400, 1_000, "2000-02-29T00:00:00.000001+00:00"),
            (0, 0, "1970-01-01T00:00:00.000000+00:00"),
        ] {
            let moment = jiff::Timestamp::new(second, nanosecond).expect("a moment");
            assert_eq!(Timestamp(moment).to_string(), written);
        }
    }
}
