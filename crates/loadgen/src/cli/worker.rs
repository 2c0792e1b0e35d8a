//! Options of a worker under Locust's master.
//!
//! [`WorkerArgs`] is what was typed; [`WorkerOrder`] is the checked meaning of a command line with `--worker`. What users do,
//! with which key and over which transport is said by the options of a plain run; how many there are, how long, and on which
//! service is the master's to say, later.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args as Options, CommandFactory, FromArgMatches};

use super::args::shown;
use super::line::Line;
use super::{Args, LoadArgs, Outputs, Surroundings, UsageError};
use crate::plan::{Load, Origin, Plan, SpawnRate};
use crate::scenario::Scenario;

/// Options that say how the load comes about, by their ids: the master's to say. Locust's own two are accepted, as Locust
/// accepts them on workers; ours would promise what no master orders.
const OURS: [&str; 5] = ["rate", "arrivals", "stages", "warmup", "max_in_flight"];

/// Whose worker to be.
#[derive(Debug, Clone, Options)]
#[command(next_help_heading = "Worker")]
pub struct WorkerArgs {
    /// Work for a Locust master (2.46, 2.47), which says how many users run, how long and on which host (docs/WORKER.md).
    #[arg(long, env = "LOCUST_MODE_WORKER", hide_env_values = true, value_parser = BoolishValueParser::new())]
    pub worker: bool,
    /// Host or address of the master.
    #[arg(long, value_name = "HOST", env = "LOCUST_MASTER_NODE_HOST", hide_env_values = true, default_value = "127.0.0.1", value_parser = host)]
    pub master_host: String,
    /// Port of the master.
    #[arg(long, value_name = "PORT", env = "LOCUST_MASTER_NODE_PORT", hide_env_values = true, default_value = "5557", value_parser = port)]
    pub master_port: u16,
}

/// Where a master listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Master {
    /// Host or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// What a worker shall do when its master says so.
#[derive(Debug, Clone)]
pub struct WorkerOrder {
    /// Whose worker it is.
    pub master: Master,
    /// What each test leaves at this end, beside what the master hears.
    pub outputs: Outputs,
    /// The command line for the report's header, secrets blanked.
    pub command: String,
    /// Whether a target that is not in a private network may be loaded without asking.
    pub is_confirmed: bool,
    /// More users than this are not started, whatever the master says.
    pub most_users: u32,
    /// What the log shall warn of: options that change nothing.
    pub notes: Vec<String>,
    load: LoadArgs,
    scenario: Scenario,
}

impl WorkerOrder {
    /// Reads a command line (the program's name first) and nothing else, if it asks for a worker.
    ///
    /// # Errors
    ///
    /// As [`WorkerOrder::asked_in`].
    pub fn asked(words: &[OsString]) -> Option<Result<Self, UsageError>> {
        Self::asked_in(words, &Surroundings::none())
    }

    /// Reads a command line (the program's name first), the environment and configuration files, if they ask for a worker.
    ///
    /// # Errors
    ///
    /// [`UsageError`] for whatever cannot be obeyed. A command line that cannot be read at all asks for no worker: reading
    /// it as one for a plain run tells what is wrong.
    pub fn asked_in(words: &[OsString], around: &Surroundings) -> Option<Result<Self, UsageError>> {
        match read(words, around, &OURS) {
            Ok((line, matches, args)) => {
                args.worker.worker.then(|| Self::of(&line, &matches, args, words, around))
            }
            // What a plain run passes over, such as users beside a rate, may be wrong for a worker alone. That must not make
            // one into a plain run, whose load nobody ordered.
            Err(fault) => {
                let is_asked = read(words, around, &[]).is_ok_and(|(.., args)| args.worker.worker);
                is_asked.then_some(Err(fault))
            }
        }
    }

    fn of(
        line: &Line,
        matches: &ArgMatches,
        args: Args,
        words: &[OsString],
        around: &Surroundings,
    ) -> Result<Self, UsageError> {
        let typed = |id: &&&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(id) = OURS.iter().find(typed) {
            return Err(UsageError::new(format!(
                "argument --{}: a worker's load is its master's to say; leave it out, or run without --worker",
                id.replace('_', "-")
            )));
        }
        let notes = line.notes.iter().cloned().chain(args.scenario.notes()).collect();
        let outputs = args.output.outputs(&args.load).map_err(|fault| line.located(fault))?;
        let scenario = args.scenario.scenario(around).map_err(|fault| line.located(fault))?;
        Ok(Self {
            master: Master { host: args.worker.master_host, port: args.worker.master_port },
            outputs,
            command: shown(words),
            is_confirmed: args.safety.yes,
            most_users: args.safety.most_users(),
            notes,
            load: args.load,
            scenario,
        })
    }

    /// The host of the command line, for masters that name none.
    pub fn host(&self) -> Option<&Origin> {
        self.load.host.as_ref()
    }

    /// What users do.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The plan of a test on `target` that begins with so many users, and ends when the master says so.
    ///
    /// # Errors
    ///
    /// As [`LoadArgs::plan`]; none that is known.
    pub fn plan(
        &self,
        target: Origin,
        users: u32,
        stop_timeout: Duration,
    ) -> Result<Plan, UsageError> {
        let load = LoadArgs {
            host: Some(target),
            run_time: None,
            stop_timeout: Some(stop_timeout),
            ..self.load.clone()
        };
        let at_once = SpawnRate::parse("1e6").expect("a million is above zero and finite");
        let users = NonZeroU32::new(users).unwrap_or(NonZeroU32::MIN);
        let scenario = self.scenario.clone();
        Ok(Plan { scenario, load: Load::ramp(users, at_once), ..load.plan()? })
    }
}

/// What a command line says with all that surrounds it; settings of files and variables that are `moot` are passed over.
fn read(
    words: &[OsString],
    around: &Surroundings,
    moot: &[&str],
) -> Result<(Line, ArgMatches, Args), UsageError> {
    let known = Args::command();
    let line = Line::read(&known, words, around, &known, moot)?;
    let matches = line.matches(&known)?;
    let args = Args::from_arg_matches(&matches).map_err(|fault| UsageError::of_clap(&fault))?;
    Ok((line, matches, args))
}

fn host(text: &str) -> Result<String, String> {
    let host = text.trim();
    if host.is_empty() || host.contains(['/', ' ']) {
        return Err("must be a host name or an address, without scheme and port".to_owned());
    }
    Ok(host.to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) => Err("must be a port from 1 to 65535".to_owned()),
        Ok(port) => Ok(port),
        Err(_) => Err(format!("invalid int value: '{text}'")),
    }
}
