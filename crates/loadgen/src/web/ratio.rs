//! What users do, and how often, in the shape of Locust's `/tasks`.
//!
//! [`Ratios`] says what the scenario asks for; what came of it is in every table.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::scenario::{Scenario, Task};

/// What `/tasks` answers.
#[derive(Debug, Serialize)]
pub(super) struct Ratios {
    per_class: BTreeMap<String, Class>,
    total: BTreeMap<String, Class>,
}

#[derive(Debug, Serialize)]
struct Class {
    ratio: f64,
    tasks: BTreeMap<String, Share>,
}

#[derive(Debug, Serialize)]
struct Share {
    ratio: f64,
}

impl Ratios {
    /// The shares of a scenario's tasks; as in Locust nobody has a share while no user runs.
    pub(super) fn of(scenario: &Scenario, is_running: bool) -> Self {
        let ratio = if is_running { 1.0 } else { 0.0 };
        let class = |parent: f64| {
            let class = Class { ratio, tasks: tasks(scenario, parent) };
            BTreeMap::from([(scenario.user_class.clone(), class)])
        };
        Self { per_class: class(1.0), total: class(ratio) }
    }
}

fn tasks(scenario: &Scenario, parent: f64) -> BTreeMap<String, Share> {
    let shares = shares(scenario).into_iter();
    shares.map(|(name, share)| (name, Share { ratio: share * parent })).collect()
}

/// Each task's name, with its method where another task has the same name, and its share of the choices, 0 to 1.
fn shares(scenario: &Scenario) -> Vec<(String, f64)> {
    let tasks = &scenario.tasks;
    let all: f64 = tasks.iter().map(|task| f64::from(task.weight)).sum();
    let is_shared = |name: &str| tasks.iter().filter(|task| task.name == name).count() > 1;
    let name = |task: &Task| match is_shared(&task.name) {
        true => format!("{} {}", task.method, task.name),
        false => task.name.clone(),
    };
    let chosen = tasks.iter().filter(|task| task.weight > 0);
    chosen.map(|task| (name(task), f64::from(task.weight) / all)).collect()
}
