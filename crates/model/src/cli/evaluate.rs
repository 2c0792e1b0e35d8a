//! `lead-model evaluate`: how good a model is on labelled leads.

use std::{io::Write, path::PathBuf};

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use super::{labelled::LabelledArgs, model_file};
use crate::{
    artifact::{Artifact, Quality},
    card::{Measures, count, deciles, measures, percent, reliability_table, tiers},
    measure::quality,
};

/// Measure a model on labelled leads that it was not trained on.
///
/// Prints ranking, calibration, lift and tiers, each with what to read it against. Leads that the model was trained on would
/// flatter it.
#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// The model file.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    labelled: LabelledArgs,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// The form of the output as JSON.
#[derive(Serialize)]
struct Report<'r> {
    model: Model<'r>,
    data: String,
    quality: &'r Quality,
}

#[derive(Serialize)]
struct Model<'r> {
    name: &'r str,
    version: &'r str,
    fingerprint: String,
}

pub(super) fn run(args: &EvaluateArgs, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let rows = args.labelled.rows(&scorer)?;
    let artifact = scorer.artifact();
    let quality = quality(&rows.outcomes(&scorer), &artifact.cut_points);
    let data = args.labelled.name();
    if args.json {
        let model = Model {
            name: &artifact.name,
            version: &artifact.version,
            fingerprint: artifact.fingerprint(),
        };
        let report = Report { model, data, quality: &quality };
        serde_json::to_writer_pretty(&mut *out, &report).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    tell(artifact, &data, &quality, out)
}

fn tell(artifact: &Artifact, data: &str, quality: &Quality, out: &mut impl Write) -> Result<()> {
    let (rows, share) = (count(quality.rows), percent(quality.positives, quality.rows));
    writeln!(out, "model  {} {}", artifact.name, artifact.version)?;
    writeln!(out, "data   {data}: {rows} leads, {share} converted")?;
    let of = Measures::from(quality);
    write!(out, "\n{}", measures(&of).text())?;
    if let Some(doubt) = of.doubt() {
        writeln!(out, "{doubt}")?;
    }
    let tables = [
        reliability_table(&quality.reliability),
        deciles(&quality.deciles),
        tiers(&artifact.cut_points, &quality.tiers),
    ];
    for table in tables {
        write!(out, "\n{}", table.text())?;
    }
    writeln!(
        out,
        "\nPrecision, recall, in vain and missed are those of acting on a tier and every better one."
    )?;
    Ok(())
}
