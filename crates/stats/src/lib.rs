//! What a load test left behind: the CSV contract of a run, read and written exactly.
//!
//! A run leaves four files behind a common prefix, in the columns that Locust made a standard. [`write()`] makes them
//! from a [`Run`], [`read`] makes a [`Run`] from them, whether our own generator or a real Locust (1.1 to 2.47) wrote
//! them, and
//! [`HistoryWriter`] and [`write_snapshots`] keep them up to date while the test is still running.
//!
//! ```
//! use lead_stats::{Endpoint, Percentiles, Run, Summary};
//!
//! let score = Endpoint {
//!     method: "POST".into(),
//!     name: "/api/v1/score".into(),
//!     requests: 1200,
//!     median_ms: 0.214,
//!     average_ms: 0.25,
//!     max_ms: 3.5,
//!     percentiles: Percentiles::locust([0.214, 0.25, 0.3, 0.3, 0.4, 0.5, 0.8, 1.0, 3.0, 3.5, 3.5]),
//!     ..Endpoint::default()
//! };
//! let aggregated = Endpoint { method: String::new(), name: "Aggregated".into(), ..score.clone() };
//! let run = Run { summary: Summary { endpoints: vec![score], aggregated }, ..Run::default() };
//!
//! let folder = tempfile::tempdir()?;
//! let prefix = folder.path().join("loadtest");
//! lead_stats::write(&prefix, &run)?;
//!
//! let read = lead_stats::read(&prefix)?;
//! assert_eq!(read, run);
//! assert_eq!(read.summary.aggregated.percentiles.at(0.95), Some(0.5));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Beside them `lead-loadgen` leaves a fifth, what it says of the run itself: [`RunVerdict`].
//!
//! The crate knows no HTTP, no clock and no model. It holds no histogram (the generator's) and passes no judgement on
//! a run (the gate's): it says what the files say, or why they cannot be trusted. The contract itself, column by
//! column, stands in this crate's `README.md`.

mod error;

mod bucket;
mod percentiles;

mod cell;
mod columns;
mod layout;
mod legacy;
mod row;
mod sheet;
mod source;
mod table;

mod exception;
mod failure;
mod history;
mod note;
mod summary;
mod sums;

mod live;
mod paths;
mod rendered;
mod run;
mod verdict;
mod write;

pub use crate::{
    bucket::bucket_ms,
    error::StatsError,
    exception::Exception,
    failure::Failure,
    history::{History, Tick},
    live::HistoryWriter,
    note::Note,
    paths::Paths,
    percentiles::{LOCUST_PERCENTILES, Percentiles},
    rendered::{Rendered, history_rows},
    run::{Run, read},
    summary::{Endpoint, Summary, read_summary},
    verdict::{AskedRate, LoadModel, RunVerdict, Validity, VerdictReason},
    write::{replace, write, write_snapshots},
};
