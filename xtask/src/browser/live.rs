//! Load generators that show a live page.
//!
//! [`LivePage`] is one on a free port of 127.0.0.1, with the service named as its target. How it says where it listens is
//! all that is known of it here.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::program::Program;
use crate::project;
use crate::service::Service;

/// How long a generator may take until it listens.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often its log is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// What stands before the address in its log, as in Locust's.
const BEFORE_ADDRESS: &str = "web interface at ";

/// A load generator that serves its page.
#[derive(Debug)]
pub(super) struct LivePage {
    program: Program,
    url: String,
}

impl LivePage {
    /// Starts one with these options; it asks for the token if an option says so. Its log goes to `log`.
    pub(super) fn start(
        service: &Service,
        token: &str,
        options: &[&str],
        log: &Path,
    ) -> Result<Self> {
        let errors =
            File::create(log).with_context(|| format!("failed to create {}", log.display()))?;
        let mut command = Command::new(project::release_binary("lead-loadgen"));
        command.args(["--web-port", "0", "--threads", "1", "--host", service.url()]).args(options);
        command.env("LEAD_API_KEY", service.key());
        if !token.is_empty() {
            command.env("LEAD_WEB_TOKEN", token);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        let mut program = Program::start("lead-loadgen", &mut command)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            if let Some(url) = address(&said) {
                return Ok(Self { program, url });
            }
            if let Some(status) = program.ended()? {
                bail!("lead-loadgen did not start ({status}): {said}");
            }
            if Instant::now() > deadline {
                bail!("lead-loadgen did not say where its page is: {said}");
            }
            sleep(GLANCE);
        }
    }

    /// Where the page is, without a slash at its end.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends the generator; an error if it had ended before.
    pub(super) fn stop(mut self) -> Result<()> {
        if let Some(status) = self.program.ended()? {
            bail!("lead-loadgen ended while its page was looked at ({status})");
        }
        self.program.stop().map(drop)
    }
}

/// The address in a log whose line is complete.
fn address(log: &str) -> Option<String> {
    let (_, rest) = log.split_once(BEFORE_ADDRESS)?;
    let (line, _) = rest.split_once('\n')?;
    let url = line.split([' ', ',']).next()?;
    Some(url.trim_end_matches(['/', '.']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_address_is_read_when_its_line_is_complete() {
        let line = "[2026-08-22 09:40:00,000] vm/INFO/lead_loadgen.main: Starting web interface at http://127.0.0.1:40123/load/";
        assert_eq!(address(line), None);
        let log = format!("one line\n{line}\n");
        assert_eq!(address(&log).as_deref(), Some("http://127.0.0.1:40123/load"));
        assert_eq!(address("one line\n"), None);
    }
}
