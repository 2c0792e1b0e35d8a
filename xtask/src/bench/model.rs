//! `cargo xtask bench model`: what a lead costs, what a file of them costs, and what a model costs to train.
//!
//! Builds optimised, measures part by part, and prints all figures as one table. How each part is measured stands in its
//! own file.

use std::process::{Command, ExitCode};

use anyhow::Result;

use super::peers::Peers;
use super::row::{Row, table};
use super::{bulk, leads, machine, peers, training};
use crate::flags::{BenchFlags, Part};
use crate::{program, project};

/// How often each case of `leads` takes its turn where nobody says.
const ROUNDS: u32 = 50;

/// Everything measured, and what is to be said below the table.
#[derive(Debug, Default)]
struct Results {
    rows: Vec<Row>,
    notes: Vec<String>,
}

/// Measures and prints.
#[expect(clippy::print_stdout, reason = "the table is what this verb is for")]
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    let wants = |part| flags.only.is_empty() || flags.only.contains(&part);
    if wants(Part::Leads) {
        leads::build()?;
    }
    if flags.only != [Part::Leads] {
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(project::root()).args(["build", "--release", "-p", "lead-model"]);
        program::finish(&mut build)?;
    }
    let mut results = Results::default();
    if let Some((load, is_busy)) = machine::load() {
        let busy = if is_busy { ": the machine was busy, its figures are too high" } else { "" };
        results.notes.push(format!("load {load:.2} before{busy}"));
    }
    if wants(Part::Leads) {
        tell("leads, one by one and together");
        results.rows.extend(leads::rows(flags.rounds.unwrap_or(ROUNDS))?);
    }
    if wants(Part::Csv) {
        tell("a CSV file");
        results.rows.extend(bulk::rows()?);
    }
    if wants(Part::Training) {
        results.training(flags)?;
    }
    if wants(Part::Pairs) {
        results.pairs(flags)?;
    }
    if let Some((load, _)) = machine::load() {
        results.notes.push(format!("load {load:.2} after, this run included"));
    }
    println!("{}", machine::name());
    println!("{}", table(&results.rows));
    results.notes.dedup();
    results.notes.iter().for_each(|note| println!("{note}"));
    Ok(ExitCode::SUCCESS)
}

impl Results {
    fn training(&mut self, flags: &BenchFlags) -> Result<()> {
        tell("training without pairs");
        let mut ours = training::grid()?;
        if !flags.peers {
            self.notes.push(
                "training without pairs: the goal is scikit-learn's time, which --peers measures"
                    .to_owned(),
            );
        }
        let others = self.others(&ours, flags, peers::splines);
        if let Some(quickest) = others.iter().min_by(|a, b| a.median.total_cmp(&b.median)) {
            ours.goal = Some(quickest.median);
            ours.beside = Some(quickest.name.clone());
        }
        self.rows.push(ours);
        self.rows.extend(others);
        Ok(())
    }

    fn pairs(&mut self, flags: &BenchFlags) -> Result<()> {
        if !peers::has_python() {
            self.notes.push("training with pairs was not measured: its table is made by python3, which is missing".to_owned());
            return Ok(());
        }
        tell("training with pairs");
        let mut ours = training::pairs()?;
        let others = self.others(&ours, flags, peers::boosting);
        ours.beside = others.first().map(|explainable| explainable.name.clone());
        self.rows.push(ours);
        self.rows.extend(others);
        Ok(())
    }

    /// The same by others, if asked for; that it could not be measured is said, and no error.
    fn others(
        &mut self,
        ours: &Row,
        flags: &BenchFlags,
        measure: fn(u32) -> Result<Peers>,
    ) -> Vec<Row> {
        if !flags.peers {
            return Vec::new();
        }
        tell(&format!("the same by others, {} s each at most", flags.budget));
        match measure(flags.budget) {
            Ok(peers) => {
                self.notes.push(format!("by {}", peers.versions));
                peers.rows
            }
            Err(error) => {
                self.notes.push(format!("nothing measured beside \"{}\": {error:#}", ours.name));
                Vec::new()
            }
        }
    }
}

/// Says what is being measured: some of it takes minutes.
#[expect(clippy::print_stderr, reason = "progress, beside the table on standard output")]
fn tell(what: &str) {
    eprintln!("measuring {what}");
}
