//! What CI runs, in timed sections.
//!
//! The same verbs as a person's, in an order that fails early on what is cheap.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Parser;

use crate::flags::{Verb, Xtask};
use crate::{drill, fuzz, lint_ci, loadtest, program, project, tidy};

/// A short real run: 50 users in the first second, then 20 s at about 900 requests/s.
const SHORT_LOADTEST: [&str; 8] =
    ["xtask", "loadtest", "--users", "50", "--spawn-rate", "50", "--run-time", "20s"];

/// Runs every section and stops at the first that fails.
pub(crate) fn run() -> Result<ExitCode> {
    section("format", || {
        cargo(&["fmt", "--all", "--check"])?;
        for fuzz in ["crates/model/fuzz/Cargo.toml", "crates/service/fuzz/Cargo.toml"] {
            cargo(&["fmt", "--manifest-path", fuzz, "--check"])?;
        }
        Ok(())
    })?;
    section("clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    })?;
    section("rustdoc", || {
        let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"];
        program::finish(command(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    section("test", || cargo(&["test", "--workspace", "--locked"]))?;
    section("otlp", || {
        let service = ["test", "-p", "lead-service", "--features", "otlp", "--locked"];
        cargo(&[&service[..], &["--test", "api", "--", "otlp"]].concat())
    })?;
    section("tidy", || tidy::run().map(drop))?;
    section("lint-ci", || lint_ci::run().map(drop))?;
    section("fuzz", fuzz::minute)?;
    section("loadtest", short_loadtest)?;
    section("drill", drill::loadtest)?;
    Ok(ExitCode::SUCCESS)
}

fn short_loadtest() -> Result<()> {
    let Verb::Loadtest(flags) = Xtask::parse_from(SHORT_LOADTEST).verb else {
        unreachable!("the words above name the verb loadtest");
    };
    if loadtest::run(&flags)? != ExitCode::SUCCESS {
        bail!("the load test did not pass");
    }
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<()> {
    program::finish(&mut command(arguments))
}

fn command(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project::root()).args(arguments);
    cargo
}

#[expect(clippy::print_stderr, reason = "the log of a CI run is read by people")]
fn section(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let grouped = std::env::var_os("GITHUB_ACTIONS").is_some();
    eprintln!("{}", if grouped { format!("::group::{name}") } else { format!("### {name}") });
    let start = Instant::now();
    let outcome = work();
    eprintln!("### {name}: {:.0} s", start.elapsed().as_secs_f64());
    if grouped {
        eprintln!("::endgroup::");
    }
    outcome
}
