//! From labelled leads to a model.
//!
//! [`train`] takes a [`Table`] and checked [`Params`] and gives an [`Artifact`](crate::Artifact) whose quality was
//! measured on rows it never saw. linfa-logistic fits; everything around it, from knots to the model card, is here. The
//! rest of the crate never names this module.

mod basis;
mod card;
mod evaluate;
mod fit;
mod labelled;
mod leakage;
mod newton;
mod params;
mod recipe;
mod table;
mod target;

pub use card::card;
pub use params::{Params, ValidParams};
pub use recipe::train;
pub use table::Table;
