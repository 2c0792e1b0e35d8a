//! Where base and head meet: both services running, loaded one at a time, in turns.
//!
//! The servers share the first half of the cores and the generator has the other half, so that who is not asked takes
//! nothing from who is. [`Arena::play`] runs AB, BA, AB, ..., so that a machine that grows slower slows both alike.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::awake::Awake;
use super::delay::Delay;
use super::proxy::Proxy;
use super::revision::Build;
use super::say;
use crate::machine;
use crate::program::{self, Program};
use crate::project;
use crate::service::{Service, random_key};

/// The names of the sides, as folders and messages have them.
const SIDES: [&str; 2] = ["base", "head"];

/// Where a delay is a share of the P95, that is measured so often and for so long.
const TRIALS: usize = 3;
const TRIAL_S: u64 = 2;

/// The generator's exit code for a run that it calls invalid.
const INVALID: i32 = 3;

/// So often an invalid run is made again: a machine that spoils three in a row is no machine to compare on.
const AGAIN: u32 = 2;

/// What every run sends.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Requests per second.
    pub(crate) rate: String,
    /// Seconds before the measured part.
    pub(crate) warmup_s: u64,
    /// Seconds of the measured part.
    pub(crate) run_time_s: u64,
    /// Start value of everything random.
    pub(crate) seed: u64,
}

/// Both services, and perhaps a proxy before each.
#[derive(Debug)]
pub(crate) struct Arena {
    services: [Service; 2],
    logs: [PathBuf; 2],
    proxies: Option<[Proxy; 2]>,
    load: Load,
    /// The cores of the servers, and those of the generator.
    cores: [String; 2],
    awake: Awake,
}

impl Arena {
    /// Starts both services; their logs lie in `folder`.
    pub(crate) fn open(builds: [&Build; 2], folder: &Path, load: Load) -> Result<Self> {
        let cores = machine::halves();
        let key = random_key();
        let logs = SIDES.map(|side| folder.join(format!("{side}.log")));
        let start = |at: usize| {
            let build = builds[at];
            let command = machine::pinned(&cores[0], &build.service);
            Service::start_program(command, &build.model, &key, &logs[at])
                .with_context(|| format!("{} did not start", build.name))
        };
        let services = [start(0)?, start(1)?];
        Ok(Self { services, logs, proxies: None, load, cores, awake: Awake::start()? })
    }

    /// From now on the head answers later; both sides are led through proxies, so that these are no difference.
    pub(crate) fn delay_head(&mut self, delay: Delay, is_proxied: bool) -> Result<Duration> {
        if is_proxied && self.proxies.is_none() {
            let start = |service: &Service| Proxy::start(service.address(), &self.cores[0]);
            self.proxies = Some([start(&self.services[0])?, start(&self.services[1])?]);
        }
        let delay = match delay {
            Delay::None => Duration::ZERO,
            Delay::Time(delay) => delay,
            Delay::PercentOfP95(percent) => self.trial()?.mul_f64(percent / 100.0),
        };
        match &mut self.proxies {
            Some([_, head]) => head.delay(delay)?,
            None => ensure!(delay.is_zero(), "only a proxy can delay"),
        }
        if !delay.is_zero() {
            say(&format!("the head answers {} us later", delay.as_micros()));
        }
        Ok(delay)
    }

    /// The P95 of the base as it is led to now: the middle one of some short runs.
    fn trial(&mut self) -> Result<Duration> {
        say("measuring the P95 of the base");
        let folder = project::empty_scratch("compare/trial")?;
        let load = Load { run_time_s: TRIAL_S, ..self.load.clone() };
        let mut all_ms = Vec::new();
        for trial in 1..=TRIALS {
            let run = self.run(0, &load, &folder.join(trial.to_string()))?;
            let text = std::fs::read_to_string(with_ending(&run, "_stats.csv"))?;
            all_ms.push(p95_ms(&text).context("a trial has no P95 of all requests")?);
        }
        all_ms.sort_by(f64::total_cmp);
        Ok(Duration::from_secs_f64(all_ms[all_ms.len() / 2] / 1e3))
    }

    /// Loads both in turns and returns the prefixes of the runs, each side in its order.
    pub(crate) fn play(&mut self, rounds: u32, folder: &Path) -> Result<[Vec<PathBuf>; 2]> {
        let load = self.load.clone();
        let mut runs = [Vec::new(), Vec::new()];
        for round in 1..=rounds {
            // ABBA, ABBA, ...
            let order = if round % 2 == 1 { [0, 1] } else { [1, 0] };
            for side in order {
                if program::interrupted() {
                    return Ok(runs);
                }
                say(&format!("round {round} of {rounds}: {}", SIDES[side]));
                let folder = folder.join(format!("{round}-{}", SIDES[side]));
                runs[side].push(self.run(side, &load, &folder)?);
            }
        }
        Ok(runs)
    }

    /// One run of one side, with everything recorded; returns its prefix.
    ///
    /// A run that its generator calls invalid tells of the generator and is made again, at once, so that it stays beside
    /// the run it belongs to. One that stays invalid is the gate's to refuse.
    fn run(&mut self, side: usize, load: &Load, folder: &Path) -> Result<PathBuf> {
        for _ in 0..AGAIN {
            let (prefix, status) = self.attempt(side, load, folder)?;
            if status.code() != Some(INVALID) || program::interrupted() {
                return Ok(prefix);
            }
            say("the generator calls this run INVALID (the machine was busy?): once more");
            std::fs::remove_dir_all(folder)
                .with_context(|| format!("failed to remove {}", folder.display()))?;
        }
        self.attempt(side, load, folder).map(|(prefix, _)| prefix)
    }

    fn attempt(
        &mut self,
        side: usize,
        load: &Load,
        folder: &Path,
    ) -> Result<(PathBuf, ExitStatus)> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("failed to create {}", folder.display()))?;
        let prefix = folder.join("loadtest");
        let service = &mut self.services[side];
        let proxied =
            self.proxies.as_ref().map(|proxies| format!("http://{}", proxies[side].address()));
        let url = proxied.unwrap_or_else(|| service.url().to_owned());
        let mut command = generator(load, &url, service.key(), &prefix, &self.cores[1]);
        let log = folder.join("loadgen.log");
        let file = std::fs::File::create(&log)
            .with_context(|| format!("failed to create {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let mut program = Program::start("lead-loadgen", &mut command)?;
        let status = program.wait_while(|| service.lives())?;
        if !service.lives()? {
            let log = project::shown(&self.logs[side]);
            bail!("the service of the {} died: see {log}", SIDES[side]);
        }
        // A failed request or an invalid run is for the gate to judge; without figures there is nothing to.
        if !with_ending(&prefix, "_stats.csv").exists() && !program::interrupted() {
            let log = project::shown(&log);
            bail!("lead-loadgen ended with {status} and left no figures: see {log}");
        }
        Ok((prefix, status))
    }

    /// Stops everything; an error if a service did not end well.
    pub(crate) fn close(self) -> Result<()> {
        drop((self.awake, self.proxies));
        for (service, log) in self.services.into_iter().zip(&self.logs) {
            service.stop(log)?;
        }
        Ok(())
    }
}

/// The working tree's generator in the open model.
fn generator(load: &Load, url: &str, key: &str, prefix: &Path, cores: &str) -> Command {
    let mut command = machine::pinned(cores, &project::release_binary("lead-loadgen"));
    command.args(["--headless", "--only-summary", "--csv-full-history", "--host", url]);
    command.args(["--rate", &load.rate, "--seed", &load.seed.to_string()]);
    // The time of a run includes its warm-up.
    let whole_s = load.warmup_s + load.run_time_s;
    command.args(["--warmup", &load.warmup_s.to_string(), "--run-time", &whole_s.to_string()]);
    command.arg("--csv").arg(prefix).arg("--json-file").arg(prefix);
    command.env("LEAD_API_KEY", key);
    command
}

fn with_ending(prefix: &Path, ending: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// The P95 of all requests: of the last row, which is `Aggregated` and has neither quotes nor commas in it.
fn p95_ms(stats: &str) -> Option<f64> {
    let mut lines = stats.lines();
    let at = lines.next()?.split(',').position(|name| name == "95%")?;
    lines.next_back()?.split(',').nth(at)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::p95_ms;

    #[test]
    fn the_p95_of_all_requests_stands_in_the_last_row() {
        let stats = "Type,Name,90%,95%,98%\r\nGET,\"/a,b\",1,2,3\r\n,Aggregated,1.5,2.25,4\r\n";
        assert_eq!(p95_ms(stats), Some(2.25));
        assert_eq!(p95_ms("Type,Name,95%\r\n,Aggregated,N/A\r\n"), None);
        assert_eq!(p95_ms("Type,Name\r\n,Aggregated\r\n"), None);
    }
}
