//! Keeps the cores from sleeping while they are measured: `cargo xtask awake`, hidden.
//!
//! A core with nothing to do sleeps, and waking it takes tens of microseconds, on a rented machine now as many and now
//! thrice. Where an answer takes 200, that is what P95 varies by from run to run, not the builds. So each core gets a
//! program that turns in circles under the scheduler's policy for idle time, which gives way to everything else at once:
//! both sides are measured on cores that are awake. Where the system has no `chrt`, nothing is kept awake.

use std::hint::spin_loop;
use std::io::{self, Read};
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result};

use crate::machine;
use crate::program::Program;

/// Of util-linux.
const CHRT: &str = "/usr/bin/chrt";

/// One program per core, ended with this.
#[derive(Debug)]
pub(super) struct Awake(#[expect(dead_code, reason = "they are dropped with it")] Vec<Program>);

impl Awake {
    /// Keeps all cores awake from now on; none where the system cannot.
    pub(super) fn start() -> Result<Self> {
        if !Path::new(CHRT).exists() {
            return Ok(Self(Vec::new()));
        }
        let itself = std::env::current_exe().context("failed to find xtask itself")?;
        let turn = |core: usize| {
            let mut command = machine::pinned(&core.to_string(), Path::new(CHRT));
            // At the lowest priority, too: this is how others see that it gives way.
            command.args(["--idle", "0", "nice", "-n", "19"]).arg(&itself).arg("awake");
            command.stdin(Stdio::piped()).stdout(Stdio::null());
            Program::start("what keeps a core awake", &mut command)
        };
        (0..machine::cores()).map(turn).collect::<Result<_>>().map(Self)
    }
}

/// Is what keeps a core awake, until its standard input closes: it outlives nobody.
pub(crate) fn run() -> ExitCode {
    thread::spawn(|| {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    loop {
        spin_loop();
    }
}
