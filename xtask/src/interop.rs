//! Real counterparts: programs of other people that ours must get along with.
//!
//! Each is installed into `target/interop/` with its own package manager. What
//! is asserted is the end to end behaviour: real Locust drives our service
//! without one failure, our gate judges the files that Locust wrote, and our
//! generator answers and leaves what Locust does; real
//! Prometheus reads our metrics; real Schemathesis holds our answers against our
//! OpenAPI document; HdrHistogram's own library reads our latency logs; real Locust
//! masters order our workers about and count what they count.

mod hdr;
mod locust;
mod openapi;
mod prometheus;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::flags::{Counterpart, InteropFlags};
use crate::program;
use crate::project;
use crate::python;

/// The release this workspace was last tested with.
const LOCUST: &str = "locust==2.47.0";

/// Meets the counterpart that was asked for.
pub(crate) fn run(flags: &InteropFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    match flags.with {
        Counterpart::Locust => {
            locust::meet(&room()?)?;
            Ok(ExitCode::SUCCESS)
        }
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

/// Locust in a virtual environment below `room`.
pub(crate) fn install_locust(room: &Path) -> Result<PathBuf> {
    Ok(python::install(room, &[LOCUST])?.join("locust"))
}
