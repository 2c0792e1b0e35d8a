//! What users do: tasks with weights, bodies and expectations, as data.
//!
//! [`Scenario`] is that data, [`Corpus`] the bodies made from it beforehand. Sending and checking are the engine's.

mod builtin;
mod corpus;
mod task;

pub use corpus::Corpus;
pub(crate) use corpus::{Call, Rendered};
pub use task::{Body, Expect, Method, Scenario, Task};
