//! [`Json`]: leads in JSON as input: one a line, in one array, or one after the other over several lines.
//!
//! A lead is an object with `lead_id` and `features`, as the service takes it, or a flat object with one member per
//! column of a table. The first is read by the crate's own reader; the values of the second mean what the cells of a CSV
//! file mean.

use std::{borrow::Cow, ops::Range};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    blocks::{Block, Blocks, Seen},
    csv::Wishes,
    elements::Elements,
    members::Members,
    rows::{Cell, Form, Id, Row, Rows},
    text::Style,
};
use crate::{
    fault::{Fault, FaultCode, Faults},
    lead::Lead,
    schema::{CellReader, ID_COLUMN, Schema},
    sheet::lines,
};

/// How leads in JSON are read.
#[derive(Debug)]
pub(super) struct Json<'a> {
    schema: &'a Schema,
    readers: Vec<CellReader<'a>>,
    /// The member of a flat object that names it.
    id: String,
    keep: bool,
    /// The columns before the scores of an output that is a table.
    names: Vec<String>,
    /// Names of the columns after the scores, which a lead that is kept must not have itself.
    added: Vec<String>,
}

/// How leads are parted.
#[derive(Debug)]
pub(super) enum Parts {
    /// One a line.
    Lines,
    /// In an array, or one after the other.
    Elements(Elements),
}

impl Parts {
    /// Tells by the beginning of the input how its leads are parted.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let bytes = bytes.trim_ascii_start();
        if bytes.starts_with(b"[") {
            return Self::Elements(Elements::new(true));
        }
        let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let whole = line.len() < bytes.len();
        match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
            // The first line is the beginning of a lead: it is written over several.
            Err(error) if whole && error.is_eof() => Self::Elements(Elements::new(false)),
            _ => Self::Lines,
        }
    }

    /// The next block of whole leads.
    pub(super) fn next(&mut self, blocks: &mut Blocks<'_>) -> Result<Option<Block>> {
        match self {
            Self::Lines => blocks.next(|bytes, seen| {
                let end = memchr::memrchr(b'\n', bytes).map(|at| at + 1);
                Ok(if seen == Seen::All { Some(bytes.len()) } else { end })
            }),
            Self::Elements(elements) => {
                let line = blocks.line();
                let cut = |bytes: &[u8], seen| {
                    let cut = elements.cut(bytes, seen == Seen::All);
                    cut.with_context(|| format!("line {line} or later"))
                };
                let mut block = blocks.next(cut)?;
                if let Some(block) = &mut block {
                    block.elements = Some(elements.found().to_vec());
                }
                Ok(block)
            }
        }
    }
}

impl<'a> Json<'a> {
    /// `first` is the beginning of the input, which tells the columns of an output that keeps them all.
    pub(super) fn open(
        first: &[u8],
        schema: &'a Schema,
        wishes: &Wishes,
        added: Vec<String>,
    ) -> Self {
        let keep = wishes.keep;
        let id = wishes.id.clone().unwrap_or_else(|| ID_COLUMN.to_owned());
        let mut names = vec![id.clone()];
        if keep {
            names.extend(schema.features().iter().map(|feature| feature.name.clone()));
            names.extend(others(first, schema, &id));
        }
        Self { schema, readers: CellReader::all(schema), id, keep, names, added }
    }

    fn lead(&self, bytes: &[u8], row: &mut Row, rows: &mut Rows) {
        match Lead::from_json(self.schema, bytes) {
            Ok(lead) => {
                rows.push_values(lead.values().iter().copied());
                if !lead.id().is_empty() {
                    row.id = Id::Text(lead.id().into());
                }
            }
            Err(faults) if is_flat(&faults) => self.flat(bytes, row, rows),
            Err(faults) => {
                let one_line = !bytes.contains(&b'\n');
                faults.iter().for_each(|fault| note(rows, row.line, fault, one_line));
                rows.push_none();
            }
        }
    }

    /// Reads an object with one member per column.
    fn flat(&self, bytes: &[u8], row: &mut Row, rows: &mut Rows) {
        let Ok(Members(members)) = serde_json::from_slice::<Members>(bytes) else {
            let detail = "The lead is not JSON, or holds a number that is too large.";
            rows.fault(row.line, "", FaultCode::InvalidJson.as_str(), detail);
            rows.push_none();
            return;
        };
        let mut values: Vec<Option<f64>> = vec![None; self.readers.len()];
        for (name, value) in members {
            let position = self.schema.position(&name);
            if name == self.id {
                row.id = match &value {
                    Value::String(text) => Id::Text(text.as_str().into()),
                    Value::Number(number) => Id::Text(number.to_string().into()),
                    _ => Id::None,
                };
            }
            if let Some(position) = position {
                let read = if values[position].is_some() {
                    Err(FaultCode::Duplicate)
                } else {
                    self.value(position, &value)
                };
                values[position] = Some(self.checked(position, read, row.line, rows));
            } else if self.keep && self.added.contains(&name) {
                let detail = format!("Member {name} would stand twice in the output.");
                rows.fault(row.line, name, FaultCode::Duplicate.as_str(), detail);
            } else if name != self.id && !(self.keep && self.names.contains(&name)) {
                rows.ignore(name);
            }
        }
        for (position, value) in values.into_iter().enumerate() {
            let value = value.unwrap_or_else(|| {
                self.checked(position, self.readers[position].absent(), row.line, rows)
            });
            rows.columns[position].push(value);
        }
    }

    fn value(&self, position: usize, value: &Value) -> Result<f64, FaultCode> {
        let reader = &self.readers[position];
        match value {
            Value::Null => reader.absent(),
            Value::Bool(flag) => reader.read(flag.to_string().as_bytes()),
            Value::Number(number) => reader.number(number.as_f64().unwrap_or(f64::INFINITY)),
            Value::String(text) => reader.read(text.as_bytes()),
            Value::Array(_) | Value::Object(_) => Err(FaultCode::WrongType),
        }
    }

    fn checked(
        &self,
        position: usize,
        value: Result<f64, FaultCode>,
        line: u64,
        rows: &mut Rows,
    ) -> f64 {
        value.unwrap_or_else(|code| {
            let feature = self.readers[position].feature();
            rows.fault(line, &feature.name, code.as_str(), feature.complaint(code));
            f64::NAN
        })
    }
}

impl Form for Json<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, block: &mut Block, rows: &mut Rows) {
        let bytes = block.bytes.as_slice();
        let places = block.elements.take().unwrap_or_else(|| line_places(bytes));
        let (mut line, mut counted) = (block.line, 0);
        for place in places {
            let (start, faults) = (place.start, rows.faults.len());
            line += lines(&bytes[counted..start]);
            counted = start;
            let lead = &bytes[place.clone()];
            let mut row = Row { line, place, lacking: 0, id: Id::None, sound: true };
            self.lead(lead, &mut row, rows);
            row.sound = rows.faults.len() == faults;
            rows.rows.push(row);
        }
    }

    fn cells<'b>(&self, block: &'b Block, row: &'b Row, cells: &mut Vec<Cell<'b>>) {
        cells.push(match &row.id {
            Id::Text(id) => Cell::Text(Cow::Borrowed(&**id)),
            // A table that keeps its columns keeps its gaps.
            _ if self.keep => Cell::Null,
            _ => Cell::Bare(row.line.to_string().into()),
        });
        if !self.keep {
            return;
        }
        let members = serde_json::from_slice::<Members>(&block.bytes[row.place.clone()]);
        let mut members = members.unwrap_or_default().features();
        for name in &self.names[1..] {
            let value = members.iter().position(|(other, _)| other == name);
            cells.push(value.map_or(Cell::Null, |at| cell(members.swap_remove(at).1)));
        }
    }

    fn verbatim<'b>(&self, block: &'b Block, row: &'b Row, style: Style) -> Option<Cow<'b, [u8]>> {
        if !self.keep || style != Style::Ndjson {
            return None;
        }
        let object = block.bytes[row.place.clone()].trim_ascii();
        let inside = object.strip_suffix(b"}").unwrap_or(object).trim_ascii_end();
        if inside.iter().any(|byte| b"\r\n".contains(byte)) {
            // Line ends stand between the parts of JSON only: within texts they are escaped.
            let spaced = |&byte: &u8| if b"\r\n".contains(&byte) { b' ' } else { byte };
            return Some(inside.iter().map(spaced).collect::<Vec<_>>().into());
        }
        Some(inside.into())
    }

    fn headline(&self, _: Style) -> Option<&[u8]> {
        None
    }
}

/// Whether the only thing wrong at the top is that there are no features in an object of their own.
fn is_flat(faults: &Faults) -> bool {
    faults.iter().any(|fault| fault.pointer == "/features" && fault.code == FaultCode::Missing)
}

/// A fault of one lead as one of a row.
fn note(rows: &mut Rows, line: u64, fault: &Fault, one_line: bool) {
    let path = fault.pointer.strip_prefix("/features/").or(fault.pointer.strip_prefix('/'));
    let column = path.unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let detail = if one_line {
        // A line within the line would be taken for one of the file.
        fault.detail.replace(" at line 1, column ", " at column ")
    } else {
        fault.detail.clone()
    };
    rows.fault(line, column, fault.code.as_str(), detail);
}

/// Where the lines that are not blank stand.
fn line_places(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut places = Vec::new();
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if !bytes[start..end].trim_ascii().is_empty() {
            places.push(start..end);
        }
        start = (end + 1).min(bytes.len());
    }
    places
}

/// Members of the first lead that are neither its id nor features.
fn others(first: &[u8], schema: &Schema, id: &str) -> Vec<String> {
    let mut elements = Elements::new(first.trim_ascii_start().starts_with(b"["));
    let _ = elements.cut(first, false);
    let object = elements.found().first().map_or(&[][..], |place| &first[place.clone()]);
    let members = serde_json::from_slice::<Members>(object).unwrap_or_default().features();
    let mut names: Vec<_> = members.into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name != id && name != ID_COLUMN && schema.position(name).is_none());
    names
}

fn cell<'b>(value: Value) -> Cell<'b> {
    match value {
        Value::Null => Cell::Null,
        Value::String(text) => Cell::Text(text.into()),
        value => Cell::Bare(value.to_string().into()),
    }
}
