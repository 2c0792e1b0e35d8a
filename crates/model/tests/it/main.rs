//! Tests of the crate's face, one module per subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panicking, in its helper functions too"
)]

mod artifact;
#[cfg(feature = "cli")]
mod bulk;
#[cfg(feature = "parquet")]
mod bulk_parquet;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cli_data;
#[cfg(feature = "train")]
mod columns;
mod lead;
mod lead_laws;
mod schema;
mod scorer;
#[cfg(feature = "train")]
mod sheet;
mod synth;
#[cfg(feature = "train")]
mod train;
