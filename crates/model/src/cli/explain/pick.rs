//! [`Pick`]: one lead out of JSON or CSV.
//!
//! Only the lead that is meant is judged; faults of others are none of its business.

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    lead::Lead,
    schema::Schema,
    sheet::{Form, Sheet},
};

/// Which lead is meant; where nothing is said, the only one.
pub(super) struct Pick<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) line: Option<u64>,
    /// The column of ids in CSV.
    pub(super) column: &'a str,
}

/// The one member that names a lead.
#[derive(Deserialize)]
struct Named {
    lead_id: Option<String>,
}

impl Pick<'_> {
    /// The lead that is meant.
    ///
    /// # Errors
    /// There is none, there are several, or the one meant is no lead of `schema`.
    pub(super) fn lead(&self, schema: &Schema, bytes: Vec<u8>, form: Form) -> Result<Lead> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        match text.trim_ascii_start().first() {
            Some(b'{') => self.object(schema, text),
            Some(b'[') => self.element(schema, text),
            _ => self.row(schema, bytes, form),
        }
    }

    /// One object, or one a line.
    fn object(&self, schema: &Schema, text: &[u8]) -> Result<Lead> {
        let pieces = pieces(text);
        let only = |pieces: &[(u64, &[u8])]| -> Result<usize> {
            ensure!(
                pieces.len() == 1,
                "it holds {} leads; pick one with --id or --line",
                pieces.len()
            );
            Ok(0)
        };
        let named = |piece: &[u8]| serde_json::from_slice::<Named>(piece).ok()?.lead_id;
        let at = match (self.line, self.id) {
            (Some(line), _) => pieces
                .iter()
                .position(|piece| piece.0 == line)
                .with_context(|| format!("no lead begins on line {line}"))?,
            (None, Some(id)) => pieces
                .iter()
                .position(|piece| named(piece.1).as_deref() == Some(id))
                .with_context(|| format!("no lead has the lead_id {id:?}"))?,
            (None, None) => only(&pieces)?,
        };
        let (line, piece) = pieces[at];
        Lead::from_json(schema, piece).with_context(|| format!("lead on line {line}"))
    }

    /// One of an array.
    fn element(&self, schema: &Schema, text: &[u8]) -> Result<Lead> {
        ensure!(
            self.line.is_none(),
            "it is an array, whose leads have no lines; pick one with --id"
        );
        let mut leads = Lead::batch_from_json(schema, text, usize::MAX)?;
        match self.id {
            Some(id) => {
                let at = leads.iter().position(|lead| lead.id() == id);
                let at = at.with_context(|| format!("no lead has the lead_id {id:?}"))?;
                Ok(leads.swap_remove(at))
            }
            None if leads.len() == 1 => Ok(leads.swap_remove(0)),
            None => bail!("it holds {} leads; pick one with --id", leads.len()),
        }
    }

    /// One row of a table.
    fn row(&self, schema: &Schema, bytes: Vec<u8>, form: Form) -> Result<Lead> {
        let sheet = Sheet::read(bytes, form)?;
        let column = sheet.position(self.column);
        let row = match (self.line, self.id) {
            (Some(line), _) => (0..sheet.rows())
                .find(|&row| sheet.line(row) == line)
                .with_context(|| format!("no row begins on line {line}"))?,
            (None, Some(id)) => {
                let column = column.with_context(|| {
                    format!(
                        "there is no column {:?}; say which holds the ids with --id-column",
                        self.column
                    )
                })?;
                let row = sheet.column(column).position(|cell| cell == id);
                row.with_context(|| {
                    format!("no row has the id {id:?} in column {:?}", self.column)
                })?
            }
            (None, None) if sheet.rows() == 1 => 0,
            (None, None) => bail!("it holds {} rows; pick one with --id or --line", sheet.rows()),
        };
        let mut imputed = 0;
        let mut values = Vec::with_capacity(schema.len());
        for feature in schema.features() {
            let cell = sheet.position(&feature.name).map_or("", |column| sheet.cell(row, column));
            let value = feature.parse(cell).map_err(|code| {
                anyhow!("line {}: {} ({})", sheet.line(row), feature.complaint(code), code.as_str())
            })?;
            imputed += u32::from(cell.is_empty() || value.is_nan());
            values.push(value);
        }
        let id = column.map_or("", |column| sheet.cell(row, column));
        Ok(Lead::checked(id, values, imputed))
    }
}

/// Values of JSON one after the other, each with the line it begins on; the last may be torn.
fn pieces(text: &[u8]) -> Vec<(u64, &[u8])> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    let mut pieces = Vec::new();
    let (mut start, mut line) = (0, 1);
    while start < text.len() {
        let rest = &text[start..];
        let gap = rest.len() - rest.trim_ascii_start().len();
        let lines = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
        line += lines(&rest[..gap]);
        if gap == rest.len() {
            break;
        }
        let end = match values.next() {
            Some(Ok(_)) => values.byte_offset(),
            // Whoever reads the piece says what is wrong with it.
            _ => text.len(),
        };
        let piece = &text[start + gap..end];
        pieces.push((line, piece));
        line += lines(piece);
        start = end;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn values_are_parted_and_their_lines_counted() {
        let found = pieces(b"\n{\"a\":\n1}\n\n{} {}\n{\"torn\n");
        let lines: Vec<_> = found.iter().map(|piece| piece.0).collect();
        assert_eq!(lines, [2, 5, 5, 6]);
        assert_eq!(found[1].1, b"{}");
        assert_eq!(found[3].1, b"{\"torn\n");
    }
}
