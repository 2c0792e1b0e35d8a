//! Lead by lead on one core: the bench `figures` of `lead-model`, whose lines become rows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::machine;
use super::row::{Row, Unit};
use crate::{program, project};

const BENCH: [&str; 6] =
    ["bench", "-p", "lead-model", "--no-default-features", "--bench", "figures"];

/// A line of JSON from the bench.
#[derive(Debug, Deserialize)]
struct Figure {
    name: String,
    leads: u64,
    median_ns: f64,
    best_ns: f64,
    goal_ns: Option<f64>,
    beside: Option<String>,
}

/// Builds the bench, so that nothing is compiled beside a measurement.
pub(crate) fn build() -> Result<()> {
    let mut build = Command::new(env!("CARGO"));
    program::finish(build.current_dir(project::root()).args(BENCH).arg("--no-run"))
}

/// Runs the bench on the last core.
pub(crate) fn rows(rounds: u32) -> Result<Vec<Row>> {
    let core = (machine::cores() - 1).to_string();
    let mut command = machine::pinned(&core, Path::new(env!("CARGO")));
    command.current_dir(project::root()).args(BENCH);
    command.args(["--quiet", "--", "--rounds", &rounds.to_string()]);
    let output = command.output().context("failed to start the bench")?;
    let (text, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "the bench failed: {}", complaint.trim());
    read(&text)
}

/// Reads every line that is a figure; cargo prints others.
fn read(output: &str) -> Result<Vec<Row>> {
    let lines = output.lines().filter(|line| line.starts_with('{'));
    let row = |line| {
        let figure: Figure =
            serde_json::from_str(line).with_context(|| format!("not a figure: {line}"))?;
        Ok(figure.into())
    };
    lines.map(row).collect()
}

impl From<Figure> for Row {
    fn from(figure: Figure) -> Self {
        let size = figure.leads.to_string();
        let row = Self::new(&figure.name, &size, Unit::LeadTime, &[figure.median_ns]);
        Self { best: figure.best_ns, goal: figure.goal_ns, beside: figure.beside, ..row }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    const OUTPUT: &str = "\
running a bench
{\"name\":\"score\",\"leads\":1000,\"median_ns\":80.0,\"best_ns\":75.5,\"goal_ns\":150.0,\"beside\":\"dot\"}
{\"name\":\"dot\",\"leads\":1000,\"median_ns\":16.0,\"best_ns\":15.0,\"goal_ns\":null,\"beside\":null}
";

    #[test]
    fn every_line_of_json_is_a_row() {
        let rows = read(OUTPUT).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].median, rows[0].best, rows[0].goal), (80.0, 75.5, Some(150.0)));
        assert_eq!(rows[0].beside.as_deref(), Some("dot"));
    }

    #[test]
    fn a_torn_line_is_named() {
        assert!(read("{\"name\":").unwrap_err().to_string().contains("not a figure"));
    }
}
