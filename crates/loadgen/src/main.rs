//! The program `lead-loadgen`: reads the command line, loads, and says by its exit code how it went.
//!
//! What the codes mean stands in [`exit`]; everything else is the library's.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use lead_loadgen::{
    Args, CapacityArgs, HeadlessError, Stop, SurveyError, UsageError, WorkerError, WorkerOrder,
    exit, headless, survey, worker,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let done = if CapacityArgs::is_meant(&words) {
        CapacityArgs::order(&words).map(|order| obey(false, |stop| Ok(survey(&order, stop)?)))
    } else if let Some(order) = WorkerOrder::asked(&words) {
        order.map(|order| obey(true, |stop| Ok(worker(order, stop)?)))
    } else {
        Args::order(words).map(|order| obey(order.is_patient, |stop| Ok(headless(&order, stop)?)))
    };
    match done {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(error)) => {
            let _unheard = writeln!(std::io::stderr(), "lead-loadgen: error: {error:#}");
            ExitCode::from(code_of(&error))
        }
        Err(usage) => explain(&usage),
    }
}

/// Works until it is done or Ctrl-C (SIGTERM and SIGHUP count as such), which ends the load and the wait for answers. Where the
/// wait was ordered the first one ends only what goes on at the time; the one after that ends the rest. A further one ends
/// the program at once.
fn obey(is_patient: bool, work: impl FnOnce(&Stop) -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    let stop = Stop::new();
    let signalled = stop.clone();
    ctrlc::set_handler(move || match (signalled.is_stopped_now(), signalled.is_stopped()) {
        (true, _) => std::process::exit(exit::INTERRUPTED.into()),
        (false, false) if is_patient => signalled.stop(),
        (false, _) => signalled.stop_now(),
    })
    .context("cannot listen for Ctrl-C")?;
    work(&stop)
}

/// What the program exits with where there is no result.
fn code_of(error: &anyhow::Error) -> u8 {
    let run = error.downcast_ref().map(HeadlessError::exit_code);
    let search = error.downcast_ref().map(SurveyError::exit_code);
    let work = error.downcast_ref().map(WorkerError::exit_code);
    run.or(search).or(work).unwrap_or(exit::NO_RESULT)
}

/// Help and version go to stdout, faults to stderr.
fn explain(usage: &UsageError) -> ExitCode {
    let _unheard = match usage.exit_code() {
        0 => std::io::stdout().write_all(usage.text().as_bytes()),
        _ => std::io::stderr().write_all(usage.text().as_bytes()),
    };
    ExitCode::from(usage.exit_code())
}
