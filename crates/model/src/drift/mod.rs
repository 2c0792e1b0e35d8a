//! Whether the leads of today are still those the model was trained on.
//!
//! A [`Tally`] counts leads as they are scored, into the bins that the model file holds of its training rows; a [`Drift`]
//! compares the two. Neither needs outcomes, which come months later. What to do about it is left to people.

mod shift;
mod tally;

pub use shift::{Drift, Severity, Shift, psi};
pub use tally::Tally;
