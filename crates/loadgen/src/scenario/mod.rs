//! What users do: tasks with weights, bodies and expectations, as data.
//!
//! [`Scenario`] is that data, read from a TOML file ([`Scenario::read`]) or built in Rust; [`Values`] is what its
//! placeholders draw from, [`Corpus`] the requests made from both beforehand. Sending and checking are the engine's.

mod expect;
mod feeder;
mod generator;
mod leads;
mod nearest;
mod points;
mod task;
mod template;

mod placeholder;
mod values;

mod corpus;
mod draw;
mod escape;
mod recipe;
mod verify;

mod builtin;
mod file;
mod fit;
mod tags;

pub use builtin::LEAD_SCORING;
pub(crate) use corpus::Call;
pub use corpus::Corpus;
pub use expect::{Answer, Check, Condition, Expect, JsonType, Statuses};
pub use feeder::{Feeder, FeederError, RowOrder};
pub use file::ScenarioError;
pub use generator::{Choice, Generator};
pub use leads::LeadSource;
pub(crate) use leads::Rendered;
pub use points::{Mismatch, Points};
pub use tags::TagError;
pub use task::{Method, Scenario, Task, TaskHeader};
pub use template::{Flaw, Template};
pub use values::Values;
pub use verify::{Verifier, VerifyError};
