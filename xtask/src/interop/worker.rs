//! Real Locust masters and our workers: do they count the same?
//!
//! Two releases, each twice: with its web page, driven by HTTP as its own page drives it, while workers are ended, killed and
//! started again and users are handed on; then without one, on the same port, so that workers which lost their master have to
//! find the new one. In the end what the master counted must be what the workers counted, to the request, and the gate must
//! be able to judge the master's CSV.

mod crew;
mod master;

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;

use crate::program::{self, interrupted};
use crate::service::Service;
use crate::{loadtest, project, python};
use crew::{Counts, Worker};
use master::Master;

/// The releases that this is tested with.
const RELEASES: [&str; 2] = ["2.46.7", "2.47.0"];

/// What every master runs; the same file that goes into the cluster.
const DUMMY: &str = include_str!("../../../deploy/loadtest/dummy.py");

/// What the gate asks of the master's CSV.
const RULES: &str = include_str!("worker/gate.toml");

/// Longer than a master or a worker takes to notice anything: Locust misses a worker after four seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// Meets all releases.
#[expect(clippy::print_stderr, reason = "progress: this takes two minutes")]
pub(super) fn meet(room: &Path) -> Result<()> {
    let folder = project::empty_scratch("interop/worker")?;
    let script = folder.join("dummy.py");
    std::fs::write(&script, DUMMY).context("failed to write the master's locustfile")?;
    let mut programs = Vec::new();
    for release in RELEASES {
        let home = room.join(format!("locust-{release}"));
        std::fs::create_dir_all(&home).context("failed to create a folder for Locust")?;
        let programs_of = python::install(&home, &[&format!("locust=={release}")])?;
        programs.push((release, programs_of.join("locust")));
    }
    loadtest::build()?;
    let log = folder.join("service.log");
    let service = Service::start(0, &log)?;
    for (release, locust) in programs {
        eprintln!("Locust {release}");
        let folder = folder.join(release);
        std::fs::create_dir_all(&folder).context("failed to create a folder for the files")?;
        let test = Test { locust: &locust, script: &script, folder: &folder, service: &service };
        test.run().with_context(|| {
            format!("with Locust {release}; all logs are in {}", folder.display())
        })?;
    }
    service.stop(&log)
}

/// One release, its files, and what is loaded.
struct Test<'t> {
    locust: &'t Path,
    script: &'t Path,
    folder: &'t Path,
    service: &'t Service,
}

impl Test<'_> {
    fn run(&self) -> Result<()> {
        let mut master = Master::with_page(self.locust, self.script, self.folder)?;
        let (one, two) = self.with_page(&mut master)?;
        // As a machine dies: nobody says good bye.
        master.kill(Signal::SIGKILL)?;
        self.headless(master.port(), [one, two])
    }

    fn worker(&self, name: &str, port: u16) -> Result<Worker> {
        Worker::start(name, self.folder, port, self.service.key())
    }

    /// Through the page: workers come and go, and users with them.
    #[expect(clippy::print_stderr, reason = "progress")]
    fn with_page(&self, master: &mut Master) -> Result<(Worker, Worker)> {
        let one = self.worker("one", master.port())?;
        let two = self.worker("two", master.port())?;
        until("two workers are ready", || Ok(master.view()?.workers("ready").len() == 2))?;
        master.swarm(20, self.service.url())?;
        until("twenty users, ten each", || Ok(master.view()?.users() == [10, 10]))?;
        sleep(Duration::from_secs(4));

        eprintln!("  a worker is ended: it reports, and the other takes over its users");
        let mut left = two.end(Signal::SIGTERM)?;
        until("twenty users on one worker", || Ok(master.view()?.users() == [20]))?;
        let three = self.worker("three", master.port())?;
        until("ten users each again", || Ok(master.view()?.users() == [10, 10]))?;
        sleep(Duration::from_secs(4));

        eprintln!(
            "  a worker is killed: what it had reported stays, and the other takes over its users"
        );
        left.add(&three.kill_after_a_report()?);
        until("twenty users on one worker", || Ok(master.view()?.users() == [20]))?;
        let four = self.worker("four", master.port())?;
        until("ten users each again", || Ok(master.view()?.users() == [10, 10]))?;
        master.swarm(30, self.service.url())?;
        until("thirty users", || Ok(master.view()?.users() == [15, 15]))?;
        sleep(Duration::from_secs(4));
        master.stop(2)?;
        for worker in [&one, &four] {
            left.add(&worker.counts_of_test(1)?);
        }
        let seen = master.view()?.counts()?;
        ensure!(
            left.total == seen.total,
            "the workers reported {:?}, the master has {:?}",
            left.total,
            seen.total
        );
        eprintln!(
            "  {} requests, {} failed: as many as the workers counted",
            seen.total.0, seen.total.1
        );

        eprintln!("  a second test on the same workers");
        master.swarm(10, self.service.url())?;
        until("ten users", || Ok(master.view()?.users() == [5, 5]))?;
        sleep(Duration::from_secs(3));
        master.stop(2)?;
        let mut own = one.counts_of_test(2)?;
        own.add(&four.counts_of_test(2)?);
        same(&own, &master.view()?.counts()?)?;
        Ok((one, four))
    }

    /// Without a page, and with workers that lost their master.
    #[expect(clippy::print_stderr, reason = "progress")]
    fn headless(&self, port: u16, workers: [Worker; 2]) -> Result<()> {
        eprintln!("  the master is killed, and another one started in its place");
        let files = self.folder.join("headless");
        let mut master =
            Master::headless(self.locust, self.script, &files, port, self.service.url())?;
        let status = master.wait()?;
        ensure!(status.success(), "the master without a page ended with {status}");
        let mut own = Counts::default();
        for worker in workers {
            let (status, counts) = worker.wait()?;
            ensure!(status.success(), "a worker that was dismissed ended with {status}");
            own.add(&counts);
        }
        same(&own, &Counts::of_json(&files.with_extension("json"))?)?;
        let rules = self.folder.join("gate.toml");
        std::fs::write(&rules, RULES).context("failed to write the gate's rules")?;
        let mut gate = Command::new(project::release_binary("lead-gate"));
        gate.args(["check", "--prefix"]).arg(&files).arg("--config").arg(&rules);
        program::finish(&mut gate).context("the gate does not pass the master's CSV")
    }
}

/// Endpoint by endpoint.
#[expect(clippy::print_stderr, reason = "progress")]
fn same(own: &Counts, seen: &Counts) -> Result<()> {
    ensure!(
        own == seen,
        "the workers counted {own:?}, the master {seen:?}; a master that quits waits half a second for last reports: was the \
         machine too busy for that?"
    );
    ensure!(seen.total.0 > 0, "nothing was sent");
    eprintln!("  {} requests, endpoint by endpoint as many as the workers counted", seen.total.0);
    Ok(())
}

/// Looks until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so()? {
        ensure!(!interrupted(), "interrupted");
        ensure!(Instant::now() < deadline, "waited {} s in vain: {what}", PATIENCE.as_secs());
        sleep(Duration::from_millis(200));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::DUMMY;

    #[test]
    fn the_cluster_runs_the_same_script_as_is_tried_here() {
        let manifest = include_str!("../../../deploy/loadtest/kubernetes/master.yaml");
        let (_, data) = manifest.split_once("  dummy.py: |\n").unwrap();
        let (data, _) = data.split_once("---\n").unwrap();
        let lines: Vec<&str> =
            data.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        assert_eq!(lines, DUMMY.lines().collect::<Vec<_>>());
    }
}
