//! Judging a run of ten hours with a full history: the time it takes, and the most memory.
//!
//! The yardstick is `wc -l`: it reads the same bytes and only counts line ends. The run is made up here, as Locust would
//! have written it: five endpoints, 300 users, a row of each and one of all for every second.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::bench::machine;
use crate::bench::row::{Row, Unit};
use crate::bench::stopwatch::time;
use crate::project;

/// How often each takes its turn where nobody says.
pub(crate) const ROUNDS: u32 = 9;

const SECONDS: u64 = 10 * 60 * 60;
const USERS: u64 = 300;
const RAMP_S: u64 = 30;
/// 2026-11-01 00:00:00 UTC.
const START_S: u64 = 1_793_491_200;
/// Method, name, requests a second at the plateau.
const ENDPOINTS: [(&str, &str, u64); 5] = [
    ("POST", "/api/v1/score", 600),
    ("POST", "/api/v1/score/batch", 120),
    ("GET", "/api/v1/model/info", 60),
    ("GET", "/health", 60),
    ("GET", "\"/leads?sort=score,desc\"", 60),
];
const PERCENTILES: &str = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";
const MEAN_MS: f64 = 7.25;

/// Most seconds, and most memory in 1,000,000 bytes.
const GOAL_S: f64 = 1.0;
const GOAL_MEGABYTES: f64 = 200.0;
const YARDSTICK: &str = "wc -l of its history";

/// Judges the run and counts the lines of its history, in turns, on one core.
pub(crate) fn rows(rounds: u32) -> Result<Vec<Row>> {
    let prefix = long_run()?;
    let history = beside(&prefix, "_stats_history.csv");
    let core = (machine::cores() - 1).to_string();
    let has_wc = Command::new("wc").arg("--version").output().is_ok();
    let (mut times, mut peaks, mut counting) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut gate = machine::pinned(&core, &project::release_binary("lead-gate"));
        let run = time(gate.args(["check", "--prefix"]).arg(&prefix))?;
        times.push(run.seconds);
        peaks.push(run.peak_megabytes);
        if has_wc {
            let mut wc = machine::pinned(&core, Path::new("wc"));
            counting.push(time(wc.arg("-l").arg(&history))?.seconds);
        }
    }
    let size = format!("{} rows", SECONDS * (ENDPOINTS.len() as u64 + 1));
    let judging = Row::new("judge ten hours", &size, Unit::Time, &times);
    let beside = has_wc.then(|| YARDSTICK.to_owned());
    let mut rows = vec![Row { goal: Some(GOAL_S), beside, ..judging }];
    if peaks.iter().all(|peak| *peak > 0.0) {
        let peak = Row::new("its peak memory", &size, Unit::Megabytes, &peaks);
        rows.push(Row { goal: Some(GOAL_MEGABYTES), ..peak });
    }
    if has_wc {
        rows.push(Row::new(YARDSTICK, &size, Unit::Time, &counting));
    }
    Ok(rows)
}

/// Makes the files of the run; returns their prefix.
fn long_run() -> Result<PathBuf> {
    let prefix = project::empty_scratch("bench-gate")?.join("loadtest");
    let files = [
        ("_stats.csv", summary()),
        ("_stats_history.csv", history()),
        ("_failures.csv", "Method,Name,Error,Occurrences\r\n".to_owned()),
        ("_exceptions.csv", "Count,Message,Traceback,Nodes\r\n".to_owned()),
    ];
    for (ending, text) in files {
        let path = beside(&prefix, ending);
        fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(prefix)
}

fn beside(prefix: &Path, ending: &str) -> PathBuf {
    let name = prefix.file_name().unwrap_or_default().to_string_lossy();
    prefix.with_file_name(format!("{name}{ending}"))
}

fn summary() -> String {
    let mut text = format!(
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,\
         Max Response Time,Average Content Size,Requests/s,Failures/s,{PERCENTILES}\r\n"
    );
    for (method, name, rate) in with_total() {
        let requests = sent(rate, SECONDS);
        let per_s = requests as f64 / SECONDS as f64;
        let _ = write!(
            text,
            "{method},{name},{requests},0,6,{MEAN_MS},0.4,892.0,148.2,{per_s},0.0,{}\r\n",
            percentiles(0)
        );
    }
    text
}

fn history() -> String {
    let mut text = format!(
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,{PERCENTILES},Total Request Count,Total Failure Count,\
         Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,\
         Total Average Content Size\r\n"
    );
    for second in 1..=SECONDS {
        let users = (USERS * second / RAMP_S).min(USERS);
        for (method, name, rate) in with_total() {
            let requests = sent(rate, second);
            let now = requests - sent(rate, second.saturating_sub(1));
            let _ = write!(
                text,
                "{},{users},{method},{name},{now}.000000,0.000000,{},{requests},0,6,{MEAN_MS},0.4,892.0,148.2\r\n",
                START_S + second,
                percentiles(second)
            );
        }
    }
    text
}

/// Every endpoint, and all together.
fn with_total() -> impl Iterator<Item = (&'static str, &'static str, u64)> {
    let all = ENDPOINTS.iter().map(|(_, _, rate)| rate).sum();
    ENDPOINTS.into_iter().chain([("", "Aggregated", all)])
}

/// Requests in the first seconds, of which the ramp brings an even rise.
fn sent(rate: u64, seconds: u64) -> u64 {
    let ramp = seconds.min(RAMP_S);
    rate * ramp * (ramp + 1) / (2 * RAMP_S) + rate * (seconds - ramp)
}

/// The columns from the median to the slowest, in milliseconds: even, and never the same for long.
fn percentiles(second: u64) -> String {
    let step = second / 10 * 7 % 3;
    let ms = [6, 7, 8, 9, 11, 14 + step, 21, 30 + step, 120, 480, 700 + second * 37 % 200];
    ms.map(|ms| ms.to_string()).join(",")
}

#[cfg(test)]
mod tests {
    use super::{ENDPOINTS, RAMP_S, SECONDS, history, sent, with_total};

    #[test]
    fn totals_are_the_sums_of_their_endpoints_at_every_second() {
        for second in (0..RAMP_S + 10).chain([SECONDS]) {
            let sum: u64 = ENDPOINTS.iter().map(|(_, _, rate)| sent(*rate, second)).sum();
            let (_, _, all) = with_total().last().unwrap();
            assert_eq!(sent(all, second), sum, "second {second}");
        }
    }

    #[test]
    fn a_row_has_a_field_for_each_name() {
        let text = history();
        let mut lines = text.lines();
        let fields = |line: &str| line.replace("score,desc", "").split(',').count();
        let names = fields(lines.next().unwrap());
        assert!(lines.by_ref().take(12).all(|line| fields(line) == names));
        assert_eq!(text.lines().count() as u64, 1 + SECONDS * 6);
    }
}
