//! A second in time, as people read it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A second in time; in JSON as RFC 3339, `2026-11-25T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(Timestamp);

impl Moment {
    /// The second so many seconds after the beginning of 1970, in UTC; the end of the calendar for what lies behind it.
    pub fn from_unix_s(seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Self(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
    }

    /// The day in UTC, `2026-11-25`.
    pub fn day(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_| format!("{text:?} is no time such as 2026-11-25T12:00:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_second_reads_as_a_day_and_back() {
        let moment = Moment::from_unix_s(1_793_534_400);
        assert_eq!(moment.to_string(), "2026-11-01T12:00:00Z");
        assert_eq!(moment.day(), "2026-11-01");
        assert_eq!(Moment::try_from(moment.to_string()), Ok(moment));
        assert!(Moment::try_from("yesterday".to_owned()).is_err());
        assert_eq!(Moment::from_unix_s(u64::MAX).day(), "9999-12-30");
    }
}
