//! Options that say what users do.
//!
//! [`ScenarioArgs`] is what was typed; [`ScenarioArgs::scenario`] turns it into a [`Scenario`]: read, filtered by tags, and
//! joined with the model that answers are compared with. Locust's options stand beside ours: a locustfile that is a scenario
//! file is read, the names of user classes must be the scenario's, and lists are printed instead of a run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{Surroundings, UsageError};
use crate::exit;
use crate::report::{task_ratio, task_ratio_json};
use crate::scenario::{LEAD_SCORING, Scenario, TagError, Verifier};

/// Holds the names of user classes where none is typed, parted by spaces.
const CLASSES: &str = "LOCUST_USER_CLASSES";

/// What users do.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scenario")]
pub struct ScenarioArgs {
    /// What users do, as a TOML file (docs/SCENARIOS.md) [default: lead scoring, see --print-scenario].
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Locust's word for --scenario, for a .toml; a Python file is not read.
    #[arg(
        short = 'f',
        long,
        value_name = "FILE",
        env = "LOCUST_LOCUSTFILE",
        hide_env_values = true
    )]
    pub locustfile: Option<PathBuf>,
    /// Print the whole file of the scenario, checked, and exit; also the tasks that --tags leaves out.
    #[arg(long)]
    pub print_scenario: bool,
    /// Only tasks with one of these tags: a,b or a b.
    #[arg(
        short = 'T', long, value_name = "TAGS", env = "LOCUST_TAGS", hide_env_values = true, num_args = 1..,
        value_delimiter = ','
    )]
    pub tags: Vec<String>,
    /// No task with one of these tags: a,b or a b.
    #[arg(
        short = 'E', long, value_name = "TAGS", env = "LOCUST_EXCLUDE_TAGS", hide_env_values = true, num_args = 1..,
        value_delimiter = ','
    )]
    pub exclude_tags: Vec<String>,
    /// Compare every score with the one that this model file gives; another one is a failure.
    #[arg(long, value_name = "MODEL")]
    pub verify: Option<PathBuf>,
    /// Choose every task equally often, whatever its weight.
    #[arg(long)]
    pub equal_weights: bool,
    /// Print the user classes of the scenario and exit.
    #[arg(short, long)]
    pub list: bool,
    /// Print how often each task is chosen and exit.
    #[arg(long)]
    pub show_task_ratio: bool,
    /// The same as JSON.
    #[arg(long)]
    pub show_task_ratio_json: bool,
    /// User classes that shall run, as for Locust: the scenario's, which is also meant where none is named.
    #[arg(value_name = "UserClass")]
    pub user_classes: Vec<String>,
}

impl ScenarioArgs {
    /// Reads the scenario, the built-in one where none is named.
    ///
    /// # Errors
    ///
    /// When the file, the tags, the model or the user classes do not fit. With the options that print and exit always: the
    /// error then is the text that was asked for.
    pub fn scenario(self, around: &Surroundings) -> Result<Scenario, UsageError> {
        let mut scenario = self.read()?;
        if self.list {
            let text = format!("Available Users:\n    {}\n", scenario.user_class);
            return Err(UsageError::asked_for(text));
        }
        self.check_classes(&scenario.user_class, around)?;
        if self.equal_weights {
            for task in scenario.tasks.iter_mut().filter(|task| task.weight > 0) {
                task.weight = 1;
            }
        }
        scenario
            .choose(&words(&self.tags), &words(&self.exclude_tags))
            .map_err(|fault| self.tag_fault(&fault))?;
        if let Some(model) = &self.verify {
            let fault = |fault| UsageError::new(format!("argument --verify: {fault}"));
            let verifier = Verifier::open(model).map_err(fault)?;
            scenario.fits(&verifier).map_err(fault)?;
            scenario.verifier = Some(Arc::new(verifier));
        }
        if self.print_scenario {
            return Err(self.printed());
        }
        match (self.show_task_ratio, self.show_task_ratio_json) {
            (true, _) => Err(UsageError::asked_for(task_ratio(&scenario))),
            (false, true) => Err(UsageError::asked_for(task_ratio_json(&scenario))),
            (false, false) => Ok(scenario),
        }
    }

    /// What the log shall warn of.
    pub(super) fn notes(&self) -> Option<String> {
        // `-` is a worker's: it asks its master for the file, which says nothing to us.
        let is_named = |file: &&PathBuf| !is_toml(file) && file.as_os_str() != "-";
        let file = self.locustfile.as_ref().filter(is_named)?;
        let runs = match &self.scenario {
            Some(scenario) => format!("{} runs", scenario.display()),
            None => "the built-in scenario runs (lead scoring)".to_owned(),
        };
        Some(format!(
            "-f/--locustfile: {} is not read, {runs}; write its tasks as a .toml, see docs/LOCUST.md",
            file.display()
        ))
    }

    /// The scenario of the file that is named, as it stands there.
    fn read(&self) -> Result<Scenario, UsageError> {
        let read = |file: &PathBuf, option: &str| {
            Scenario::read(file)
                .map_err(|fault| UsageError::new(format!("argument {option}: {fault}")))
        };
        if let Some(file) = &self.scenario {
            return read(file, "--scenario");
        }
        match self.locustfile.as_ref().filter(|file| is_toml(file)) {
            Some(file) if !file.exists() => Err(UsageError::exiting(
                exit::NO_RESULT,
                format!("Could not find '{}'. See --help for available options.", file.display()),
            )),
            Some(file) => read(file, "-f/--locustfile"),
            None => Ok(Scenario::lead_scoring()),
        }
    }

    /// Whether the classes that shall run are the scenario's.
    fn check_classes(&self, known: &str, around: &Surroundings) -> Result<(), UsageError> {
        let named = around.variable(CLASSES).unwrap_or_default();
        let named: Vec<&str> = match &self.user_classes[..] {
            [] => named.split_whitespace().collect(),
            typed => typed.iter().map(String::as_str).collect(),
        };
        let unknown: Vec<&str> = named.into_iter().filter(|&name| name != known).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown = unknown.join(", ");
        let fault = format!("Unknown User(s): {unknown}; the scenario's is {known}");
        Err(UsageError::exiting(exit::NO_RESULT, fault))
    }

    /// The text of the scenario, which was read without a fault.
    fn printed(&self) -> UsageError {
        let locustfile = self.locustfile.as_ref().filter(|file| is_toml(file));
        let text = match self.scenario.as_ref().or(locustfile) {
            Some(file) => std::fs::read_to_string(file),
            None => Ok(LEAD_SCORING.to_owned()),
        };
        match text {
            Ok(text) => UsageError::asked_for(text),
            Err(reason) => UsageError::new(format!("argument --scenario: {reason}")),
        }
    }

    fn tag_fault(&self, fault: &TagError) -> UsageError {
        let option = if self.tags.is_empty() { "-E/--exclude-tags" } else { "-T/--tags" };
        UsageError::new(format!("argument {option}: {fault}"))
    }
}

fn is_toml(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "toml")
}

/// Tags as words: the environment holds them in one text, in Locust's way as `[a, b]` or parted by spaces.
fn words(given: &[String]) -> Vec<String> {
    let brackets = |c: char| c == '[' || c == ']';
    let words = given.iter().flat_map(|text| text.split(|c: char| c == ',' || c.is_whitespace()));
    words
        .map(|word| word.trim_matches(brackets).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
