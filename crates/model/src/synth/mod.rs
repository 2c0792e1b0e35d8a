//! The synthetic world: realistic B2B leads without end, with labels from a known truth.
//!
//! [`Leads`] feeds the training and the load generator alike, so what is measured is what the model was made for. Equal
//! seeds give equal leads on every machine.

mod dice;
mod leads;
mod truth;
mod world;

#[cfg(feature = "train")]
pub(crate) use dice::Dice;
pub use leads::{Example, Leads};
