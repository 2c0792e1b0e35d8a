//! Tests of the crate's face, one module per subject.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail by panicking, in its helper functions too"
)]

mod artifact;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod cli_drift;
mod compiled;
mod drift;
mod explain;
mod lead;
mod lead_laws;
mod schema;
mod scorer;
mod synth;
#[cfg(feature = "train")]
mod train;
