//! A program whose words go into a file, where a drill can read them.
//!
//! [`Spoken`] adds to [`Program`] what drills do: wait for words, and show all
//! of them when they do not come.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::program::{self, Program};

/// How often the file is looked at.
const POLL: Duration = Duration::from_millis(50);

/// A running program and what it has said so far.
#[derive(Debug)]
pub(super) struct Spoken {
    name: &'static str,
    program: Program,
    said: PathBuf,
}

impl Spoken {
    /// Starts `command` with both of its outputs in the file `said`.
    pub(super) fn start(name: &'static str, command: &mut Command, said: &Path) -> Result<Self> {
        let log =
            File::create(said).with_context(|| format!("failed to create {}", said.display()))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { name, program: Program::start(name, command)?, said: said.to_owned() })
    }

    /// The program itself.
    pub(super) fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Everything it said.
    pub(super) fn words(&self) -> String {
        fs::read_to_string(&self.said).unwrap_or_default()
    }

    /// Waits until it has said `words` and returns everything; an error if it ends before, or if `patience` does.
    pub(super) fn hear(&mut self, words: &str, patience: Duration) -> Result<String> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            let said = self.words();
            if said.contains(words) {
                return Ok(said);
            }
            self.must_live()?;
            if program::interrupted() {
                bail!("interrupted");
            }
            sleep(POLL);
        }
        bail!("{} did not say \"{words}\" within {} s", self.name, patience.as_secs())
    }

    /// An error if it has ended.
    pub(super) fn must_live(&mut self) -> Result<()> {
        match self.program.ended()? {
            Some(status) => bail!("{} ended too early ({status}):\n{}", self.name, self.words()),
            None => Ok(()),
        }
    }

    /// Waits for the end.
    pub(super) fn wait(&mut self) -> Result<ExitStatus> {
        self.program.wait()
    }
}
