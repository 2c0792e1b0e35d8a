//! Real counterparts: programs of other people that ours must get along with.
//!
//! Each is installed into `target/interop/` with its own package manager. What
//! is asserted is the end to end behaviour: real Locust drives our service
//! without one failure, and our gate judges the files that Locust wrote; real
//! Prometheus reads our metrics; real Schemathesis holds our answers against our
//! OpenAPI document; HdrHistogram's own library reads our latency logs; real Locust
//! masters order our workers about and count what they count.

mod hdr;
mod openapi;
mod prometheus;
mod worker;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::flags::{Counterpart, InteropFlags};
use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::python;
use crate::service::Service;

/// The release this workspace was last tested with.
const LOCUST: &str = "locust==2.47.0";

/// The same four tasks as the built-in scenario, as a Locust user would write them.
const LOCUSTFILE: &str = include_str!("interop/locustfile.py");

/// Meets the counterpart that was asked for.
pub(crate) fn run(flags: &InteropFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    match flags.with {
        Counterpart::Locust => locust(),
        Counterpart::Hdr => {
            hdr::meet(&room()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Counterpart::Prometheus => {
            prometheus::meet(&room()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Counterpart::Openapi => {
            openapi::meet(&room()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Counterpart::Worker => {
            worker::meet(&room()?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The folder of everything that is installed and written here.
pub(crate) fn room() -> Result<PathBuf> {
    let room = project::scratch("interop");
    std::fs::create_dir_all(&room)
        .with_context(|| format!("failed to create {}", room.display()))?;
    Ok(room)
}

/// Locust loads our service for 20 s; the gate judges the CSV that it wrote.
fn locust() -> Result<ExitCode> {
    let room = room()?;
    let locust = install_locust(&room)?;
    let script = room.join("locustfile.py");
    std::fs::write(&script, LOCUSTFILE).context("failed to write the locustfile")?;
    loadtest::build()?;

    let log = room.join("service.log");
    let service = Service::start(0, &log)?;
    let prefix = room.join("locust");
    let mut command = Command::new(locust);
    command.arg("--locustfile").arg(&script).arg("--csv").arg(&prefix);
    command.args(["--headless", "--csv-full-history", "--only-summary", "--host", service.url()]);
    command.args(["--users", "50", "--spawn-rate", "50", "--run-time", "20s"]);
    command.env("LEAD_API_KEY", service.key());
    let status = Program::start("locust", &mut command)?.wait()?;
    service.stop(&log)?;
    if !status.success() {
        bail!("real Locust saw failures ({status}); its tables above say which");
    }

    let mut gate = Command::new(project::release_binary("lead-gate"));
    gate.args(["check", "--prefix"]).arg(&prefix);
    program::finish(&mut gate)?;
    Ok(ExitCode::SUCCESS)
}

/// Locust in a virtual environment below `room`.
pub(crate) fn install_locust(room: &Path) -> Result<PathBuf> {
    Ok(python::install(room, &[LOCUST])?.join("locust"))
}
