//! The file as a whole: who, how long between requests, from which values, which tasks.

use std::path::Path;
use std::time::Duration;

use super::ScenarioError;
use super::document::{Document, Section};
use super::tasks::task;
use super::values::values;
use crate::scenario::{Scenario, Task};

/// The kind of user where a file names none.
const USER: &str = "User";

impl Scenario {
    /// Reads a scenario file, and the files that it names.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] with file, line, key and next step.
    pub fn read(file: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(file).map_err(|reason| ScenarioError::Unreadable {
            file: file.to_owned(),
            reason: reason.to_string(),
        })?;
        Self::parse(&text, file)
    }

    /// Reads the text of a scenario file; paths in it count from the folder of `file`, which need not exist.
    ///
    /// # Errors
    ///
    /// As [`Scenario::read`].
    pub fn parse(text: &str, file: &Path) -> Result<Self, ScenarioError> {
        let document = Document::new(text, file);
        let table = document.parse()?;
        scenario(Section::whole(document, &table))
    }
}

fn scenario(mut file: Section<'_>) -> Result<Scenario, ScenarioError> {
    let user_class = file.find("user").map(|entry| entry.text()).transpose()?.unwrap_or(USER);
    let think_time = file.find("think_time");
    let think_time =
        think_time.map(|entry| entry.range_or_one(|entry| entry.duration())).transpose()?;
    let values = values(&mut file)?;
    let listed = file.need("tasks")?;
    let tasks: Vec<Task> = listed
        .list()?
        .iter()
        .map(|entry| task(entry.section()?, &values))
        .collect::<Result<_, _>>()?;
    file.finish()?;
    if tasks.iter().all(|task| task.weight == 0) {
        return Err(listed.fault("there is no task with a weight above zero; give it one"));
    }
    Ok(Scenario {
        user_class: user_class.to_owned(),
        tasks,
        think_time: think_time.unwrap_or(Duration::ZERO..=Duration::ZERO),
        values,
        verifier: None,
    })
}
