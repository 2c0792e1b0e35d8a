//! What a report says about a run beside its numbers.
//!
//! [`Header`] is made of the plan before the run and of what the target said of itself; how it is drawn is the reports'.

use super::number::span;
use crate::machine::Machine;
use crate::plan::{Load, Plan, Transport};
use crate::resources::Service;

/// What a report says about the run beside its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The command line, secrets blanked.
    pub command: String,
    /// The service's base URL.
    pub target: String,
    /// How the load was meant to be.
    pub load: String,
    /// What users did.
    pub scenario: String,
    /// Where the load came from.
    pub machine: String,
    /// Name and version of the generator.
    pub version: String,
    /// The commit that the command was given in, where it was given in a repository.
    pub revision: Option<String>,
    /// Name and version of the model that the target says it serves.
    pub model: Option<String>,
    /// The state that the target said it was in before the run.
    pub health: Option<String>,
    /// The first score that was not the model's, where one was named to compare with.
    pub wrong_score: Option<String>,
}

impl Header {
    /// The header of a plan that is run on a machine by a command.
    pub fn new(plan: &Plan, command: &str, machine: &Machine) -> Self {
        let time = plan
            .run_time
            .map_or("until stopped".to_owned(), |time| format!("for {}", span(time.as_secs())));
        let threads = plan.workers();
        Self {
            command: command.to_owned(),
            target: plan.target.to_string(),
            load: format!(
                "{}, {time}, from {threads} thread{}, random start {}{}{}",
                plan.load,
                plural(threads),
                plan.seed,
                if plan.transport == Transport::Raw { ", raw transport" } else { "" },
                if plan.insecure { ", certificates not verified" } else { "" },
            ),
            scenario: scenario(plan),
            machine: machine.to_string(),
            version: format!("lead-loadgen {}", env!("CARGO_PKG_VERSION")),
            revision: None,
            model: None,
            health: None,
            wrong_score: None,
        }
    }

    /// The same with what the target said of itself.
    pub fn with(self, service: Service) -> Self {
        Self { model: service.model, health: service.health, ..self }
    }

    /// The same with a name that groups tests, before what users did.
    #[must_use]
    pub fn named(self, profile: Option<&str>) -> Self {
        let scenario = match profile {
            Some(name) => format!("{name}: {}", self.scenario),
            None => self.scenario,
        };
        Self { scenario, ..self }
    }
}

/// The scenario in a sentence: tasks with their weights, then the pause of users that take one. Requests of the open model
/// are due at a rate, whatever anybody thinks.
fn scenario(plan: &Plan) -> String {
    let scenario = &plan.scenario;
    let task =
        |task: &crate::scenario::Task| format!("{} {} ({})", task.method, task.name, task.weight);
    let tasks: Vec<String> = scenario.tasks.iter().map(task).collect();
    let tasks = format!("{}: {}", scenario.user_class, tasks.join(", "));
    if matches!(plan.load, Load::Open(_)) {
        return tasks;
    }
    let (least, most) =
        (scenario.think_time.start().as_millis(), scenario.think_time.end().as_millis());
    format!("{tasks}; then {least} to {most} ms of thinking")
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}
