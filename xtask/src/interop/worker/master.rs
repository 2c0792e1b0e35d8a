//! [`Master`]: a real Locust master, and what its page would show.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use serde::Deserialize;

use super::crew::Counts;
use super::until;
use crate::http;
use crate::program::{self, Program};

/// Users without a page: enough requests for the gate's percentiles.
const USERS: &str = "30";
const RUN_TIME: &str = "20s";

/// A running master.
pub(super) struct Master {
    program: Program,
    port: u16,
    /// Where its page is; nothing without one.
    page: String,
}

/// What the page shows.
#[derive(Debug, Deserialize)]
pub(super) struct View {
    stats: Vec<Row>,
    #[serde(default)]
    workers: Vec<WorkerRow>,
}

#[derive(Debug, Deserialize)]
struct Row {
    method: String,
    name: String,
    num_requests: u64,
    num_failures: u64,
}

#[derive(Debug, Deserialize)]
struct Said {
    success: bool,
}

/// A worker as the page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct WorkerRow {
    state: String,
    user_count: u64,
}

impl Master {
    /// With its page, on free ports.
    pub(super) fn with_page(locust: &Path, script: &Path, folder: &Path) -> Result<Self> {
        let (port, page) = (free_port()?, http::free_address()?);
        let (host, web_port) = page.split_once(':').context("an address has a port")?;
        let mut command = command(locust, script, port);
        command.args(["--enable-rebalancing", "--web-host", host, "--web-port", web_port]);
        let log = File::create(folder.join("master.log")).context("failed to create a log")?;
        command.stderr(log);
        let master = Self { program: Program::start("locust", &mut command)?, port, page };
        until("the master's page is there", || {
            Ok(http::get(&master.page, "/stats/requests").is_ok())
        })?;
        Ok(master)
    }

    /// Without one: it waits for two workers, runs its time, and leaves files.
    pub(super) fn headless(
        locust: &Path,
        script: &Path,
        files: &Path,
        port: u16,
        host: &str,
    ) -> Result<Self> {
        let mut command = command(locust, script, port);
        command.args(["--headless", "--expect-workers", "2", "--expect-workers-max-wait", "60"]);
        command.args([
            "--users",
            USERS,
            "--spawn-rate",
            "10",
            "--run-time",
            RUN_TIME,
            "--host",
            host,
        ]);
        command.args(["--only-summary", "--csv-full-history"]).arg("--csv").arg(files);
        command.arg("--json-file").arg(files);
        let log = File::create(files.with_extension("log")).context("failed to create a log")?;
        command.stderr(log);
        Ok(Self { program: Program::start("locust", &mut command)?, port, page: String::new() })
    }

    /// Where workers find it.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Presses Start, or Edit while a test runs.
    pub(super) fn swarm(&self, users: u32, host: &str) -> Result<()> {
        let host = host.replace(':', "%3A").replace('/', "%2F");
        let form = format!("user_count={users}&spawn_rate=10&host={host}");
        let (status, answer) = http::post_form(&self.page, "/swarm", &form)?;
        let said: Said = serde_json::from_str(&answer).context("/swarm answers in other words")?;
        ensure!(status == 200 && said.success, "/swarm says {status}: {answer}");
        Ok(())
    }

    /// Presses Stop, and waits until this many workers have said that they did. The master's own state is no sign: it goes on
    /// waiting for a killed worker for a minute.
    pub(super) fn stop(&self, workers: usize) -> Result<()> {
        // 2.46 takes GET, 2.47 POST alone.
        let (status, answer) = match http::get(&self.page, "/stop")? {
            (405, _) => http::post_form(&self.page, "/stop", "")?,
            answer => answer,
        };
        ensure!(status == 200, "/stop says {status}: {answer}");
        until("all workers have stopped", || Ok(self.view()?.workers("ready").len() == workers))
    }

    /// What the page shows now. The master keeps its answer for two seconds.
    pub(super) fn view(&self) -> Result<View> {
        let (status, answer) = http::get(&self.page, "/stats/requests")?;
        ensure!(status == 200, "/stats/requests says {status}");
        serde_json::from_str(&answer).context("/stats/requests is not what it was")
    }

    /// Ends it with a signal.
    pub(super) fn kill(&mut self, signal: Signal) -> Result<()> {
        program::signal(self.program.pid(), signal);
        self.wait().map(drop)
    }

    /// Waits until it has ended.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        self.program.wait()
    }
}

impl View {
    /// Users of each worker that lives, fewest first.
    pub(super) fn users(&self) -> Vec<u64> {
        let living = self.workers.iter().filter(|worker| worker.state == "running");
        let mut users: Vec<u64> = living.map(|worker| worker.user_count).collect();
        users.sort_unstable();
        users
    }

    /// Workers in a state.
    pub(super) fn workers(&self, state: &str) -> Vec<&WorkerRow> {
        self.workers.iter().filter(|worker| worker.state == state).collect()
    }

    /// Requests and failures, by endpoint and in all.
    pub(super) fn counts(&self) -> Result<Counts> {
        let mut counts = Counts::default();
        for row in &self.stats {
            counts.count(&row.method, &row.name, row.num_requests, row.num_failures);
        }
        Ok(counts)
    }
}

fn command(locust: &Path, script: &Path, port: u16) -> Command {
    let mut command = Command::new(locust);
    command.arg("--master").arg("--locustfile").arg(script);
    command.args(["--master-bind-host", "127.0.0.1", "--master-bind-port", &port.to_string()]);
    command.args(["--loglevel", "DEBUG"]).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn free_port() -> Result<u16> {
    let address = http::free_address()?;
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
    port.context("an address has a port")
}
