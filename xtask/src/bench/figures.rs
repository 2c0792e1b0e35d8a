//! [`Figure`]: one measured number, as a bench prints it, and the table of all.

use std::fs;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde::Deserialize;

/// A line of JSON from the bench `figures` of `lead-model`.
#[derive(Debug, Deserialize)]
pub(crate) struct Figure {
    name: String,
    leads: u64,
    median_ns: f64,
    best_ns: f64,
    goal_ns: Option<f64>,
    beside: Option<String>,
}

/// Reads every line that is a figure; cargo prints others.
pub(crate) fn read(output: &str) -> Result<Vec<Figure>> {
    let lines = output.lines().filter(|line| line.starts_with('{'));
    let figure = |line| serde_json::from_str(line).with_context(|| format!("not a figure: {line}"));
    lines.map(figure).collect()
}

/// One row per figure; the last column compares it with its yardstick.
pub(crate) fn table(figures: &[Figure]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["per lead", "leads", "median", "best", "million/s", "goal", "", "beside"]);
    for figure in figures {
        let goal = figure.goal_ns.map_or(String::new(), |goal| format!("{goal:.0} ns"));
        let met = match figure.goal_ns {
            Some(goal) if figure.median_ns <= goal => "met",
            Some(_) => "missed",
            None => "",
        };
        table.add_row([
            figure.name.clone(),
            figure.leads.to_string(),
            format!("{:.1} ns", figure.median_ns),
            format!("{:.1} ns", figure.best_ns),
            format!("{:.2}", 1e3 / figure.median_ns),
            goal,
            met.to_owned(),
            figure.beside(figures),
        ]);
    }
    for column in table.column_iter_mut().skip(1).take(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

impl Figure {
    /// How many times the yardstick's time this one takes.
    fn beside(&self, figures: &[Self]) -> String {
        let Some(name) = &self.beside else { return "yardstick".to_owned() };
        let yardstick = figures.iter().find(|figure| figure.name == *name);
        yardstick.map_or(String::new(), |yardstick| {
            format!("{:.2} x {name}", self.median_ns / yardstick.median_ns)
        })
    }
}

/// The processor's name and how many cores we may use.
pub(crate) fn machine() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = processors.lines().find_map(|line| line.strip_prefix("model name"));
    let name =
        name.and_then(|rest| rest.split_once(':')).map_or("unknown processor", |(_, n)| n.trim());
    let cores = available_parallelism().map_or(1, usize::from);
    format!("{name}, {cores} cores")
}

/// What else the machine had to do in the last minute, as far as it tells.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{read, table};

    const OUTPUT: &str = "\
running a bench
{\"name\":\"score\",\"leads\":1000,\"median_ns\":80.0,\"best_ns\":75.5,\"goal_ns\":150.0,\"beside\":\"dot\"}
{\"name\":\"dot\",\"leads\":1000,\"median_ns\":16.0,\"best_ns\":15.0,\"goal_ns\":null,\"beside\":null}
";

    #[test]
    fn a_figure_stands_beside_its_goal_and_its_yardstick() {
        let rows = table(&read(OUTPUT).unwrap()).to_string();
        let row = rows.lines().find(|line| line.contains("score")).unwrap();
        let words: Vec<_> = row.split_whitespace().collect();
        let expected = [
            "score", "1000", "80.0", "ns", "75.5", "ns", "12.50", "150", "ns", "met", "5.00", "x",
            "dot",
        ];
        assert_eq!(words, expected);
        assert!(rows.contains("yardstick"));
    }

    #[test]
    fn a_torn_line_is_named() {
        assert!(read("{\"name\":").unwrap_err().to_string().contains("not a figure"));
    }
}
