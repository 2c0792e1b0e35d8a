//! The one form in which the service writes a time: ISO-8601 in UTC with microseconds and `+00:00`.
//!
//! [`Timestamp`] is for reading by people and programs; durations are measured with [`std::time::Instant`] instead.

use std::fmt;

use jiff::{
    fmt::{StdFmtWrite, temporal::DateTimePrinter},
    tz::Offset,
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// Microseconds, always six digits, as the contract's clients have seen them.
const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// A moment, such as `2026-11-23T18:33:12.000042+00:00`.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// This moment by the system's clock.
    pub(crate) fn now() -> Self {
        Self(jiff::Timestamp::now())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        PRINTER
            .print_timestamp_with_offset(&self.0, Offset::UTC, StdFmtWrite(formatter))
            .map_err(|_| fmt::Error)
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
        let moment = jiff::Timestamp::new(1_795_458_792, 42_000).expect("a moment of 2026");
        assert_eq!(Timestamp(moment).to_string(), "2026-11-23T18:33:12.000042+00:00");
    }
}
