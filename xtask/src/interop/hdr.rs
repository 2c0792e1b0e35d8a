//! HdrHistogram's own Python library reads the log that our load generator wrote.
//!
//! Each endpoint's count, p50, p99 and maximum must be those of the run's JSON. The library is a port of the original by
//! other people than those of the crate that wrote the log.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::service::Service;

/// The release this workspace was last tested with.
const LIBRARY: &str = "hdrhistogram==0.10.8";

/// What compares the log with the run.
const SCRIPT: &str = include_str!("hdr.py");

/// Loads our service for ten seconds and lets the library read what that left.
pub(super) fn meet(room: &Path) -> Result<()> {
    let room = &room.join("hdr");
    fs::create_dir_all(room).context("failed to create a folder for the log")?;
    let (log, twin) = (room.join("run.hlog"), room.join("run"));
    for earlier in [&log, &twin.with_extension("json")] {
        if earlier.exists() {
            fs::remove_file(earlier).context("failed to remove the log of an earlier run")?;
        }
    }
    let python = install(room)?;
    let script = room.join("hdr.py");
    fs::write(&script, SCRIPT).context("failed to write the script")?;
    loadtest::build()?;

    let service_log = room.join("service.log");
    let service = Service::start(0, &service_log)?;
    let mut load = Command::new(project::release_binary("lead-loadgen"));
    load.args(["--headless", "--host", service.url(), "--rate", "300", "--arrivals", "poisson"]);
    load.args(["--warmup", "2s", "--run-time", "10s", "--seed", "42", "--only-summary"]);
    load.args(["--stop-timeout", "10s"]).arg("--hdr").arg(&log).arg("--json-file").arg(&twin);
    load.env("LEAD_API_KEY", service.key());
    // How busy the machine was is its own verdict's to say: the files agree in any case.
    Program::start("lead-loadgen", &mut load)?.wait()?;
    service.stop(&service_log)?;

    let mut reader = Command::new(python);
    program::finish(reader.arg(&script).arg(&log).arg(twin.with_extension("json")))
        .context("HdrHistogram's library does not read in our log what the run says of itself")
}

/// A virtual environment with the library in it, made once; its Python.
fn install(room: &Path) -> Result<PathBuf> {
    let environment = room.join("venv");
    let python = environment.join("bin/python");
    if !python.exists() {
        program::finish(Command::new("python3").args(["-m", "venv"]).arg(&environment))
            .context("this verb needs python3 with its venv module")?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", LIBRARY]);
    program::finish(&mut pip).context(
        "pip could not install HdrHistogram's Python library (is there a network?): nothing was compared",
    )?;
    Ok(python)
}
