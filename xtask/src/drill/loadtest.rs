//! The main job must survive every failure with one clear line.
//!
//! Every case runs `cargo xtask loadtest` as a program of its own and looks at
//! what a person would see: the exit code, the line that says why, the files,
//! and that nothing is left running. What should happen is written in
//! `docs/LOAD_TESTING.md`.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;

use super::spoken::Spoken;
use crate::program::signal;
use crate::project;

/// What a run that was ended early must still leave behind.
const REPORTS: [&str; 10] = [
    "loadtest_stats.csv",
    "loadtest_stats_history.csv",
    "loadtest_failures.csv",
    "loadtest_exceptions.csv",
    "loadtest_verdict.json",
    "loadtest.json",
    "run.json",
    "report.html",
    "gate.json",
    "gate.md",
];

/// Far more than the build, the start and the first second of load need.
const PATIENCE: Duration = Duration::from_secs(900);

/// Busy port, missing model, nobody there, a service that dies, and Ctrl-C.
pub(crate) fn loadtest() -> Result<()> {
    let room = project::empty_scratch("drill/loadtest")?;
    refusals(&room)?;

    let mut run =
        Run::start(&room, "dying service", &["--users", "20", "--spawn-rate", "20"], &[])?;
    let service = run.loading()?;
    signal(service.pid, Signal::SIGKILL);
    run.ends_with(1, "lead-service died during the run")?;

    let mut run = Run::start(&room, "interrupt", &["--users", "20", "--spawn-rate", "20"], &[])?;
    let service = run.loading()?;
    signal(run.program.program().pid(), Signal::SIGINT);
    run.ends_with(130, "interrupted")?;
    for report in REPORTS {
        ensure!(run.out.join(report).is_file(), "after an interrupt {report} is missing");
    }
    let left = TcpStream::connect(service.address.as_str());
    ensure!(left.is_err(), "after an interrupt a service still listens on {}", service.address);
    Ok(())
}

/// Runs that cannot begin.
fn refusals(room: &Path) -> Result<()> {
    let busy = TcpListener::bind("127.0.0.1:0").context("failed to take a port")?;
    let port = busy.local_addr()?.port().to_string();
    Run::start(room, "busy port", &["--port", &port], &[])?.ends_with(1, "already in use")?;
    drop(busy);

    let gone = room.join("no-model.json");
    let model = [("MODEL_PATH", gone.as_path())];
    Run::start(room, "missing model", &[], &model)?.ends_with(1, "there is no model at")?;

    // The port was ours a moment ago: nobody listens there now.
    let host = format!("http://127.0.0.1:{port}");
    Run::start(room, "nobody there", &["--host", &host], &[])?.ends_with(1, "cannot connect to")
}

/// One `cargo xtask loadtest`, with what it says in a file.
struct Run {
    case: &'static str,
    program: Spoken,
    out: PathBuf,
}

/// The service of a run, by what the run says about it.
struct Served {
    address: String,
    pid: u32,
}

impl Run {
    fn start(
        room: &Path,
        case: &'static str,
        words: &[&str],
        environment: &[(&str, &Path)],
    ) -> Result<Self> {
        let out = room.join(case.replace(' ', "-"));
        fs::create_dir_all(&out).with_context(|| format!("failed to create {}", out.display()))?;
        let mut command = Command::new(std::env::current_exe().context("failed to find xtask")?);
        command.arg("loadtest").args(words).arg("--out").arg(&out);
        command.env_remove("MODEL_PATH").envs(environment.iter().copied());
        let program = Spoken::start("xtask", &mut command, &out.join("said.txt"))?;
        Ok(Self { case, program, out })
    }

    /// Waits until every user is at work.
    fn loading(&mut self) -> Result<Served> {
        let said = self.program.hear("All users spawned", PATIENCE).context(self.case)?;
        served(&said).context("the run does not say where its service listens")
    }

    /// Waits for the end and looks at the exit code and at the words that must have been said.
    #[expect(clippy::print_stderr, reason = "what a case ended with is the product of this verb")]
    fn ends_with(&mut self, code: i32, words: &str) -> Result<()> {
        let status: ExitStatus = self.program.wait()?;
        let said = self.program.words();
        let line = said.lines().find(|line| line.contains(words));
        match line {
            Some(line) if status.code() == Some(code) => {
                eprintln!("drill, {}: exit code {code}: {line}", self.case);
                Ok(())
            }
            _ => bail!("{}: {status}, expected code {code} and \"{words}\":\n{said}", self.case),
        }
    }
}

/// Address and process id out of `==> serving MODEL on http://ADDRESS (pid PID)`.
fn served(said: &str) -> Option<Served> {
    let line = said.lines().find(|line| line.starts_with("==> serving "))?;
    let (before, pid) = line.strip_suffix(')')?.split_once(" (pid ")?;
    let (_, address) = before.rsplit_once("http://")?;
    Some(Served { address: address.to_owned(), pid: pid.parse().ok()? })
}
