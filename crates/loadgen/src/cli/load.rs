//! Options that say what to load, and how hard.
//!
//! [`LoadArgs`] is what was typed; [`LoadArgs::plan`] checks it into a [`Plan`]. Names, short forms and environment
//! variables are Locust's; `--threads`, `--timeout`, `--transport`, `--insecure`, `--seed` and `--api-key` are ours. How much load there is at what
//! time is [`ShapeArgs`]'s. Nothing here connects.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::{ShapeArgs, UsageError, parse_time_span};
use crate::exit;
use crate::plan::{ApiKey, Load, Origin, Plan, Transport};
use crate::scenario::Scenario;

/// What to load, and how hard.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Load")]
pub struct LoadArgs {
    /// Base URL of the service to load, such as `http://127.0.0.1:8000`.
    #[arg(short = 'H', long, value_name = "URL", env = "LOCUST_HOST", hide_env_values = true, value_parser = Origin::parse)]
    pub host: Option<Origin>,
    /// Users or a rate, steady or in stages.
    #[command(flatten)]
    pub shape: ShapeArgs,
    /// Stop after this time, e.g. 20, 20s, 3m, 1h20m. Without it (or with 0) the run ends with Ctrl-C.
    #[arg(short = 't', long, value_name = "TIME", env = "LOCUST_RUN_TIME", hide_env_values = true, value_parser = parse_time_span)]
    pub run_time: Option<Duration>,
    /// Time for requests in flight to end when the run stops; 0 drops them uncounted [default: 0, with --rate that of --timeout]
    #[arg(short, long, value_name = "TIME", env = "LOCUST_STOP_TIMEOUT", hide_env_values = true, value_parser = parse_time_span)]
    pub stop_timeout: Option<Duration>,
    /// No web page, start at once.
    #[arg(long, env = "LOCUST_HEADLESS", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub headless: bool,
    /// Undoes a `headless` that stands in a file or in the environment.
    #[arg(long, env = "LOCUST_HEADFUL", hide_env_values = true, hide = true, value_parser = BoolishValueParser::new())]
    pub headful: bool,
    /// Read settings from this file too: lines like users = 100, or [tool.locust] in a .toml.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Key that is sent as X-API-Key; it is never printed.
    #[arg(long, value_name = "KEY", env = "LEAD_API_KEY", hide_env_values = true, value_parser = ApiKey::parse)]
    pub api_key: Option<ApiKey>,
    /// A request without a complete answer after this time has failed.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = timeout)]
    pub timeout: Duration,
    /// What carries the requests: reqwest, or raw: bare HTTP/1.1 at less CPU.
    #[arg(long, value_name = "NAME", default_value = "reqwest", value_parser = Transport::parse)]
    pub transport: Transport,
    /// Accept any certificate of an https target.
    #[arg(long)]
    pub insecure: bool,
    /// Threads that send; each drives its share of the users [default: one per core].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<NonZeroUsize>,
    /// Locust's word for --threads; -1: one per core.
    #[arg(long, value_name = "N", env = "LOCUST_PROCESSES", hide_env_values = true, value_parser = whole, allow_negative_numbers = true)]
    pub processes: Option<i64>,
    /// Start value of every random choice: leads, task order, think times.
    #[arg(long, value_name = "N", default_value = "1", value_parser = seed)]
    pub seed: u64,
}

impl LoadArgs {
    /// Checks the options into a plan with the built-in scenario.
    ///
    /// # Errors
    ///
    /// When no host was given, when there would be no load, or when the warm-up would be all of the run.
    pub fn plan(self) -> Result<Plan, UsageError> {
        let processes = processes(self.processes)?;
        let target = self.host.ok_or_else(|| UsageError::new(MISSING_HOST))?;
        let load = self.shape.load()?;
        // What was due must not vanish at the end; Locust's users may.
        let patience = if matches!(load, Load::Open(_)) { self.timeout } else { Duration::ZERO };
        let plan = Plan {
            target,
            transport: self.transport,
            insecure: self.insecure,
            api_key: self.api_key,
            load,
            warm_up: self.shape.warmup,
            // Locust tests the run time for truth: zero is no limit.
            run_time: self.run_time.filter(|time| !time.is_zero()),
            stop_timeout: self.stop_timeout.unwrap_or(patience),
            timeout: self.timeout,
            threads: self.threads.or(processes).unwrap_or_else(cores),
            seed: self.seed,
            scenario: Scenario::lead_scoring(),
            is_steered: false,
            resets_stats: self.shape.reset_stats,
        };
        outlasts_warm_up(&plan)?;
        Ok(plan)
    }
}

/// Refuses a plan whose run would be all warm-up.
pub(super) fn outlasts_warm_up(plan: &Plan) -> Result<(), UsageError> {
    if plan.ends().is_some_and(|end| end <= plan.warm_up) {
        return Err(UsageError::new(
            "argument --warmup: the run would be over before it; give a longer --run-time or --stages, or a shorter --warmup",
        ));
    }
    Ok(())
}

/// Locust's sentence, with our places to say it.
const MISSING_HOST: &str = "You must specify the base host. Either with the --host option (-H), in the environment variable LOCUST_HOST, or as host in locust.conf.";

/// One thread per core that this process may use; one where the system does not tell.
fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Threads in Locust's word; zero is as good as nothing there.
fn processes(asked: Option<i64>) -> Result<Option<NonZeroUsize>, UsageError> {
    match asked {
        None | Some(-1 | 0) => Ok(None),
        Some(count) => {
            let count = usize::try_from(count).ok().and_then(NonZeroUsize::new);
            let fault = || format!("Invalid --processes count {}", asked.unwrap_or_default());
            count.map(Some).ok_or_else(|| UsageError::exiting(exit::NO_RESULT, fault()))
        }
    }
}

fn whole(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("invalid int value: '{text}'"))
}

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let count: usize = text.parse().map_err(|_| format!("invalid int value: '{text}'"))?;
    NonZeroUsize::new(count).ok_or_else(|| "must be > 0".to_owned())
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("invalid int value: '{text}'"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let limit = parse_time_span(text).map_err(|fault| fault.to_string())?;
    if limit.is_zero() { Err("must be > 0".to_owned()) } else { Ok(limit) }
}
