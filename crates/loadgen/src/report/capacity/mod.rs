//! What a search for the capacity leaves: a table, JSON and a page.
//!
//! [`SearchReport`] holds what all of them say; [`table`], [`json`] and [`page`] are pure functions of it. How the
//! capacity was found is [`search`](crate::search())'s; when reports are made, [`survey`](crate::survey())'s.

mod curve;
mod facts;
mod json;
mod page;
mod table;

pub use facts::SearchReport;
pub use json::json as capacity_json;
pub use page::page as capacity_html;
pub use table::{step_head, step_row, table as capacity_table};
