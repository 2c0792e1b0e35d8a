//! The command line `lead-model`: one file per verb.
//!
//! Each verb reads files or standard input, calls the library, and writes to the given output. Only this module and the
//! binary touch the file system.

mod absent;
mod args;
mod compare;
mod data;
mod drift;
mod evaluate;
mod explain;
mod feature;
mod inspect;
mod labelled;
mod meter;
mod model_file;
mod paths;
mod schema;
mod score;
mod synth;
mod train;

use std::io::{Read, Write};

use anyhow::Result;

pub use args::Args;
use args::Verb;

/// Runs what was asked for; `input` is standard input, `out` standard output.
///
/// # Errors
/// Whatever keeps the verb from its end, as one line with its cause.
pub fn run(args: Args, input: impl Read, out: &mut impl Write) -> Result<()> {
    match args.verb {
        Verb::Train(args) => train::run(&args, out),
        Verb::Evaluate(args) => evaluate::run(&args, out),
        Verb::Compare(args) => compare::run(&args, out),
        Verb::Inspect(args) => inspect::run(&args, out),
        Verb::Score(args) => score::run(&args, input, out),
        Verb::Explain(args) => explain::run(&args, input, out),
        Verb::Drift(args) => drift::run(&args, out),
        Verb::Schema(args) => schema::run(&args, out),
        Verb::Synth(args) => synth::run(&args, out),
    }
}
