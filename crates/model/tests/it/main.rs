//! Tests of the crate's face, one module per subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panicking, in its helper functions too"
)]

mod arbitrary;
mod artifact;
#[cfg(feature = "train")]
mod bank;
mod batch;
#[cfg(feature = "cli")]
mod bulk;
#[cfg(feature = "parquet")]
mod bulk_parquet;
#[cfg(feature = "train")]
mod card;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cli_data;
#[cfg(feature = "cli")]
mod cli_drift;
#[cfg(feature = "cli")]
mod cli_explain;
#[cfg(feature = "train")]
mod columns;
mod compiled;
mod drift;
mod explain;
mod golden;
mod hostile;
#[cfg(feature = "cli")]
mod judging;
mod laws;
mod lead;
mod lead_laws;
#[cfg(feature = "train")]
mod measure;
mod oracle;
#[cfg(feature = "train")]
mod parity;
mod schema;
mod scorer;
#[cfg(feature = "train")]
mod shapes;
#[cfg(feature = "train")]
mod sheet;
mod slips;
mod spelling;
mod synth;
mod texts;
#[cfg(feature = "train")]
mod train;
