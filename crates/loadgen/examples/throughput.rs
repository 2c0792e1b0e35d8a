//! How much one sender thread can send: the built-in bodies without think time, against any server.
//!
//! `cargo run --release -p lead-loadgen --example throughput -- URL USERS SECONDS [TRANSPORT]` posts changing leads to
//! `URL/api/v1/score`, checks only that the answer is a JSON object (so that a plain web server can stand in), records
//! everything as a real run does, and prints requests per second with the CPU time that each cost.

use std::error::Error;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Answer, Corpus, Expect, Load, Method, Origin, Plan, Scenario, SpawnRate, Stop, Task, Transport,
    Values, load, reach,
};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

#[expect(clippy::print_stdout, reason = "an example that tells its result")]
fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, users, seconds, transport @ ..] = &words[..] else {
        return Err("usage: throughput URL USERS SECONDS [TRANSPORT]".into());
    };
    let mut plan =
        plan(Origin::parse(url)?, users.parse()?, Duration::from_secs(seconds.parse()?))?;
    if let [name] = transport {
        plan.transport = Transport::parse(name)?;
    }
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let reached = reach(&plan.target)?;

    let before_us = cpu_us()?;
    let recording = load(&plan, corpus, reached, &Stop::new(), |_| ())?;
    let total = recording.total();
    let (rate, _) = recording.total_rate(total);
    let cost_us = (cpu_us()? - before_us) as f64 / total.requests() as f64;
    let (p50, p99) = (total.latency().percentile_ms(0.5), total.latency().percentile_ms(0.99));
    println!(
        "{rate:.0} requests/s, {cost_us:.2} us CPU per request, p50 {p50:.3} ms, p99 {p99:.3} ms, {} failures",
        total.failures()
    );
    Ok(())
}

/// One thread, all users at once, no pause.
fn plan(target: Origin, users: NonZeroU32, run_time: Duration) -> Result<Plan, Box<dyn Error>> {
    let values = Values::default();
    let mut task = Task::new(Method::Post, "/api/v1/score");
    task.body = Some(values.body("${lead}")?);
    task.expect = Expect::answer(Answer::Object);
    Ok(Plan {
        target,
        transport: Transport::Reqwest,
        insecure: false,
        api_key: None,
        load: Load::ramp(users, SpawnRate::parse("100000")?),
        warm_up: Duration::ZERO,
        run_time: Some(run_time),
        stop_timeout: Duration::ZERO,
        timeout: Duration::from_secs(60),
        threads: NonZeroUsize::MIN,
        seed: 1,
        scenario: Scenario {
            user_class: "Hurried".to_owned(),
            tasks: vec![task],
            think_time: Duration::ZERO..=Duration::ZERO,
            values,
            verifier: None,
        },
        is_steered: false,
        resets_stats: false,
    })
}

/// CPU time of this process so far, in microseconds.
fn cpu_us() -> Result<i64, Box<dyn Error>> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time() + usage.system_time()).num_microseconds())
}
