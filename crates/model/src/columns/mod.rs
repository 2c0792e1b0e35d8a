//! What the columns of a table are: features of a lead, names of it, dates, or nothing a model could use.
//!
//! [`Columns::infer`] proposes from a [`Sheet`](crate::sheet::Sheet), a person corrects the proposal in the file that
//! [`Columns::to_toml`] writes and [`Columns::from_toml`] reads, and [`Columns::schema`] makes the schema of a model of
//! it. Nothing here looks at outcomes; reading values is left to [`Feature::parse`](crate::Feature::parse).

mod absent;
mod census;
mod column;
mod date;
mod header;
mod infer;
mod list;
mod number;
mod read;
mod sentinel;
mod token;
mod write;

pub use absent::Absent;
pub use column::{Column, Role};
pub use date::DateOrder;
pub use list::Columns;

pub(crate) use date::{order_of, seconds};
pub(crate) use list::near;
pub(crate) use token::is_missing;
