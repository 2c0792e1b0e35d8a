//! Coverage-guided fuzzing on stable Rust: libFuzzer feeds the targets of `crates/model/fuzz` and `crates/service/fuzz`.
//!
//! Only those crates are built with coverage counters, into a folder of their own below target/. Each target runs for a bounded
//! time, as many at once as there are cores; inputs that reach new code are kept in target/fuzz/corpus and taken up by
//! the next run, an input that crashes is kept in target/fuzz/crashes. What must hold is written in the targets.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

use crate::flags::{FuzzFlags, FuzzTarget};
use crate::program::{self, Program};
use crate::project;

/// What lets stable rustc count edges and compared numbers the way libFuzzer reads them.
const COVERAGE: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Memory above which an input counts as a crash.
const MEMORY_MB: u32 = 2048;
/// Seconds above which an input counts as a crash; the slowest takes a few milliseconds.
const PATIENCE_S: u32 = 20;

/// Longest reason that is shown: an input may be part of it.
const REASON_CHARS: usize = 4000;

impl FuzzTarget {
    /// The program's name, which is also that of its corpus and dictionary.
    fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Artifact => "artifact",
            Self::Table => "table",
            Self::Request => "request",
        }
    }

    /// The folder of the crate that it belongs to, from the root.
    fn home(self) -> &'static str {
        match self {
            Self::Lead | Self::Artifact | Self::Table => "crates/model/fuzz",
            Self::Request => "crates/service/fuzz",
        }
    }

    /// Longest input that is tried: a little more than the longest seed.
    fn max_bytes(self) -> u32 {
        match self {
            Self::Lead => 4096,
            Self::Artifact | Self::Table | Self::Request => 8192,
        }
    }
}

/// Builds the targets and runs them, or one of them on one input.
pub(crate) fn run(flags: &FuzzFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    let targets =
        if flags.targets.is_empty() { FuzzTarget::value_variants() } else { &flags.targets };
    let programs = build(targets)?;
    if let Some(input) = &flags.input {
        let [target] = targets else { bail!("--input needs the name of one target") };
        let input = fs::canonicalize(input)
            .with_context(|| format!("failed to find {}", input.display()))?;
        let mut command = Command::new(programs.join(target.name()));
        program::finish(command.args(limits(*target)).arg(input))?;
        return Ok(ExitCode::SUCCESS);
    }
    fuzz(targets, &programs, flags)?;
    Ok(ExitCode::SUCCESS)
}

/// Every target for a minute, as CI runs it: the same seed, so that a red run is red again.
pub(crate) fn minute() -> Result<()> {
    program::catch_interrupts()?;
    let flags = FuzzFlags { targets: Vec::new(), seconds: 60, seed: 1, input: None };
    let targets = FuzzTarget::value_variants();
    fuzz(targets, &build(targets)?, &flags)
}

/// Builds the crates of these targets with coverage counters; returns the folder that holds the programs.
fn build(targets: &[FuzzTarget]) -> Result<PathBuf> {
    let triple = host()?;
    let homes: BTreeSet<_> = targets.iter().map(|target| target.home()).collect();
    for home in homes {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(project::root().join(home));
        // With a target named, build scripts and macros go without the counters, which they could not link.
        cargo.args(["build", "--release", "--locked", "--target", &triple, "--target-dir"]);
        cargo.arg(project::scratch("fuzz"));
        cargo.env("RUSTFLAGS", COVERAGE).env_remove("CARGO_ENCODED_RUSTFLAGS");
        program::finish(&mut cargo).context(
            "failed to build the fuzz targets; besides Rust they need a C++ compiler (c++ or g++), for libFuzzer",
        )?;
    }
    Ok(project::scratch("fuzz").join(triple).join("release"))
}

/// The machine that rustc builds for, for example `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("failed to start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let triple = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(triple.context("rustc -vV names no host")?.to_owned())
}

/// Runs targets side by side, as many as there are cores, and fails if an input crashed one.
#[expect(clippy::print_stderr, reason = "what a target found is the product of this verb")]
fn fuzz(targets: &[FuzzTarget], programs: &Path, flags: &FuzzFlags) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut crashed = Vec::new();
    for together in targets.chunks(cores) {
        let started = together.iter().map(|&target| Session::start(target, programs, flags));
        for mut session in started.collect::<Result<Vec<_>>>()? {
            match session.end()? {
                Outcome::Clean(line) => eprintln!("fuzz, {}: {line}", session.target.name()),
                Outcome::Crashed(report) => {
                    eprintln!("fuzz, {}: crashed\n{report}", session.target.name());
                    crashed.push(session.target.name());
                }
            }
        }
        ensure!(!program::interrupted(), "interrupted");
    }
    ensure!(crashed.is_empty(), "an input crashed: {}", crashed.join(", "));
    Ok(())
}

/// One target at work.
struct Session {
    target: FuzzTarget,
    program: Program,
    /// What libFuzzer says.
    log: PathBuf,
    crashes: PathBuf,
}

/// How a session ended.
enum Outcome {
    /// No input crashed; how much was tried, in one line.
    Clean(String),
    /// The end of what was said, and how to see it again.
    Crashed(String),
}

impl Session {
    fn start(target: FuzzTarget, programs: &Path, flags: &FuzzFlags) -> Result<Self> {
        let room = project::scratch("fuzz");
        let name = target.name();
        let (corpus, crashes) = (room.join("corpus").join(name), room.join("crashes").join(name));
        let log = room.join("logs").join(format!("{name}.log"));
        for folder in [&corpus, &crashes, &room.join("logs")] {
            fs::create_dir_all(folder)
                .with_context(|| format!("failed to create {}", folder.display()))?;
        }
        let said =
            File::create(&log).with_context(|| format!("failed to create {}", log.display()))?;
        let source = project::root().join(target.home());
        let dictionary = source.join("dictionaries").join(format!("{name}.dict"));

        let mut command = Command::new(programs.join(name));
        command.args(limits(target));
        command.arg(format!("-max_total_time={}", flags.seconds));
        command.arg(format!("-seed={}", flags.seed));
        command.arg(format!("-dict={}", dictionary.display()));
        command.arg(format!("-artifact_prefix={}/", crashes.display()));
        // What is new goes into the first folder; the second one, the committed seeds, is only read.
        command.arg("-print_final_stats=1").arg(corpus).arg(source.join("corpus").join(name));
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        Ok(Self { target, program: Program::start(name, &mut command)?, log, crashes })
    }

    /// Waits for the end of the time, or of the target.
    fn end(&mut self) -> Result<Outcome> {
        let status = self.program.wait()?;
        let said = fs::read(&self.log)
            .with_context(|| format!("failed to read {}", self.log.display()))?;
        let said = String::from_utf8_lossy(&said);
        if program::interrupted() {
            return Ok(Outcome::Clean("interrupted".to_owned()));
        }
        if status.success() {
            return Ok(Outcome::Clean(
                summary(&said).context("libFuzzer did not say what it did")?,
            ));
        }
        let again = said.lines().find_map(|line| line.split_once("Test unit written to "));
        let again = match again {
            Some((_, input)) => format!(
                "run it again: cargo xtask fuzz {} --input {}",
                self.target.name(),
                project::shown(Path::new(input))
            ),
            None => format!("no input was kept in {}", project::shown(&self.crashes)),
        };
        let log = project::shown(&self.log);
        Ok(Outcome::Crashed(format!("{}\n{again}\nall that was said: {log}", reason(&said))))
    }
}

/// Why a target ended: from the first panic, or from libFuzzer's own complaint, to where the stack begins.
fn reason(said: &str) -> String {
    let is_cause =
        |line: &&str| line.contains(" panicked at ") || line.contains("ERROR: libFuzzer");
    let lines = said.lines().skip_while(|line| !is_cause(line));
    let lines: Vec<_> =
        lines.take_while(|line| !line.starts_with("stack backtrace")).take(8).collect();
    let start: String = lines.join("\n").chars().take(REASON_CHARS).collect();
    if start.is_empty() { "it did not say why".to_owned() } else { start }
}

/// What holds for every input.
fn limits(target: FuzzTarget) -> [String; 3] {
    [
        format!("-max_len={}", target.max_bytes()),
        format!("-timeout={PATIENCE_S}"),
        format!("-rss_limit_mb={MEMORY_MB}"),
    ]
}

/// Inputs tried, edges reached and inputs worth keeping, out of libFuzzer's log.
///
/// A log without edges is none: the counters are missing, and the time was wasted.
fn summary(said: &str) -> Option<String> {
    let last = said.lines().rfind(|line| line.starts_with('#') && line.contains(" cov: "))?;
    let after = |word: &str| last.split_once(word)?.1.split_whitespace().next();
    let tried = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let edges = after(" cov: ")?;
    let kept = after(" corp: ")?;
    Some(format!("{} inputs, {edges} edges reached, {kept} inputs kept", tried?.trim()))
}

#[cfg(test)]
mod tests {
    use super::{reason, summary};

    #[test]
    fn a_run_is_summed_up_in_a_line() {
        let said = "#11\tINITED cov: 700 ft: 900 corp: 9/9kb exec/s: 0 rss: 40Mb\n\
            #900\tDONE   cov: 812 ft: 2044 corp: 61/30kb lim: 4096 exec/s: 450 rss: 60Mb\n\
            stat::number_of_executed_units: 900\n";
        let expected = "900 inputs, 812 edges reached, 61/30kb inputs kept";
        assert_eq!(summary(said).as_deref(), Some(expected));
    }

    #[test]
    fn the_reason_of_a_crash_is_cut_out_of_the_log() {
        let said = "#9\tNEW cov: 9\n\nthread '<unnamed>' (7) panicked at targets/lead.rs:48:9:\nnot equal\n\
            stack backtrace:\n   0: main\n==7== ERROR: libFuzzer: deadly signal\n";
        assert_eq!(
            reason(said),
            "thread '<unnamed>' (7) panicked at targets/lead.rs:48:9:\nnot equal"
        );
        assert_eq!(
            reason("==7== ERROR: libFuzzer: out-of-memory\n"),
            "==7== ERROR: libFuzzer: out-of-memory"
        );
        assert_eq!(reason(""), "it did not say why");
    }

    #[test]
    fn a_run_without_coverage_is_no_run() {
        assert_eq!(summary("#2\tINITED exec/s: 0 rss: 28Mb\n#9\tDONE   corp: 1/1b\n"), None);
    }
}
