//! How often each task is chosen, in the forms of Locust's `--show-task-ratio` and of its `/tasks`.
//!
//! All are pure functions of a scenario, which knows its [shares](Scenario::shares); what came of them is in every table. There is
//! one user class, so what Locust shows twice, per class and in total, is the same while users run.

use std::fmt::Write;

use serde::{Serialize, Serializer};

use crate::scenario::Scenario;

/// The table of `--show-task-ratio`.
pub fn task_ratio(scenario: &Scenario) -> String {
    let mut text = String::new();
    for title in ["Task ratio per User class", "Total task ratio"] {
        writeln!(text, "\n {title}\n{}", "-".repeat(80)).expect(TAKES);
        row(&mut text, 0, 1.0, &scenario.user_class);
        for (task, ratio) in scenario.shares() {
            row(&mut text, 1, ratio, &task);
        }
    }
    text
}

/// The JSON of `--show-task-ratio-json`, with a final line end.
pub fn task_ratio_json(scenario: &Scenario) -> String {
    let mut bytes = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, form);
    Ratios::of(scenario, true).serialize(&mut writer).expect("a value serializes into a vector");
    let mut text = String::from_utf8(bytes).expect("JSON is UTF-8");
    text.push('\n');
    text
}

/// The shares per class and in total, as `--show-task-ratio-json` and the live page's `/tasks` tell them.
#[derive(Debug, Serialize)]
pub(crate) struct Ratios {
    per_class: Named<Class>,
    total: Named<Class>,
}

#[derive(Debug, Serialize)]
struct Class {
    ratio: f64,
    tasks: Named<Chosen>,
}

#[derive(Debug, Serialize)]
struct Chosen {
    ratio: f64,
}

impl Ratios {
    /// The shares of a scenario's tasks; as in Locust nobody has a share while no user runs.
    pub(crate) fn of(scenario: &Scenario, is_running: bool) -> Self {
        let ratio = if is_running { 1.0 } else { 0.0 };
        let class = |parent: f64| {
            let chosen = |(task, share): (String, f64)| (task, Chosen { ratio: share * parent });
            let tasks = Named(scenario.shares().into_iter().map(chosen).collect());
            Named(vec![(scenario.user_class.clone(), Class { ratio, tasks })])
        };
        Self { per_class: class(1.0), total: class(ratio) }
    }
}

/// An object whose members keep their order.
#[derive(Debug)]
struct Named<V>(Vec<(String, V)>);

impl<V: Serialize> Serialize for Named<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A string takes every character.
const TAKES: &str = "a string takes every character";

/// Locust's row: the ratio in percent, then the name, both moved in by two blanks a level.
fn row(text: &mut String, level: usize, ratio: f64, name: &str) {
    let padding = "  ".repeat(level);
    let percent = format!("{padding}{:<6.1}", ratio * 100.0);
    let name = format!("{padding}{name}");
    writeln!(text, " {percent:<10} {name:<50}").expect(TAKES);
}
