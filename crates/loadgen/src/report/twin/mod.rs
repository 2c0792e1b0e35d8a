//! A run as one JSON file that holds everything a report shows: its twin.
//!
//! [`twin`] writes an [`Account`](super::Account), `Account::read` makes one of it again, checked field by field, so that reports
//! can be drawn long after the run and two runs be laid side by side. `schema/run.schema.json` is the form for other programs.
//! Histograms are HdrHistogram's own (V2, deflated, base64), as in the interval log, so any percentile can be computed anew.
//! Each part of the form has a file that writes and reads it; `node` is how reading speaks of what is wrong.

mod node;

mod packed;
mod times;

mod columns;
mod course;
mod entry;
mod gate;
mod phases;
mod run;
mod verdict;

mod document;
mod form;
mod same;

mod read;

pub use document::{SCHEMA_VERSION, twin};
pub use read::TwinError;
