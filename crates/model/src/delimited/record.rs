//! [`Records`]: a block of delimited text, one record and its cells after the other, without copying.
//!
//! The grammar is that of RFC 4180 as widely read: a quote opens only at the beginning of a cell, two quotes within a
//! quoted cell stand for one, what follows a closing quote belongs to the cell as it stands, LF, CR, and CRLF end a
//! record, and blank lines are none. A property test holds it against the crate `csv`.

use std::ops::Range;

use memchr::memchr;

/// Walks over the records of `bytes`, which must begin with one.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    delimiter: u8,
}

/// One record, without its line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// Whether its last cell opens a quote that nothing closes.
    pub(crate) open: bool,
}

impl<'a> Records<'a> {
    pub(crate) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { bytes, at: 0, delimiter }
    }

    /// Steps over the next record and puts the places of its cells, quotes included, into `cells`; `None` at the end.
    pub(crate) fn next(&mut self, cells: &mut Vec<Range<usize>>) -> Option<Record> {
        cells.clear();
        while let Some(b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        if self.at == self.bytes.len() {
            return None;
        }
        let start = self.at;
        let mut open = false;
        loop {
            let from = self.at;
            if self.bytes.get(from) == Some(&b'"') {
                let after = closing(self.bytes, from + 1);
                open = after.is_none();
                self.at = after.unwrap_or(self.bytes.len());
            }
            let rest = &self.bytes[self.at..];
            let ends = |&byte: &u8| byte == self.delimiter || byte == b'\n' || byte == b'\r';
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            cells.push(from..self.at);
            if self.bytes.get(self.at) != Some(&self.delimiter) {
                return Some(Record { range: start..self.at, open });
            }
            self.at += 1;
        }
    }

    /// Where the next record, or a blank line before it, begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }
}

/// Where the quoted part of a cell that was opened before `from` ends, after its closing quote.
pub(super) fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote + 1);
        }
        at = quote + 2;
    }
}

/// What a cell says: itself, or what stands between its quotes, unescaped in `scratch` where it must be.
#[inline]
pub(crate) fn text<'a>(cell: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if cell.first() == Some(&b'"') { quoted(cell, scratch) } else { cell }
}

fn quoted<'a>(cell: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let inside = &cell[1..];
    match memchr(b'"', inside) {
        None => return inside,
        Some(quote) if quote + 1 == inside.len() => return &inside[..quote],
        Some(_) => {}
    }
    scratch.clear();
    let end = closing(cell, 1);
    let (body, tail) = match end {
        Some(end) => (&cell[1..end - 1], &cell[end..]),
        None => (inside, &[][..]),
    };
    let mut escaped = false;
    for &byte in body {
        escaped = byte == b'"' && !escaped;
        if !escaped {
            scratch.push(byte);
        }
    }
    scratch.extend_from_slice(tail);
    scratch
}

#[cfg(test)]
mod tests {
    use csv::ReaderBuilder;
    use proptest::prelude::*;

    use super::{Records, text};

    fn ours(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let (mut records, mut cells, mut scratch) =
            (Records::new(bytes, b','), Vec::new(), Vec::new());
        let mut found = Vec::new();
        while records.next(&mut cells).is_some() {
            let texts = cells.iter().map(|cell| text(&bytes[cell.clone()], &mut scratch).to_vec());
            found.push(texts.collect());
        }
        found
    }

    fn theirs(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let records = reader.byte_records().map(Result::unwrap);
        records.map(|record| record.iter().map(<[u8]>::to_vec).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn records_are_those_of_the_crate_csv(
            bytes in prop::collection::vec(prop::sample::select(&b",\"\n\rab ;"[..]), 0..40)
        ) {
            prop_assert_eq!(ours(&bytes), theirs(&bytes));
        }
    }

    #[test]
    fn an_open_quote_is_noticed() {
        let mut records = Records::new(b"a,\"b\nc,d\n", b',');
        let record = records.next(&mut Vec::new()).unwrap();
        assert!(record.open);
        assert!(records.next(&mut Vec::new()).is_none());
    }
}
