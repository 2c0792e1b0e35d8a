//! [`Worker`]: one of ours, and what it counted itself.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use serde::Deserialize;

use super::until;
use crate::program::{self, Program};
use crate::project;

/// Requests and failures, of each endpoint and of all.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    endpoints: BTreeMap<(String, String), (u64, u64)>,
    pub(super) total: (u64, u64),
}

#[derive(Deserialize)]
struct Row {
    method: String,
    name: String,
    num_requests: u64,
    num_failures: u64,
}

impl Counts {
    /// Adds an endpoint, or the total; one without requests is none.
    pub(super) fn count(&mut self, method: &str, name: &str, requests: u64, failures: u64) {
        let place = if (method, name) == ("", "Aggregated") {
            &mut self.total
        } else if requests > 0 {
            self.endpoints.entry((method.to_owned(), name.to_owned())).or_default()
        } else {
            return;
        };
        *place = (place.0 + requests, place.1 + failures);
    }

    /// Adds all of another.
    pub(super) fn add(&mut self, other: &Self) {
        for ((method, name), (requests, failures)) in &other.endpoints {
            self.count(method, name, *requests, *failures);
        }
        self.count("", "Aggregated", other.total.0, other.total.1);
    }

    /// Reads what Locust leaves as JSON: rows without a total.
    pub(super) fn of_json(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        let rows: Vec<Row> = serde_json::from_str(&text).context("the JSON of Locust")?;
        let mut counts = Self::default();
        for row in rows {
            counts.count(&row.method, &row.name, row.num_requests, row.num_failures);
            counts.count("", "Aggregated", row.num_requests, row.num_failures);
        }
        Ok(counts)
    }

    /// Reads our `_stats.csv`; no name of the built-in scenario needs quotes.
    fn of_csv(text: &str) -> Result<Self> {
        let mut counts = Self::default();
        for line in text.lines().skip(1) {
            let mut fields = line.split(',');
            let mut next = || fields.next().context("a row of _stats.csv is cut short");
            let (method, name) = (next()?, next()?);
            counts.count(method, name, next()?.parse()?, next()?.parse()?);
        }
        Ok(counts)
    }
}

/// One of our workers.
pub(super) struct Worker {
    program: Program,
    prefix: PathBuf,
    log: PathBuf,
}

impl Worker {
    /// Starts it; its files are called after `name`.
    pub(super) fn start(name: &str, folder: &Path, port: u16, key: &str) -> Result<Self> {
        let (prefix, log) = (folder.join(name), folder.join(format!("{name}.log")));
        let mut command = Command::new(project::release_binary("lead-loadgen"));
        command.args(["--worker", "--master-port", &port.to_string(), "--threads", "1"]);
        command.args(["--loglevel", "DEBUG"]).arg("--csv").arg(&prefix).env("LEAD_API_KEY", key);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(&log).context("failed to create a log")?);
        Ok(Self { program: Program::start("lead-loadgen", &mut command)?, prefix, log })
    }

    /// Ends it in order, and returns what it counted.
    pub(super) fn end(mut self, signal: Signal) -> Result<Counts> {
        program::signal(self.program.pid(), signal);
        let status = self.program.wait()?;
        anyhow::ensure!(status.success(), "a worker that was asked to leave ended with {status}");
        self.counts()
    }

    /// Kills it when it has just reported, and returns what it had reported until then.
    pub(super) fn kill_after_a_report(mut self) -> Result<Counts> {
        let before = self.reports().len();
        until("a report", || Ok(self.reports().len() > before))?;
        // The line is written as the report leaves; the next one is three seconds off.
        std::thread::sleep(std::time::Duration::from_millis(500));
        program::signal(self.program.pid(), Signal::SIGKILL);
        self.program.wait()?;
        let total = *self.reports().last().context("a report")?;
        Ok(Counts { total, ..Counts::default() })
    }

    /// What it counted in its test of this number, from 1, when that is over.
    pub(super) fn counts_of_test(&self, number: usize) -> Result<Counts> {
        // Its own last words on a test, behind which its files are complete.
        until("a worker's last words", || Ok(self.text().matches("\nRun: ").count() == number))?;
        self.counts()
    }

    /// Waits until it has ended, and returns what it counted in its last test.
    pub(super) fn wait(mut self) -> Result<(ExitStatus, Counts)> {
        let status = self.program.wait()?;
        Ok((status, self.counts()?))
    }

    fn counts(&self) -> Result<Counts> {
        let mut name = self.prefix.clone().into_os_string();
        name.push("_stats.csv");
        let text = fs::read_to_string(&name).with_context(|| format!("read {}", name.display()))?;
        Counts::of_csv(&text)
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Requests and failures that it had reported, each time that it did.
    fn reports(&self) -> Vec<(u64, u64)> {
        let read = |line: &str| {
            let (_, told) = line.split_once("Reported ")?;
            let (requests, rest) = told.split_once(" requests so far, ")?;
            Some((requests.parse().ok()?, rest.strip_suffix(" failed")?.parse().ok()?))
        };
        self.text().lines().filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn counts_are_read_from_csv_and_added_up() {
        let text = "Type,Name,Request Count,Failure Count,Median\r\nGET,/health,3,1,2\r\nGET,/idle,0,0,\r\n,Aggregated,3,1,2\r\n";
        let mut counts = Counts::of_csv(text).unwrap();
        counts.add(&Counts::of_csv(text).unwrap());
        assert_eq!(counts.total, (6, 2));
        assert_eq!(counts.endpoints.len(), 1);
        assert!(Counts::of_csv("head\nGET,/health").is_err());
    }
}
