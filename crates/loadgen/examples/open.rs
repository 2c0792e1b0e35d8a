//! The open model's figures in one line of JSON.
//!
//! `cargo run --release -p lead-loadgen --example open -- --host http://127.0.0.1:8000 --rate 2000 --run-time 10s` takes the
//! words of `lead-loadgen`, loads as it does, and leaves no table and no file. `cargo xtask bench loadgen` reads it.

use std::error::Error;
use std::sync::Arc;

use lead_loadgen::{Args, Corpus, Stop, load, reach};

#[expect(clippy::print_stdout, reason = "an example that tells its result")]
fn main() -> Result<(), Box<dyn Error>> {
    let plan = Args::order(std::env::args_os()).map_err(|fault| fault.text().to_owned())?.plan;
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = load(&plan, corpus, reach(&plan.target)?, &Stop::new(), |_| ())?;
    let (total, lag) = (recording.total(), recording.send_lag().ok_or("give a --rate")?);
    let figures = serde_json::json!({
        "requests": total.requests(),
        "failures": total.failures(),
        "unsent": recording.unsent(),
        "p50_ms": total.latency().percentile_ms(0.5),
        "p99_ms": total.latency().percentile_ms(0.99),
        "max_ms": total.latency().max_ms(),
        "lag_p99_ms": lag.percentile_ms(0.99),
        "lag_max_ms": lag.max_ms(),
    });
    println!("{figures}");
    Ok(())
}
