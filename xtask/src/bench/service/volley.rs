//! [`Generator`]: the example `volley`, run on its own core, and what it reports.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::served::{KEY, Served};
use crate::bench::machine;
use crate::{program, project};

/// As many users of a service as are busy at once.
pub(super) const CONNECTIONS: &str = "32 connections";

/// Where it runs and what it sends.
#[derive(Debug)]
pub(super) struct Generator {
    pub(super) core: String,
    pub(super) leads: PathBuf,
}

/// What came of the requests.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Report {
    pub(super) requests: u64,
    refused: u64,
    pub(super) seconds: f64,
    pub(super) p99_us: f64,
}

/// The same with what the server spent on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shot {
    /// Requests a second.
    pub(super) rate: f64,
    /// Microseconds of the server's processor time per request, where the system tells.
    pub(super) cost: Option<f64>,
    /// The share of a core that it used.
    pub(super) busy: Option<f64>,
    pub(super) p99_us: f64,
}

impl Generator {
    /// Loads the server as `words` say; an answer other than 200 is an error.
    pub(super) fn shoot(&self, served: &Served, words: &[&str]) -> Result<Shot> {
        let before = served.processor_time();
        let report: Report = self.run(served, words)?;
        let after = served.processor_time();
        ensure!(report.requests > 0, "nothing was answered");
        ensure!(report.refused == 0, "{} answers were not 200", report.refused);
        let spent = before.zip(after).map(|(before, after)| (after - before).as_secs_f64());
        Ok(Shot {
            rate: report.requests as f64 / report.seconds,
            cost: spent.map(|seconds| seconds * 1e6 / report.requests as f64),
            busy: spent.map(|seconds| seconds / report.seconds),
            p99_us: report.p99_us,
        })
    }

    /// Runs the generator and reads its line.
    pub(super) fn run<R: DeserializeOwned>(&self, served: &Served, words: &[&str]) -> Result<R> {
        if program::interrupted() {
            bail!("interrupted");
        }
        let mut command: Command =
            machine::pinned(&self.core, &project::release_binary("examples/volley"));
        command.args(["--address", &served.address().to_string()]).arg("--leads").arg(&self.leads);
        command.args(words).env("LEAD_API_KEY", KEY).stdin(Stdio::null());
        let output = command.output().context("failed to start the generator")?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the generator failed: {}", complaint.trim());
        serde_json::from_slice(&output.stdout).context("the generator printed something odd")
    }
}
