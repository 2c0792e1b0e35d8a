//! `lead-gate baseline`: several runs become the baseline that later runs are compared with.
//!
//! A baseline that renews itself passes every regression on to the next run, so this is a step of its own, by hand, whose
//! result is reviewed as a diff. [`renew`] takes three runs or more of one load on this machine, refuses what
//! `lead-gate check` would refuse, and refuses runs that fail by the same rules unless a reason is given, which then
//! stays in the file. [`show()`] tells what a file holds. The form of the file is [`Kept`](crate::Kept)'s.

mod error;
mod runs;
mod show;
mod update;

pub use self::{
    error::RenewalError,
    show::show,
    update::{Renewal, Renewed, renew},
};
