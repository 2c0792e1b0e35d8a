//! [`Encoding`]: what the bytes of a table stand for.
//!
//! Two are read: UTF-8, and what spreadsheets of Western Europe call Latin-1, which is Windows-1252 in practice (and
//! what the WHATWG encoding standard means by the label `latin1`).

use std::borrow::Cow;

/// The encoding of a table's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Windows-1252, which holds Latin-1.
    Latin1,
}

/// What Windows-1252 has from 0x80 to 0x9f; the five bytes it leaves free are controls, as in Latin-1.
const EXTRA: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The same text in UTF-8; bytes that are said to be UTF-8 are handed back as they are, right or wrong.
    ///
    /// Delimiters, quotes, and line ends are ASCII in both encodings, so records may be cut before or after.
    pub(crate) fn decode(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Latin1 if !bytes.is_ascii() => {
                let text: String = bytes.iter().map(|&byte| character(byte)).collect();
                text.into_bytes()
            }
            _ => bytes,
        }
    }

    /// The same text, or what to do if the bytes are not of this encoding.
    pub(crate) fn text(self, bytes: &[u8]) -> Result<Cow<'_, str>, &'static str> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| {
                "is not UTF-8; save the file as CSV in UTF-8, or say --encoding latin1 if it is Latin-1"
            }),
            Self::Latin1 => Ok(bytes.iter().map(|&byte| character(byte)).collect()),
        }
    }
}

fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9f => EXTRA[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn latin1_is_what_western_spreadsheets_write() {
        let bytes = b"Z\xfcrich \x80 5 \x96 \xe9".to_vec();
        assert_eq!(Encoding::Latin1.text(&bytes).unwrap(), "Zürich € 5 – é");
        assert!(Encoding::Utf8.text(&bytes).unwrap_err().contains("--encoding latin1"));
        assert_eq!(Encoding::Latin1.decode(bytes), "Zürich € 5 – é".as_bytes());
        assert_eq!(Encoding::Utf8.decode(b"\xff".to_vec()), b"\xff");
    }
}
