//! What the rows of a sheet are to a schema, by column, whatever their outcome.
//!
//! Each row is a lead or a rejection with its line; outcomes and time are left to `labelled.rs`.

use std::collections::HashMap;

use crate::{
    columns::{Absent, near},
    error::ModelError,
    fault::FaultCode,
    schema::{Feature, Kind, Presence, Schema},
    sheet::{Rejection, Rejections, Sheet, shown},
};

/// Different texts of one column whose values are remembered.
const REMEMBERED: usize = 4096;
/// Faulty rows that a column tells one by one.
const TOLD: usize = 20;

/// What the rows of a sheet are to a schema, whatever their outcome.
pub(super) struct Leads {
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) is_lead: Vec<bool>,
    pub(super) rejections: Rejections,
}

/// The rows of `sheet` as leads of a model's own schema, by column, with what a person should know of them; no outcome is
/// looked for.
///
/// # Errors
/// [`ModelError::Columns`] without a required column, [`ModelError::Table`] if more than 1 % of the rows cannot be read.
pub fn unlabelled(
    schema: &Schema,
    sheet: &Sheet,
) -> Result<(Vec<Vec<f64>>, Vec<String>), ModelError> {
    let Leads { mut columns, is_lead, rejections } = Leads::read(schema, sheet)?;
    rejections.check(sheet.rows() + sheet.rejections().count())?;
    for column in &mut columns {
        let mut kept = is_lead.iter();
        column.retain(|_| kept.next() == Some(&true));
    }
    let notes = sheet.notes().iter().cloned().chain(rejections.notes());
    Ok((columns, notes.chain(absent(schema, sheet)).collect()))
}

impl Leads {
    pub(super) fn read(schema: &Schema, sheet: &Sheet) -> Result<Self, ModelError> {
        let mut is_lead = vec![true; sheet.rows()];
        let (mut columns, mut faults) = (Vec::with_capacity(schema.len()), Vec::new());
        for feature in schema.features() {
            let column = sheet.position(&feature.name);
            if column.is_none() && feature.presence == Presence::Required {
                let absent = near(&feature.name, sheet.names().iter().map(String::as_str));
                return Err(ModelError::Columns(format!("{absent}; the schema requires it")));
            }
            columns.push(values(feature, sheet, column, &mut is_lead, &mut faults));
        }
        let mut rejections = sheet.rejections().clone();
        faults.sort_by_key(|fault: &Rejection| fault.line);
        faults.dedup_by_key(|fault| fault.line);
        rejections.merge(faults, is_lead.iter().filter(|&&is_lead| !is_lead).count());
        Ok(Self { columns, is_lead, rejections })
    }
}

/// The values of a feature; where a cell holds none, the row is no lead.
fn values(
    feature: &Feature,
    sheet: &Sheet,
    column: Option<usize>,
    is_lead: &mut [bool],
    faults: &mut Vec<Rejection>,
) -> Vec<f64> {
    let Some(column) = column else {
        return vec![feature.absent().unwrap_or(f64::NAN); sheet.rows()];
    };
    let mut remembered = HashMap::new();
    let remembers = matches!(feature.kind, Kind::Flag | Kind::Category);
    let mut told = 0;
    let mut read = |(row, cell)| {
        if let Some(&value) = remembered.get(cell) {
            return value;
        }
        match feature.parse(cell) {
            Ok(value) => {
                if remembers && remembered.len() < REMEMBERED {
                    remembered.insert(cell, value);
                }
                value
            }
            Err(code) => {
                is_lead[row] = false;
                if told < TOLD {
                    told += 1;
                    faults.push(Rejection {
                        line: sheet.line(row),
                        what: complaint(feature, cell, code),
                    });
                }
                f64::NAN
            }
        }
    };
    sheet.column(column).enumerate().map(&mut read).collect()
}

fn complaint(feature: &Feature, cell: &str, code: FaultCode) -> String {
    let (name, cell) = (&feature.name, shown(cell));
    match (code, feature.kind) {
        (FaultCode::Missing, _) => format!("column {name:?} is empty and has no default"),
        (FaultCode::WrongType, Kind::Flag) => {
            format!("column {name:?} holds {cell:?}, which is neither a no nor a yes")
        }
        (FaultCode::WrongType, _) if cell.parse::<f64>().is_err() => {
            format!("column {name:?} holds {cell:?}, which is no number")
        }
        // A fragment: more follows it.
        _ => feature.complaint(code).trim_end_matches('.').to_owned(),
    }
}

/// Which features have no column.
pub(super) fn absent(schema: &Schema, sheet: &Sheet) -> Option<String> {
    Absent::of(schema, sheet.names().iter().map(String::as_str)).note()
}
