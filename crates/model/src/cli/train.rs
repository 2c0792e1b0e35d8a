//! `lead-model train`: from rows to a model file and its card.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::{ArgGroup, Args};

use super::{
    data::{DataArgs, file_name},
    meter, model_file, paths,
};
use crate::{
    artifact::Artifact,
    train::{PairCount, Params, Progress, Table, Tiers, card, card_html, train},
};

/// Train a model and measure it on rows it never saw.
///
/// Penalty, knots and pairs are chosen by cross-validation. The quality is measured on held-out rows; then the same recipe
/// is fitted once more to all rows, and that is the model. The same rows, seed, and options give the same file, byte for byte.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("rows").required(true).args(["synth", "data"]))]
pub(super) struct TrainArgs {
    /// Train on this many leads of the built-in synthetic world.
    #[arg(long, value_name = "ROWS")]
    synth: Option<usize>,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    recipe: RecipeArgs,
    /// What the model is called [default: the name of its file].
    #[arg(long)]
    name: Option<String>,
    /// The model's version.
    #[arg(long, default_value = "1.0.0")]
    version: String,
    /// The model file to write; its card is written beside it, as .md and as .html.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write over a file that is no model.
    #[arg(long)]
    force: bool,
    /// Write no card.
    #[arg(long)]
    no_card: bool,
    /// Threads to work with [default: one per core].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// What is left to choose about the training itself.
#[derive(Debug, Args)]
struct RecipeArgs {
    /// Pairs of features with points of their own: auto, or how many.
    #[arg(long, default_value = "auto", value_name = "auto|N", value_parser = pair_count)]
    pairs: PairCount,
    /// Where the tiers part: contract, quantile, or value and four probabilities.
    #[arg(long, num_args = 1..=2, value_names = ["RULE", "A,B,C,D"])]
    tiers: Vec<String>,
    /// L2 penalty on the rises of the curves; more makes them flatter [default: cross-validated].
    #[arg(long)]
    penalty: Option<f64>,
    /// Straight pieces of a curve [default: cross-validated].
    #[arg(long)]
    pieces: Option<usize>,
    /// Straight lines over standardised numbers in place of curves.
    #[arg(long, conflicts_with = "pieces")]
    linear: bool,
    /// Parts of the training rows in cross-validation [default: 5].
    #[arg(long)]
    folds: Option<usize>,
    /// Share of the rows held out to measure the model on [default: 0.2].
    #[arg(long)]
    holdout: Option<f64>,
    /// Keep the model that was measured, rather than fit the same recipe to all rows.
    #[arg(long)]
    no_refit: bool,
    /// Seed of the split, of the folds, and of synthetic leads.
    #[arg(long, default_value_t = 42)]
    seed: u64,
}

/// Reads `auto` or a number.
fn pair_count(text: &str) -> Result<PairCount, String> {
    if text == "auto" {
        return Ok(PairCount::Auto);
    }
    text.parse()
        .map(PairCount::Exactly)
        .map_err(|_| "expected auto or a number of pairs".to_owned())
}

pub(super) fn run(args: &TrainArgs, out: &mut impl Write) -> Result<()> {
    let params = args.recipe.params()?.check().context("read the options")?;
    args.keep_apart()?;
    let table = args.table()?;
    let leaks = table.leaks();
    meter::notes(table.notes(), &leaks);
    let table = table.with_notes(leaks);
    let name = args.name.clone().unwrap_or_else(|| stem(&args.out));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.map_or(0, usize::from))
        .build()
        .context("start the threads of --jobs")?;
    let meter = meter::Stages::new();
    let tell = |stage| meter.tell(stage);
    let artifact = pool
        .install(|| train(&table, &params, &name, &args.version, &Progress::new(&tell)))
        .context("train the model")?;
    drop(meter);
    let mut file = Vec::new();
    artifact.write(&mut file).context("write the model")?;
    model_file::replace(&args.out, &file)?;
    if !args.no_card {
        let command = args.command(&name);
        model_file::replace(&args.card("md"), card(&artifact, &command).as_bytes())?;
        model_file::replace(&args.card("html"), card_html(&artifact, &command).as_bytes())?;
    }
    report(&artifact, args, out)
}

impl RecipeArgs {
    fn params(&self) -> Result<Params> {
        let mut params = Params::default()
            .seed(self.seed)
            .pairs(self.pairs)
            .linear(self.linear)
            .refit(!self.no_refit)
            .tiers(self.tiers()?);
        if let Some(penalty) = self.penalty {
            params = params.penalty(penalty);
        }
        if let Some(pieces) = self.pieces {
            params = params.pieces(pieces);
        }
        if let Some(folds) = self.folds {
            params = params.folds(folds);
        }
        if let Some(holdout) = self.holdout {
            params = params.holdout(holdout);
        }
        Ok(params)
    }

    fn tiers(&self) -> Result<Tiers> {
        if self.tiers.is_empty() {
            return Ok(Tiers::default());
        }
        self.tiers.join(" ").parse().context("read --tiers")
    }
}

impl TrainArgs {
    /// Refuses to write the model or a card over the rows they are made of, or where something else stands.
    fn keep_apart(&self) -> Result<()> {
        let cards = [self.has_card("md"), self.has_card("html")];
        let written = [&self.out].into_iter().chain(cards.iter().flatten());
        let read = [&self.data.columns.data, &self.data.schema].into_iter().flatten();
        let what = "the rows, the schema, the model and its card";
        paths::keep_apart(read.map(PathBuf::as_path), written.map(PathBuf::as_path), what)?;
        paths::check_folder(&self.out)?;
        if self.force { Ok(()) } else { paths::check_model(&self.out) }
    }

    fn has_card(&self, extension: &str) -> Option<PathBuf> {
        (!self.no_card).then(|| self.card(extension))
    }

    fn card(&self, extension: &str) -> PathBuf {
        self.out.with_extension(extension)
    }

    fn table(&self) -> Result<Table> {
        match &self.data.columns.data {
            None => Ok(Table::synthetic(self.synth.unwrap_or_default(), self.recipe.seed)),
            Some(path) => self.data.table(path),
        }
    }

    /// The command that makes the model again; files by name only, since the place of a file does not change it.
    fn command(&self, name: &str) -> String {
        let mut command = "lead-model train".to_owned();
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" --{name} {}", quoted(&value)));
            }
        };
        option("synth", self.synth.map(|rows| rows.to_string()));
        self.data.tell(&mut option);
        let recipe = &self.recipe;
        option("seed", Some(recipe.seed.to_string()));
        option("name", Some(name.to_owned()));
        option("version", Some(self.version.clone()));
        option("penalty", recipe.penalty.map(|penalty| penalty.to_string()));
        option("pieces", recipe.pieces.map(|pieces| pieces.to_string()));
        option("folds", recipe.folds.map(|folds| folds.to_string()));
        option("holdout", recipe.holdout.map(|holdout| holdout.to_string()));
        if let PairCount::Exactly(count) = recipe.pairs {
            option("pairs", Some(count.to_string()));
        }
        option("out", Some(file_name(&self.out)));
        for (flag, is_set) in [("linear", recipe.linear), ("no-refit", recipe.no_refit)] {
            if is_set {
                command.push_str(&format!(" --{flag}"));
            }
        }
        if !recipe.tiers.is_empty() {
            command.push_str(&format!(" --tiers {}", recipe.tiers.join(" ")));
        }
        command
    }
}

fn report(artifact: &Artifact, args: &TrainArgs, out: &mut impl Write) -> Result<()> {
    let training = &artifact.training;
    let best =
        training.best_auc.map_or(String::new(), |best| format!(" (best possible {best:.4})"));
    let interval = training.quality.as_ref().map_or(String::new(), |quality| {
        let [low, high] = quality.auc_interval;
        format!(" [{low:.4}, {high:.4}]")
    });
    let measured = if training.refitted {
        format!(
            "measured on {} of them after training on the others, then fitted to all",
            training.test_rows
        )
    } else {
        format!("measured on {} others", training.test_rows)
    };
    writeln!(out, "{} {}: {} leads, {measured}", artifact.name, artifact.version, training.rows)?;
    let (log_loss, brier) = (training.log_loss, training.brier);
    writeln!(
        out,
        "AUC {:.4}{interval}{best}, log loss {log_loss:.4}, Brier {brier:.4}, calibration error {:.4}",
        training.auc, training.calibration_error
    )?;
    let pairs = artifact.scorecard.pairs.len();
    let (pieces, penalty) = (training.pieces, training.penalty);
    writeln!(out, "{pieces} pieces a curve, penalty {penalty}, {pairs} pairs")?;
    writeln!(out, "wrote {}", args.out.display())?;
    for path in [args.has_card("md"), args.has_card("html")].into_iter().flatten() {
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(())
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
