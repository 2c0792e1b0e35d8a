//! The main job: build, serve, load, judge.
//!
//! Everything a run leaves lies in one folder, `results/<start>/`: the four
//! CSV files, the HTML report, the JSON list in Locust's form, the run's twin
//! (which `lead-loadgen report` and `compare` read), the service's log, and
//! the gate's verdict as JSON and Markdown. The exit code is the gate's, or that
//! of whatever went wrong before it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;

use crate::flags::LoadtestFlags;
use crate::program::{self, Program};
use crate::project;
use crate::service::Service;

/// The shell's convention for a process that was ended by SIGINT.
const EXIT_INTERRUPTED: u8 = 130;

/// Runs the load test and returns the exit code for `cargo xtask loadtest`.
pub(crate) fn run(flags: &LoadtestFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    let baseline = flags.baseline.as_deref().map(baseline).transpose()?;
    let out = flags.out.as_deref().map(free_folder).transpose()?;
    build()?;
    let run = RunFolder::create(out)?;
    let loaded = load(flags, &run);
    run.remove_if_empty();
    let (generator, served) = loaded?;
    if !run.prefix.with_file_name("loadtest_stats.csv").exists() {
        // The generator said why in its own words; there is nothing to judge.
        served?;
        return Ok(forward(generator));
    }
    say("judging");
    let verdict = judge(baseline.as_deref(), &run)?;
    say(&format!("report: {}", project::shown(&run.folder.join("report.html"))));
    served?;
    if program::interrupted() {
        say("interrupted: the verdict is about a shortened run");
        return Ok(ExitCode::from(EXIT_INTERRUPTED));
    }
    Ok(if verdict.success() { forward(generator) } else { forward(verdict) })
}

/// The folder of one run.
struct RunFolder {
    folder: PathBuf,
    prefix: PathBuf,
}

impl RunFolder {
    /// The given folder, or one that is named for the time: of the load, so made after the build.
    fn create(out: Option<PathBuf>) -> Result<Self> {
        let folder = out.unwrap_or_else(|| {
            let start = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
            project::root().join("results").join(start)
        });
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("failed to create {}", folder.display()))?;
        Ok(Self { prefix: folder.join("loadtest"), folder })
    }

    /// Leaves no folder behind a run that never began and has nothing to say.
    fn remove_if_empty(&self) {
        let log = self.service_log();
        if !self.prefix.with_file_name("loadtest_stats.csv").exists()
            && log.metadata().is_ok_and(|log| log.len() == 0)
        {
            let _ = std::fs::remove_file(log);
        }
        // Fails where anything lies in it, which is what stays.
        let _ = std::fs::remove_dir(&self.folder);
    }

    fn service_log(&self) -> PathBuf {
        self.folder.join("service.log")
    }
}

/// A folder that holds no run yet: two runs in one folder would be judged as one.
fn free_folder(out: &Path) -> Result<PathBuf> {
    let folder = std::path::absolute(out).context("failed to resolve --out")?;
    if folder.join("loadtest_stats.csv").exists() {
        bail!(
            "{} already holds a run: choose another --out or remove it first",
            project::shown(&folder)
        );
    }
    Ok(folder)
}

/// Builds the optimised binaries. Always all three, also where a service runs already: cargo would compile what they share
/// once more for a smaller set, whose features differ.
pub(crate) fn build() -> Result<()> {
    say("building (release)");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project::root()).args(["build", "--release"]);
    program::finish(cargo.args(["-p", "lead-service", "-p", "lead-loadgen", "-p", "lead-gate"]))
}

/// Loads the given host, or a service of our own that is stopped afterwards.
/// The second half says whether that service lived and ended well.
fn load(flags: &LoadtestFlags, run: &RunFolder) -> Result<(ExitStatus, Result<()>)> {
    if let Some(host) = &flags.host {
        let mut generator = generate(flags, run, host, flags.api_key.as_deref(), None)?;
        return Ok((generator.wait()?, Ok(())));
    }
    let log = run.service_log();
    let mut service = Service::start(flags.port, &log)?;
    let model = project::shown(service.model());
    say(&format!("serving {model} on {} (pid {})", service.url(), service.pid()));
    let (key, model) = (Some(service.key()), Some(service.model()));
    let mut generator = generate(flags, run, service.url(), key, model)?;
    // Loading a service that died would only count refused connections until the time is up.
    let status = generator.wait_while(|| service.lives())?;
    Ok((status, service.stop(&log)))
}

/// Starts the load generator on this terminal; with a `model` every score must be the one that it gives.
fn generate(
    flags: &LoadtestFlags,
    run: &RunFolder,
    host: &str,
    key: Option<&str>,
    model: Option<&Path>,
) -> Result<Program> {
    say(&format!("loading {host}: {}", in_short(flags)));
    let mut command = Command::new(project::release_binary("lead-loadgen"));
    command.args(["--headless", "--csv-full-history", "--host", host]);
    command.args(load_options(flags)).args(["--seed", &flags.seed.to_string()]);
    command.arg("--csv").arg(&run.prefix);
    command.arg("--html").arg(run.folder.join("report.html"));
    command.arg("--json-file").arg(&run.prefix);
    command.arg("--twin").arg(run.folder.join("run.json"));
    command.args(flags.yes.then_some("--yes"));
    // In a process group of its own a question would only stop it: without a terminal it says what is missing.
    command.stdin(Stdio::null());
    command.args(model.iter().flat_map(|model| [OsStr::new("--verify"), model.as_os_str()]));
    match key {
        Some(key) => command.env("LEAD_API_KEY", key),
        None => command.env_remove("LEAD_API_KEY"),
    };
    Program::start("lead-loadgen", &mut command)
}

/// The load in the options of `lead-loadgen`.
fn load_options(flags: &LoadtestFlags) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    if flags.rate.is_none() && flags.stages.is_none() {
        say("--users", &flags.users.to_string());
        say("--spawn-rate", &flags.spawn_rate);
    }
    let run_time = run_time(flags).map(str::to_owned);
    let given = [
        ("--rate", &flags.rate),
        ("--arrivals", &flags.arrivals),
        ("--stages", &flags.stages),
        ("--warmup", &flags.warmup),
        ("--run-time", &run_time),
    ];
    for (name, value) in given {
        value.iter().for_each(|value| say(name, value));
    }
    // What is in flight at the end is awaited, so that no request the service answered is missing. The open model waits
    // for as long as a request may take, unasked.
    if flags.rate.is_none() {
        say("--stop-timeout", "5s");
    }
    words
}

/// How long to load; stages end by themselves.
fn run_time(flags: &LoadtestFlags) -> Option<&str> {
    let unasked = flags.stages.is_none().then_some("60s");
    flags.run_time.as_deref().or(unasked)
}

/// The load in a few words.
fn in_short(flags: &LoadtestFlags) -> String {
    let load = match (&flags.rate, &flags.stages) {
        (None, None) => format!("{} users", flags.users),
        (None, Some(stages)) => format!("users in stages {stages}"),
        (Some(rate), None) => format!("{rate} requests/s"),
        (Some(rate), Some(stages)) => format!("{rate} requests/s, in stages {stages}"),
    };
    let time = run_time(flags).map(|time| format!(", {time}"));
    load + &time.unwrap_or_default()
}

/// Lets the gate judge what the generator wrote.
fn judge(baseline: Option<&Path>, run: &RunFolder) -> Result<ExitStatus> {
    let mut command = Command::new(project::release_binary("lead-gate"));
    command.arg("check").arg("--prefix").arg(&run.prefix);
    command.arg("--json").arg(run.folder.join("gate.json"));
    command.arg("--markdown").arg(run.folder.join("gate.md"));
    if let Some(baseline) = baseline {
        command.arg("--baseline").arg(baseline);
    }
    // Not through `wait`: an interrupt that ended the load must not end the judgement too.
    command.status().context("failed to start lead-gate")
}

/// The baseline as a whole path. A mistyped one is told before the run, not a minute later.
fn baseline(file: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(file).context("failed to resolve --baseline")?;
    if !path.is_file() {
        bail!("no baseline at {}: name an earlier run's loadtest_stats.csv", project::shown(&path));
    }
    Ok(path)
}

/// The child's exit code as ours; a child ended by a signal is a failure, never a 0.
fn forward(status: ExitStatus) -> ExitCode {
    match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        None => ExitCode::FAILURE,
    }
}

#[expect(clippy::print_stderr, reason = "the steps of the main job are shown as they happen")]
fn say(step: &str) {
    eprintln!("==> {step}");
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::flags::{Verb, Xtask};

    #[test]
    fn a_folder_that_holds_a_run_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a run");
        let run = RunFolder::create(Some(free_folder(&out).unwrap())).unwrap();
        assert_eq!(run.prefix, out.join("loadtest"));
        // A run that never began leaves its folder free.
        free_folder(&out).unwrap();
        std::fs::write(out.join("loadtest_stats.csv"), "kept").unwrap();
        let refusal = free_folder(&out).unwrap_err().to_string();
        assert!(refusal.contains("already holds a run"), "{refusal}");
        assert_eq!(std::fs::read_to_string(out.join("loadtest_stats.csv")).unwrap(), "kept");
    }

    #[test]
    fn a_run_that_never_began_leaves_no_folder_unless_its_log_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::create(Some(folder.path().join("run"))).unwrap();
        std::fs::write(run.service_log(), "why").unwrap();
        run.remove_if_empty();
        assert!(run.service_log().exists());
        std::fs::write(run.service_log(), "").unwrap();
        run.remove_if_empty();
        assert!(!run.folder.exists());
    }

    #[test]
    fn a_baseline_that_is_not_there_is_told_before_anything_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loadtest_stats.csv");
        let refusal = baseline(&file).unwrap_err().to_string();
        assert!(refusal.starts_with("no baseline at "), "{refusal}");
        std::fs::write(&file, "").unwrap();
        assert_eq!(baseline(&file).unwrap(), file);
    }

    /// The words that the load generator is given for these.
    fn load(flags: &str) -> Result<(String, String), clap::Error> {
        let words = ["xtask", "loadtest"].into_iter().chain(flags.split_whitespace());
        let Verb::Loadtest(flags) = Xtask::try_parse_from(words)?.verb else {
            unreachable!("the words name the verb loadtest");
        };
        Ok((load_options(&flags).join(" "), in_short(&flags)))
    }

    #[test]
    fn the_load_is_handed_on_as_users_or_as_a_rate() {
        let check = |flags, options: &str, short: &str| {
            assert_eq!(load(flags).unwrap(), (options.to_owned(), short.to_owned()));
        };
        check("", "--users 300 --spawn-rate 10 --run-time 60s --stop-timeout 5s", "300 users, 60s");
        check(
            "--rate 330 --arrivals poisson --warmup 10s -t 70s",
            "--rate 330 --arrivals poisson --warmup 10s --run-time 70s",
            "330 requests/s, 70s",
        );
        check("--rate 0 --stages 9s:9", "--rate 0 --stages 9s:9", "0 requests/s, in stages 9s:9");
        check("--stages 9s:9", "--stages 9s:9 --stop-timeout 5s", "users in stages 9s:9");
        for contradiction in ["--rate 9 --users 9", "--stages 9s:9 -r 1", "--arrivals poisson"] {
            load(contradiction).unwrap_err();
        }
    }
}
