//! `lead-model synth`: leads of the synthetic world, to look at or to train on.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, ValueEnum};
use csv::Writer;

use crate::{
    schema::Schema,
    synth::{Example, Leads},
};

/// Print synthetic leads: CSV with their outcomes, or one JSON lead a line.
#[derive(Debug, Args)]
pub(super) struct SynthArgs {
    /// How many leads.
    #[arg(long, default_value_t = 10)]
    rows: usize,
    /// Seed of the world; equal seeds give equal leads on every machine.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// One column per feature, and `converted`; `train --data` reads it.
    Csv,
    /// What `score` and the scoring service take, one lead a line.
    Ndjson,
}

pub(super) fn run(args: &SynthArgs, out: &mut impl Write) -> Result<()> {
    let schema = Schema::b2b();
    let leads = Leads::new(args.seed).take(args.rows);
    match args.format {
        Format::Csv => Ok(table(&schema, leads, out).map_err(output_error)?),
        Format::Ndjson => lines(&schema, leads, out),
    }
}

fn table(
    schema: &Schema,
    leads: impl Iterator<Item = Example>,
    out: &mut impl Write,
) -> csv::Result<()> {
    let mut writer = Writer::from_writer(out);
    let names = schema.features().iter().map(|feature| feature.name.as_str());
    writer.write_record(["lead_id"].into_iter().chain(names).chain(["converted"]))?;
    for example in leads {
        writer.write_field(example.lead.id())?;
        for value in example.lead.values() {
            writer.write_field(value.to_string())?;
        }
        writer.write_field(if example.converted { "1" } else { "0" })?;
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
}

fn lines(
    schema: &Schema,
    leads: impl Iterator<Item = Example>,
    out: &mut impl Write,
) -> Result<()> {
    let mut line = Vec::new();
    for example in leads {
        line.clear();
        example.lead.write_json(schema, &mut line);
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

/// The error of the output itself, where it is one, so that a closed pipe is recognised.
fn output_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
