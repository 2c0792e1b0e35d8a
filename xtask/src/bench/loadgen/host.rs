//! [`Host`]: the server of all generators, an nginx that answers everything alike, on its own core.
//!
//! nginx because every generator can load it, it costs less per request than any of them, and it counts requests itself,
//! so that none is believed about its own. How it is set up is said in `nginx.conf`.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;

use crate::bench::{machine, spent};
use crate::program::{self, Program};
use crate::{debian, http, project};

const TEMPLATE: &str = include_str!("nginx.conf");

/// How long nginx may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running nginx.
#[derive(Debug)]
pub(super) struct Host {
    program: Program,
    address: String,
}

/// What nginx has counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// All requests so far; the questions for this number are among them.
    pub(super) requests: u64,
    /// Open connections; the one that asks is among them.
    pub(super) connections: u64,
}

impl Host {
    /// Starts it on a free port and on this core, and waits until it answers.
    pub(super) fn start(core: &str) -> Result<Self> {
        let binary = debian::find_or_install("nginx")?;
        let folder = project::empty_scratch("bench/nginx")?;
        let address = http::free_address()?;
        let text = TEMPLATE.replace("{{listen}}", &address);
        fs::write(folder.join("nginx.conf"), text).context("failed to write nginx.conf")?;
        let mut command: Command = machine::pinned(core, &binary);
        command.arg("-p").arg(&folder).args(["-c", "nginx.conf"]).stdin(Stdio::null());
        let mut host = Self { program: Program::start("nginx", &mut command)?, address };
        let deadline = Instant::now() + PATIENCE;
        while host.counts().is_err() {
            let lives = host.program.ended()?.is_none();
            ensure!(lives && Instant::now() < deadline, "nginx did not start");
            sleep(Duration::from_millis(10));
        }
        Ok(host)
    }

    /// Where it listens, such as `127.0.0.1:40123`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn counts(&self) -> Result<Counts> {
        let (status, text) = http::get(&self.address, "/status")?;
        ensure!(status == 200, "nginx has no stub_status (http_stub_status_module)");
        Counts::of(&text).with_context(|| format!("nginx counts in other words: {text}"))
    }

    pub(super) fn processor_time(&self) -> Option<Duration> {
        spent::processor_time(self.program.pid())
    }

    /// Stands still for about this long, as a process does whose machine is busy elsewhere; returns how long it was.
    pub(super) fn freeze(&self, time: Duration) -> Duration {
        program::signal(self.program.pid(), Signal::SIGSTOP);
        let start = Instant::now();
        sleep(time);
        let frozen = start.elapsed();
        program::signal(self.program.pid(), Signal::SIGCONT);
        frozen
    }
}

impl Counts {
    /// Reads what `stub_status` says.
    fn of(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let connections = lines.next()?.strip_prefix("Active connections:")?.trim().parse().ok()?;
        // Of accepted, handled, requests.
        let requests = lines.nth(1)?.split_whitespace().nth(2)?.parse().ok()?;
        Some(Self { requests, connections })
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn nginx_counts_requests_and_connections() {
        let text = "Active connections: 291 \nserver accepts handled requests\n 16 16 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n";
        assert_eq!(Counts::of(text), Some(Counts { requests: 31_070_465, connections: 291 }));
        assert_eq!(Counts::of("404"), None);
    }
}
