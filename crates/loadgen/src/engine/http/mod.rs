//! HTTP in earnest: two transports that send the same bytes, judge answers alike and name failures alike.
//!
//! [`HttpTargets`] goes through reqwest, [`RawTargets`] over bare hyper connections. What both need stands once: requests
//! prepared as templates, the time limit, the answer with its judgement, the failures. All of it is a [`Kit`](kit::Kit).
//! [`load()`] takes the one that the plan names. A [`Probe`] asks now and then beside the load.

mod answer;
mod deadline;
mod failure;
mod kit;
mod template;

mod client;
mod ports;
mod raw;

mod load;
mod probe;

pub use client::{HttpTarget, HttpTargets};
pub use load::{load, load_by_second, load_steered};
pub(crate) use probe::Probe;
pub use raw::{RawTarget, RawTargets};
