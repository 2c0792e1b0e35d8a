//! Numbers in JSON, rounded correctly and mostly without the general algorithm.
//!
//! The fast way is that of `digits.rs`, while the digits are scanned; what does not fit is left to the standard library.

use super::scanner::{Scanner, Syntax};
use crate::digits::{POWERS_OF_TEN, SAFE_DIGITS};

impl Scanner<'_> {
    /// Reads a number, whose first byte must be next; infinite if it is too large for `f64`.
    #[inline]
    pub(super) fn number(&mut self) -> Result<f64, Syntax> {
        let start = self.at;
        let negative = self.bytes.get(start) == Some(&b'-');
        self.at += usize::from(negative);
        let whole_start = self.at;
        let mut mantissa = self.digits(0)?;
        let whole_digits = self.at - whole_start;
        if whole_digits > 1 && self.bytes[whole_start] == b'0' {
            self.at = whole_start + 1;
            return Err(self.error("no digit after a leading zero"));
        }
        let mut places = 0;
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            let places_start = self.at;
            mantissa = self.digits(mantissa)?;
            places = self.at - places_start;
        }
        let exponent = matches!(self.bytes.get(self.at), Some(b'e' | b'E'));
        let exact = mantissa <= 1 << 53 && whole_digits + places <= SAFE_DIGITS;
        if exponent || !exact {
            return self.slow_number(start, exponent);
        }
        let size = mantissa as f64 / POWERS_OF_TEN[places];
        Ok(if negative { -size } else { size })
    }

    /// Reads at least one digit and appends them all to `mantissa`, wrapping where there are too many.
    #[inline]
    fn digits(&mut self, mut mantissa: u64) -> Result<u64, Syntax> {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start { Err(self.error("a digit")) } else { Ok(mantissa) }
    }

    /// Finishes a number with an exponent or with many digits, from its `start`.
    #[cold]
    fn slow_number(&mut self, start: usize, exponent: bool) -> Result<f64, Syntax> {
        if exponent {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(0)?;
        }
        let digits = &self.bytes[start..self.at];
        let value = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        Ok(value.expect("every number of JSON is one of Rust's"))
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;

    fn read(json: &str) -> Option<f64> {
        let mut scanner = Scanner::new(json.as_bytes());
        scanner.number().and_then(|value| scanner.end().map(|()| value)).ok()
    }

    #[test]
    fn numbers_are_read_to_the_last_bit() {
        for json in [
            "0",
            "-0",
            "5",
            "5.0",
            "0.1",
            "-0.3",
            "123456.789",
            "9007199254740992",
            "9007199254740993",
            "0.1234567890123456789",
            "18446744073709551616",
            "1e22",
            "1E-7",
            "2.5e+3",
            "4.9e-324",
            "1.7976931348623157e308",
            "0.0000000000000000000000000000001",
        ] {
            let expected: f64 = json.parse().unwrap();
            assert_eq!(read(json).map(f64::to_bits), Some(expected.to_bits()), "{json}");
        }
        assert_eq!(read("1e400"), Some(f64::INFINITY));
    }

    #[test]
    fn what_only_resembles_a_number_is_refused() {
        for json in
            ["", "-", "01", "-01", "00", "1.", ".5", "+1", "1e", "1e+", "1.e1", "0x1", "1_0", "NaN"]
        {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
