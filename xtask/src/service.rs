//! The scoring service, started for one load test or drill.
//!
//! [`Service`] knows its URL and the key it accepts, and stops with SIGTERM,
//! as an orchestrator would stop it. What the service does is its own crate's
//! business; here only its command line and its first line are known.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::program::{self, Program};
use crate::project;

/// A running `lead-service`.
#[derive(Debug)]
pub(crate) struct Service {
    program: Program,
    model: PathBuf,
    url: String,
    key: String,
}

impl Service {
    /// Starts the service on 127.0.0.1 with the committed model (or
    /// `MODEL_PATH`) and a key of its own; port 0 takes a free one. Its log
    /// goes to `log`.
    pub(crate) fn start(port: u16, log: &Path) -> Result<Self> {
        Self::start_with(port, &random_key(), &[], log)
    }

    /// The same with a key that others may have too, and with further
    /// environment variables.
    pub(crate) fn start_with(
        port: u16,
        key: &str,
        environment: &[(&str, &str)],
        log: &Path,
    ) -> Result<Self> {
        let model = std::env::var_os("MODEL_PATH").map_or_else(project::model, PathBuf::from);
        let mut command = Command::new(project::release_binary("lead-service"));
        command.env("PORT", port.to_string()).envs(environment.iter().copied());
        Self::start_program(command, &model, key, log)
    }

    /// Starts a service that was built somewhere, as `command` says and on 127.0.0.1, with this model and key; on a free
    /// port, unless `command` names one.
    pub(crate) fn start_program(
        mut command: Command,
        model: &Path,
        key: &str,
        log: &Path,
    ) -> Result<Self> {
        let errors =
            File::create(log).with_context(|| format!("failed to create {}", log.display()))?;
        if !command.get_envs().any(|(name, _)| name == "PORT") {
            command.env("PORT", "0");
        }
        command
            .env("HOST", "127.0.0.1")
            .env("API_KEYS", key)
            .env("MODEL_PATH", model)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors);
        // A line per request would write about 70 MB a minute that nobody reads.
        if std::env::var_os("LOG_LEVEL").is_none() {
            command.env("LOG_LEVEL", "WARNING");
        }
        let mut program = Program::start("lead-service", &mut command)?;
        let stdout = program.take_stdout().expect("standard output is piped above");
        let line = program::first_line(stdout);
        let Some(url) = line.split_whitespace().find(|word| word.starts_with("http")) else {
            let status = program.wait()?;
            bail!("lead-service did not start ({status}): {}", last_words(log));
        };
        Ok(Self { program, model: model.to_owned(), url: url.to_owned(), key: key.to_owned() })
    }

    /// The model it serves.
    pub(crate) fn model(&self) -> &Path {
        &self.model
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The same without the scheme, such as `127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The key it accepts in `X-API-Key`.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The process id, for whoever wants to look at it.
    pub(crate) fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// Whether it still runs.
    pub(crate) fn lives(&mut self) -> Result<bool> {
        Ok(self.program.ended()?.is_none())
    }

    /// Stops the service; an error if it died before or does not end well.
    pub(crate) fn stop(mut self, log: &Path) -> Result<()> {
        self.ask_to_stop(log)?;
        self.leave(log)
    }

    /// Asks the service to stop and goes on; an error if it died before.
    pub(crate) fn ask_to_stop(&mut self, log: &Path) -> Result<()> {
        if let Some(status) = self.program.ended()? {
            bail!("lead-service died during the run ({status}): {}", last_words(log));
        }
        self.program.ask_to_stop();
        Ok(())
    }

    /// Waits for the end of a service that was asked to stop; an error if it does not end well.
    pub(crate) fn leave(mut self, log: &Path) -> Result<()> {
        let status = self.program.leave()?;
        if !status.success() {
            bail!("lead-service did not stop cleanly ({status}): {}", last_words(log));
        }
        Ok(())
    }
}

/// The last line of a log: what a program that died had to say.
fn last_words(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(|| format!("it left no message in {}", project::shown(log)), str::to_owned)
}

/// 128 bits from the operating system, by way of the standard library's hasher seeds.
/// Enough for a key that lives for one run on the loopback interface.
pub(crate) fn random_key() -> String {
    let half = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", half(), half())
}
