//! Scenario files: TOML in, a checked [`Scenario`](super::Scenario) out.
//!
//! `document.rs` walks the TOML and knows for every value its line and its key, `read.rs` and `tasks.rs` say what may stand
//! where. Every fault is a [`ScenarioError`] that names file, line, key and next step. `docs/SCENARIOS.md` is the format.

mod document;
mod fault;
mod read;
mod tasks;
mod values;

pub use fault::ScenarioError;
