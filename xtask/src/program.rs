//! Other programs: started, watched, stopped, never left behind.
//!
//! [`Program`] is a child in a process group of its own, so that a Ctrl-C in
//! the terminal reaches only this process, which then decides in which order
//! the others stop. Dropping a [`Program`] ends it. What a program is started
//! for stands in the verb's own file.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How often a running child and the interrupt flag are looked at.
const POLL: Duration = Duration::from_millis(20);

/// How long a program may take to finish after SIGTERM. The service gives its
/// requests in flight up to 30 s.
const GRACE: Duration = Duration::from_secs(35);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, SIGTERM and SIGHUP set a flag instead of ending us.
pub(crate) fn catch_interrupts() -> Result<()> {
    static CAUGHT: AtomicBool = AtomicBool::new(false);
    if CAUGHT.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("failed to install the signal handler")
}

/// Whether somebody asked us to stop.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Runs `command` to its end with this terminal and fails unless it exits 0.
pub(crate) fn finish(command: &mut Command) -> Result<()> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("failed to start {shown}"))?;
    if interrupted() {
        bail!("interrupted");
    }
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        bail!("`{shown} {}` failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// A program that runs beside us.
#[derive(Debug)]
pub(crate) struct Program {
    name: &'static str,
    child: Child,
    reaped: bool,
}

impl Program {
    /// Starts `command` in a process group of its own.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("failed to start {name} ({:?})", command.get_program()))?;
        Ok(Self { name, child, reaped: false })
    }

    /// The child's standard output, if it was piped and not taken yet.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// The child's standard input, if it was piped and not taken yet.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// How the program ended, or `None` while it runs.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status =
            self.child.try_wait().with_context(|| format!("lost track of {}", self.name))?;
        self.reaped |= status.is_some();
        Ok(status)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end; an interrupt is passed on once, as SIGINT.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        self.wait_while(|| Ok(true))
    }

    /// Waits for the end; an interrupt, or what it depends on being gone, is passed on once, as SIGINT.
    pub(crate) fn wait_while(
        &mut self,
        mut dependency_lives: impl FnMut() -> Result<bool>,
    ) -> Result<ExitStatus> {
        let mut passed_on = false;
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if !passed_on && (interrupted() || !dependency_lives()?) {
                self.signal(Signal::SIGINT);
                passed_on = true;
            }
            sleep(POLL);
        }
    }

    /// Asks the program to stop (SIGTERM) and insists (SIGKILL) after the grace time.
    pub(crate) fn stop(&mut self) -> Result<ExitStatus> {
        self.ask_to_stop();
        self.leave()
    }

    /// Asks the program to stop (SIGTERM) and goes on.
    pub(crate) fn ask_to_stop(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Waits for the end of a program that was asked to stop, and insists (SIGKILL) after the grace time.
    pub(crate) fn leave(&mut self) -> Result<ExitStatus> {
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            sleep(POLL);
        }
        self.signal(Signal::SIGKILL);
        let status = self.child.wait().with_context(|| format!("lost track of {}", self.name))?;
        self.reaped = true;
        bail!("{} ignored SIGTERM for {} s and was killed ({status})", self.name, GRACE.as_secs())
    }

    fn signal(&self, name: Signal) {
        if !self.reaped {
            signal(self.pid(), name);
        }
    }
}

/// Sends a signal; a process that ended a moment ago is what we want.
pub(crate) fn signal(pid: u32, name: Signal) {
    let pid = i32::try_from(pid).expect("a process id fits in an i32");
    let _ = kill(Pid::from_raw(pid), name);
}

impl Drop for Program {
    fn drop(&mut self) {
        if !self.reaped {
            let _ = self.stop();
        }
    }
}

/// The first line of `stdout`; the rest is read and thrown away by a thread, so
/// that the program never blocks on a full pipe.
pub(crate) fn first_line(stdout: ChildStdout) -> String {
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    // A program that ends before it says a word leaves the line empty.
    let _ = reader.read_line(&mut line);
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    line.trim_end().to_owned()
}
