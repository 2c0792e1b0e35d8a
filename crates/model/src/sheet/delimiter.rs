//! [`Delimiter`]: what stands between two cells, given or detected.

use std::{fmt, str::FromStr};

use super::scan::Cursor;

/// What exports put between cells, the most frequent first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at: enough to tell a delimiter from punctuation.
const ROWS: usize = 100;

/// An ASCII character between two cells: no quote, no line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    pub(crate) fn byte(self) -> u8 {
        self.0
    }

    /// The word by which a command line names it; `parse` reads it back.
    pub fn word(self) -> String {
        match self.0 {
            b'\t' => "tab".to_owned(),
            byte => char::from(byte).to_string(),
        }
    }

    /// The candidate under which most of the first rows have as many cells as the header, and more than one.
    pub(crate) fn detect(bytes: &[u8]) -> Self {
        let mut best = (0.0, 1, CANDIDATES[0]);
        for candidate in CANDIDATES {
            let (agreement, width) = agreement(bytes, candidate);
            if width > 1 && (agreement, width) > (best.0, best.1) {
                best = (agreement, width, candidate);
            }
        }
        Self(best.2)
    }
}

/// The share of the first rows as wide as the header, and that width.
fn agreement(bytes: &[u8], delimiter: u8) -> (f64, usize) {
    let (mut cursor, mut cells) = (Cursor::new(delimiter), Vec::new());
    let (mut width, mut rows, mut alike) = (0, 0, 0);
    while rows < ROWS
        && let Some(row) = cursor.next(bytes, &mut cells)
    {
        if rows == 0 {
            width = cells.len();
        }
        alike += usize::from(row.is_ok() && cells.len() == width);
        rows += 1;
    }
    (alike as f64 / rows.max(1) as f64, width)
}

impl FromStr for Delimiter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.as_bytes() {
            b"tab" | b"\\t" => Ok(Self(b'\t')),
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(Self(*byte)),
            _ => Err("it must be one ASCII character such as ',' or ';', or tab".to_owned()),
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            b'\t' => f.write_str("tab"),
            byte => write!(f, "{:?}", char::from(byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Delimiter;

    #[test]
    fn the_word_of_a_delimiter_is_read_back() {
        for byte in (0..128).filter(|byte| !b"\"\n\r".contains(byte)) {
            assert_eq!(Delimiter(byte).word().parse(), Ok(Delimiter(byte)));
        }
    }
}
