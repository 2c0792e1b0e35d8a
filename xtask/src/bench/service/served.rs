//! [`Served`]: a server under measurement, kept on its core, with what the system says about it.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::bench::{machine, spent};
use crate::program::{self, Program};
use crate::project;

/// The key that the service asks for and the generator sends, as long as a key of 256 bits is.
pub(super) const KEY: &str = "bench-0123456789abcdefghijklmnopqrstuvwxyz-";

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The example `bare`.
    Bare,
    /// The service with keys and metrics, and a log of warnings.
    Service,
    /// The same with a line of JSON for each request, in a file.
    Logging,
    /// The service without a watch on drift.
    Unwatched,
}

/// A running server.
#[derive(Debug)]
pub(super) struct Served {
    program: Program,
    address: SocketAddr,
}

impl Served {
    /// Starts a server with one worker on this core, and waits until it says where it listens.
    pub(super) fn start(kind: Kind, core: &str) -> Result<Self> {
        let name = match kind {
            Kind::Bare => "examples/bare",
            Kind::Service | Kind::Logging | Kind::Unwatched => "lead-service",
        };
        let mut command = machine::pinned(core, &project::release_binary(name));
        if kind == Kind::Bare {
            command.args(["--workers", "1"]);
        } else {
            configure(&mut command, kind)?;
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut program = Program::start("the server", &mut command)?;
        let stdout = program.take_stdout().context("standard output is piped above")?;
        let line = program::first_line(stdout);
        let Some((_, address)) = line.split_once("http://") else {
            bail!("{name} did not start: {}", program.wait()?);
        };
        let address = address.trim().parse().with_context(|| format!("no address in: {line}"))?;
        Ok(Self { program, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn connect(&self) -> Result<TcpStream> {
        TcpStream::connect(self.address).context("failed to connect to the server")
    }

    /// Processor time that its threads have used; `None` where the system does not tell.
    pub(super) fn processor_time(&self) -> Option<Duration> {
        spent::processor_time(self.program.pid())
    }

    /// Resident memory now, in 1,000,000 bytes.
    pub(super) fn resident(&self) -> Result<f64> {
        spent::resident(self.program.pid())
    }

    /// The most that ever was resident.
    pub(super) fn peak(&self) -> Result<f64> {
        spent::peak(self.program.pid())
    }
}

fn configure(command: &mut Command, kind: Kind) -> Result<()> {
    command.env("HOST", "127.0.0.1").env("PORT", "0").env("WORKERS", "1");
    command.env("API_KEYS", KEY).env("MODEL_PATH", project::model());
    let log = project::scratch("bench").join(format!("{kind:?}.log").to_lowercase());
    let log = fs::File::create(&log).with_context(|| format!("create {}", log.display()))?;
    if kind == Kind::Unwatched {
        command.env("DRIFT_WINDOW", "0");
    }
    command.env("LOG_LEVEL", if kind == Kind::Logging { "info" } else { "warning" }).stderr(log);
    Ok(())
}
