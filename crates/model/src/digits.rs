//! Plain decimals, rounded correctly and mostly without the general algorithm.
//!
//! A decimal of at most 2^53 in digits and at most 22 places is `mantissa / 10^places` with both parts exact, so one
//! division rounds it as the standard demands (Clinger 1990, "How to read floating point numbers accurately"). What
//! does not fit is left to the caller and the standard library.

/// The powers of ten that `f64` holds exactly.
pub(crate) const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that fit into a `u64` whatever they are.
pub(crate) const SAFE_DIGITS: usize = 19;

/// The number that `-?[0-9]+(.[0-9]+)?` stands for, to the last bit; `None` where the text has another form or too many
/// digits for this way.
#[cfg(feature = "cli")]
#[inline]
pub(crate) fn plain(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > SAFE_DIGITS + 1 {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut point = digits.len();
    for (at, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        } else if byte == b'.' && point == digits.len() {
            point = at;
        } else {
            return None;
        }
    }
    let places = (digits.len() - point).saturating_sub(1);
    let whole = point;
    let dangling = whole == 0 || (point < digits.len() && places == 0);
    if dangling || whole + places > SAFE_DIGITS || mantissa > 1 << 53 {
        return None;
    }
    let size = mantissa as f64 / POWERS_OF_TEN[places];
    Some(if negative { -size } else { size })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::plain;

    #[test]
    fn decimals_are_read_to_the_last_bit_or_left_alone() {
        for text in
            ["0", "-0", "7", "007", "0.1", "-12.50", "9007199254740992", "0.1234567890123456"]
        {
            let expected: f64 = text.parse().unwrap();
            assert_eq!(plain(text.as_bytes()).map(f64::to_bits), Some(expected.to_bits()));
        }
        for text in
            ["", "-", ".", "5.", ".5", "+5", "1e3", "1.2.3", "9007199254740993", "1 ", "inf", "--1"]
        {
            assert_eq!(plain(text.as_bytes()), None, "{text}");
        }
        assert_eq!(plain(b"00000000000000000000"), None);
    }
}
