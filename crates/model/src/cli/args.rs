//! The verbs and what each of them is told; their doc comments are the help.

use clap::{Parser, Subcommand};

use super::{compare, drift, evaluate, explain, inspect, schema, score, synth, train};

/// Train, measure, inspect, and try lead scoring models.
///
/// A model is a scorecard: an intercept and one curve per feature, whose sum is the log-odds that a lead converts. It is
/// kept in one JSON file that verifies itself whenever it is loaded.
#[derive(Debug, Parser)]
#[command(name = "lead-model", version, after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  lead-model train --synth 50000 --out model.json --card model.md
  lead-model train --data leads.csv --target converted --out model.json
  lead-model synth --rows 3 --format ndjson | lead-model score model.json
  lead-model explain --model model.json --in leads.csv --id lead-0000007
  lead-model evaluate --model model.json --data later.csv --target converted
  lead-model compare model.json better.json --data later.csv --target converted
  lead-model inspect model.json --html card.html

Exit code: 0 done, 1 failed with one line on standard error, 2 wrong usage.";

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    Train(Box<train::TrainArgs>),
    Evaluate(evaluate::EvaluateArgs),
    Compare(compare::CompareArgs),
    Inspect(inspect::InspectArgs),
    Score(score::ScoreArgs),
    Explain(explain::ExplainArgs),
    Drift(drift::DriftArgs),
    Schema(schema::SchemaArgs),
    Synth(synth::SynthArgs),
}
