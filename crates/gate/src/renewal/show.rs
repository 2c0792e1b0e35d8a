//! What a kept baseline holds, in words and a table.
//!
//! Names of endpoints may come from a server, and reasons from anybody: all of it is escaped here.

use std::path::Path;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::update::Renewed;
use crate::{
    baseline::{FEWEST_FOR_PREDICTION, Kept, Repeats, RunSet},
    machine::Machine,
    quantity::{Quantity, counted},
    report::one_line,
    rule::{Metric, Scope},
};

/// The figures that are shown.
const SHOWN: [(&str, Metric); 5] = [
    ("p50", Metric::Percentile(0.50)),
    ("p95", Metric::Percentile(0.95)),
    ("p99", Metric::Percentile(0.99)),
    ("avg", Metric::Average),
    ("rps", Metric::Rps),
];

/// As wide as the table of a verdict.
const WIDEST: u16 = 116;

/// A baseline as text that ends with a line end.
pub fn show(kept: &Kept) -> String {
    let mut text = set("Baseline", &kept.current);
    match &kept.pinned {
        Some(pinned) => text += &format!("\n{}", set("Pinned reference", pinned)),
        None => text += "\nNothing is pinned.\n",
    }
    for acceptance in &kept.accepted {
        let by = acceptance.by.as_deref().unwrap_or("somebody");
        let was = acceptance.before.as_ref().and_then(|before| before.p95_ms);
        let was =
            was.map_or_else(String::new, |ms| format!(" (p95 was {})", Quantity::Milliseconds(ms)));
        let line = format!(
            "Accepted at {} by {by}: {}{was}. {}",
            acceptance.at,
            acceptance.reason,
            acceptance.failed.join("; ")
        );
        text += &format!("\n{}\n", one_line(&line));
    }
    text
}

fn set(title: &str, set: &RunSet) -> String {
    let commit = set.commit.as_deref().map_or_else(String::new, |commit| format!(" of {commit}"));
    let runs = counted(set.runs.len() as u64, "run");
    let load = &set.workload;
    let users =
        load.users.map_or_else(|| "unknown users".to_owned(), |users| counted(users, "user"));
    let lasted =
        load.run_time_s.map_or_else(String::new, |s| format!(" for {}", counted(s, "second")));
    let lines = [
        format!("{title}: {runs}{commit}, made at {}", set.created),
        format!("Load: {users}{lasted}; config {}", &load.hash()[..12]),
        format!("Machine: {}", machine(&set.machine)),
    ];
    let mut text: String = lines.iter().map(|line| one_line(line) + "\n").collect();
    text += &table(set).lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>();
    text
}

fn machine(machine: &Machine) -> String {
    let known = [
        machine.cpu.clone(),
        machine.cores.map(|cores| counted(cores, "core")),
        machine.memory_mib.map(|mib| format!("{mib} MiB")),
        machine.kernel.clone().map(|kernel| format!("kernel {kernel}")),
        machine.governor.clone().map(|governor| format!("governor {governor}")),
        machine.image.clone().map(|image| format!("image {image}")),
    ];
    known.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Medians over the runs, with how much they vary from one to the next.
fn table(set: &RunSet) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDEST);
    table.set_header(["Requests"].into_iter().chain(SHOWN.map(|(name, _)| name)));
    table.add_row(row("all", &Scope::All, set));
    for share in &set.workload.endpoints {
        let (method, name) = (share.method.clone(), share.name.clone());
        let label = one_line(&format!("{method} {name}"));
        table.add_row(row(&label, &Scope::Endpoint { method, name }, set));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(label: &str, scope: &Scope, set: &RunSet) -> Vec<String> {
    let cell = |metric: Metric| {
        let figure = |run: &crate::baseline::KeptRun| metric.in_row(scope.row(&run.summary)?);
        let figures: Vec<Quantity> = set.runs.iter().filter_map(figure).collect();
        let spread = Repeats::of(&figures.iter().map(|figure| figure.value()).collect::<Vec<_>>());
        spread.map_or_else(|| "-".to_owned(), |spread| in_short(&spread, metric))
    };
    [label.to_owned()].into_iter().chain(SHOWN.map(|(_, metric)| cell(metric))).collect()
}

/// `65 ms ±1.8 %`.
fn in_short(spread: &Repeats, metric: Metric) -> String {
    let median = match metric {
        Metric::Rps => Quantity::PerSecond(spread.median),
        _ => Quantity::Milliseconds(spread.median),
    };
    match spread.sd_log {
        Some(deviation) => format!("{median} ±{}", Quantity::Percent(deviation * 100.0)),
        None => median.to_string(),
    }
}

impl Renewed {
    /// What was done, as text that ends with a line end; `out` is how it calls the file.
    pub fn text(&self, out: &Path) -> String {
        let current = &self.kept.current;
        let p95 = |set: &RunSet| {
            let spread = set.spread(Metric::Percentile(0.95));
            spread.map_or_else(
                || "without a p95".to_owned(),
                |spread| format!("p95 {}", in_short(&spread, Metric::Percentile(0.95))),
            )
        };
        let runs = counted(current.runs.len() as u64, "run");
        let was = self
            .before
            .as_ref()
            .map_or_else(String::new, |before| format!(" (was {})", p95(&before.current)));
        let mut lines = vec![format!("Wrote {}: {runs}, {}{was}.", out.display(), p95(current))];
        lines.push(match &self.kept.pinned {
            Some(pinned) if pinned == current => {
                "These runs are the pinned reference now.".to_owned()
            }
            Some(pinned) => {
                format!("The pinned reference of {} stays: {}.", pinned.created, p95(pinned))
            }
            None => {
                "Nothing is pinned; --pin keeps a release to compare with while baselines follow."
                    .to_owned()
            }
        });
        if current.runs.len() < FEWEST_FOR_PREDICTION {
            lines.push(format!(
                "With {FEWEST_FOR_PREDICTION} runs it would show how much the machine varies, which policy = \"confident\" needs."
            ));
        }
        lines.extend(self.accepted.iter().map(|failed| format!("Accepted: {failed}")));
        lines.extend(self.notes.iter().map(|note| format!("Note: {note}")));
        lines.push("Review the change and commit it.".to_owned());
        lines.iter().map(|line| one_line(line) + "\n").collect()
    }
}
