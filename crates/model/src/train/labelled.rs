//! Labelled leads from a table of texts: one column per feature, by name, and a target column.
//!
//! Every cell is read by [`Feature::parse`](crate::Feature::parse), the judge of all texts. A row that is no lead is reported with its line and
//! column and left out; more than 1 % of such rows end the reading, and under the built-in schema the first one does: a
//! model trained on what happened to be readable is no model of the file.

use std::io::Read;

use super::{
    Table,
    leads::{Leads, absent},
    target::{self, Outcomes},
};
use crate::{
    columns::{Column, Columns, Role, near, order_of, seconds},
    error::ModelError,
    schema::{ID_COLUMN, Kind, Presence, Schema},
    sheet::{Form, Rejection, Rejections, Sheet, shown},
};

impl Table {
    /// The rows of `sheet` as leads of the features among `columns`, which must also mark a target.
    ///
    /// `time` names a column of dates or numbers by which rows are newer or older; rows without one are left out, as are
    /// those without an outcome. [`Table::notes`] says how many.
    ///
    /// # Errors
    /// [`ModelError::Columns`] if a column is missing, the target is not understood or has one outcome only, or `time` is
    /// neither; [`ModelError::Table`] if more than 1 % of the rows are no leads.
    pub fn from_sheet(
        sheet: &Sheet,
        columns: &Columns,
        time: Option<&str>,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let Some((target, positive)) = columns.target() else {
            return Err(ModelError::Columns(
                "no column is marked as the target; name it with --target".to_owned(),
            ));
        };
        columns.check(sheet)?;
        let time = match time {
            None => None,
            Some(name) => Some((name.to_owned(), times(sheet, columns, name)?)),
        };
        let rows = Rows::read(columns.schema()?, sheet, target, positive)?;
        target::check_both(sheet, target, &rows.outcomes)?;
        let doubts = doubts(columns, time.as_ref().map(|(name, _)| name.as_str()));
        Ok(rows.table(sheet, time, source.into())?.with_notes(doubts))
    }

    /// The rows of `sheet` as leads of a model's own schema; columns that the schema does not name are passed over.
    ///
    /// [`Table::notes`] names the optional features that are not there; ask [`Absent`](crate::columns::Absent) whether that looks like a slip.
    ///
    /// # Errors
    /// As [`Table::from_sheet`].
    pub fn labelled(
        schema: &Schema,
        sheet: &Sheet,
        target: &str,
        positive: Option<&str>,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        let rows = Rows::read(schema.clone(), sheet, target, positive)?;
        target::check_both(sheet, target, &rows.outcomes)?;
        Ok(rows.table(sheet, None, source.into())?.with_notes(absent(schema, sheet)))
    }

    /// Reads labelled leads of a schema to the letter; `source` says in the model where they are from.
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
        let unreadable =
            |error| ModelError::Table { line: 1, what: format!("unreadable: {error}") };
        reader.read_to_end(&mut bytes).map_err(unreadable)?;
        Self::strict(schema, &Sheet::read(bytes, Form::default())?, target, None, source)
    }

    /// As [`Table::from_csv`], from a sheet, with the value of the target that counts as converted.
    ///
    /// # Errors
    /// As [`Table::from_csv`]; [`ModelError::Columns`] if the target is not understood.
    pub fn strict(
        schema: Schema,
        sheet: &Sheet,
        target: &str,
        positive: Option<&str>,
        source: impl Into<String>,
    ) -> Result<Self, ModelError> {
        check_names(&schema, sheet, target)?;
        if positive.is_none() {
            target::check_words(sheet, target)?;
        }
        let rows = Rows::read(schema, sheet, target, positive)?;
        if let Some(Rejection { line, what }) = rows.rejections.iter().next() {
            return Err(ModelError::Table { line: *line, what: what.clone() });
        }
        rows.table(sheet, None, source.into())
    }
}

/// What was inferred of the columns in use and could be otherwise.
fn doubts(columns: &Columns, time: Option<&str>) -> Vec<String> {
    let is_used = |column: &&Column| {
        matches!(column.role, Role::Feature(_)) || time == Some(column.name.as_str())
    };
    let used = columns.iter().filter(is_used);
    used.flat_map(|column| {
        let name = shown(&column.name);
        column.advice.iter().map(move |advice| format!("column {name:?}: {advice}"))
    })
    .collect()
}

/// Makes sure that a table holds a schema, its target, and nothing else.
fn check_names(schema: &Schema, sheet: &Sheet, target: &str) -> Result<(), ModelError> {
    let fault = |what| Err(ModelError::Table { line: 1, what });
    // Asked first: where it is mistyped, the real one would be called an unknown feature.
    if sheet.position(target).is_none() {
        return fault(format!("there is no target column {target:?}"));
    }
    for name in sheet.names() {
        if name != target && name != ID_COLUMN && schema.position(name).is_none() {
            let (name, schema) = (shown(name), schema.name());
            return fault(format!("column {name:?} is no feature of schema {schema}"));
        }
    }
    let required = schema.features().iter().filter(|f| f.presence == Presence::Required);
    match required.map(|feature| &feature.name).find(|name| sheet.position(name).is_none()) {
        Some(name) => fault(format!("column {name:?} is required")),
        None => Ok(()),
    }
}

/// All rows of a sheet, those that are no leads among them.
struct Rows {
    schema: Schema,
    columns: Vec<Vec<f64>>,
    /// `None` where the target does not say.
    outcomes: Vec<Option<bool>>,
    /// What to know of the outcomes.
    note: Option<String>,
    target: String,
    is_lead: Vec<bool>,
    rejections: Rejections,
}

impl Rows {
    fn read(
        schema: Schema,
        sheet: &Sheet,
        target: &str,
        positive: Option<&str>,
    ) -> Result<Self, ModelError> {
        let names = || sheet.names().iter().map(String::as_str);
        let Some(position) = sheet.position(target) else {
            return Err(ModelError::Columns(near(target, names())));
        };
        let Outcomes { of_rows: outcomes, note } = target::outcomes(sheet, position, positive)?;
        let Leads { columns, is_lead, rejections } = Leads::read(&schema, sheet)?;
        let target = target.to_owned();
        Ok(Self { schema, columns, outcomes, note, target, is_lead, rejections })
    }

    fn table(
        mut self,
        sheet: &Sheet,
        mut time: Option<(String, Vec<f64>)>,
        source: String,
    ) -> Result<Table, ModelError> {
        self.rejections.check(sheet.rows() + sheet.rejections().count())?;
        let mut notes = sheet.notes().to_vec();
        notes.extend(self.rejections.notes());
        notes.extend(self.note);
        let lines = |without: &dyn Fn(usize) -> bool| {
            let mut rows = (0..sheet.rows()).filter(|&row| without(row));
            let first = rows.next().map(|row| sheet.line(row));
            first.map(|line| (line, 1 + rows.count()))
        };
        if let Some((line, count)) = lines(&|row| self.outcomes[row].is_none()) {
            notes.push(without(count, line, "outcome", &self.target));
        }
        let mut is_kept = self.is_lead;
        is_kept
            .iter_mut()
            .zip(&self.outcomes)
            .for_each(|(kept, outcome)| *kept &= outcome.is_some());
        if let Some((name, times)) = &time {
            if let Some((line, count)) = lines(&|row| times[row].is_nan()) {
                notes.push(without(count, line, "time", name));
            }
            is_kept.iter_mut().zip(times).for_each(|(kept, time)| *kept &= !time.is_nan());
        }
        let keep = |values: &mut Vec<f64>| {
            let mut kept = is_kept.iter();
            values.retain(|_| kept.next() == Some(&true));
        };
        self.columns.iter_mut().for_each(keep);
        if let Some((_, times)) = &mut time {
            keep(times);
        }
        let outcomes = self.outcomes.iter().zip(&is_kept);
        let converted = outcomes.filter(|(_, kept)| **kept).filter_map(|(outcome, _)| *outcome);
        let table = Table::new(self.schema, self.columns, converted.collect(), source)?;
        let table = table.with_notes(notes);
        match time {
            Some((name, times)) => table.with_time(name, times),
            None => Ok(table),
        }
    }
}

fn without(count: usize, line: u64, what: &str, column: &str) -> String {
    let column = shown(column);
    match count {
        1 => format!("1 row has no {what} in {column:?}, on line {line}; it was left out"),
        _ => format!(
            "{count} rows have no {what} in {column:?}, the first on line {line}; they were left out"
        ),
    }
}

/// When each row was: seconds of a date, or a number; NaN where the column does not say.
fn times(sheet: &Sheet, columns: &Columns, name: &str) -> Result<Vec<f64>, ModelError> {
    let Some(position) = sheet.position(name) else {
        return Err(ModelError::Columns(near(name, sheet.names().iter().map(String::as_str))));
    };
    let role = columns.iter().find(|column| column.name == name).map(|column| &column.role);
    let order = match role {
        Some(&Role::Date(order)) => Some(order),
        Some(Role::Feature(_)) => None,
        // Left out of the features, it can still tell when.
        _ => order_of(sheet.column(position)),
    };
    let number = |cell: &str| match role {
        Some(Role::Feature(feature)) if matches!(feature.kind, Kind::Real | Kind::Integer) => {
            feature.parse(cell).ok()
        }
        _ => cell.parse().ok().filter(|number: &f64| number.is_finite()),
    };
    let time =
        |cell| order.map_or_else(|| number(cell), |order| seconds(cell, order)).unwrap_or(f64::NAN);
    let times: Vec<f64> = sheet.column(position).map(time).collect();
    let known = times.iter().filter(|time| !time.is_nan()).count();
    if known * 2 < times.len() {
        return Err(ModelError::Columns(format!(
            "{:?} cannot order the rows: {known} of {} cells are a date or a number",
            shown(name),
            times.len()
        )));
    }
    Ok(times)
}
