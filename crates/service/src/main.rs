//! `lead-service`: reads its configuration, listens, says where, and serves until it is told to stop.
//!
//! Exit codes: 0 after an orderly stop, 1 when it cannot start or serve (one line on stderr says why), 2 for a wrong
//! command line.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use lead_service::{App, Args, Config, Journal, reload_signals, report_events, stop_signals};

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The one line that is for a person: it stands where the log would have begun.
            let _ = writeln!(io::stderr(), "lead-service: {error}");
            ExitCode::FAILURE
        }
    }
}

#[actix_web::main]
async fn run(args: Args) -> anyhow::Result<()> {
    let config = Config::try_from(args)?;
    let journal = Journal::start(config.log_level, io::stderr())?;
    report_events(&journal);
    let stop = stop_signals()?;
    let reload = reload_signals()?;
    let app = App::bind(&config, journal)?;
    app.reload_on(reload);
    // Whoever started the service may have closed its stdout; that is no reason not to serve.
    let _ = writeln!(io::stdout(), "lead-service listening on http://{}", app.address());
    app.run_until_stopped(stop).await?;
    Ok(())
}
