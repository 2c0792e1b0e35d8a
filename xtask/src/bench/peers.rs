//! scikit-learn and interpret-core on the same files and cores, through `crates/model/benches/sklearn/train.py`.
//!
//! They are installed, as pinned there, into a virtual environment below `target/`; nothing else of the system changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::machine;
use super::row::{Row, Unit};
use super::training::{bank_table, grid_table, scripts};
use crate::{program, project};

/// A line of the script.
#[derive(Debug, Deserialize)]
struct Line {
    what: String,
    #[serde(default)]
    rows: u64,
    #[serde(default)]
    features: u64,
    seconds: f64,
    auc: Option<f64>,
    finished: bool,
    #[serde(default)]
    stopped: String,
    versions: Value,
}

/// What was measured, and by which versions.
#[derive(Debug)]
pub(crate) struct Peers {
    pub(crate) rows: Vec<Row>,
    pub(crate) versions: String,
}

/// Curves and logistic regression with the grid of `lead-model train`, dense and sparse.
pub(crate) fn splines(budget: u32) -> Result<Peers> {
    let mut script = script(budget)?;
    script.arg("--data").arg(grid_table()?).args(["--target", "converted", "--positive", "1"]);
    run(&mut script)
}

/// Boosting machines with pairs, and boosted trees.
pub(crate) fn boosting(budget: u32) -> Result<Peers> {
    let mut script = script(budget)?;
    script.arg("--ebm").arg(bank_table()?);
    run(&mut script)
}

fn script(budget: u32) -> Result<Command> {
    let mut script = machine::on_two_cores(&python()?);
    script.current_dir(scripts()).arg("-B").arg("train.py");
    script.args(["--jobs", "2", "--budget", &budget.to_string()]);
    Ok(script)
}

/// The interpreter that has what the scripts need.
fn python() -> Result<PathBuf> {
    let venv = project::scratch("bench").join("venv");
    let (python, installed) = (venv.join("bin/python"), venv.join("installed.txt"));
    let pinned = scripts().join("requirements.txt");
    let wanted = fs::read(&pinned).with_context(|| format!("read {}", pinned.display()))?;
    if fs::read(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    program::finish(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .context("make a virtual environment: install python3 with venv and pip")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    program::finish(pip.arg(&pinned)).context("install scikit-learn and interpret-core")?;
    fs::write(&installed, wanted).with_context(|| format!("write {}", installed.display()))?;
    Ok(python)
}

fn run(script: &mut Command) -> Result<Peers> {
    let output = script.output().context("failed to start train.py")?;
    let text = String::from_utf8_lossy(&output.stdout);
    // It ends with 1 where a fit did not finish, which is a figure too.
    let complaint = String::from_utf8_lossy(&output.stderr);
    read(&text).with_context(|| format!("train.py: {}", complaint.trim()))
}

fn read(text: &str) -> Result<Peers> {
    let mut peers = Peers { rows: Vec::new(), versions: String::new() };
    for line in text.lines() {
        let line: Line =
            serde_json::from_str(line).with_context(|| format!("not a figure: {line}"))?;
        peers.versions = versions(&line.versions);
        peers.rows.push(line.row()?);
    }
    ensure!(!peers.rows.is_empty(), "it measured nothing");
    Ok(peers)
}

/// "numpy 2.4.6, python 3.11.7".
fn versions(versions: &Value) -> String {
    let each = versions.as_object().into_iter().flatten();
    let words = each.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?")));
    words.collect::<Vec<_>>().join(", ")
}

impl Line {
    fn row(self) -> Result<Row> {
        if self.stopped == "failed" {
            bail!("{} failed", self.what);
        }
        // Without any report before the budget ended, nothing is known of the table.
        let size = match self.rows {
            0 => String::new(),
            rows => format!("{rows} x {}", self.features),
        };
        let row = Row::new(name(&self.what), &size, Unit::Time, &[self.seconds]);
        let auc = self.auc.filter(|_| self.finished);
        Ok(Row { auc, cut_short: !self.finished, ..row })
    }
}

/// The class that was measured, in place of the script's short name.
fn name(what: &str) -> &str {
    match what.split([' ', ',']).next() {
        Some("ebm") => "ExplainableBoostingClassifier",
        Some("hist_gb") => "HistGradientBoostingClassifier",
        _ if what.contains("sparse") => "LogisticRegressionCV, sparse",
        _ if what.contains("dense") => "LogisticRegressionCV, dense",
        _ => what,
    }
}

/// Whether there is any Python to ask.
pub(crate) fn has_python() -> bool {
    let found = Command::new(Path::new("python3")).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::read;

    const ENDED: &str = r#"{"what": "SplineTransformer + LogisticRegressionCV, dense, 9 penalties", "rows": 80000, "features": 50, "seconds": 301.5, "auc": 0.87, "finished": false, "stopped": "after the budget of 300 s", "versions": {"numpy": "2.4.6"}}"#;
    const WHOLE: &str = r#"{"what": "ebm on bank", "rows": 45000, "features": 16, "seconds": 21.5, "auc": 0.8832, "finished": true, "versions": {"numpy": "2.4.6"}}"#;
    const BROKEN: &str = r#"{"what": "ebm on bank", "seconds": 2.5, "finished": false, "stopped": "failed", "versions": {}}"#;

    #[test]
    fn a_fit_that_was_ended_is_a_bound_without_quality() {
        let peers = read(&format!("{ENDED}\n{WHOLE}\n")).unwrap();
        assert!(peers.rows[0].cut_short && peers.rows[0].auc.is_none());
        assert!(!peers.rows[1].cut_short && peers.rows[1].auc == Some(0.8832));
        assert_eq!(peers.versions, "numpy 2.4.6");
    }

    #[test]
    fn a_fit_that_failed_is_no_figure() {
        assert!(read(BROKEN).unwrap_err().to_string().contains("failed"));
        assert!(read("").is_err());
    }
}
