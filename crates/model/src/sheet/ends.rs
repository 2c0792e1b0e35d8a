//! Where rows end, for whoever sees a file one part after the other.

use memchr::{memchr, memchr_iter, memrchr2};

use super::scan::{Cursor, OPEN};

/// The end of the last row in `bytes`, which begin with one, that no later byte can change; `None` if there is none.
///
/// A row with an open quote may end wherever a later quote closes it, so it holds up all that follows, unless the caller
/// has `waited` for long enough: then the quote is taken for one that is never closed.
pub(crate) fn last_end(bytes: &[u8], delimiter: u8, waited: bool) -> Option<usize> {
    if memchr(b'"', bytes).is_none() {
        return last_line_end(bytes);
    }
    let (mut cursor, mut cells) = (Cursor::new(delimiter), Vec::new());
    let (mut end, mut needed) = (None, 0);
    while let Some(row) = cursor.next(bytes, &mut cells) {
        match row {
            Err(torn) if torn.what == OPEN && !waited => break,
            // What is wrong with the row must still be seen once it is cut off.
            Err(torn) => needed = needed.max(torn.seen),
            Ok(_) => {}
        }
        if cursor.at == bytes.len() && !bytes.ends_with(b"\n") {
            break;
        }
        if cursor.at > needed || waited {
            end = Some(cursor.at);
        }
    }
    end
}

/// How many lines end in `bytes`: LF, CR, and CRLF end one each.
pub(crate) fn lines(bytes: &[u8]) -> u64 {
    let lone = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (memchr_iter(b'\n', bytes).count() + lone) as u64
}

/// A carriage return counts only where the byte after it is seen: it may be half a line end.
fn last_line_end(bytes: &[u8]) -> Option<usize> {
    let last = memrchr2(b'\n', b'\r', bytes)?;
    if bytes[last] == b'\r' && last + 1 == bytes.len() {
        return last_line_end(&bytes[..last]);
    }
    Some(last + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::scan::Cursor, last_end};

    /// Rows as texts of cells with the lines they begin on.
    fn rows(bytes: &[u8], line: u64) -> Vec<(u64, Vec<Vec<u8>>)> {
        let (mut cursor, mut cells) = (Cursor::on_line(line, b','), Vec::new());
        let mut rows = Vec::new();
        while let Some(row) = cursor.next(bytes, &mut cells) {
            let texts = cells.iter().map(|cell| bytes[cell.from..cell.until].to_vec());
            rows.push(match row {
                Ok(line) => (line, texts.collect()),
                Err(torn) => (torn.line, vec![torn.what.into()]),
            });
        }
        rows
    }

    #[test]
    fn quotes_and_halves_of_line_ends_are_not_cut() {
        let end = |bytes: &[u8]| last_end(bytes, b',', false);
        assert_eq!(end(b"a\nb"), Some(2));
        assert_eq!(end(b"a\n\"b\nc"), Some(2));
        assert_eq!(end(b"a\n\"b\n\"\"c\""), Some(2));
        assert_eq!(end(b"a 5\" pipe\nb"), Some(10));
        assert_eq!(end(b"a\r\nb\r"), Some(3));
        assert_eq!(end(b"a\rb"), Some(2));
        assert_eq!(end(b"ab"), None);
        assert_eq!(end(b"\"a\nb\nc"), None);
        assert_eq!(last_end(b"\"a\nb\nc", b',', true), Some(5));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6000) })]
        #[test]
        fn cutting_anywhere_changes_no_row(
            bytes in prop::collection::vec(prop::sample::select(&b",\"\n\rab "[..]), 0..40),
            seen in 0_usize..40,
        ) {
            let seen = &bytes[..seen.min(bytes.len())];
            if let Some(end) = last_end(seen, b',', false) {
                let mut parts = rows(&bytes[..end], 1);
                let before = 1 + super::lines(&bytes[..end]);
                parts.extend(rows(&bytes[end..], before));
                prop_assert_eq!(parts, rows(&bytes, 1));
            }
        }
    }
}
