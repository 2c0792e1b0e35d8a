//! What a lead looks like: an ordered list of features, as data.
//!
//! [`Schema`] travels inside every model file, so a service needs no code of its own to know what it may be sent. It
//! says which values are allowed; reading them from JSON is left to [`lead`](crate::Lead), and what they are worth to
//! the scorecard.

mod b2b;
#[cfg(feature = "cli")]
mod cell;
mod decimal;
mod definition;
mod feature;
mod names;
mod succession;

#[cfg(feature = "train")]
pub(crate) use b2b::ID_COLUMN;
#[cfg(feature = "cli")]
pub(crate) use cell::CellReader;
pub use decimal::Decimal;
pub use definition::Schema;
#[cfg(feature = "train")]
pub(crate) use feature::flag;
pub use feature::{Feature, INTEGER_LIMIT, Kind, Presence};
pub use succession::Breach;
