//! `lead-model train` on two cores: the grid of curves without pairs, and a table with pairs.
//!
//! What others take for the same stands in `peers.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::row::{Row, Unit};
use super::stopwatch::time;
use super::{bulk, machine};
use crate::{program, project};

const ROUNDS: usize = 3;
const ROWS: u32 = 100_000;
/// Most seconds of training with pairs.
const PAIRS_SECONDS: f64 = 5.0;

/// The synthetic leads, the fits of which scikit-learn times too.
pub(crate) fn grid_table() -> Result<PathBuf> {
    bulk::synthetic(ROWS, "csv")
}

/// `FOLDER/bank`, of which `bank.train.csv`, `bank.test.csv` and `bank.json` were made.
pub(crate) fn bank_table() -> Result<PathBuf> {
    let folder = project::scratch("bench").join("bank");
    if !folder.join("bank.json").exists() {
        let mut python = Command::new("python3");
        python.arg(scripts().join("bank.py")).arg("--out").arg(&folder);
        program::finish(&mut python).context("make the table of a bank's campaign")?;
    }
    Ok(folder.join("bank"))
}

/// Where the Python scripts lie.
pub(crate) fn scripts() -> PathBuf {
    project::root().join("crates/model/benches/sklearn")
}

/// Every curve chosen by cross-validation over the whole grid, no pairs.
pub(crate) fn grid() -> Result<Row> {
    let model = project::scratch("bench").join("grid.json");
    let data = grid_table()?;
    let measured =
        train(&data, &model, &["--target", "converted", "--positive", "1", "--pairs", "0"])?;
    let text = fs::read(&model).with_context(|| format!("read {}", model.display()))?;
    let auc = number(&text, "/model/training/auc")?;
    let row = Row::new("train, no pairs", "100000 x 50", Unit::Time, &measured);
    Ok(Row { auc: Some(auc), ..row })
}

/// Curves and pairs of a table of text and numbers.
pub(crate) fn pairs() -> Result<Row> {
    let model = project::scratch("bench").join("pairs.json");
    let table = bank_table()?;
    let labelled = ["--target", "y", "--positive", "yes", "--delimiter", ";"];
    let measured = train(&table.with_extension("train.csv"), &model, &labelled)?;
    let mut evaluate = Command::new(project::release_binary("lead-model"));
    evaluate.arg("evaluate").arg("--model").arg(&model).arg("--json");
    evaluate.arg("--data").arg(table.with_extension("test.csv")).args(labelled);
    let output = evaluate.output().context("failed to start lead-model evaluate")?;
    let auc = number(&output.stdout, "/quality/auc").with_context(|| {
        format!("evaluate the model with pairs: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let row = Row::new("train with pairs", "45000 x 16", Unit::Time, &measured);
    Ok(Row { auc: Some(auc), goal: Some(PAIRS_SECONDS), ..row })
}

/// Seconds of each round, from the file of rows to the files of the model and its cards.
fn train(data: &Path, model: &Path, rest: &[&str]) -> Result<Vec<f64>> {
    let round = |_| {
        let mut train = machine::on_two_cores(&project::release_binary("lead-model"));
        train.args(["train", "--jobs", "2", "--data"]).arg(data).arg("--out").arg(model);
        Ok(time(train.args(rest))?.seconds)
    };
    (0..ROUNDS).map(round).collect()
}

/// The number at this place of a JSON text.
fn number(text: &[u8], place: &str) -> Result<f64> {
    let value: Value = serde_json::from_slice(text).context("not JSON")?;
    value.pointer(place).and_then(Value::as_f64).with_context(|| format!("no number at {place}"))
}
