//! The models of a running service: which one answers, which ones could, and what is told about them.
//!
//! [`Library`] decides which model is live and remembers what was; `slot` holds the live one, `shelf` is the file or
//! directory that models are taken from, `choice` the rule by which one of several is taken, and `load` reads and
//! verifies one. [`Live`] is a model that was verified, `card`, `change` and `listing` what the service tells. How a
//! model scores, and what makes a file sound, is the model crate's to say; who may ask is not decided here.

mod card;
mod change;
mod choice;
mod error;
mod library;
mod listing;
mod live;
mod load;
mod shelf;
mod slot;

pub(crate) use self::{
    card::{Features, Importance, Info},
    change::{Force, ModelChange},
    error::Remark,
    library::Library,
    listing::Listing,
    live::{Live, ModelName},
    load::load,
};
pub use self::{
    error::{Claim, LibraryError},
    load::LoadError,
};
