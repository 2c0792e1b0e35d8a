//! The models of a running service: which one answers, and what is told about it.
//!
//! [`Slot`] holds the one that answers the next request, [`Live`] is one that was loaded and verified, and `card` writes
//! what the service tells about it. How a model scores is the model crate's to say.

mod card;
mod live;
mod slot;

pub use self::slot::SlotError;
pub(crate) use self::{
    card::{Features, Importance, Info},
    live::{Live, ModelName},
    slot::Slot,
};
