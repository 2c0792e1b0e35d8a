//! `lead-model train`: from rows to a model file and its card.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::{ArgGroup, Args};

use super::{
    data::{DataArgs, file_name},
    model_file,
};
use crate::{
    artifact::Artifact,
    train::{Params, Table, card, train},
};

/// Train a model and measure it on rows it never saw.
///
/// The same rows, seed, and options give the same file, byte for byte.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("rows").required(true).args(["synth", "data"]))]
pub(super) struct TrainArgs {
    /// Train on this many leads of the built-in synthetic world.
    #[arg(long, value_name = "ROWS")]
    synth: Option<usize>,
    #[command(flatten)]
    data: DataArgs,
    /// Seed of the synthetic leads and of the split into training and held-out rows.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// What the model is called.
    #[arg(long, default_value = "b2b")]
    name: String,
    /// The model's version.
    #[arg(long, default_value = "1.0.0")]
    version: String,
    /// L2 penalty on the rises of the curves; more makes them flatter [default: 5].
    #[arg(long)]
    penalty: Option<f64>,
    /// Most straight pieces of a curve [default: 6].
    #[arg(long)]
    pieces: Option<usize>,
    /// Share of the rows held out to measure the model on [default: 0.2].
    #[arg(long)]
    holdout: Option<f64>,
    /// The model file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also write a model card in Markdown.
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
}

pub(super) fn run(args: &TrainArgs, out: &mut impl Write) -> Result<()> {
    let params = args.params().check().context("read the options")?;
    args.keep_apart()?;
    let table = args.table()?;
    let artifact = train(&table, &params, &args.name, &args.version).context("train the model")?;
    let mut file = Vec::new();
    artifact.write(&mut file).context("write the model")?;
    model_file::replace(&args.out, &file)?;
    if let Some(path) = &args.card {
        model_file::replace(path, card(&artifact, &args.command()).as_bytes())?;
    }
    report(&artifact, args, out)
}

impl TrainArgs {
    fn params(&self) -> Params {
        let mut params = Params::default().seed(self.seed);
        if let Some(penalty) = self.penalty {
            params = params.penalty(penalty);
        }
        if let Some(pieces) = self.pieces {
            params = params.pieces(pieces);
        }
        if let Some(holdout) = self.holdout {
            params = params.holdout(holdout);
        }
        params
    }

    /// Refuses to write the model over the rows it is made of, or the card over either.
    fn keep_apart(&self) -> Result<()> {
        let written = [Some(&self.out), self.card.as_ref()].into_iter().flatten();
        let files: Vec<&PathBuf> = self.data.columns.data.iter().chain(written).collect();
        for (position, file) in files.iter().enumerate() {
            let is_taken = files[..position].iter().any(|other| is_same(other, file));
            ensure!(
                !is_taken,
                "write {}: --data, --out and --card need a file each",
                file.display()
            );
        }
        Ok(())
    }

    fn table(&self) -> Result<Table> {
        match &self.data.columns.data {
            None => Ok(Table::synthetic(self.synth.unwrap_or_default(), self.seed)),
            Some(path) => self.data.table(path),
        }
    }

    /// The command that makes the model again; files by name only, since the place of a file does not change it.
    fn command(&self) -> String {
        let mut command = "lead-model train".to_owned();
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" --{name} {value}"));
            }
        };
        option("synth", self.synth.map(|rows| rows.to_string()));
        option("data", self.data.columns.data.as_deref().map(file_name));
        option("target", self.data.columns.target.clone());
        option("seed", Some(self.seed.to_string()));
        option("name", Some(self.name.clone()));
        option("version", Some(self.version.clone()));
        option("penalty", self.penalty.map(|penalty| penalty.to_string()));
        option("pieces", self.pieces.map(|pieces| pieces.to_string()));
        option("holdout", self.holdout.map(|holdout| holdout.to_string()));
        option("out", Some(file_name(&self.out)));
        option("card", self.card.as_deref().map(file_name));
        command
    }
}

fn report(artifact: &Artifact, args: &TrainArgs, out: &mut impl Write) -> Result<()> {
    let training = &artifact.training;
    let best =
        training.best_auc.map_or(String::new(), |best| format!(" (best possible {best:.4})"));
    writeln!(
        out,
        "{} {}: trained on {} leads, measured on {} others\n\
         AUC {:.4}{best}, log loss {:.4}, Brier {:.4}, calibration error {:.4}\n\
         wrote {}",
        artifact.name,
        artifact.version,
        training.rows,
        training.test_rows,
        training.auc,
        training.log_loss,
        training.brier,
        training.calibration_error,
        args.out.display()
    )?;
    if let Some(path) = &args.card {
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(())
}

/// Whether two paths are one file, as far as they exist.
fn is_same(path: &Path, other: &Path) -> bool {
    let [one, two] = [path, other].map(|path| path.canonicalize().unwrap_or_else(|_| path.into()));
    one == two
}
