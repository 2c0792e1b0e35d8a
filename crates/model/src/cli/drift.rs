//! `lead-model drift`: whether the leads of a file are still those the model was trained on.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{
    absent::{self, AbsentArgs},
    data::FormArgs,
    meter, model_file,
};
use crate::{
    card::count,
    columns::Absent,
    drift::{Drift, Shift, Tally},
    lead::Lead,
    train::unlabelled,
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
    #[command(flatten)]
    form: FormArgs,
    #[command(flatten)]
    absent: AbsentArgs,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DriftArgs, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let Some(reference) = &scorer.artifact().reference else {
        bail!(
            "compare with the training rows: {} does not know how they were distributed; train it again",
            args.model.display()
        );
    };
    let sheet = args.form.read(&args.data)?;
    let (columns, notes) = unlabelled(scorer.schema(), &sheet)
        .with_context(|| format!("read {}", args.data.display()))?;
    let names = sheet.names().iter().map(String::as_str);
    absent::check(&Absent::of(scorer.schema(), names), args.absent.allow_missing)
        .with_context(|| format!("read {}", args.data.display()))?;
    meter::notes(&notes, &[]);
    let mut tally = Tally::new(reference, scorer.schema());
    for row in 0..columns[0].len() {
        let values: Vec<_> = columns.iter().map(|column| column[row]).collect();
        let lead = Lead::checked("", values, 0);
        tally.add(&lead, &scorer.score(&lead));
    }
    let drift = Drift::between(reference, &tally);
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &drift).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    table(&drift, out)
}

fn table(drift: &Drift, out: &mut impl Write) -> Result<()> {
    let mut shifts: Vec<_> = drift.features.iter().collect();
    shifts.sort_by(|one, other| other.psi.total_cmp(&one.psi));
    let widest = shifts.iter().map(|shift| shift.of.chars().count()).max().unwrap_or(0).max(7);
    writeln!(out, "{} leads, {}", count(drift.rows), drift.verdict().as_str())?;
    writeln!(out)?;
    let head = ["PSI", "chance", "missing", "was", "outside"];
    write!(out, "{:<widest$}", "feature")?;
    head.iter().try_for_each(|name| write!(out, "  {name:>7}"))?;
    writeln!(out, "  verdict")?;
    for shift in [&drift.score].into_iter().chain(shifts) {
        row(shift, widest, out)?;
    }
    writeln!(
        out,
        "\nchance: PSI expected with no change; was: share missing in training; outside: share beyond the training range."
    )?;
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
