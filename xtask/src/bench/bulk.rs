//! A large CSV file through `lead-model score` on two cores: rows a second and peak memory.
//!
//! The yardstick is `wc -l`: it reads the same bytes and only counts line ends, on one core.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::machine;
use super::row::{Row, Unit};
use super::stopwatch::time;
use crate::project;

const ROWS: u32 = 1_000_000;
const ROUNDS: usize = 5;
/// Least rows a second.
const RATE: f64 = 500e3;
/// Most memory.
const MEGABYTES: f64 = 200.0;
const YARDSTICK: &str = "wc -l of it";

/// Scores the file and counts its lines, in turns.
pub(crate) fn rows() -> Result<Vec<Row>> {
    let input = synthetic(ROWS, "csv")?;
    let output = project::scratch("bench").join("scored.csv");
    let has_wc = Command::new("wc").arg("--version").output().is_ok();
    let (mut rates, mut peaks, mut counting) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut score = machine::on_two_cores(&project::release_binary("lead-model"));
        score.args(["score", "--jobs", "2", "--model"]).arg(project::model());
        score.arg("--in").arg(&input).arg("--out").arg(&output);
        let run = time(&mut score)?;
        rates.push(f64::from(ROWS) / run.seconds);
        peaks.push(run.peak_megabytes);
        if has_wc {
            let mut wc = machine::on_two_cores(Path::new("wc"));
            counting.push(f64::from(ROWS) / time(wc.arg("-l").arg(&input))?.seconds);
        }
    }
    let size = format!("{ROWS} x 50");
    let beside = has_wc.then(|| YARDSTICK.to_owned());
    let rate = Row::new("score a CSV file", &size, Unit::RowRate, &rates);
    let mut rows = vec![Row { goal: Some(RATE), beside, ..rate }];
    if peaks.iter().all(|peak| *peak > 0.0) {
        let peak = Row::new("its peak memory", &size, Unit::Megabytes, &peaks);
        rows.push(Row { goal: Some(MEGABYTES), ..peak });
    }
    if has_wc {
        rows.push(Row::new(YARDSTICK, &size, Unit::RowRate, &counting));
    }
    Ok(rows)
}

/// A file of so many synthetic leads with their outcomes, made by `lead-model synth` and kept for the next run.
///
/// `format` is one of `synth`'s: `csv`, or `ndjson` for the leads as a service takes them.
pub(crate) fn synthetic(rows: u32, format: &str) -> Result<PathBuf> {
    let folder = project::scratch("bench");
    let path = folder.join(format!("leads-{rows}.{format}"));
    if path.exists() {
        return Ok(path);
    }
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let unfinished = path.with_extension("part");
    let file =
        File::create(&unfinished).with_context(|| format!("create {}", unfinished.display()))?;
    let mut synth = Command::new(project::release_binary("lead-model"));
    synth.args(["synth", "--rows", &rows.to_string(), "--format", format]).stdout(file);
    let status = synth.status().context("failed to start lead-model synth")?;
    ensure!(status.success(), "lead-model synth failed: {status}");
    fs::rename(&unfinished, &path).with_context(|| format!("rename {}", unfinished.display()))?;
    Ok(path)
}
