//! `lead-model score`: scores of any number of leads, from a file or a stream.
//!
//! The calling thread cuts the input into blocks and writes the output; workers read, score, and format a block each.
//! Nothing grows with the input. What was asked for becomes a [`Plan`](plan::Plan) before anything is read, the formats
//! stand in a file each, and an output file gets its name only when it is whole.

mod blocks;
#[cfg(feature = "parquet")]
mod column;
mod csv;
mod elements;
mod errors;
mod members;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod partial;
mod pipeline;
mod plan;
mod progress;
mod reasons;
mod rows;
mod run;
mod sink;
mod source;
mod tally;
mod text;
mod transcoded;
mod worker;

pub(super) use plan::ScoreArgs;
pub(super) use run::run;
