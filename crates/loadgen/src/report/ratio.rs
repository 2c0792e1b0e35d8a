//! How often each task is chosen, in the forms of Locust's `--show-task-ratio`.
//!
//! Both are pure functions of a scenario. There is one user class, so what Locust shows twice, per class and in total, is
//! the same here; tasks of weight 0 are never chosen and not shown.

use std::fmt::Write;

use serde::{Serialize, Serializer};

use crate::scenario::Scenario;

/// The table of `--show-task-ratio`.
pub fn task_ratio(scenario: &Scenario) -> String {
    let mut text = String::new();
    for title in ["Task ratio per User class", "Total task ratio"] {
        writeln!(text, "\n {title}\n{}", "-".repeat(80)).expect(TAKES);
        row(&mut text, 0, 1.0, &scenario.user_class);
        for (task, ratio) in ratios(scenario) {
            row(&mut text, 1, ratio, &task);
        }
    }
    text
}

/// The JSON of `--show-task-ratio-json`, with a final line end.
pub fn task_ratio_json(scenario: &Scenario) -> String {
    let tasks =
        || ratios(scenario).into_iter().map(|(task, ratio)| (task, Chosen { ratio })).collect();
    let class = || Class { ratio: 1.0, tasks: Named(tasks()) };
    let classes = || Named(vec![(scenario.user_class.clone(), class())]);
    let both = Both { per_class: classes(), total: classes() };
    let mut bytes = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, form);
    both.serialize(&mut writer).expect("a value serializes into a vector");
    let mut text = String::from_utf8(bytes).expect("JSON is UTF-8");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Both {
    per_class: Named<Class>,
    total: Named<Class>,
}

#[derive(Serialize)]
struct Class {
    ratio: f64,
    tasks: Named<Chosen>,
}

#[derive(Serialize)]
struct Chosen {
    ratio: f64,
}

/// An object whose members keep their order.
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

/// Tasks that are chosen at all, with their shares; a name that two have is preceded by the method.
fn ratios(scenario: &Scenario) -> Vec<(String, f64)> {
    let chosen = || scenario.tasks.iter().filter(|task| task.weight > 0);
    let all: f64 = chosen().map(|task| f64::from(task.weight)).sum();
    let name = |own: &crate::scenario::Task| {
        let is_shared = chosen().filter(|task| task.name == own.name).count() > 1;
        if is_shared { format!("{} {}", own.method, own.name) } else { own.name.clone() }
    };
    chosen().map(|task| (name(task), f64::from(task.weight) / all)).collect()
}
