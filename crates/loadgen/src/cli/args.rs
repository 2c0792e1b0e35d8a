//! The command line as a whole: what was typed, and the order that follows from it.
//!
//! [`Args`] joins the option groups; [`Order`] is the checked meaning. The groups read their own options
//! ([`LoadArgs`], [`OutputArgs`]); this file holds what concerns both, and the command line as a report may show it.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use super::line::Line;
use super::{
    LoadArgs, OutputArgs, Outputs, SafetyArgs, ScenarioArgs, Surroundings, UsageError, Web,
    WebArgs, WorkerArgs,
};
use crate::exit;
use crate::plan::{Origin, Plan};

/// Loads an HTTP service with virtual users and leaves tables, CSV, JSON and an HTML report.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "lead-loadgen",
    version,
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    max_term_width = 120,
    after_help = "Exit codes: 0 clean run; --exit-code-on-error (1) if a request failed; 1 no result (target not\n\
                  reachable, file not writable); 2 usage; 3 invalid run: its numbers are not the service's, and\n\
                  why is printed; 130 ended by Ctrl-C or SIGTERM before its time, or while answers were still\n\
                  waited for, with every report. The signal drops what is in flight; with --stop-timeout the first one\n\
                  still waits as long. One more ends the program without reports. Without --run-time or --stages Ctrl-C is the planned end: 0, 1, 3.\n\
                  Options can be abbreviated (--spawn for --spawn-rate); a repeated option counts once, the last.\n\
                  lead-loadgen capacity --help: the highest rate at which a service holds its objectives.\n\
                  lead-loadgen report --help: a kept run drawn again; lead-loadgen compare --help: two side by side."
)]
pub struct Args {
    /// What to load, and how hard.
    #[command(flatten)]
    pub load: LoadArgs,
    /// What users do.
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Which guards to lift.
    #[command(flatten)]
    pub safety: SafetyArgs,
    /// What to leave behind.
    #[command(flatten)]
    pub output: OutputArgs,
    /// The live page.
    #[command(flatten)]
    pub web: WebArgs,
    /// Whose worker to be.
    #[command(flatten)]
    pub worker: WorkerArgs,
    /// Print this help and exit.
    #[arg(short = 'h', long, help_heading = "Output", action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print the version and exit.
    #[arg(short = 'V', long, help_heading = "Output", action = clap::ArgAction::Version)]
    version: Option<bool>,
}

/// What shall be done: the load, and what it shall leave.
#[derive(Debug, Clone)]
pub struct Order {
    /// The load, checked.
    pub plan: Plan,
    /// The files and lines it shall leave.
    pub outputs: Outputs,
    /// The command line for the report's header, secrets blanked.
    pub command: String,
    /// Whether a target that is not in a private network may be loaded without asking.
    pub is_confirmed: bool,
    /// Whether `--stop-timeout` was given: then the signal that ends the load leaves answers that long.
    pub is_patient: bool,
    /// Guards that are lifted, for whatever is wished for later.
    pub safety: SafetyArgs,
    /// What the log shall warn of: options that change nothing.
    pub notes: Vec<String>,
    /// The live page, where it is served.
    pub web: Web,
}

impl Args {
    /// Reads a command line (the program's name first) and nothing else into an [`Order`].
    ///
    /// # Errors
    ///
    /// As [`Args::order_in`].
    pub fn order(words: impl IntoIterator<Item = OsString>) -> Result<Order, UsageError> {
        Self::order_in(words, &Surroundings::none())
    }

    /// Reads a command line (the program's name first), the environment and configuration files into an [`Order`].
    ///
    /// # Errors
    ///
    /// [`UsageError`] for whatever cannot be obeyed; also for `--help` and `--version`, which
    /// [`UsageError::exit_code`] tells apart.
    pub fn order_in(
        words: impl IntoIterator<Item = OsString>,
        around: &Surroundings,
    ) -> Result<Order, UsageError> {
        let words: Vec<OsString> = words.into_iter().collect();
        let command = shown(&words);
        let known = Self::command();
        let line = Line::read(&known, &words, around, &known, &[])?;
        let matches = line.matches(&known)?;
        let args = Self::from_arg_matches(&matches).map_err(|error| UsageError::of_clap(&error))?;
        let notes = line.notes.iter().cloned().chain(args.scenario.notes()).collect();
        let (is_patient, is_confirmed) = (args.load.stop_timeout.is_some(), args.safety.yes);
        let safety = args.safety.clone();
        let (plan, outputs, web) = args.checked(around).map_err(|fault| line.located(fault))?;
        Ok(Order { plan, outputs, command, is_confirmed, is_patient, safety, notes, web })
    }

    /// The load, what it shall leave, and the page.
    fn checked(mut self, around: &Surroundings) -> Result<(Plan, Outputs, Web), UsageError> {
        let outputs = self.output.outputs(&self.load)?;
        // Lists of users and tasks need no host.
        let scenario = self.scenario.scenario(around)?;
        let has_target = self.load.host.is_some();
        if !has_target && !outputs.headless && !self.web.autostart {
            // The page asks for it.
            self.load.host = Some(Origin::unnamed());
        }
        let web = self.web.web(has_target)?;
        web.check().map_err(|fault| UsageError::exiting(exit::NO_RESULT, fault.to_string()))?;
        let plan = Plan { scenario, ..self.load.plan()? };
        self.safety.check(&plan)?;
        Ok((plan, outputs, web))
    }
}

/// The command line as one line that may be published: the value of `--api-key` (and of its abbreviations) is blanked.
pub(super) fn shown(words: &[OsString]) -> String {
    let mut line = vec!["lead-loadgen".to_owned()];
    let mut secret_follows = false;
    for word in words.iter().skip(1).map(|word| word.to_string_lossy()) {
        let name = word.split('=').next().unwrap_or_default();
        let is_key = name.starts_with("--a") && "--api-key".starts_with(name);
        match (std::mem::take(&mut secret_follows), is_key, word.contains('=')) {
            (true, ..) => line.push("***".to_owned()),
            (false, true, true) => line.push(format!("{name}=***")),
            (false, is_key, _) => {
                line.push(quoted(&word));
                secret_follows = is_key;
            }
        }
    }
    line.join(" ")
}

/// A word as a shell would take it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,%+@{}".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
