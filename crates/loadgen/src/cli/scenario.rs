//! Options that say what users do.
//!
//! [`ScenarioArgs`] is what was typed; [`ScenarioArgs::scenario`] turns it into a [`Scenario`]: read, filtered by tags, and
//! joined with the model that answers are compared with. `-T/--tags` and `-E/--exclude-tags` are Locust's.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::UsageError;
use crate::scenario::{LEAD_SCORING, Scenario, TagError, Verifier};

/// What users do.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Scenario")]
pub struct ScenarioArgs {
    /// What users do, as a TOML file (docs/SCENARIOS.md) [default: lead scoring, see --print-scenario].
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
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
}

impl ScenarioArgs {
    /// Reads the scenario, the built-in one without `--scenario`.
    ///
    /// # Errors
    ///
    /// When the file, the tags or the model do not fit. With `--print-scenario` always: the error then is the text that was
    /// asked for.
    pub fn scenario(self) -> Result<Scenario, UsageError> {
        let mut scenario = match &self.scenario {
            Some(file) => Scenario::read(file)
                .map_err(|fault| UsageError::new(format!("argument --scenario: {fault}")))?,
            None => Scenario::lead_scoring(),
        };
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
        Ok(scenario)
    }

    /// The text of the scenario, which was read without a fault.
    fn printed(&self) -> UsageError {
        let text = match &self.scenario {
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

/// Tags as words: the environment holds them in one text, in Locust's way as `[a, b]` or parted by spaces.
fn words(given: &[String]) -> Vec<String> {
    let brackets = |c: char| c == '[' || c == ']';
    let words = given.iter().flat_map(|text| text.split(|c: char| c == ',' || c.is_whitespace()));
    words
        .map(|word| word.trim_matches(brackets).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
