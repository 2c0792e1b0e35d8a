//! A second in time, as people read it.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A second in time; in JSON as RFC 3339, `2026-11-25T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stamp(Timestamp);

impl Stamp {
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

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<SystemTime> for Stamp {
    /// Without what is less than a second; what lies before 1970 becomes its beginning.
    fn from(time: SystemTime) -> Self {
        Self::from_unix_s(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

impl From<Stamp> for String {
    fn from(stamp: Stamp) -> Self {
        stamp.to_string()
    }
}

impl TryFrom<String> for Stamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_| format!("{text:?} is no time such as 2026-11-25T12:00:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Stamp;

    #[test]
    fn a_second_reads_as_a_day_and_back() {
        let stamp = Stamp::from_unix_s(1_793_534_400);
        assert_eq!(stamp.to_string(), "2026-11-01T12:00:00Z");
        assert_eq!(stamp.day(), "2026-11-01");
        assert_eq!(Stamp::try_from(stamp.to_string()), Ok(stamp));
        assert!(Stamp::try_from("yesterday".to_owned()).is_err());
        assert_eq!(Stamp::from_unix_s(u64::MAX).day(), "9999-12-30");
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_793_534_400_900);
        assert_eq!(Stamp::from(time), stamp);
    }
}
