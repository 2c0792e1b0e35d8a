//! Every response time of a run, where its load generator left an HdrHistogram log beside the CSV files.
//!
//! [`Latencies`] adds up the intervals of a `*.hlog` and says which response time stands at which rank, so that the
//! reach of chance needs no interpolation. A run of Locust has no such log, and `lead-loadgen` writes one only when told
//! to (`--hdr FILE`). Its JSON twin (`--json-file`) is no substitute: its percentiles are those of `_stats.csv`, and its
//! counts are in Locust's two-digit steps.

mod bins;
mod log;
mod packed;

mod beside;

pub(crate) use self::beside::{Latencies, log_beside};
