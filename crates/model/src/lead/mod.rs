//! A lead: checked values in schema order, and how it is read from and written to JSON.
//!
//! A [`Lead`] exists only if a reader has found no fault in it. What its values are worth is left to the
//! [`Scorer`](crate::Scorer).

mod batch;
mod json;
mod number;
mod place;
mod row;
mod scanner;
mod text;
mod values;

pub use row::{ID_LIMIT, Lead};
