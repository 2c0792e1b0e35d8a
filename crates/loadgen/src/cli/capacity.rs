//! The command line of `lead-loadgen capacity`.
//!
//! [`CapacityArgs`] is what was typed; [`CapacityArgs::order`] checks it into a [`CapacityOrder`]. Which service is loaded
//! with what is said by the options of a plain run ([`LoadArgs`]), except those that say how much: that is what the search
//! finds out. They are hidden here and refused. Nothing here connects.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser};

use super::args::shown;
use super::line::Line;
use super::verb;
use super::{Args, LoadArgs, SafetyArgs, ScenarioArgs, Surroundings, UsageError, parse_time_span};
use crate::capacity::{Ask, Objectives, Percentile, Wanted, parse_latency, parse_share};
use crate::plan::Plan;

/// The first word of the command line that asks for a search.
const WORD: &str = "capacity";

/// Options of a plain run that say how much load there is, by their ids in [`LoadArgs`].
const CHOSEN_BY_SEARCH: [&str; 9] = [
    "users",
    "spawn_rate",
    "rate",
    "arrivals",
    "stages",
    "warmup",
    "reset_stats",
    "max_in_flight",
    "run_time",
];

/// Options of a plain run that a search has no use for, but takes.
const NOT_OF_A_SEARCH: [&str; 6] =
    ["stop_timeout", "headless", "headful", "list", "show_task_ratio", "show_task_ratio_json"];

/// Finds the highest request rate at which a service still holds its objectives.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "lead-loadgen",
    bin_name = "lead-loadgen capacity",
    version,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 120,
    mut_args = adapted,
    after_help = "Each step loads the service at one rate (open model: latency counts from the moment a request is\n\
                  due); its first quarter, 1 s to 10 s, settles and counts nowhere. The rate is doubled until a step\n\
                  fails, then the interval is halved until it is below 5 %. Both ends must come out the same twice,\n\
                  a third run decides where two disagree; at most 45 steps.\n\
                  Exit codes: 0 found, or --max-rate holds; 1 not even the lowest rate holds, the service is not\n\
                  there (any more), a report cannot be written, or the generator broke; 2 usage; 3 the generator\n\
                  was the limit, or runs disagreed too often; 130 interrupted. What is known is printed and\n\
                  written in every case but 2, and where the service is not there at the start."
)]
pub struct CapacityArgs {
    /// What is loaded.
    #[command(flatten)]
    load: LoadArgs,
    /// What is asked of it.
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Which guards to lift.
    #[command(flatten)]
    safety: SafetyArgs,
    /// Median of the response times, at most; with its unit, like those below.
    #[arg(long, value_name = "TIME", value_parser = parse_latency, help_heading = "Objectives")]
    p50: Option<Duration>,
    /// 90th percentile of the response times, at most.
    #[arg(long, value_name = "TIME", value_parser = parse_latency, help_heading = "Objectives")]
    p90: Option<Duration>,
    /// 95th percentile of the response times, at most, e.g. 1000ms.
    #[arg(long, value_name = "TIME", value_parser = parse_latency, help_heading = "Objectives")]
    p95: Option<Duration>,
    /// 99th percentile of the response times, at most.
    #[arg(long, value_name = "TIME", value_parser = parse_latency, help_heading = "Objectives")]
    p99: Option<Duration>,
    /// Share of failed requests, at most, e.g. 0.1%.
    #[arg(long, value_name = "SHARE", value_parser = parse_share, default_value = "0%", help_heading = "Objectives")]
    errors: f64,
    /// First rate in requests per second; halved, down to a 64th, when it does not hold.
    #[arg(long, value_name = "RATE", value_parser = rate, default_value = "300", help_heading = "Search")]
    start: f64,
    /// How long each rate is held; whole seconds, at least 2.
    #[arg(long, value_name = "TIME", value_parser = step_time, default_value = "20s", help_heading = "Search")]
    step_time: Duration,
    /// No rate above this.
    #[arg(long, value_name = "RATE", value_parser = rate, default_value = "50000", help_heading = "Search")]
    max_rate: f64,
    /// Say how many replicas this rate needs.
    #[arg(long, value_name = "RATE", value_parser = rate, help_heading = "Result")]
    wanted_rate: Option<f64>,
    /// Share of each replica's capacity that stays free.
    #[arg(long, value_name = "SHARE", value_parser = headroom, default_value = "30%", requires = "wanted_rate", help_heading = "Result")]
    headroom: f64,
    /// Write capacity.json and capacity.html into this folder; those of an earlier search are replaced at the end.
    #[arg(long, value_name = "DIR", help_heading = "Result")]
    out: Option<PathBuf>,
    /// Print this help and exit.
    #[arg(short = 'h', long, help_heading = "Result", action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print the version and exit.
    #[arg(short = 'V', long, help_heading = "Result", action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// A search that shall be made.
#[derive(Debug, Clone)]
pub struct CapacityOrder {
    /// What is loaded, and how long a request may take; its load is replaced at each step.
    pub plan: Plan,
    /// What must hold, and where to look.
    pub ask: Ask,
    /// The folder for the reports.
    pub out: Option<PathBuf>,
    /// The command line for the reports, secrets blanked.
    pub command: String,
    /// Whether a target that is not in a private network may be loaded without asking.
    pub is_confirmed: bool,
}

impl CapacityArgs {
    /// Whether a command line (the program's name first) asks for a search.
    pub fn is_meant(words: &[OsString]) -> bool {
        verb::is_meant(words, WORD)
    }

    /// Reads a command line that [is meant](Self::is_meant) for a search, and nothing else.
    ///
    /// # Errors
    ///
    /// As [`CapacityArgs::order_in`].
    pub fn order(words: &[OsString]) -> Result<CapacityOrder, UsageError> {
        Self::order_in(words, &Surroundings::none())
    }

    /// Reads a command line that [is meant](Self::is_meant) for a search, the environment and configuration files; what those
    /// say of how much load there is to be, and of outputs of a plain run, is passed over.
    ///
    /// # Errors
    ///
    /// [`UsageError`] for whatever cannot be obeyed; also for `--help` and `--version`.
    pub fn order_in(
        words: &[OsString],
        around: &Surroundings,
    ) -> Result<CapacityOrder, UsageError> {
        let command = shown(words);
        let words: Vec<OsString> =
            words.iter().take(1).chain(words.iter().skip(2)).cloned().collect();
        let known = Self::command();
        let line = Line::read(&known, &words, around, &Args::command(), &CHOSEN_BY_SEARCH)?;
        let matches = line.matches(&known)?;
        let was_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(id) = CHOSEN_BY_SEARCH.into_iter().find(|id| was_typed(id)) {
            let name = id.replace('_', "-");
            return Err(UsageError::new(format!(
                "argument --{name}: a capacity search chooses the load itself; say where it begins with --start, how long \
                 each rate is held with --step-time"
            )));
        }
        let is_timeout_typed = was_typed("timeout");
        let args = Self::from_arg_matches(&matches).map_err(|error| UsageError::of_clap(&error))?;
        args.checked(is_timeout_typed, command, around).map_err(|fault| line.located(fault))
    }

    fn checked(
        self,
        is_timeout_typed: bool,
        command: String,
        around: &Surroundings,
    ) -> Result<CapacityOrder, UsageError> {
        let typed = [self.p50, self.p90, self.p95, self.p99];
        let latency: Vec<(Percentile, Duration)> = Percentile::ALL
            .into_iter()
            .zip(typed)
            .filter_map(|(p, limit)| Some((p, limit?)))
            .collect();
        if latency.is_empty() {
            return Err(UsageError::new(
                "a capacity needs a limit on the response times: give --p95 1000ms, or --p50, --p90, --p99",
            ));
        }
        let objectives = Objectives { latency, errors: self.errors };
        if self.start > self.max_rate {
            return Err(UsageError::new("argument --start: must not be above --max-rate"));
        }
        self.safety.check_rate(self.max_rate)?;
        let scenario = self.scenario.scenario(around)?;
        let mut plan = Plan { scenario, ..self.load.plan()? };
        // An answer that comes too late shall be told as too late, not as a failure.
        if !is_timeout_typed {
            plan.timeout = PATIENCE.max(objectives.longest().saturating_mul(4));
        }
        if plan.timeout <= objectives.longest() {
            return Err(UsageError::new(
                "argument --timeout: must be longer than every objective, or slow answers would count as failed ones",
            ));
        }
        let ask = Ask {
            objectives,
            start_per_s: self.start,
            cap_per_s: self.max_rate,
            step_time: self.step_time,
            wanted: self.wanted_rate.map(|per_s| Wanted { per_s, headroom: self.headroom }),
        };
        Ok(CapacityOrder { plan, ask, out: self.out, command, is_confirmed: self.safety.yes })
    }
}

/// The timeout of a request where none was typed and no objective is long: how long a step may drag on at its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The options of a plain run as a search offers them: those that make no sense are hidden.
fn adapted(arg: clap::Arg) -> clap::Arg {
    let is = |ids: &[&str]| ids.iter().any(|id| arg.get_id() == id);
    let is_moot = is(&CHOSEN_BY_SEARCH) || is(&NOT_OF_A_SEARCH);
    if is(&["timeout"]) {
        let help = "A request without a complete answer after this time has failed [default: 10s, or four times the longest objective]";
        return arg.help(help).hide_default_value(true);
    }
    arg.hide(is_moot)
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| format!("invalid float value: '{text}'"))?;
    if rate.is_finite() && rate > 0.0 { Ok(rate) } else { Err("must be finite and > 0".to_owned()) }
}

fn step_time(text: &str) -> Result<Duration, String> {
    let time = parse_time_span(text).map_err(|fault| fault.to_string())?;
    if time >= Duration::from_secs(2) { Ok(time) } else { Err("must be 2s or longer".to_owned()) }
}

fn headroom(text: &str) -> Result<f64, String> {
    let share = parse_share(text)?;
    if share < 1.0 { Ok(share) } else { Err("must be below 100%".to_owned()) }
}
