//! Tests of the crate's face, one module per subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panicking, in its helper functions too"
)]

mod artifact;
#[cfg(feature = "train")]
mod bank;
#[cfg(feature = "cli")]
mod bulk;
#[cfg(feature = "parquet")]
mod bulk_parquet;
#[cfg(feature = "train")]
mod card;
#[cfg(feature = "cli")]
mod cli;
mod cli_data;
#[cfg(feature = "train")]
mod columns;
#[cfg(feature = "cli")]
mod judging;
mod lead;
mod lead_laws;
#[cfg(feature = "train")]
mod measure;
#[cfg(feature = "train")]
mod parity;
mod schema;
mod scorer;
#[cfg(feature = "train")]
mod shapes;
#[cfg(feature = "train")]
mod sheet;
mod synth;
#[cfg(feature = "train")]
mod train;
