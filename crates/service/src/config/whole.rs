//! Whole numbers, as a person types them.
//!
//! Two readers for flags whose refusals say what would be taken instead; which flag it was is clap's to say.

use std::{
    num::{IntErrorKind, ParseIntError},
    str::FromStr,
};

/// Reads a number of things of which there must be one at least.
pub(super) fn count<T: FromStr<Err = ParseIntError>>(typed: &str) -> Result<T, String> {
    typed.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => "it is too large".to_owned(),
        _ => "it must be a whole number, 1 at least".to_owned(),
    })
}

/// Reads a number of seconds, of which there may be none.
pub(super) fn seconds(typed: &str) -> Result<u32, String> {
    typed.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => "it is too large".to_owned(),
        _ => "it must be a whole number of seconds, such as 0 or 30".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU16, NonZeroU32};

    use super::{count, seconds};

    #[test]
    fn what_is_no_whole_number_is_told_what_would_be() {
        assert_eq!(count("7"), Ok(NonZeroU16::MIN.saturating_add(6)));
        for refused in ["0", "-1", "1.5", "many", ""] {
            let said = count::<NonZeroU32>(refused).expect_err(refused);
            assert_eq!(said, "it must be a whole number, 1 at least");
        }
        assert_eq!(count::<NonZeroU16>("65536"), Err("it is too large".to_owned()));
        assert_eq!((seconds("0"), seconds("30")), (Ok(0), Ok(30)));
        for refused in ["-1", "1.5", "30s", ""] {
            let said = seconds(refused).expect_err(refused);
            assert_eq!(said, "it must be a whole number of seconds, such as 0 or 30");
        }
        assert_eq!(seconds("4294967296"), Err("it is too large".to_owned()));
    }
}
