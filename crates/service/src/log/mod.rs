//! The service's log: one JSON object per line, on one stream, written by one thread.
//!
//! [`Journal`] is the bounded queue to that thread, [`Level`] says what is worth a line, `access` writes the line of a
//! request, [`Selection`] chooses among them where there are too many (`storm` counts those of one second), and `events`
//! sends what `tracing` reports the same way, `panics` and each `failure` of ours among it. Nothing here knows a route, a key or a lead.

mod access;
mod events;
mod failure;
mod journal;
mod level;
mod panics;
mod selection;
mod storm;

pub(crate) use self::{access::Access, failure::report_failure, selection::Selection};
pub use self::{events::report_events, journal::Journal, level::Level, panics::report_panics};
