//! The program `lead-loadgen`: reads the command line, loads, and says by its exit code how it went.
//!
//! What the codes mean stands in [`exit`]; everything else is the library's.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use lead_loadgen::{Args, HeadlessError, Order, Stop, UsageError, exit, headless};

fn main() -> ExitCode {
    match Args::order(std::env::args_os()) {
        Ok(order) => load(&order).unwrap_or_else(|error| {
            let _unheard = writeln!(std::io::stderr(), "lead-loadgen: error: {error:#}");
            ExitCode::from(error.downcast_ref().map_or(exit::NO_RESULT, HeadlessError::exit_code))
        }),
        Err(usage) => explain(&usage),
    }
}

/// Loads until time is up or Ctrl-C (SIGTERM and SIGHUP count as such); a second one ends the program at once.
fn load(order: &Order) -> anyhow::Result<ExitCode> {
    let stop = Stop::new();
    let signalled = stop.clone();
    ctrlc::set_handler(move || match signalled.is_stopped() {
        false => signalled.stop(),
        true => std::process::exit(exit::INTERRUPTED.into()),
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(ExitCode::from(headless(order, &stop)?))
}

/// Help and version go to stdout, faults to stderr.
fn explain(usage: &UsageError) -> ExitCode {
    let _unheard = match usage.exit_code() {
        0 => std::io::stdout().write_all(usage.text().as_bytes()),
        _ => std::io::stderr().write_all(usage.text().as_bytes()),
    };
    ExitCode::from(usage.exit_code())
}
