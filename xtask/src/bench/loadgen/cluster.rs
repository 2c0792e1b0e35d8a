//! A worker of a Locust master: how many requests one of ours carries, and how many a Python one, each on one core.
//!
//! The master is real and stands on the server's core, as does the server, which counts the requests: neither worker is
//! believed about its own. All send the same body without a pause. Judged is the ratio of each round, per second of the
//! worker's processor time, because that is what a core costs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::generator::{Kind, Load};
use super::host::Host;
use super::peers::script;
use crate::bench::row::{Row, Unit};
use crate::bench::{machine, spent};
use crate::program::{self, Program};
use crate::{http, interop, project};

/// So many times the requests of a Python worker shall one of ours carry.
const GOAL: f64 = 10.0;

/// Users on the worker: enough to keep a core busy.
const USERS: u32 = 64;

/// How long a master, a worker and its users may take to be there; Locust starts slowly.
const PATIENCE: Duration = Duration::from_secs(60);
/// After that, until it runs evenly: a report or two go by.
const SETTLING: Duration = Duration::from_secs(4);

/// Who works, in turns.
const KINDS: [Kind; 4] = [Kind::Reqwest, Kind::Raw, Kind::LocustFast, Kind::LocustPlain];

/// What one look at a worker found.
#[derive(Clone, Copy, Debug)]
struct Look {
    /// Requests a second.
    rate: f64,
    /// Requests for each second of the worker's processor time.
    per_core_s: f64,
}

/// The figures.
pub(super) fn rows(host: &Host, load: &Load, rounds: u32, time: Duration) -> Result<Vec<Row>> {
    let locust = interop::install_locust(&interop::room()?)?;
    let mut looks: [Vec<Look>; 4] = Default::default();
    for round in 0..rounds as usize {
        for turn in 0..KINDS.len() {
            let at = (round + turn) % KINDS.len();
            let look = look(KINDS[at], &locust, host, load, time);
            looks[at].push(look.with_context(|| format!("a worker: {}", KINDS[at].name()))?);
        }
    }
    let size = format!("{USERS} users, one core");
    let mut rows = Vec::new();
    for (kind, looks) in KINDS.iter().zip(&looks) {
        let rates: Vec<f64> = looks.iter().map(|look| look.rate).collect();
        rows.push(Row::new(&format!("worker, {}", kind.name()), &size, Unit::Rate, &rates));
    }
    for ours in [0, 1] {
        let ratios: Vec<f64> = looks[ours]
            .iter()
            .zip(&looks[2])
            .map(|(us, them)| us.per_core_s / them.per_core_s)
            .collect();
        let name = format!("  {} / {}, of equal CPU", KINDS[ours].name(), KINDS[2].name());
        rows.push(Row { goal: Some(GOAL), ..Row::new(&name, &size, Unit::Times, &ratios) });
    }
    Ok(rows)
}

fn look(kind: Kind, locust: &Path, host: &Host, load: &Load, time: Duration) -> Result<Look> {
    let port = http::free_address()?;
    let port = port.rsplit(':').next().context("an address has a port")?;
    let before = host.counts()?.connections;
    let mut master = Program::start("locust", &mut master(kind, locust, load, port))?;
    let mut worker = Program::start("worker", &mut worker(kind, locust, load, port))?;
    let deadline = Instant::now() + PATIENCE;
    while host.counts()?.connections < before + u64::from(USERS) {
        ensure!(!program::interrupted(), "interrupted");
        ensure!(worker.ended()?.is_none(), "it ended at once");
        ensure!(master.ended()?.is_none(), "its master ended at once");
        ensure!(Instant::now() < deadline, "its users did not come");
        sleep(Duration::from_millis(50));
    }
    sleep(SETTLING);
    let blind = "this system does not tell the processor time of programs (in /proc)";
    let used = |pid| spent::processor_time_with_children(pid).context(blind);
    let (start, requests, cpu) = (Instant::now(), host.counts()?.requests, used(worker.pid())?);
    sleep(time);
    let requests = host.counts()?.requests - requests - 1;
    let (elapsed, cpu) = (start.elapsed(), used(worker.pid())? - cpu);
    ensure!(requests > 0, "it sent nothing");
    // The worker first: it says good bye to its master, which ends with it.
    worker.stop()?;
    master.stop()?;
    let requests = requests as f64;
    Ok(Look { rate: requests / elapsed.as_secs_f64(), per_core_s: requests / cpu.as_secs_f64() })
}

/// The class of the locustfile that a worker's users are of; the master of ours counts them, too.
fn class(kind: Kind) -> &'static str {
    if kind == Kind::LocustPlain { "Plain" } else { "Fast" }
}

fn master(kind: Kind, locust: &Path, load: &Load, port: &str) -> Command {
    let [core, _] = machine::two_sides().0;
    let mut command = machine::pinned(&core, locust);
    let users = USERS.to_string();
    command.arg("--master").arg("--locustfile").arg(locustfile());
    command.args(["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--headless"]);
    command.args(["--expect-workers", "1", "--users", &users, "--spawn-rate", &users]);
    command.args(["--run-time", "5m", "--only-summary", "--host"]);
    command.arg(format!("http://{}", load.address)).arg(class(kind));
    quiet(command, load)
}

fn worker(kind: Kind, locust: &Path, load: &Load, port: &str) -> Command {
    let is_ours = matches!(kind, Kind::Reqwest | Kind::Raw);
    let program = if is_ours { kind.ours() } else { locust.to_owned() };
    let mut command = machine::pinned(&load.core, &program);
    command.args(["--worker", "--master-host", "127.0.0.1", "--master-port", port]);
    if is_ours {
        command.args(["--threads", "1"]).arg("--scenario").arg(&load.scenario);
    } else {
        command.arg("--locustfile").arg(locustfile()).arg(class(kind));
    }
    if kind == Kind::Raw {
        command.args(["--transport", "raw"]);
    }
    quiet(command, load)
}

fn locustfile() -> PathBuf {
    script(&project::scratch("bench"), Kind::LocustFast)
}

/// What somebody writes unasked lies in the folder of the bench; what is said is dropped.
fn quiet(mut command: Command, load: &Load) -> Command {
    command.current_dir(project::scratch("bench")).env("BODY", &load.body);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
