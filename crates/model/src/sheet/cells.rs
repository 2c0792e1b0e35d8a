//! [`Cells`]: the texts of one column in one buffer.

use super::scan::Cell;

/// Texts without white space around them, one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    text: Vec<u8>,
    /// Where each text ends and the next begins.
    ends: Vec<u32>,
}

impl Cells {
    /// Appends a cell of a file of UTF-8; its quotes are doubled no longer.
    pub(super) fn push(&mut self, bytes: &[u8], cell: Cell) {
        let mut text = bytes[cell.start..cell.end].trim_ascii();
        // Exports put white space of other kinds around words, too; in ASCII that is the vertical tab.
        let odd = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii() || *byte == 0x0b);
        if odd(text.first()) || odd(text.last()) {
            text = std::str::from_utf8(text).map_or(text, |text| text.trim().as_bytes());
        }
        if cell.doubled {
            let mut rest = text;
            while let Some(&byte) = rest.first() {
                self.text.push(byte);
                rest = rest.strip_prefix(b"\"\"").unwrap_or(&rest[1..]);
            }
        } else {
            self.text.extend_from_slice(text);
        }
        self.ends.push(self.text.len() as u32);
    }

    /// The same without spare memory.
    pub(super) fn finished(mut self) -> Self {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self
    }

    /// Whether all texts are empty.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        self.between(start, self.ends[row])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let mut start = 0;
        self.ends.iter().map(move |&end| self.between(std::mem::replace(&mut start, end), end))
    }

    fn between(&self, start: u32, end: u32) -> &str {
        std::str::from_utf8(&self.text[start as usize..end as usize])
            .expect("cells are cut from checked text at ASCII characters")
    }
}
