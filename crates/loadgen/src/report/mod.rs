//! What a run leaves: pure functions from a recording to text, and the one writer of files.
//!
//! `console`, `json` and `html` (of `charts`, `tables`, `phases` and `svg`) make text; [`CsvFiles`] writes the live files of the CSV contract. When they are
//! called is [`headless`](crate::headless())'s.

mod markup;
mod number;

mod svg;

mod charts;
mod phases;
mod tables;

mod console;
mod csv;
mod html;
mod json;

pub use console::{NameWidth, final_tables, live_table};
pub use csv::CsvFiles;
pub use html::{Header, html};
pub use json::json;
pub use phases::{phase_table, phases_json};
