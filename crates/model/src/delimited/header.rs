//! [`Header`]: the names of a table's columns, and the oddities of first lines.
//!
//! Names are taken without white space around them. A column may have no name, as exports with a trailing delimiter
//! have; two columns of one name are an error, because nobody can say which is meant.

use std::collections::HashMap;

use super::{Encoding, Records, text};

/// What may part the cells of a table, the most common first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Names are shown up to here in a message: a file with other separators is one long name.
const SHOWN_CHARS: usize = 64;

/// The checked names of the columns, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    names: Vec<String>,
}

impl Header {
    /// Reads the first record of `bytes`, which must not begin with a byte order mark.
    ///
    /// # Errors
    /// Says what is wrong with the first line.
    pub(crate) fn read(bytes: &[u8], delimiter: u8, encoding: Encoding) -> Result<Self, String> {
        let (mut cells, mut scratch) = (Vec::new(), Vec::new());
        match Records::new(bytes, delimiter).next(&mut cells) {
            None => {
                return Err("the file is empty; the first line must name the columns".to_owned());
            }
            Some(record) if record.open => {
                return Err("a quote in the first line is never closed".to_owned());
            }
            Some(_) => {}
        }
        let name = |(column, cell): (usize, &std::ops::Range<usize>)| {
            let name = encoding.text(text(&bytes[cell.clone()], &mut scratch));
            name.map(Into::into).map_err(|what| format!("the name of column {} {what}", column + 1))
        };
        let names = cells.iter().enumerate().map(name).collect::<Result<Vec<String>, _>>()?;
        Self::new(&names)
    }

    /// Checks names that were read in another way, for example from a file that holds its columns by name.
    ///
    /// # Errors
    /// Names the column that appears twice, with both positions from 1.
    pub(crate) fn new(names: &[String]) -> Result<Self, String> {
        let names: Vec<_> = names.iter().map(|name| name.trim().to_owned()).collect();
        let mut seen = HashMap::new();
        for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if let Some(first) = seen.insert(name, column) {
                return Err(format!(
                    "column {:?} appears twice, as column {} and as column {}; rename or remove one",
                    shown(name),
                    first + 1,
                    column + 1
                ));
            }
        }
        Ok(Self { names })
    }

    /// The names in order; empty ones belong to nameless columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the column of this name stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name).filter(|_| !name.is_empty())
    }
}

/// The byte that parts the cells of the first record: the one of comma, semicolon, tab, and bar that makes most cells.
pub(crate) fn delimiter(bytes: &[u8]) -> u8 {
    let mut best = (DELIMITERS[0], 0);
    for delimiter in DELIMITERS {
        let mut cells = Vec::new();
        Records::new(bytes, delimiter).next(&mut cells);
        if cells.len() > best.1 {
            best = (delimiter, cells.len());
        }
    }
    best.0
}

/// How many bytes of a UTF-8 byte order mark `bytes` begin with: 0 or 3.
///
/// # Errors
/// The file is UTF-16, which is not read.
pub(crate) fn byte_order_mark(bytes: &[u8]) -> Result<usize, String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("the file is UTF-16; save it as CSV in UTF-8".to_owned());
    }
    Ok(if bytes.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 })
}

/// The beginning of a name for a message.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::{Header, byte_order_mark, delimiter};
    use crate::delimited::Encoding;

    fn names(line: &str) -> Result<Vec<String>, String> {
        let delimiter = delimiter(line.as_bytes());
        Header::read(line.as_bytes(), delimiter, Encoding::Utf8).map(|header| header.names)
    }

    #[test]
    fn odd_headers_are_read() {
        assert_eq!(names("a,b\n").unwrap(), ["a", "b"]);
        assert_eq!(names("\"a, or b\"; c ;d;\r\n1;2;3;").unwrap(), ["a, or b", "c", "d", ""]);
        assert_eq!(names("a\tb,c\td").unwrap(), ["a", "b,c", "d"]);
        assert_eq!(names("\"two\nlines\"|b||").unwrap(), ["two\nlines", "b", "", ""]);
        assert_eq!(names("alone\n1,5\n").unwrap(), ["alone"]);
        assert_eq!(byte_order_mark("\u{feff}a".as_bytes()), Ok(3));
    }

    #[test]
    fn wrong_headers_are_named() {
        insta::assert_snapshot!(names("a,b, a,c").unwrap_err(), @r#"column "a" appears twice, as column 1 and as column 3; rename or remove one"#);
        insta::assert_snapshot!(names("\n\n").unwrap_err(), @"the file is empty; the first line must name the columns");
        insta::assert_snapshot!(names("a,\"b\nc").unwrap_err(), @"a quote in the first line is never closed");
        insta::assert_snapshot!(byte_order_mark(b"\xff\xfea\0").unwrap_err(), @"the file is UTF-16; save it as CSV in UTF-8");
        let latin = Header::read(b"a,\xe9", b',', Encoding::Utf8).unwrap_err();
        insta::assert_snapshot!(latin, @"the name of column 2 is not UTF-8; save the file as CSV in UTF-8, or say --encoding latin1 if it is Latin-1");
    }
}
