//! Texts in JSON: cut out where they stand, decoded only if they hold an escape.
//!
//! Control characters, invalid UTF-8, unknown escapes, and lone surrogates are no JSON here, as in `serde_json`.

use std::borrow::Cow;

use super::scanner::{Scanner, Syntax};

impl<'a> Scanner<'a> {
    /// Reads a text, whose opening quote must be next.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, Syntax> {
        self.expect(b'"', "a name or text in double quotes")?;
        let plain = self.plain()?;
        if self.bytes[self.at] == b'"' {
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut decoded = plain.to_owned();
        while self.bytes[self.at] == b'\\' {
            decoded.push(self.escape()?);
            decoded.push_str(self.plain()?);
        }
        self.at += 1;
        Ok(Cow::Owned(decoded))
    }

    /// Steps over a text with the same checks.
    pub(super) fn skip_text(&mut self) -> Result<(), Syntax> {
        self.text().map(drop)
    }

    /// Everything up to the next quote or backslash, at which the scanner then stands.
    fn plain(&mut self) -> Result<&'a str, Syntax> {
        let start = self.at;
        let rest = self.rest();
        let length = rest.iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..0x20));
        self.at = start + length.unwrap_or(rest.len());
        match self.bytes.get(self.at) {
            Some(b'"' | b'\\') => {}
            Some(_) => return Err(self.error("an escape in place of a control character")),
            None => return Err(self.error("a closing quote")),
        }
        std::str::from_utf8(&self.bytes[start..self.at])
            .map_err(|error| Syntax { at: start + error.valid_up_to(), expected: "valid UTF-8" })
    }

    /// Reads one escape, whose backslash is next.
    fn escape(&mut self) -> Result<char, Syntax> {
        self.at += 1;
        let Some(&letter) = self.bytes.get(self.at) else {
            return Err(self.error("an escape letter"));
        };
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.error("an escape letter")),
        };
        self.at += 1;
        Ok(character)
    }

    /// Reads `uXXXX`, or two of them that form a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char, Syntax> {
        const PAIR: &str = "a pair of surrogates";
        let start = self.at;
        let lone = Syntax { at: start, expected: PAIR };
        let high = self.hex()?;
        if !(0xd800..0xe000).contains(&high) {
            return char::from_u32(high).ok_or(lone);
        }
        if !self.rest().starts_with(b"\\u") {
            return Err(lone);
        }
        self.at += 1;
        let low = self.hex()?;
        if high >= 0xdc00 || !(0xdc00..0xe000).contains(&low) {
            return Err(lone);
        }
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(lone)
    }

    /// Reads `uXXXX`, whose `u` is next.
    fn hex(&mut self) -> Result<u32, Syntax> {
        self.at += 1;
        let digits = self.rest().get(..4).ok_or_else(|| self.error("four hexadecimal digits"))?;
        let value = digits.iter().try_fold(0, |value, &digit| {
            char::from(digit).to_digit(16).map(|digit| value << 4 | digit)
        });
        let value = value.ok_or_else(|| self.error("four hexadecimal digits"))?;
        self.at += 4;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;

    fn decode(json: &str) -> Option<String> {
        Scanner::new(json.as_bytes()).text().ok().map(std::borrow::Cow::into_owned)
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(decode(r#""a\"\\\/\b\f\n\r\tz""#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\tz");
        assert_eq!(decode(r#""\u00e9\ud83d\ude00é""#).unwrap(), "é😀é");
    }

    #[test]
    fn broken_texts_are_refused() {
        for json in [
            r#"""#,
            r#""\"#,
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            r#""\ud800""#,
            r#""\ude00""#,
            r#""\ud800\u0041""#,
            r#""\udc00\ud800""#,
            "\"\n\"",
        ] {
            assert_eq!(decode(json), None, "{json}");
        }
        assert!(Scanner::new(b"\"\xff\"").text().is_err());
    }
}
