//! Labelled leads from CSV: one column per feature, by name, and a target column.
//!
//! Every row must be a lead of the schema. The first fault ends the reading, with its line and column: a model trained on
//! what happened to be readable is no model of the file.

use std::io::Read;

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::Table;
use crate::{Feature, Lead, ModelError, Presence, Schema};

/// The optional column that names a lead.
const ID_COLUMN: &str = "lead_id";

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
        reader: impl Read,
        target: &str,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(reader);
        let header = reader.headers().map_err(|error| unreadable(&error, 1))?.clone();
        let columns = Columns::of(&schema, &header, target)?;
        let (mut leads, mut converted) = (Vec::new(), Vec::new());
        for (row, record) in reader.records().enumerate() {
            let record = record.map_err(|error| unreadable(&error, row as u64 + 2))?;
            let line = record.position().map_or(row as u64 + 2, ::csv::Position::line);
            leads.push(columns.lead(&schema, &record, line)?);
            converted.push(columns.outcome(&record, target, line)?);
        }
        Ok(Self { schema, leads, converted, truth: None, source: source.into() })
    }
}

impl Columns {
    fn of(schema: &Schema, header: &StringRecord, target: &str) -> Result<Self, ModelError> {
        let mut columns = Self { features: vec![None; schema.len()], target: usize::MAX, id: None };
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
                return Err(fault(1, format!("column {name:?} is no feature of schema {schema}")));
            };
            if again {
                return Err(fault(1, format!("column {name:?} appears twice")));
            }
        }
        if columns.target == usize::MAX {
            return Err(fault(1, format!("there is no target column {target:?}")));
        }
        for (feature, column) in schema.features().iter().zip(&columns.features) {
            if column.is_none() && feature.presence == Presence::Required {
                return Err(fault(1, format!("column {:?} is required", feature.name)));
            }
        }
        Ok(columns)
    }

    fn lead(&self, schema: &Schema, record: &StringRecord, line: u64) -> Result<Lead, ModelError> {
        let id = self.id.and_then(|column| record.get(column)).unwrap_or_default();
        let cells = schema.features().iter().zip(&self.features);
        let values: Result<Vec<_>, _> = cells
            .map(|(feature, column)| {
                let cell = column.and_then(|column| record.get(column)).unwrap_or_default();
                value(feature, cell).map_err(|what| fault(line, what))
            })
            .collect();
        Ok(Lead::checked(id, values?))
    }

    fn outcome(&self, record: &StringRecord, target: &str, line: u64) -> Result<bool, ModelError> {
        match record.get(self.target).unwrap_or_default().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => Ok(true),
            "0" | "false" | "no" => Ok(false),
            _ => Err(fault(
                line,
                format!("column {target:?} must be 0 or 1, true or false, yes or no"),
            )),
        }
    }
}

fn value(feature: &Feature, cell: &str) -> Result<f64, String> {
    let name = &feature.name;
    if cell.is_empty() {
        return match feature.presence {
            Presence::Default(value) => Ok(value),
            Presence::Required => Err(format!("column {name:?} is empty and has no default")),
        };
    }
    let number: f64 =
        cell.parse().map_err(|_| format!("column {name:?} holds {cell:?}, which is no number"))?;
    feature.check(number).map_err(|code| feature.complaint(code))
}

fn unreadable(error: &::csv::Error, line: u64) -> ModelError {
    let line = error.position().map_or(line, ::csv::Position::line);
    fault(line, format!("unreadable: {error}"))
}

fn fault(line: u64, what: String) -> ModelError {
    ModelError::Table { line, what }
}
