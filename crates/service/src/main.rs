//! `lead-service`: reads its configuration, listens, says where, and serves until it is told to stop.
//!
//! `lead-service keys` makes and checks keys instead.
//!
//! Exit codes: 0 after an orderly stop, 1 when it cannot start or serve (one line on stderr says why), 2 for a wrong
//! command line.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use lead_service::{
    App, Args, Config, Journal, reload_signals, report_events, report_panics, stop_signals,
};

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.command {
        Some(command) => {
            command.run(&mut io::stdout(), &mut io::stderr()).map_err(anyhow::Error::from)
        }
        None => serve(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The one line that is for a person: it stands where the log would have begun.
            let _ = writeln!(io::stderr(), "lead-service: {error}");
            ExitCode::FAILURE
        }
    }
}

#[actix_web::main]
async fn serve(args: Args) -> anyhow::Result<()> {
    let config = Config::try_from(args)?;
    let journal = Journal::start(config.log_level, io::stderr())?;
    report_events(&journal);
    report_panics();
    let stop = stop_signals()?;
    let reload = reload_signals()?;
    let app = App::bind(&config, journal)?;
    app.reload_on(reload);
    // Whoever started the service may have closed its stdout; that is no reason not to serve.
    let _ = writeln!(io::stdout(), "lead-service listening on {}", app.url());
    app.run_until_stopped(stop).await?;
    Ok(())
}
