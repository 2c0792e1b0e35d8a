//! The generator of `cargo xtask bench service`: as many requests as one core can send, or as many a second as asked for.
//!
//! It is no general load generator (that is `lead-loadgen`): it prepares every byte beforehand, looks at nothing in an
//! answer but its status and its length, and so costs less per request than the service that it measures. What it
//! measured goes to standard output as one object of JSON.

mod answer;
mod connection;
mod request;
mod stream;
mod volley;

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;

use self::{
    request::Head,
    volley::{Length, Volley},
};

/// Sends leads to a scoring service and prints what came of it.
#[derive(Debug, Parser)]
struct Args {
    /// Where the service listens
    #[arg(long)]
    address: SocketAddr,

    /// What is asked for
    #[arg(long, default_value = "/api/v1/score")]
    path: String,

    /// The key to send
    #[arg(long, env = "LEAD_API_KEY", hide_env_values = true)]
    api_key: Option<String>,

    /// File of leads, one JSON object a line; they are sent in turns
    #[arg(long, value_name = "FILE")]
    leads: PathBuf,

    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 32)]
    connections: usize,

    /// Leads in a request; more than one are sent as a list
    #[arg(long, default_value_t = 1)]
    batch: usize,

    /// End after so many seconds
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,

    /// End after so many requests instead
    #[arg(long, conflicts_with = "seconds")]
    requests: Option<u64>,

    /// Requests a second, each due at its own time whether or not earlier ones are answered [default: one after another]
    #[arg(long)]
    rate: Option<f64>,

    /// Send so many lines in one body instead of requests, and count the lines of the answer
    #[arg(long, value_name = "LINES", conflicts_with_all = ["requests", "rate", "batch"])]
    stream: Option<u64>,
}

#[expect(clippy::print_stderr, reason = "the one line that says why nothing was measured")]
fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("volley: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    let text = fs::read(&args.leads)?;
    let leads: Vec<&[u8]> =
        text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    if leads.is_empty() || args.connections == 0 || args.batch == 0 {
        return Err(io::Error::other("nothing to send: give leads, connections and a batch"));
    }
    let head = Head { address: args.address, path: &args.path, key: args.api_key.as_deref() };
    let mut out = io::stdout();
    if let Some(lines) = args.stream {
        serde_json::to_writer(&mut out, &stream::run(&head, &leads, lines)?)?;
        return out.write_all(b"\n");
    }
    let requests = request::prepare(&head, &leads, args.batch);
    let length = match args.requests {
        Some(requests) => Length::Requests(requests),
        None => Length::Time(Duration::from_secs_f64(args.seconds)),
    };
    let mut volley = Volley::connect(args.address, args.connections, &requests)?;
    let outcome = match args.rate {
        None => volley.one_after_another(length)?,
        Some(rate) => volley.at_a_rate(rate, length)?,
    };
    serde_json::to_writer(&mut out, &outcome.report())?;
    out.write_all(b"\n")
}
