//! [`Transcoded`]: an input of another encoding as UTF-8, part by part.
//!
//! Which characters bytes are is decided as for training tables: a byte order mark tells, else the caller does.

use std::io::{self, Cursor, ErrorKind, Read};

use crate::sheet::{Encoding, character};

/// Bytes that are transcoded in one go.
const PART: usize = 64 << 10;

/// The input as UTF-8; one that is said to be UTF-8 is handed on as it is.
pub(super) fn transcoded<'a>(
    mut input: Box<dyn Read + 'a>,
    encoding: Encoding,
) -> io::Result<Box<dyn Read + 'a>> {
    let mut first = Vec::new();
    input.as_mut().take(3).read_to_end(&mut first)?;
    let (skipped, way) = match (first.as_slice(), encoding) {
        ([0xef, 0xbb, 0xbf], _) => (0, None),
        ([0xff, 0xfe, ..], _) => (2, Some(Way::Utf16(u16::from_le_bytes))),
        ([0xfe, 0xff, ..], _) => (2, Some(Way::Utf16(u16::from_be_bytes))),
        (_, Encoding::Latin1) => (0, Some(Way::Latin1)),
        _ => (0, None),
    };
    let input = Box::new(Cursor::new(first.split_off(skipped)).chain(input));
    Ok(match way {
        Some(way) => Box::new(Transcoded { input, way, raw: Vec::new(), ready: Vec::new(), at: 0 }),
        None => input,
    })
}

enum Way {
    Latin1,
    /// What makes a unit of two bytes.
    Utf16(fn([u8; 2]) -> u16),
}

struct Transcoded<'a> {
    input: Box<dyn Read + 'a>,
    way: Way,
    /// Bytes that are no whole character yet.
    raw: Vec<u8>,
    ready: Vec<u8>,
    /// How much of `ready` was handed out.
    at: usize,
}

impl Read for Transcoded<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            let before = self.raw.len();
            self.raw.resize(before + PART, 0);
            let read = self.input.read(&mut self.raw[before..]);
            self.raw.truncate(before + *read.as_ref().unwrap_or(&0));
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
                Ok(0) if self.raw.is_empty() => return Ok(0),
                Ok(read) => self.transcode(read == 0),
            }
        }
        let part = &self.ready[self.at..];
        let length = part.len().min(out.len());
        out[..length].copy_from_slice(&part[..length]);
        self.at += length;
        Ok(length)
    }
}

impl Transcoded<'_> {
    /// Makes whole characters ready; at the end of the input half ones become the replacement character.
    fn transcode(&mut self, last: bool) {
        let mut text = String::new();
        match self.way {
            Way::Latin1 => text.extend(self.raw.drain(..).map(character)),
            Way::Utf16(unit) => {
                let (pairs, _) = self.raw.as_chunks::<2>();
                let mut units: Vec<_> = pairs.iter().map(|&pair| unit(pair)).collect();
                if !last && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
                    units.pop();
                }
                self.raw.drain(..2 * units.len());
                let read = char::decode_utf16(units);
                text.extend(read.map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)));
                if last {
                    // An odd last byte is no character.
                    self.raw.clear();
                }
            }
        }
        (self.ready, self.at) = (text.into_bytes(), 0);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::transcoded;
    use crate::sheet::Encoding;

    /// Hands out one byte at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let length = out.len().min(1).min(self.0.len());
            let (part, rest) = self.0.split_at(length);
            out[..length].copy_from_slice(part);
            self.0 = rest;
            Ok(length)
        }
    }

    fn read(bytes: &[u8], encoding: Encoding) -> String {
        let texts = [Box::new(bytes) as Box<dyn Read>, Box::new(Drops(bytes))].map(|input| {
            let mut text = String::new();
            transcoded(input, encoding).unwrap().read_to_string(&mut text).unwrap();
            text
        });
        assert_eq!(texts[0], texts[1]);
        texts[0].clone()
    }

    #[test]
    fn other_encodings_are_read_as_utf_8() {
        let text = "é€😀\n";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(bytes).collect::<Vec<_>>()
        };
        assert_eq!(read(&utf16(u16::to_le_bytes), Encoding::Utf8), text);
        assert_eq!(read(&utf16(u16::to_be_bytes), Encoding::Latin1), text);
        assert_eq!(read(b"Z\xfcrich \x80", Encoding::Latin1), "Zürich €");
        assert_eq!(read(text.as_bytes(), Encoding::Utf8), text);
        assert_eq!(read(b"\xff\xfea\0\x3d\xd8b", Encoding::Utf8), "a\u{fffd}");
        assert_eq!(read(b"", Encoding::Latin1), "");
    }
}
