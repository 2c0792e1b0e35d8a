//! Two runs side by side: were they the same load, and what differs.
//!
//! [`Pair`] holds both; `likeness` says whether the same was asked of the service, `delta` what differs and how far chance within
//! a run reaches (`interval`), [`compare_table`] and [`compare_html`] show it. How runs differ from one to the next cannot be
//! known from one of each: that is `lead-gate compare`'s, and said so wherever a difference is.

mod interval;
mod quantile;

mod delta;
mod likeness;
mod pair;

mod charts;
mod page;
mod table;

pub use page::compare_html;
pub use pair::{Pair, Side};
pub use table::compare_table;
