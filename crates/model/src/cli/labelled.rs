//! Labelled leads from CSV, read for a model that exists: columns by name, others left alone.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use csv::{ReaderBuilder, StringRecord, Trim};

use crate::{
    error::ModelError,
    fault::FaultCode,
    lead::Lead,
    measure::Outcome,
    schema::{Presence, Schema},
    scorer::Scorer,
};

/// Cells are shown up to here in a message.
const SHOWN_CHARS: usize = 64;

/// Where labelled leads are, and how their outcome is written.
#[derive(Debug, Args)]
pub(super) struct LabelledArgs {
    /// A CSV file with the model's features and the outcome; other columns are left alone.
    #[arg(long, value_name = "CSV")]
    data: PathBuf,
    /// The column of the outcome.
    #[arg(long, value_name = "COLUMN")]
    target: String,
    /// What the outcome says of a lead that converted [default: 1, true or yes, against 0, false or no].
    #[arg(long, value_name = "VALUE")]
    positive: Option<String>,
    /// What stands between columns.
    #[arg(long, value_name = "CHARACTER", default_value_t = ',')]
    delimiter: char,
}

/// Leads of one schema, each with its outcome.
pub(super) struct Rows {
    pub(super) leads: Vec<Lead>,
    pub(super) converted: Vec<bool>,
}

impl LabelledArgs {
    /// The leads as `scorer` takes them; at least one of either outcome.
    pub(super) fn rows(&self, scorer: &Scorer) -> Result<Rows> {
        let path = &self.data;
        let positive = self.positive.as_deref();
        let rows = labelled(path, scorer.schema(), &self.target, positive, self.delimiter)
            .with_context(|| format!("read {}", path.display()))?;
        let (all, name, target) = (rows.converted.len(), path.display(), &self.target);
        let wanted = positive.map_or("1, true or yes".to_owned(), |value| format!("{value:?}"));
        ensure!(all > 0, "measure on {name}: it holds no leads");
        ensure!(
            rows.converted.contains(&true),
            "measure on {name}: none of its {all} leads converted: column {target:?} never holds {wanted}; \
             check --target and --positive"
        );
        ensure!(
            rows.converted.contains(&false),
            "measure on {name}: each of its {all} leads converted: column {target:?} always holds {wanted}; \
             check --target, and bring leads that did not convert"
        );
        Ok(rows)
    }

    /// The file's name, for messages.
    pub(super) fn name(&self) -> String {
        self.data.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }
}

impl Rows {
    /// The probabilities that a model gives these leads.
    pub(super) fn probabilities(&self, scorer: &Scorer) -> Vec<f64> {
        let mut scores = Vec::new();
        scorer.score_many(&self.leads, &mut scores);
        scores.into_iter().map(|score| score.probability).collect()
    }

    /// Those probabilities with what happened.
    pub(super) fn outcomes(&self, scorer: &Scorer) -> Vec<Outcome> {
        self.probabilities(scorer).into_iter().zip(self.converted.iter().copied()).collect()
    }
}

/// Reads labelled leads of `schema`; the first row that is none ends the reading.
fn labelled(
    path: &Path,
    schema: &Schema,
    target: &str,
    positive: Option<&str>,
    delimiter: char,
) -> Result<Rows> {
    let Ok(delimiter) = u8::try_from(delimiter) else {
        bail!("the delimiter {delimiter:?} is not one byte; use a comma, a semicolon or a tab")
    };
    let file = File::open(path)?;
    let mut reader = ReaderBuilder::new().delimiter(delimiter).trim(Trim::All).from_reader(file);
    let header = reader.headers()?.clone();
    // Spreadsheets begin UTF-8 files with a byte order mark.
    let find =
        |name: &str| header.iter().position(|cell| cell.trim_start_matches('\u{feff}') == name);
    let Some(outcome) = find(target) else {
        let other = header.len() == 1 && header[0].contains([',', ';', '\t', '|']);
        let hint = if other { "; is there another --delimiter?" } else { "" };
        bail!("there is no column {target:?}; the columns are {}{hint}", listed(&header))
    };
    let columns: Vec<Option<usize>> =
        schema.features().iter().map(|feature| find(&feature.name)).collect();
    for (feature, column) in schema.features().iter().zip(&columns) {
        if column.is_none() && feature.presence == Presence::Required {
            bail!("there is no column {:?}, which the model needs", feature.name);
        }
    }
    let mut rows = Rows { leads: Vec::new(), converted: Vec::new() };
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let fault = |what| ModelError::Table { line, what };
        rows.leads.push(lead(schema, &columns, &record).map_err(fault)?);
        let cell = record.get(outcome).unwrap_or_default();
        rows.converted.push(
            converted(cell, positive).map_err(|what| fault(format!("column {target:?} {what}")))?,
        );
    }
    Ok(rows)
}

fn lead(schema: &Schema, columns: &[Option<usize>], record: &StringRecord) -> Result<Lead, String> {
    let mut imputed = 0;
    let mut values = Vec::with_capacity(columns.len());
    for (feature, column) in schema.features().iter().zip(columns) {
        let cell = column.and_then(|column| record.get(column)).unwrap_or_default();
        imputed += u32::from(cell.is_empty());
        let value = feature.parse(cell).map_err(|code| match code {
            FaultCode::Missing => format!("column {:?} is empty and has no default", feature.name),
            code => format!(
                "column {:?} holds {:?}: {}",
                feature.name,
                shown(cell),
                feature.complaint(code)
            ),
        });
        values.push(value?);
    }
    Ok(Lead::checked("", values, imputed))
}

fn converted(cell: &str, positive: Option<&str>) -> Result<bool, String> {
    if cell.is_empty() {
        return Err("is empty; every row needs its outcome".to_owned());
    }
    if let Some(positive) = positive {
        return Ok(cell == positive);
    }
    match cell.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err(format!(
            "holds {:?}; say with --positive which value means that a lead converted",
            shown(cell)
        )),
    }
}

fn listed(header: &StringRecord) -> String {
    let names: Vec<String> =
        header.iter().take(12).map(|name| format!("{:?}", shown(name))).collect();
    let more = header.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

fn shown(text: &str) -> String {
    text.trim_start_matches('\u{feff}').chars().take(SHOWN_CHARS).collect()
}
