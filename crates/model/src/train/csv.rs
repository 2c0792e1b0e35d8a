//! Labelled leads from CSV: one column per feature, by name, and a target column.
//!
//! Every row must be a lead of the schema. The first fault ends the reading, with its line and column: a model trained on
//! what happened to be readable is no model of the file.

use std::io::Read;

use ::csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};

use super::Table;
use crate::{
    error::ModelError,
    lead::Lead,
    schema::{Feature, Presence, Schema},
};

/// The optional column that names a lead.
const ID_COLUMN: &str = "lead_id";

/// Names and cells are shown up to here in a message; the longest name of the built-in schema has 32.
const SHOWN_CHARS: usize = 64;

/// Which column of the file holds what.
struct Columns {
    /// By feature, in schema order; `None` where an optional one is absent.
    features: Vec<Option<usize>>,
    target: usize,
    id: Option<usize>,
}

impl Table {
    /// Reads labelled leads; `source` says in the model where they are from.
    ///
    /// The first line names the columns, in any order: the features of `schema`, `target` (0/1, true/false, or yes/no),
    /// and, if there is one, `lead_id`. Optional features may be absent or empty.
    ///
    /// # Errors
    /// [`ModelError::Table`] with the line and column of the first fault.
    pub fn from_csv(
        schema: Schema,
        mut reader: impl Read,
        target: &str,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| fault(1, format!("unreadable: {error}")))?;
        let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(bytes.as_slice());
        let header = reader.headers().map_err(|error| unreadable(&bytes, &error))?.clone();
        let columns = Columns::of(&schema, &header, target)?;
        let (mut rows, mut converted) = (vec![Vec::new(); schema.len()], Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&bytes, &error))?;
            let at = |what| fault(line_of(&bytes, record.position()), what);
            let lead = columns.lead(&schema, &record).map_err(at)?;
            for (column, value) in rows.iter_mut().zip(lead.values()) {
                column.push(*value);
            }
            converted.push(columns.outcome(&record, target).map_err(at)?);
        }
        Self::new(schema, rows, converted, source)
    }
}

impl Columns {
    fn of(schema: &Schema, header: &StringRecord, target: &str) -> Result<Self, ModelError> {
        let mut columns = Self { features: vec![None; schema.len()], target: usize::MAX, id: None };
        // Asked first: where it is mistyped, the real one would be called an unknown feature.
        if !header.iter().any(|name| name.trim_start_matches('\u{feff}') == target) {
            return Err(fault(1, format!("there is no target column {target:?}")));
        }
        for (column, name) in header.iter().enumerate() {
            // Spreadsheets begin UTF-8 files with a byte order mark.
            let name = name.trim_start_matches('\u{feff}');
            let again = if name == target {
                std::mem::replace(&mut columns.target, column) != usize::MAX
            } else if name == ID_COLUMN {
                columns.id.replace(column).is_some()
            } else if let Some(position) = schema.position(name) {
                columns.features[position].replace(column).is_some()
            } else {
                let schema = schema.name();
                let name = shown(name);
                return Err(fault(1, format!("column {name:?} is no feature of schema {schema}")));
            };
            if again {
                return Err(fault(1, format!("column {name:?} appears twice")));
            }
        }
        for (feature, column) in schema.features().iter().zip(&columns.features) {
            if column.is_none() && feature.presence == Presence::Required {
                return Err(fault(1, format!("column {:?} is required", feature.name)));
            }
        }
        Ok(columns)
    }

    fn lead(&self, schema: &Schema, record: &StringRecord) -> Result<Lead, String> {
        let id = self.id.and_then(|column| record.get(column)).unwrap_or_default();
        let cells = schema.features().iter().zip(&self.features);
        let values: Result<Vec<_>, _> = cells
            .map(|(feature, column)| {
                let cell = column.and_then(|column| record.get(column)).unwrap_or_default();
                value(feature, cell)
            })
            .collect();
        Ok(Lead::checked(id, values?, 0))
    }

    fn outcome(&self, record: &StringRecord, target: &str) -> Result<bool, String> {
        match record.get(self.target).unwrap_or_default().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(true),
            "0" | "false" | "no" => Ok(false),
            _ => Err(format!("column {target:?} must be 0 or 1, true or false, yes or no")),
        }
    }
}

fn value(feature: &Feature, cell: &str) -> Result<f64, String> {
    let name = &feature.name;
    if cell.is_empty() {
        return match feature.presence {
            Presence::Default(value) => Ok(value),
            Presence::Optional => Ok(f64::NAN),
            Presence::Required => Err(format!("column {name:?} is empty and has no default")),
        };
    }
    let number: f64 = cell
        .parse()
        .map_err(|_| format!("column {name:?} holds {:?}, which is no number", shown(cell)))?;
    feature.check(number).map_err(|code| feature.complaint(code))
}

fn unreadable(bytes: &[u8], error: &::csv::Error) -> ModelError {
    let what = match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!(
                "the row has {len} fields under {expected_len} names; is there a decimal comma or half a row in it?"
            )
        }
        ErrorKind::Utf8 { .. } => "the row is not UTF-8; save the file as CSV in UTF-8".to_owned(),
        _ => format!("unreadable: {error}"),
    };
    fault(line_of(bytes, error.position()), what)
}

/// The line on which the row at `position` begins, from 1; the reader's own count is one behind after a CRLF.
fn line_of(bytes: &[u8], position: Option<&Position>) -> u64 {
    let end = position.map_or(0, Position::byte);
    let (before, rest) = bytes.split_at(usize::try_from(end).unwrap_or(0).min(bytes.len()));
    // A row's position is the end of the one before it, line ends and blank lines not yet skipped.
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    1 + before.iter().chain(skipped).filter(|&&byte| byte == b'\n').count() as u64
}

/// The beginning of a text from the file: a file with other separators is one long name.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

fn fault(line: u64, what: String) -> ModelError {
    ModelError::Table { line, what }
}
