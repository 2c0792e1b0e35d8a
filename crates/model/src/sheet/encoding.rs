//! [`Encoding`]: which characters a file's bytes are.
//!
//! UTF-8 and UTF-16 tell themselves by their byte order mark; without one a file is what the caller says. Where in a
//! table a wrong byte stands is found by the reader.

use std::str::FromStr;

/// The characters of Windows-1252 from 0x80 to 0x9f, as browsers read them; all others are those of Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// How the bytes of a file without a byte order mark are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// What nearly every program writes today.
    #[default]
    Utf8,
    /// Windows-1252, and with it Latin-1: one byte a character, older programs in western Europe and America.
    Latin1,
}

impl Encoding {
    /// The bytes as UTF-8 without a byte order mark; those of [`Encoding::Utf8`] are not checked yet.
    pub(super) fn decode(self, mut bytes: Vec<u8>) -> Vec<u8> {
        match &bytes[..] {
            [0xef, 0xbb, 0xbf, ..] => {
                bytes.drain(..UTF8_MARK.len());
                bytes
            }
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
            _ if self == Self::Latin1 => {
                bytes.iter().map(|&byte| character(byte)).collect::<String>().into()
            }
            _ => bytes,
        }
    }
}

fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Half characters become the replacement character; an odd last byte is left out.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|&pair| unit(pair));
    let text: String =
        char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "utf-16" | "utf16" => Ok(Self::Utf8),
            "latin1" | "latin-1" | "iso-8859-1" | "windows-1252" | "cp1252" => Ok(Self::Latin1),
            _ => {
                Err("it must be utf-8, utf-16 (with its byte order mark), latin1, or windows-1252"
                    .to_owned())
            }
        }
    }
}
