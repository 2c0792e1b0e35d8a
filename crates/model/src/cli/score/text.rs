//! [`Text`]: scored rows as CSV or NDJSON.

use zmij::Buffer;

use super::{
    blocks::Block,
    rows::{Cell, Form, Row, Rows},
};
use crate::score::Score;

/// The columns that every output has after those of the input.
pub(super) const SCORE_COLUMNS: [&str; 3] = ["raw_score", "bucket", "tier"];

/// A form of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Cells between delimiters; quoted where they must be.
    Csv {
        delimiter: u8,
        /// What ends a line.
        end: &'static [u8],
    },
    /// One object a line.
    Ndjson,
}

/// How rows are written.
#[derive(Debug)]
pub(super) struct Text {
    style: Style,
    /// The names of all columns, those of scores and reasons included.
    names: Vec<String>,
    /// The same as keys of JSON with their colons.
    keys: Vec<Vec<u8>>,
}

impl Text {
    pub(super) fn new(style: Style, names: Vec<String>) -> Self {
        let key = |name: &String| {
            let mut key = Vec::new();
            json(&mut key, name);
            key.push(b':');
            key
        };
        Self { style, keys: names.iter().map(key).collect(), names }
    }

    /// What stands before the first row.
    pub(super) fn head(&self, form: &dyn Form) -> Vec<u8> {
        let Style::Csv { delimiter, end } = self.style else { return Vec::new() };
        let mut out = Vec::new();
        let mut names = self.names.as_slice();
        if let Some(headline) = form.headline(self.style) {
            out.extend_from_slice(headline);
            names = &names[form.names().len()..];
        }
        for name in names {
            if !out.is_empty() {
                out.push(delimiter);
            }
            quote(&mut out, name, delimiter);
        }
        out.extend_from_slice(end);
        out
    }

    /// All sound rows of a block, with their scores and, of the same number for each, their reasons.
    pub(super) fn rows(
        &self,
        form: &dyn Form,
        block: &Block,
        rows: &Rows,
        scores: &[Score],
        reasons: &[Vec<Option<String>>],
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(rows.rows.len() * 64);
        for (at, (row, score)) in
            rows.rows.iter().zip(scores).enumerate().filter(|(_, (row, _))| row.sound)
        {
            let reasons = reasons.get(at).map_or(&[][..], Vec::as_slice);
            match self.style {
                Style::Csv { delimiter, end } => {
                    self.cells(form, block, row, &mut out, delimiter);
                    separated(&mut out, score, delimiter);
                    for reason in reasons {
                        out.push(delimiter);
                        quote(&mut out, reason.as_deref().unwrap_or_default(), delimiter);
                    }
                    out.extend_from_slice(end);
                }
                Style::Ndjson => {
                    self.members(form, block, row, &mut out);
                    self.keyed(&mut out, form.names().len(), score, reasons);
                    out.extend_from_slice(b"}\n");
                }
            }
        }
        out
    }

    /// What the input says, as CSV.
    fn cells(&self, form: &dyn Form, block: &Block, row: &Row, out: &mut Vec<u8>, delimiter: u8) {
        if let Some(verbatim) = form.verbatim(block, row, self.style) {
            out.extend_from_slice(&verbatim);
            return;
        }
        let mut cells = Vec::new();
        form.cells(block, row, &mut cells);
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                out.push(delimiter);
            }
            match cell {
                Cell::Null => {}
                Cell::Bare(text) | Cell::Text(text) => quote(out, text, delimiter),
            }
        }
    }

    /// What the input says, as the beginning of an object.
    fn members(&self, form: &dyn Form, block: &Block, row: &Row, out: &mut Vec<u8>) {
        if let Some(verbatim) = form.verbatim(block, row, self.style) {
            out.extend_from_slice(&verbatim);
            return;
        }
        out.push(b'{');
        let mut cells = Vec::new();
        form.cells(block, row, &mut cells);
        for (at, (cell, key)) in cells.iter().zip(&self.keys).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(key);
            match cell {
                Cell::Null => out.extend_from_slice(b"null"),
                Cell::Bare(text) => out.extend_from_slice(text.as_bytes()),
                Cell::Text(text) => json(out, text),
            }
        }
    }

    /// Score and reasons as members of an object that has been begun; their keys are those from `first`.
    fn keyed(&self, out: &mut Vec<u8>, first: usize, score: &Score, reasons: &[Option<String>]) {
        let (probability, bucket, tier) = said(score);
        let mut buffer = Buffer::new();
        let mut keys = self.keys[first..].iter();
        let mut key = |out: &mut Vec<u8>| {
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            out.extend_from_slice(keys.next().map_or(&[], Vec::as_slice));
        };
        key(out);
        out.extend_from_slice(buffer.format_finite(probability).as_bytes());
        key(out);
        out.push(bucket);
        key(out);
        out.extend_from_slice(&[b'"', tier, b'"']);
        for reason in reasons {
            key(out);
            match reason {
                Some(reason) => json(out, reason),
                None => out.extend_from_slice(b"null"),
            }
        }
    }
}

/// The score as cells of CSV, each after a delimiter.
fn separated(out: &mut Vec<u8>, score: &Score, delimiter: u8) {
    let (probability, bucket, tier) = said(score);
    out.push(delimiter);
    out.extend_from_slice(Buffer::new().format_finite(probability).as_bytes());
    out.extend_from_slice(&[delimiter, bucket, delimiter, tier]);
}

/// Probability, and the digit and the letter of the bucket.
fn said(score: &Score) -> (f64, u8, u8) {
    (score.probability, b'0' + score.bucket.get(), score.tier.as_str().as_bytes()[0])
}

/// A text as a cell of CSV.
pub(super) fn quote(out: &mut Vec<u8>, text: &str, delimiter: u8) {
    if !text.bytes().any(|byte| byte == delimiter || b"\"\r\n".contains(&byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// A text as JSON.
fn json(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("text can be written to memory");
}
