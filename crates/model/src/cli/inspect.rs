//! `lead-model inspect`: what a model file holds, for people.

use std::{
    fs::File,
    io::{BufReader, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;

use super::{feature, model_file, paths::is_same};
use crate::{
    artifact::Artifact,
    card::{
        Measures, Table, candidates, count, fixed, measures, pair, percent, pieces, ranked, refit,
        selection, signed, source, tiers,
    },
    curve::Curve,
    train::{card, card_html},
};

/// Verify a model file and show what it holds.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// The model file.
    #[arg(value_name = "FILE")]
    model: PathBuf,
    /// Show the curve of this feature alone.
    #[arg(long, value_name = "NAME")]
    feature: Option<String>,
    /// Write the model card as a page with pictures.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the model card in Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// The one member that every format has.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

pub(super) fn run(args: &InspectArgs, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let artifact = scorer.artifact();
    // The command that made the model is not in it.
    let cards = [
        args.html.as_ref().map(|path| (path, card_html as fn(&Artifact, &str) -> String)),
        args.markdown.as_ref().map(|path| (path, card as fn(&Artifact, &str) -> String)),
    ];
    for (path, card) in cards.iter().flatten() {
        ensure!(!is_same(path, &args.model), "write {}: that is the model itself", path.display());
        model_file::replace(path, card(artifact, "").as_bytes())?;
        writeln!(out, "wrote {}", path.display())?;
    }
    if let Some(name) = &args.feature {
        return feature::show(artifact, name, out);
    }
    if cards.iter().flatten().next().is_some() {
        return Ok(());
    }
    head(artifact, format(&args.model)?, out)?;
    quality(artifact, out)?;
    curves(artifact, out)?;
    pairs(artifact, out)
}

/// The format of the file, which the artifact does not know.
fn format(path: &Path) -> Result<u64> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let version: Version = serde_json::from_reader(BufReader::new(file))
        .with_context(|| format!("read {}", path.display()))?;
    Ok(version.format)
}

fn head(artifact: &Artifact, format: u64, out: &mut impl Write) -> Result<()> {
    let training = &artifact.training;
    writeln!(out, "model        {} {}", artifact.name, artifact.version)?;
    writeln!(out, "fingerprint  {}", artifact.fingerprint())?;
    writeln!(out, "format       {format}")?;
    let pairs = match artifact.scorecard.pairs.len() {
        0 => "no pairs".to_owned(),
        1 => "1 pair".to_owned(),
        pairs => format!("{pairs} pairs"),
    };
    let (schema, features) = (artifact.schema.name(), artifact.schema.len());
    writeln!(out, "schema       {schema}, {features} features, {pairs}")?;
    let told = source(training);
    writeln!(out, "source       {}", told.strip_prefix("Source: ").unwrap_or(&told))?;
    let share = percent(training.positives, training.rows);
    writeln!(out, "trained on   {} rows, {share} converted", count(training.rows))?;
    let share = percent(training.test_positives, training.test_rows);
    writeln!(out, "measured on  {} rows, {share} converted", count(training.test_rows))?;
    writeln!(out, "shape        {}; penalty {}", pieces(training), training.penalty)?;
    writeln!(out, "golden       {} leads, all score as stored", artifact.golden.len())?;
    let reference = artifact.reference.as_ref();
    let reference = reference.map_or("none", |_| "distribution of every feature and of the score");
    writeln!(out, "reference    {reference}")?;
    writeln!(out, "intercept    {}", fixed(artifact.scorecard.intercept, 4))?;
    for warning in &training.warnings {
        writeln!(out, "warning      {}", warning.replace(char::is_control, " "))?;
    }
    Ok(())
}

fn quality(artifact: &Artifact, out: &mut impl Write) -> Result<()> {
    let training = &artifact.training;
    let held = training.quality.as_ref().map_or(&[][..], |quality| &quality.tiers);
    let of = Measures::from(training);
    write!(out, "\n{}", measures(&of).text())?;
    if let Some(doubt) = of.doubt() {
        writeln!(out, "{doubt}")?;
    }
    if let Some(refit) = refit(training) {
        writeln!(out, "{refit}")?;
    }
    write!(out, "\n{}", tiers(&artifact.cut_points, held).text())?;
    if let (Some(words), Some(selection)) = (selection(training), &training.selection) {
        write!(out, "\n{words}\n{}", candidates(selection).text())?;
    }
    Ok(())
}

/// The features with their span of points, the most important first.
fn curves(artifact: &Artifact, out: &mut impl Write) -> Result<()> {
    let mut table = Table::default()
        .name("feature")
        .words("curve")
        .number("mean")
        .number("lowest")
        .number("highest");
    for position in ranked(artifact) {
        let entry = &artifact.scorecard.curves[position];
        let histogram = artifact.reference.as_ref().map(|reference| &reference.features[position]);
        // Missing and unseen values count where training rows had them.
        let is_missing = histogram.is_some_and(|histogram| histogram.missing > 0);
        let is_unseen = histogram.and_then(|histogram| histogram.counts.last()) > Some(&0);
        let (shape, mut points, unseen, missing) = match &entry.curve {
            Curve::Ramp(ramp) => ("ramp", ramp.points.clone(), None, ramp.missing),
            Curve::Levels(levels) => {
                ("levels", levels.points.clone(), Some(levels.unseen), levels.missing)
            }
        };
        points.extend(unseen.filter(|_| is_unseen));
        points.extend(is_missing.then_some(missing));
        let lowest = points.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        table.row([
            entry.feature.clone(),
            shape.to_owned(),
            fixed(artifact.training.importance[position], 3),
            signed(lowest, 3),
            signed(highest, 3),
        ]);
    }
    write!(out, "\n{}", table.text())?;
    Ok(())
}

fn pairs(artifact: &Artifact, out: &mut impl Write) -> Result<()> {
    let pairs = &artifact.scorecard.pairs;
    if !pairs.is_empty() {
        writeln!(out)?;
    }
    for entry in pairs {
        writeln!(out, "pair  {}", pair(entry, &artifact.schema))?;
    }
    Ok(())
}
