//! [`Decimal`]: numbers as people write them, with thousands, currency, and per cent signs.
//!
//! Plain numbers need none of this; a feature says which of the two marks ends its whole part, since `1,234` alone could
//! be either. Guessing the mark from a column of cells is left to [`columns`](crate::columns).

use serde::{Deserialize, Serialize};

/// Signs that say of what or in which direction a number counts, not how much.
const AFFIXES: [&str; 18] = [
    "$", "€", "£", "¥", "₹", "%", "USD", "EUR", "GBP", "CHF", "JPY", "INR", "AUD", "CAD", "SEK",
    "NOK", "DKK", "PLN",
];
/// Longest number that is read; more digits than this are no amount.
const LONGEST: usize = 48;

/// Which mark stands before the fraction of a number.
///
/// ```
/// use lead_model::Decimal;
///
/// assert_eq!(Decimal::Comma.parse("1.234,50 €"), Some(1234.5));
/// assert_eq!(Decimal::Point.parse("-$1,234.50"), Some(-1234.5));
/// assert_eq!(Decimal::Point.parse("1.234,50"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// `1,234.50`, `1 234.50`, or `1'234.50`.
    #[serde(rename = ".")]
    Point,
    /// `1.234,50`, `1 234,50`, or `1'234,50`.
    #[serde(rename = ",")]
    Comma,
}

impl Decimal {
    /// The mark itself: `.` or `,`.
    pub fn mark(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The number that is written, without its currency or per cent sign: `12 %` is 12. `None` if it is no number or its
    /// thousands are not grouped alike.
    pub fn parse(self, text: &str) -> Option<f64> {
        let (text, negative) = bare(text);
        let (whole, fraction) = match text.split_once(self.mark()) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let mut plain = Plain { bytes: [0; LONGEST], length: 0 };
        self.whole(whole, &mut plain)?;
        if let Some(fraction) = fraction {
            plain.push(b'.')?;
            plain.digits(fraction)?;
        }
        let value: f64 = std::str::from_utf8(&plain.bytes[..plain.length]).ok()?.parse().ok()?;
        Some(if negative { -value } else { value })
    }

    /// Appends the digits before the mark: all in one, or grouped by one sign in threes (twos in lakhs, but the last).
    fn whole(self, text: &str, plain: &mut Plain) -> Option<()> {
        let group = if self == Self::Point { ',' } else { '.' };
        let parts = [group, ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];
        let Some(sign) = text.chars().find(|sign| parts.contains(sign)) else {
            return plain.digits(text);
        };
        let groups = text.split(sign);
        let last = groups.clone().count() - 1;
        for (position, group) in groups.enumerate() {
            let suits = match position {
                0 => (1..=3).contains(&group.len()),
                _ if position == last => group.len() == 3,
                _ => matches!(group.len(), 2 | 3),
            };
            suits.then_some(())?;
            plain.digits(group)?;
        }
        Some(())
    }
}

/// The text without sign and affixes, and whether it is negative.
fn bare(text: &str) -> (&str, bool) {
    let (mut text, mut negative) = (text.trim(), None);
    loop {
        let before = text;
        for affix in AFFIXES {
            text = text
                .strip_prefix(affix)
                .or_else(|| text.strip_suffix(affix))
                .unwrap_or(text)
                .trim();
        }
        if negative.is_none() {
            let signed = text.strip_prefix(['-', '+', '\u{2212}']);
            negative = signed.map(|_| !text.starts_with('+'));
            text = signed.unwrap_or(text).trim();
        }
        if text == before {
            return (text, negative == Some(true));
        }
    }
}

/// The number as Rust reads it.
struct Plain {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Plain {
    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }

    /// Appends at least one digit, and nothing else.
    fn digits(&mut self, text: &str) -> Option<()> {
        let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        sound.then(|| text.bytes().try_for_each(|byte| self.push(byte)))?
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal::{Comma, Point};

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, point, comma) in [
            ("7", Some(7.0), Some(7.0)),
            ("-0.5", Some(-0.5), None),
            ("0,5", None, Some(0.5)),
            ("1,234", Some(1234.0), Some(1.234)),
            ("1.234", Some(1.234), Some(1234.0)),
            ("1,234,567.89", Some(1_234_567.89), None),
            ("12,34,567", Some(1_234_567.0), None),
            ("1'234.50", Some(1234.5), None),
            ("1\u{a0}234,5 €", None, Some(1234.5)),
            ("EUR -3,50", None, Some(-3.5)),
            ("$-3.50", Some(-3.5), None),
            ("\u{2212}12 %", Some(-12.0), Some(-12.0)),
            ("1,23,4", None, None),
            ("1,234'567", None, None),
            ("5.", None, None),
            ("--5", None, None),
            ("%", None, None),
            ("", None, None),
            ("12 apples", None, None),
            ("1e5", None, None),
        ] {
            assert_eq!((Point.parse(text), Comma.parse(text)), (point, comma), "{text:?}");
        }
        assert_eq!(Point.parse(&"9".repeat(49)), None);
    }
}
