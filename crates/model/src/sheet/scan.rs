//! [`Cursor`]: from bytes to rows of cells, by RFC 4180 and what programs make of it.
//!
//! A cell that begins with a quote ends with one, and holds delimiters, line ends, and doubled quotes as they are; any
//! other cell is literal. Lines end with LF, CRLF, or CR; empty ones are no rows. After a row with broken quotes the
//! cursor goes on with the next line, so that one stray quote costs one row and not the rest of the file.

/// Where a cell stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    /// Its text, without its quotes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether quotes in it are doubled.
    pub(crate) doubled: bool,
    /// Everything that stands between its delimiters.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only bulk scoring asks"))]
    pub(crate) from: usize,
    pub(crate) until: usize,
}

impl Cell {
    /// Its text as it stands, quotes still doubled.
    #[inline]
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start..self.end]
    }

    /// Its text, in `scratch` where quotes were doubled.
    #[cfg(feature = "cli")]
    #[inline]
    pub(crate) fn text<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        if !self.doubled {
            return self.of(bytes);
        }
        scratch.clear();
        let mut rest = self.of(bytes);
        while let Some(&byte) = rest.first() {
            scratch.push(byte);
            rest = rest.strip_prefix(b"\"\"").unwrap_or(&rest[1..]);
        }
        scratch
    }
}

/// What is wrong with a row whose last quote is open at the end of what is there.
pub(super) const OPEN: &str = "the quote that opens it is never closed";

/// A row whose quotes are broken.
#[derive(Debug)]
pub(crate) struct Torn {
    pub(crate) line: u64,
    /// The cell, from 0.
    pub(crate) cell: usize,
    pub(crate) what: &'static str,
    /// How far the file was read to find that out.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only bulk scoring asks"))]
    pub(crate) seen: usize,
}

/// A place between two rows.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    delimiter: u8,
    pub(crate) at: usize,
    line: u64,
}

impl Cursor {
    /// The beginning of a file with this delimiter.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self::on_line(1, delimiter)
    }

    /// The beginning of a part of a file, which is on this line.
    pub(crate) fn on_line(line: u64, delimiter: u8) -> Self {
        Self { delimiter, at: 0, line }
    }

    /// Puts the next row into `cells` and gives the line it begins on; `None` at the end.
    pub(crate) fn next(
        &mut self,
        bytes: &[u8],
        cells: &mut Vec<Cell>,
    ) -> Option<Result<u64, Torn>> {
        cells.clear();
        while self.end_line(bytes) {}
        if self.at == bytes.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        loop {
            match self.cell(bytes) {
                Ok(cell) => cells.push(cell),
                Err((line_of_cell, what)) => {
                    let seen = self.at;
                    (self.at, self.line) = (start, line);
                    self.skip(bytes, |byte| !matches!(byte, b'\n' | b'\r'));
                    return Some(Err(Torn { line: line_of_cell, cell: cells.len(), what, seen }));
                }
            }
            if bytes.get(self.at) != Some(&self.delimiter) {
                self.end_line(bytes);
                return Some(Ok(line));
            }
            self.at += 1;
        }
    }

    fn cell(&mut self, bytes: &[u8]) -> Result<Cell, (u64, &'static str)> {
        let (start, line) = (self.at, self.line);
        // Some programs put a blank before the quote.
        self.skip(bytes, |byte| byte == b' ');
        if bytes.get(self.at) == Some(&b'"') {
            return self.quoted(bytes, start).map_err(|what| (line, what));
        }
        let delimiter = self.delimiter;
        self.at = start;
        self.skip(bytes, |byte| byte != delimiter && byte != b'\n' && byte != b'\r');
        Ok(Cell { start, end: self.at, doubled: false, from: start, until: self.at })
    }

    fn quoted(&mut self, bytes: &[u8], from: usize) -> Result<Cell, &'static str> {
        self.at += 1;
        let (start, mut doubled) = (self.at, false);
        loop {
            self.skip(bytes, |byte| !matches!(byte, b'"' | b'\n' | b'\r'));
            match bytes.get(self.at) {
                None => return Err(OPEN),
                Some(b'"') if bytes.get(self.at + 1) == Some(&b'"') => {
                    doubled = true;
                    self.at += 2;
                }
                Some(b'"') => break,
                Some(_) => {
                    self.end_line(bytes);
                }
            }
        }
        let end = self.at;
        self.at += 1;
        let delimiter = self.delimiter;
        self.skip(bytes, |byte| byte == b' ' && delimiter != b' ');
        match bytes.get(self.at) {
            Some(&byte) if byte != delimiter && byte != b'\n' && byte != b'\r' => {
                Err("text follows the quote that closes it; a quote inside a cell must be doubled")
            }
            _ => Ok(Cell { start, end, doubled, from, until: self.at }),
        }
    }

    fn skip(&mut self, bytes: &[u8], is_passed: impl Fn(u8) -> bool) {
        let rest = &bytes[self.at..];
        self.at += rest.iter().position(|&byte| !is_passed(byte)).unwrap_or(rest.len());
    }

    /// Passes one line end, if there is one.
    fn end_line(&mut self, bytes: &[u8]) -> bool {
        let length = match &bytes[self.at..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }
}
