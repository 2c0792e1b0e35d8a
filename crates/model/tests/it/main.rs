//! Tests of the crate's face, one module per subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panicking, in its helper functions too"
)]

mod arbitrary;
mod artifact;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cli_data;
#[cfg(feature = "train")]
mod columns;
mod golden;
mod hostile;
mod laws;
mod lead;
mod lead_laws;
mod oracle;
mod schema;
mod scorer;
#[cfg(feature = "train")]
mod sheet;
mod spelling;
mod synth;
mod texts;
#[cfg(feature = "train")]
mod train;
