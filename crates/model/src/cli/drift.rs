//! `lead-model drift`: whether the leads of a file are still those the model was trained on.

use std::{
    fs::File,
    io::{Read, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use csv::{ReaderBuilder, StringRecord};

use super::model_file;
use crate::{
    drift::{Drift, Shift, Tally},
    lead::Lead,
    schema::Schema,
    scorer::Scorer,
};

/// Compare leads of a CSV file with those the model was trained on.
///
/// The file needs a column for each required feature and no outcomes. The population stability index (PSI) is 0 where
/// nothing has changed: watch from 0.1, act from 0.25.
#[derive(Debug, Args)]
pub(super) struct DriftArgs {
    /// The model file.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The leads of today.
    #[arg(long, value_name = "CSV")]
    data: PathBuf,
    /// What parts the columns of the file.
    #[arg(long, value_name = "CHAR", default_value = ",")]
    delimiter: char,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DriftArgs, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let path = args.data.display();
    let file = File::open(&args.data).with_context(|| format!("open {path}"))?;
    let drift = compare(&scorer, file, args.delimiter).with_context(|| format!("read {path}"))?;
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &drift).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    table(&drift, out)
}

fn compare(scorer: &Scorer, file: impl Read, delimiter: char) -> Result<Drift> {
    let Some(reference) = &scorer.artifact().reference else {
        bail!("the model does not know how its training rows were distributed; train it again");
    };
    let Ok(delimiter) = u8::try_from(delimiter) else {
        bail!("the delimiter must be one of the ASCII characters");
    };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(file);
    let schema = scorer.schema();
    let places = places(schema, reader.headers()?)?;
    let mut tally = Tally::new(reference, schema);
    let mut record = StringRecord::new();
    while reader.read_record(&mut record)? {
        let lead = lead(schema, &places, &record)?;
        tally.add(&lead, &scorer.score(&lead));
    }
    Ok(Drift::between(reference, &tally))
}

/// Where each feature's column stands, if there is one.
fn places(schema: &Schema, header: &StringRecord) -> Result<Vec<Option<usize>>> {
    let mut places = vec![None; schema.len()];
    for (column, name) in header.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}').trim();
        let Some(position) = schema.position(name) else { continue };
        if let Some(first) = places[position].replace(column) {
            bail!("columns {} and {} are both named {name}", first + 1, column + 1);
        }
    }
    for (feature, place) in schema.features().iter().zip(&places) {
        if place.is_none() && feature.absent().is_none() {
            bail!("there is no column {}, which the model requires", feature.name);
        }
    }
    Ok(places)
}

fn lead(schema: &Schema, places: &[Option<usize>], record: &StringRecord) -> Result<Lead> {
    let mut values = Vec::with_capacity(places.len());
    for (feature, place) in schema.features().iter().zip(places) {
        let text = place.and_then(|place| record.get(place)).unwrap_or_default();
        let value = feature.parse(text).map_err(|code| {
            let line = record.position().map_or(0, csv::Position::line);
            anyhow::anyhow!("line {line}, column {}: {}", feature.name, feature.complaint(code))
        })?;
        values.push(value);
    }
    Ok(Lead::checked("", values, 0))
}

fn table(drift: &Drift, out: &mut impl Write) -> Result<()> {
    let mut shifts: Vec<_> = drift.features.iter().collect();
    shifts.sort_by(|one, other| other.psi.total_cmp(&one.psi));
    let widest = shifts.iter().map(|shift| shift.of.chars().count()).max().unwrap_or(0).max(7);
    writeln!(out, "{} leads, {}", drift.rows, drift.verdict().as_str())?;
    writeln!(out)?;
    let head = ["PSI", "chance", "missing", "was", "outside"];
    write!(out, "{:<widest$}", "feature")?;
    head.iter().try_for_each(|name| write!(out, "  {name:>7}"))?;
    writeln!(out, "  verdict")?;
    for shift in [&drift.score].into_iter().chain(shifts) {
        row(shift, widest, out)?;
    }
    Ok(())
}

fn row(shift: &Shift, widest: usize, out: &mut impl Write) -> Result<()> {
    let [was, missing] = shift.missing.map(|share| format!("{:.1} %", 100.0 * share));
    let outside = format!("{:.1} %", 100.0 * shift.outside);
    let (name, psi, chance) = (&shift.of, shift.psi, shift.chance_psi);
    write!(
        out,
        "{name:<widest$}  {psi:>7.3}  {chance:>7.3}  {missing:>7}  {was:>7}  {outside:>7}"
    )?;
    let note = shift.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
    Ok(writeln!(out, "  {}{note}", shift.verdict.as_str())?)
}
