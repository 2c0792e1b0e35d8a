//! From labelled leads to a model.
//!
//! [`train`] takes a [`Table`] and checked [`Params`] and gives an [`Artifact`](crate::Artifact) whose quality was
//! measured on rows it never saw. linfa-logistic fits; everything around it, from knots to the model card, is here or
//! in the modules beside; of the crate, only the command line names this one.

mod basis;
mod cholesky;
mod cross;
mod design;
mod fit;
mod fold;
mod grid;
mod interaction;
mod labelled;
mod leads;
mod leakage;
mod params;
mod part;
mod progress;
mod recipe;
mod rows;
mod search;
mod select;
mod table;
mod target;
mod tiers;
mod trial;

pub use crate::card::{card, card_html};
pub use leads::unlabelled;
pub use params::{PairCount, Params, ValidParams};
pub use progress::{Progress, Stage};
pub use recipe::train;
pub use table::Table;
pub use tiers::Tiers;
