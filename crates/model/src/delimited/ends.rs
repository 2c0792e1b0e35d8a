//! Where records end, for whoever cuts a stream into blocks.

use memchr::{memchr, memchr_iter, memrchr2};

use super::record::closing;

/// The end of the last whole record in `bytes`, which must begin with one; `None` if none ends here.
///
/// A line end counts only outside quotes, and a CR only where the byte after it is seen: it may be half a CRLF.
pub(crate) fn last_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    loop {
        let quote = opening(bytes, at, delimiter);
        end = line_end(bytes, at, quote.unwrap_or(bytes.len())).or(end);
        let Some(quote) = quote else { return end };
        match closing(bytes, quote + 1) {
            Some(after) if after < bytes.len() => at = after,
            // What looks like the closing quote at the very end may be the first of two.
            _ => return end,
        }
    }
}

/// How many lines end in `bytes`: LF, CR, and CRLF end one each.
pub(crate) fn lines(bytes: &[u8]) -> u64 {
    let lone = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (memchr_iter(b'\n', bytes).count() + lone) as u64
}

/// The next quote from `at` that opens a quoted cell, with `at` outside of one.
fn opening(bytes: &[u8], mut at: usize, delimiter: u8) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        match quote.checked_sub(1).map(|before| bytes[before]) {
            None | Some(b'\n' | b'\r') => return Some(quote),
            Some(before) if before == delimiter => return Some(quote),
            Some(_) => at = quote + 1,
        }
    }
}

/// The end of the last line that ends between `from` and `to`.
fn line_end(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let last = from + memrchr2(b'\n', b'\r', &bytes[from..to])?;
    if bytes[last] == b'\r' && last + 1 == bytes.len() {
        return line_end(bytes, from, last);
    }
    Some(last + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Records, last_end, lines};

    fn records(bytes: &[u8]) -> Vec<Vec<u8>> {
        let (mut records, mut cells) = (Records::new(bytes, b','), Vec::new());
        let mut found = Vec::new();
        while let Some(record) = records.next(&mut cells) {
            found.push(bytes[record.range].to_vec());
        }
        found
    }

    #[test]
    fn quotes_and_halves_of_line_ends_are_not_cut() {
        assert_eq!(last_end(b"a\nb", b','), Some(2));
        assert_eq!(last_end(b"a\n\"b\nc", b','), Some(2));
        assert_eq!(last_end(b"a\n\"b\n\"\"c\"", b','), Some(2));
        assert_eq!(last_end(b"a 5\" pipe\nb", b','), Some(10));
        assert_eq!(last_end(b"a\r\nb\r", b','), Some(3));
        assert_eq!(last_end(b"a\rb", b','), Some(2));
        assert_eq!(last_end(b"ab", b','), None);
        assert_eq!(lines(b"a\r\nb\nc\rd\n\n"), 5);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn cutting_anywhere_changes_no_record(
            bytes in prop::collection::vec(prop::sample::select(&b",\"\n\rab"[..]), 0..40),
            seen in 0_usize..40,
        ) {
            let seen = &bytes[..seen.min(bytes.len())];
            if let Some(end) = last_end(seen, b',') {
                let mut parts = records(&bytes[..end]);
                parts.extend(records(&bytes[end..]));
                prop_assert_eq!(parts, records(&bytes));
            }
        }
    }
}
