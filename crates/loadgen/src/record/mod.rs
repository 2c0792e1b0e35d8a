//! The record of a run: snapshots folded into what reports need.
//!
//! [`Gather`] brings the workers' seconds together, [`Recording`] folds them into [`Entry`]s, and `stats.rs` turns a recording into the
//! rows of the CSV contract. Pure: nothing here knows a socket, a file or the time of day.

mod entry;
mod gather;
mod heat;
mod recording;
mod series;

mod parts;
mod rates;
mod reset;
mod stats;

pub use entry::Entry;
pub(crate) use gather::Gather;
pub use gather::{End, Second};
pub use heat::Heat;
pub(crate) use parts::{EntryParts, Parts};
pub use recording::Recording;
pub(crate) use recording::{Asked, Forgotten};
pub use series::{Point, Series};
