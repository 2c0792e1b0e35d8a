//! Bytes that come in pieces, cut into lines in bounded memory.
//!
//! [`Lines`] keeps no more than one piece and the beginning of one line. It does not know what a line means.

use actix_web::web::Bytes;

/// What has come in and is not used up.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Most bytes of a line, without its line feed.
    limit: usize,
    piece: Bytes,
    /// The beginning of a line whose end lies in a later piece.
    begun: Vec<u8>,
    /// The line at hand is longer than the limit, and skipped to its end.
    skipping: bool,
}

/// One line, without its line feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole(Bytes),
    /// It is longer than the limit, and gone.
    TooLong,
}

impl Lines {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, piece: Bytes::new(), begun: Vec::new(), skipping: false }
    }

    /// Takes the next piece, after [`Lines::next`] has found nothing more in the one before.
    pub(crate) fn feed(&mut self, piece: Bytes) {
        debug_assert!(self.piece.is_empty(), "what is left of a piece would be lost");
        self.piece = piece;
    }

    /// The next line whose end has come in.
    pub(crate) fn next(&mut self) -> Option<Line> {
        let Some(end) = memchr::memchr(b'\n', &self.piece) else {
            self.begin();
            return None;
        };
        let mut line = self.piece.split_to(end + 1);
        line.truncate(end);
        Some(self.whole(line))
    }

    /// The last line of all, if it has no line feed.
    pub(crate) fn last(&mut self) -> Option<Line> {
        self.begin();
        (self.skipping || !self.begun.is_empty()).then(|| self.whole(Bytes::new()))
    }

    /// Keeps the rest of the piece as the beginning of a line, unless that is too long already.
    fn begin(&mut self) {
        let piece = std::mem::take(&mut self.piece);
        if self.begun.len() + piece.len() > self.limit {
            self.skipping = true;
            self.begun = Vec::new();
        }
        if !self.skipping {
            self.begun.extend_from_slice(&piece);
        }
    }

    /// The line that ends with `end`.
    fn whole(&mut self, end: Bytes) -> Line {
        let begun = std::mem::take(&mut self.begun);
        if std::mem::take(&mut self.skipping) || begun.len() + end.len() > self.limit {
            return Line::TooLong;
        }
        if begun.is_empty() {
            return Line::Whole(end);
        }
        let mut line = begun;
        line.extend_from_slice(&end);
        Line::Whole(line.into())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;
    use proptest::{collection::vec, prelude::*};

    use super::{Line, Lines};

    /// The lines of `pieces`, and the most bytes that were kept between two of them.
    fn cut(pieces: &[Vec<u8>], limit: usize) -> (Vec<Line>, usize) {
        let mut lines = Lines::new(limit);
        let (mut found, mut kept) = (Vec::new(), 0);
        for piece in pieces {
            lines.feed(Bytes::from(piece.clone()));
            while let Some(line) = lines.next() {
                found.push(line);
            }
            kept = kept.max(lines.begun.len() + lines.piece.len());
        }
        found.extend(lines.last());
        assert_eq!(lines.last(), None);
        (found, kept)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_are_the_same_however_they_come_in(
            pieces in vec(vec(prop_oneof![3 => Just(b'x'), 1 => Just(b'\n')], 0..9), 0..9),
            limit in 0..7_usize,
        ) {
            let text = pieces.concat();
            let mut expected: Vec<_> = text
                .split(|&byte| byte == b'\n')
                .map(|line| match line.len() > limit {
                    true => Line::TooLong,
                    false => Line::Whole(Bytes::copy_from_slice(line)),
                })
                .collect();
            // What stands behind the last line feed is a line only if there is something.
            if text.last().is_none_or(|&byte| byte == b'\n') {
                expected.pop();
            }
            let (found, kept) = cut(&pieces, limit);
            prop_assert_eq!(found, expected);
            prop_assert!(kept <= limit, "{}", kept);
        }
    }
}
