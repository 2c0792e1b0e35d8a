//! `lead-model inspect`: what a model file holds, for people.

use std::{io::Write, path::PathBuf};

use anyhow::Result;
use clap::Args;

use super::model_file;
use crate::{artifact::Artifact, curve::Curve};

/// Verify a model file and show what it holds.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// The model file.
    #[arg(value_name = "FILE")]
    model: PathBuf,
}

pub(super) fn run(args: &InspectArgs, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let artifact = scorer.artifact();
    head(artifact, out)?;
    curves(artifact, out)
}

fn head(artifact: &Artifact, out: &mut impl Write) -> Result<()> {
    let training = &artifact.training;
    let share = 100.0 * training.positives as f64 / training.rows as f64;
    writeln!(out, "model        {} {}", artifact.name, artifact.version)?;
    writeln!(out, "fingerprint  {}", artifact.fingerprint())?;
    writeln!(out, "schema       {}, {} features", artifact.schema.name(), artifact.schema.len())?;
    writeln!(out, "source       {}", training.source)?;
    writeln!(out, "trained on   {} rows, {share:.1} % converted", training.rows)?;
    write!(out, "held out     {} rows: AUC {:.4}", training.test_rows, training.auc)?;
    if let Some(best) = training.best_auc {
        write!(out, " (best possible {best:.4})")?;
    }
    let (log_loss, brier) = (training.log_loss, training.brier);
    writeln!(out, ", log loss {log_loss:.4}, Brier {brier:.4}")?;
    writeln!(out, "cut points   {:?}", artifact.cut_points.points())?;
    writeln!(out, "golden       {} leads, all score as stored", artifact.golden.len())?;
    writeln!(out, "intercept    {:.4}", artifact.scorecard.intercept)?;
    Ok(())
}

/// The features with their span of points, the most important first.
fn curves(artifact: &Artifact, out: &mut impl Write) -> Result<()> {
    let mut rows: Vec<_> =
        artifact.scorecard.curves.iter().zip(&artifact.training.importance).collect();
    rows.sort_by(|a, b| b.1.total_cmp(a.1));
    writeln!(out)?;
    writeln!(
        out,
        "{:<34} {:<7} {:>6} {:>8} {:>8}",
        "feature", "curve", "mean", "lowest", "highest"
    )?;
    for (entry, importance) in rows {
        let (shape, points) = match &entry.curve {
            Curve::Ramp(ramp) => ("ramp", &ramp.points),
            Curve::Levels(levels) => ("levels", &levels.points),
        };
        let lowest = points.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let name = &entry.feature;
        writeln!(out, "{name:<34} {shape:<7} {importance:>6.3} {lowest:>+8.3} {highest:>+8.3}")?;
    }
    Ok(())
}
