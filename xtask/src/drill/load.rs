//! Constant load for as long as a drill needs it.
//!
//! [`Load`] is our load generator with a fixed number of users. It is ended by
//! the drill and not by a clock, so that a slow machine only makes it longer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use serde::Deserialize;

use super::spoken::Spoken;
use crate::program::signal;
use crate::project;

/// Enough for several hundred requests/s, and for some to be in flight at any moment.
const USERS: &str = "50";

/// If the drill hangs, the load ends all the same.
const AT_MOST: &str = "10m";

/// Until every user is at work.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running load generator.
#[derive(Debug)]
pub(super) struct Load {
    generator: Spoken,
    prefix: PathBuf,
}

/// What became of the requests, as those who sent them saw it.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) requests: u64,
    pub(super) failures: u64,
    /// The longest that any of them took, in milliseconds.
    pub(super) slowest_ms: f64,
    /// What the generator exited with: it is stopped before its time.
    pub(super) code: Option<i32>,
    /// All that the generator said, its table of failures included.
    pub(super) words: String,
}

/// What is read of one endpoint in `loadtest.json`.
#[derive(Debug, Deserialize)]
struct Endpoint {
    num_requests: u64,
    num_failures: u64,
    max_response_time: f64,
}

impl Load {
    /// Loads `host` and returns once all users are at work.
    pub(super) fn start(folder: &Path, host: &str, key: &str) -> Result<Self> {
        let prefix = folder.join("loadtest");
        let mut command = Command::new(project::release_binary("lead-loadgen"));
        command.args(["--headless", "--only-summary", "--host", host]);
        command.args(["--users", USERS, "--spawn-rate", USERS, "--run-time", AT_MOST]);
        // Whatever is in flight at the end is awaited and counted: nothing may be lost unseen.
        command.args(["--stop-timeout", "30s"]);
        command.arg("--csv").arg(&prefix).arg("--json-file").arg(&prefix);
        command.env("LEAD_API_KEY", key);
        let mut generator =
            Spoken::start("lead-loadgen", &mut command, &folder.join("loadgen.txt"))?;
        generator.hear("All users spawned", PATIENCE)?;
        Ok(Self { generator, prefix })
    }

    /// Ends the load, which must have lasted until now, and says what came of it.
    pub(super) fn end(mut self) -> Result<Outcome> {
        self.generator.must_live()?;
        signal(self.generator.program().pid(), Signal::SIGINT);
        let status = self.generator.wait()?;
        let file = self.prefix.with_extension("json");
        let words = self.generator.words();
        let json = fs::read_to_string(&file)
            .with_context(|| format!("no {} ({status}):\n{words}", project::shown(&file)))?;
        let endpoints: Vec<Endpoint> = serde_json::from_str(&json)
            .with_context(|| format!("failed to read {}", project::shown(&file)))?;
        ensure!(!words.contains("and not counted"), "requests were left behind:\n{words}");
        Ok(Outcome {
            requests: endpoints.iter().map(|endpoint| endpoint.num_requests).sum(),
            failures: endpoints.iter().map(|endpoint| endpoint.num_failures).sum(),
            slowest_ms: endpoints
                .iter()
                .map(|endpoint| endpoint.max_response_time)
                .fold(0.0, f64::max),
            code: status.code(),
            words,
        })
    }
}
