//! What a run leaves: pure functions from a recording to text, and the one writer of files.
//!
//! An [`Account`] is what a report is made of. `console`, `load`, `verdict`, `json`, `locust` and `html` (of `charts`, `curve`, `heat`,
//! `machines`, `rules`, `tables` and `phases`, drawn by `svg`) make text of one, `part` the live page's pieces of the same; `twin` writes
//! it whole and reads it back, `compare` lays two side by side. [`CsvFiles`] writes the live files of the CSV contract, [`HdrLog`] that
//! of every latency; `ratio` shows what a scenario chooses, `capacity` has the forms of a search. When they are called is the errand's
//! during a run, the live page's while it goes on, and [`redraw`](crate::redraw())'s later.

mod markup;
mod number;

mod scale;
mod svg;

mod charts;
mod curve;
mod failures;
mod heat;
mod machines;
mod over_time;
mod phases;
mod policy;
mod rules;
mod tables;
mod theme;

mod console;
mod csv;
mod hdr;
mod html;
mod json;
mod load;
mod locust;
mod ratio;
mod verdict;

mod account;
mod gate;
mod header;
mod part;

mod compare;
mod twin;

mod capacity;

pub use account::Account;
pub use capacity::{
    SearchReport, capacity_html, capacity_json, capacity_table, step_head, step_row,
};
pub use charts::charts;
pub use compare::{Pair, Side, compare_html, compare_table};
pub use console::{NameWidth, final_tables, live_table};
pub use csv::CsvFiles;
pub use curve::percentile_curves;
pub use gate::{GateRule, GateVerdict};
pub use hdr::HdrLog;
pub(crate) use hdr::whole as hdr_of_run;
pub use header::Header;
pub use html::html;
pub(crate) use html::html_in;
pub use json::json;
pub(crate) use load::wait_words;
pub use load::{load_words, plan_words, warm_up_words};
pub use locust::locust_json;
pub(crate) use locust::unix_s;
pub(crate) use part::{PARTS, part, style};
pub use phases::{phase_table, phases_json};
pub(crate) use ratio::Ratios;
pub use ratio::{task_ratio, task_ratio_json};
pub(crate) use theme::Theme;
pub use twin::{SCHEMA_VERSION, TwinError, twin};
pub use verdict::{account_verdict, run_verdict, verdict_words};
