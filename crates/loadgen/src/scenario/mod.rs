//! What users do: tasks with weights, bodies and expectations, as data.
//!
//! [`Scenario`] is that data, read from a TOML file ([`Scenario::read`]) or built in Rust; [`Values`] is what its
//! placeholders draw from, [`Corpus`] the requests made from both beforehand. Sending and checking are the engine's.
//!
//! ```
//! use std::time::Duration;
//! use lead_loadgen::{Corpus, Expect, Generator, Method, Scenario, Statuses, Task, Values};
//!
//! let values = Values::default().with("amount", Generator::Integer(1..=100))?.with("order", Generator::Uuid)?;
//! let mut order = Task::new(Method::Post, "/orders");
//! order.body = Some(values.body(r#"{"id": "${order}", "amount": ${amount}}"#)?);
//! order.expect = Expect::status(Statuses::of([201]));
//! let scenario = Scenario {
//!     user_class: "Shopper".to_owned(),
//!     tasks: vec![order, Task::new(Method::Get, "/health")],
//!     think_time: Duration::from_millis(100)..=Duration::from_millis(500),
//!     values,
//!     verifier: None,
//! };
//!
//! let corpus = Corpus::new(&scenario, 1);
//! # Ok::<(), lead_loadgen::Flaw>(())
//! ```

mod expect;
mod tags;
mod task;

mod feeder;
mod generator;
mod leads;
mod nearest;
mod template;
mod values;

mod corpus;
mod draw;
mod escape;
mod recipe;
mod verify;

mod builtin;
mod file;

pub use builtin::LEAD_SCORING;
pub(crate) use corpus::Call;
pub use corpus::Corpus;
pub use expect::{Answer, Check, Condition, Expect, JsonType, Statuses};
pub use feeder::{Feeder, FeederError, RowOrder};
pub use file::ScenarioError;
pub use generator::Generator;
pub use leads::LeadSource;
pub(crate) use leads::Rendered;
pub use tags::TagError;
pub use task::{Method, Scenario, Task, TaskHeader};
pub use template::{Flaw, Template};
pub use values::Values;
pub use verify::{Mismatch, Points, Verifier, VerifyError};
