//! The two ids of W3C Trace Context: 16 bytes for a trace, 8 for a span, neither of them all zero.
//!
//! [`TraceId`] and [`SpanId`] are read and written as lowercase hexadecimal digits. Where they stand in a header is said
//! in `context`.

use std::{
    fmt,
    num::{NonZeroU64, NonZeroU128},
};

use serde::{Serialize, Serializer};
use uuid::Uuid;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Names a trace: all that was done, by whatever services, for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceId(NonZeroU128);

/// Names one piece of work within a trace, such as the request that we answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SpanId(NonZeroU64);

impl TraceId {
    /// Digits of its text.
    pub(crate) const LENGTH: usize = 32;

    /// Reads 32 lowercase digits that are not all zero.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() != Self::LENGTH {
            return None;
        }
        NonZeroU128::new(number(text)?).map(Self)
    }

    /// 128 random bits.
    pub(crate) fn random() -> Self {
        let bits = u128::from(random()) << 64 | u128::from(random());
        Self(NonZeroU128::new(bits).unwrap_or(NonZeroU128::MIN))
    }

    /// The id as a number.
    pub(crate) fn get(self) -> u128 {
        self.0.get()
    }

    /// The id as text.
    pub(crate) fn to_hex(self) -> [u8; Self::LENGTH] {
        hex(self.0.get().to_be_bytes().as_slice())
    }
}

impl SpanId {
    /// Digits of its text.
    pub(crate) const LENGTH: usize = 16;

    /// Reads 16 lowercase digits that are not all zero.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() != Self::LENGTH {
            return None;
        }
        let bits = u64::try_from(number(text)?).expect("16 digits are 64 bits");
        NonZeroU64::new(bits).map(Self)
    }

    /// 64 random bits.
    pub(crate) fn random() -> Self {
        Self(NonZeroU64::new(random()).unwrap_or(NonZeroU64::MIN))
    }

    /// The id as a number.
    #[cfg_attr(
        not(feature = "otlp"),
        expect(dead_code, reason = "only spans that are exported need it")
    )]
    pub(crate) fn get(self) -> u64 {
        self.0.get()
    }

    /// The id as text.
    pub(crate) fn to_hex(self) -> [u8; Self::LENGTH] {
        hex(self.0.get().to_be_bytes().as_slice())
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(text(&self.to_hex()))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(text(&self.to_hex()))
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text(&self.to_hex()))
    }
}

impl Serialize for SpanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text(&self.to_hex()))
    }
}

/// 64 random bits from the generator of this thread. Six bits of a UUID are fixed, but they stand at different places
/// of its halves, so that each bit of the halves' difference is random.
pub(super) fn random() -> u64 {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    high ^ low
}

/// The value of lowercase hexadecimal digits, at most 32 of them; the standard forbids uppercase ones.
pub(super) fn number(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

pub(super) fn hex<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    let mut text = [0; LENGTH];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0xf)];
    }
    text
}

/// Digits as a string.
fn text(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).expect("hexadecimal digits are ASCII")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{SpanId, TraceId, random, text};

    #[test]
    fn what_is_read_is_written_the_same() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let read = TraceId::parse(trace.as_bytes()).expect("a trace id");
        assert_eq!(text(&read.to_hex()), trace);
        let span = "00f067aa0ba902b7";
        let read = SpanId::parse(span.as_bytes()).expect("a span id");
        assert_eq!(text(&read.to_hex()), span);
    }

    #[test]
    fn no_bit_of_a_random_number_is_fixed() {
        let numbers: HashSet<u64> = (0..200).map(|_| random()).collect();
        assert_eq!(numbers.len(), 200);
        // A bit that stays the same 200 times is fixed: by chance that happens once in 2^193.
        assert_eq!(numbers.iter().fold(0, |seen, number| seen | number), u64::MAX);
        assert_eq!(numbers.iter().fold(u64::MAX, |seen, number| seen & number), 0);
    }
}
